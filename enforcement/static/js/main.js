// Loaded by every page: improves forms, and starts the module an element asks for.

import { followChoices, prepareForms } from "./forms.js";

const modules = {
  "atlas": () => import("./atlas.js"),
  "report-form": () => import("./report-form.js"),
  "desk": () => import("./desk.js"),
  "live": () => import("./live.js"),
  "check-all": () => import("./check-all.js"),
  "place-picker": () => import("./place-picker.js"),
  "leaving": () => import("./leaving.js"),
  "phone": () => import("./phone.js"),
  "sos": () => import("./sos.js"),
  "presence": () => import("./presence.js"),
  "kept-tasks": () => import("./kept-tasks.js"),
  "checkin-form": () => import("./checkin-form.js"),
  "task-form": () => import("./task-form.js"),
  "point": () => import("./point.js"),
  "public-map": () => import("./public-map.js"),
  "public-report": () => import("./public-report.js"),
  "spot-form": () => import("./spot-form.js"),
  "signature": () => import("./signature.js"),
  "paper-form": () => import("./paper-form.js"),
  "call-form": () => import("./call-form.js"),
  "ask-form": () => import("./ask-form.js"),
  "plan-editor": () => import("./plan-editor.js"),
  "tracker": () => import("./tracker.js"),
  "alone": () => import("./alone.js"),
  "live-calls": () => import("./live-calls.js"),
  "live-units": () => import("./live-units.js"),
  "replay": () => import("./replay.js"),
  "beat-map": () => import("./beat-map.js"),
  "proof-map": () => import("./proof-map.js"),
  "morning": () => import("./morning.js"),
  "progress": () => import("./progress.js"),
  "forget-drafts": () => import("./drafts.js"),
};

// Menus, the side panel and notices that can be put away: Bootstrap's script, fetched when a
// pointer or the focus comes near the first of them.
const SCRIPT = "/static/vendor/bootstrap/bootstrap.bundle.min.js";
const WIDGET = "[data-bs-toggle], [data-bs-dismiss]";
let asked = null;

/** Fetch the script once; what failed is tried again. */
function script() {
  asked ??= import(SCRIPT).catch((error) => {
    asked = null;
    throw error;
  });
  return asked;
}

/** Hold back what was chosen before the script was there, and choose it then. */
async function choose(event) {
  const widget = event.target.closest?.(WIDGET);
  if (!widget || window.bootstrap) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await script();
  widget.click();
}

/** Watch for the first use. */
function prepareWidgets() {
  for (const name of ["pointerover", "focusin", "touchstart"]) {
    document.addEventListener(name, ({ target }) => {
      if (target.closest?.(WIDGET)) script().catch(() => {});
    }, { passive: true });
  }
  document.addEventListener("click", choose, { capture: true });
}

prepareForms(document);
followChoices(document);
prepareWidgets();
const first = document.querySelectorAll("main [data-module]"); // what the page is for comes first
const asking = new Set([...first, ...document.querySelectorAll("[data-module]")]);
const started = [...asking].map((element) =>
  modules[element.dataset.module]?.().then((module) => module.start(element)));
Promise.allSettled(started).then((ends) => {
  for (const { reason } of ends) if (reason) reportError(reason);
  document.documentElement.dataset.ready = ""; // tests wait for it
});
