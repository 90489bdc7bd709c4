// The operations map's page: what is chosen on the map or in the list is shown in the panel.

import { busy } from "./forms.js";

const BESIDE_FROM_PX = 992; // narrower windows show the panel below the map

/** Keep the panel, the list and the frame in step. */
class OperationsPage {
  constructor(root) {
    this.frame = root.querySelector("iframe");
    this.list = root.querySelector("[data-part=list]");
    this.panel = root.querySelector("[data-part=panel]");
    this.content = root.querySelector("[data-part=content]");
    this.status = root.querySelector("[data-part=status]");
    this.words = root.dataset;
  }

  listen() {
    window.addEventListener("message", (event) => this.onMessage(event));
    this.list.addEventListener("click", (event) => this.onPick(event));
    this.panel.addEventListener("submit", (event) => this.onSubmit(event));
    this.panel.querySelector("[data-part=back]").addEventListener("click", () => this.back());
    // a map that was not ready yet, or was loaded anew, is told again what is shown
    this.frame.addEventListener("load", () => this.shown && this.point(this.shown));
    if (this.words.show) this.show(this.words.show);
  }

  onMessage({ origin, source, data }) {
    if (origin !== window.location.origin || source !== this.frame.contentWindow) return;
    if (data?.type === "incident") this.show(data.id);
    else if (data?.type === "stop" || data?.type === "route") this.showPatrol(data.id);
  }

  onPick(event) {
    const link = event.target.closest("a[data-id]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.point(link.dataset.id);
    this.show(link.dataset.id);
  }

  /** Ask the map to bring a feature into view. */
  point(id) {
    this.frame.contentWindow?.postMessage({ type: "show", id }, window.location.origin);
  }

  /** Fetch an incident's panel and put it in place. */
  async show(id, message) {
    this.shown = id;
    this.status.textContent = this.words.loading;
    try {
      const answer = await fetch(this.words.panel.replace("ID", encodeURIComponent(id)));
      if (answer.redirected) return window.location.reload(); // signed out meanwhile
      if (this.shown !== id) return undefined;
      if (!answer.ok) throw new Error(answer.status);
      this.content.innerHTML = await answer.text();
      if (message) this.content.prepend(message);
      this.status.textContent = "";
    } catch {
      this.content.replaceChildren();
      this.status.textContent = this.words.failed;
    }
    return this.reveal();
  }

  /** Offer the patrol whose stop or route was chosen. */
  showPatrol(id) {
    const link = document.createElement("a");
    link.href = this.words.patrol.replace("ID", encodeURIComponent(id.replace(/^route-/, "")));
    link.className = "btn btn-primary m-3";
    link.textContent = this.words.openPatrol;
    this.shown = id;
    this.status.textContent = "";
    this.content.replaceChildren(link);
    this.reveal();
  }

  reveal() {
    this.list.hidden = true;
    this.panel.hidden = false;
    const head = this.content.querySelector("h2, a");
    if (head) {
      head.tabIndex = head.tabIndex < 0 ? -1 : head.tabIndex;
      head.focus({ preventScroll: true });
    }
    if (window.innerWidth < BESIDE_FROM_PX) this.panel.scrollIntoView({ block: "start" });
  }

  back() {
    this.panel.hidden = true;
    this.list.hidden = false;
    const link = this.list.querySelector(`a[data-id="${CSS.escape(this.shown ?? "")}"]`);
    (link ?? this.list.querySelector("a"))?.focus();
  }

  /** Send a form of the panel without leaving the map; show what the server says. */
  async onSubmit(event) {
    const form = event.target;
    if (event.defaultPrevented || !form.hasAttribute("data-stay")) return;
    event.preventDefault();
    busy(form, true);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const said = page.querySelector(answer.ok ? ".flashes .alert" : "[role=alert]");
      if (answer.ok) {
        this.frame.contentWindow.location.reload();
        await this.show(this.shown, said ? document.adoptNode(said) : undefined);
      } else {
        this.say(form, said?.textContent ?? this.words.failed);
      }
    } catch {
      this.say(form, this.words.failed);
    } finally {
      busy(form, false);
    }
  }

  /** Put a refusal above a form. */
  say(form, text) {
    const alert = document.createElement("div");
    alert.className = "alert alert-danger";
    alert.setAttribute("role", "alert");
    alert.textContent = text.trim();
    form.querySelector(":scope > .alert")?.remove();
    form.prepend(alert);
  }
}

/** Start on the element that holds frame, list and panel. */
export function start(root) {
  new OperationsPage(root).listen();
}
