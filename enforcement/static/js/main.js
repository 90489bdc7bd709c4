// Loaded by every page: improves forms, and starts the module an element asks for.

import { prepareForms } from "./forms.js";
import { followChoices } from "./only.js";
import { prepareWidgets } from "./widgets.js";

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

prepareForms(document);
followChoices(document);
prepareWidgets();
const started = [...document.querySelectorAll("[data-module]")].map((element) =>
  modules[element.dataset.module]?.().then((module) => module.start(element)));
Promise.allSettled(started).then((ends) => {
  for (const { reason } of ends) if (reason) reportError(reason);
  document.documentElement.dataset.ready = ""; // tests wait for it
});
