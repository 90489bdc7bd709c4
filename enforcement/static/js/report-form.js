// Reporting from a phone: position, photos, a draft of the words, and sending that survives a
// broken network. The form carries a key, so that sending it twice makes one report.

import * as drafts from "./drafts.js";
import { busy } from "./forms.js";
import { Photos } from "./photos.js";
import { Position } from "./position.js";

const KEPT = ["category", "description", "place", "occurred_at", "key"];

class ReportForm {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.part = (name) => form.querySelector(`[data-part=${name}]`);
    this.photos = new Photos(form.querySelectorAll("input[type=file]"), this.part("thumbs"), {
      most: Number(this.words.mostPhotos), totalBytes: Number(this.words.mostBytes),
      words: this.words, say: (text) => { this.part("photo-note").textContent = text; },
    });
    this.position = new Position(form, this.part("position"), this.words);
  }

  listen() {
    this.restore();
    this.form.addEventListener("input", () => this.keep());
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    this.part("locate").addEventListener("click", () => this.position.find());
    if (!this.form.elements.lon.value) this.position.find();
  }

  keep() {
    const words = Object.fromEntries(KEPT.map((name) => [name, this.form.elements[name].value]));
    drafts.keep(this.words.account, words);
  }

  restore() {
    const words = drafts.read(this.words.account);
    if (!words.description && !words.category) return;
    for (const name of KEPT) {
      if (words[name]) this.form.elements[name].value = words[name];
    }
    this.say("info", this.words.restored);
  }

  async onSubmit(event) {
    event.preventDefault();
    this.keep();
    if (!navigator.onLine) return this.say("warning", this.words.offline);
    busy(this.form, true);
    this.position.stop();
    const body = new FormData(this.form);
    body.delete("photos");
    for (const photo of await this.photos.toSend()) body.append("photos", photo, photo.name);
    return this.send(body);
  }

  send(body) {
    const request = new XMLHttpRequest();
    request.open("POST", this.form.action);
    request.upload.addEventListener("progress", ({ loaded, total }) => this.progress(loaded, total));
    request.addEventListener("load", () => this.answered(request));
    for (const failure of ["error", "timeout", "abort"]) {
      request.addEventListener(failure, () => this.stopped("warning", this.words.offline));
    }
    request.timeout = 180_000;
    request.send(body);
    this.progress(0, 1);
  }

  progress(loaded, total) {
    this.part("progress").hidden = false;
    this.part("bar").value = loaded / total;
  }

  answered(request) {
    const { pathname } = new URL(request.responseURL);
    if (request.status < 300 && pathname.startsWith(this.words.done)) {
      drafts.forget(this.words.account);
      window.location.assign(pathname);
    } else if (pathname.startsWith(this.words.signIn)) {
      this.stopped("warning", this.words.expired);
    } else {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const said = page.querySelector("[role=alert]")?.textContent.trim();
      if (request.status === 409) this.form.elements.key.value = crypto.randomUUID();
      this.stopped("danger", said || this.words.refused);
    }
  }

  stopped(kind, text) {
    this.part("progress").hidden = true;
    busy(this.form, false);
    this.say(kind, text);
  }

  say(kind, text) {
    const note = this.part("note");
    note.className = `alert alert-${kind}`;
    note.textContent = text;
    note.hidden = false;
    if (kind !== "info") note.scrollIntoView({ block: "center" });
  }
}

/** Start on the report's form. */
export function start(form) {
  new ReportForm(form).listen();
}
