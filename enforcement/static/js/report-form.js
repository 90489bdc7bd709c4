// Reporting from a phone: position, photos, a voice note, a draft of them. Every report is put into the
// queue of this phone first, under a key of its own, so that sending it twice makes one report.

import * as drafts from "./drafts.js";
import { busy } from "./forms.js";
import * as kept from "./kept.js";
import { Photos } from "./photos.js";
import { accountOf } from "./phone.js";
import { Position } from "./position.js";
import * as queue from "./queue.js";
import { sendAll } from "./sender.js";
import { Voice } from "./voice.js";

const KEPT = ["category", "description", "place", "occurred_at"];

class ReportForm {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.part = (name) => form.querySelector(`[data-part=${name}]`);
    this.photos = new Photos(form.querySelectorAll("input[type=file]"), this.part("thumbs"), {
      most: Number(this.words.mostPhotos), mostBytes: Number(this.words.mostBytes),
      words: this.words, say: (text) => { this.part("photo-note").textContent = text; },
      changed: () => this.keep(),
    });
    this.voice = new Voice(this.part("voice"), () => this.keep());
    this.account = accountOf(form);
    Object.assign(this, { key: queue.available() ? queue.newKey() : "", queuedAt: Date.now() });
    this.position = new Position(form, this.part("position"), this.words);
  }

  /** Show the area that the phone keeps under the position, now and when it changes. */
  async know() {
    this.position.know((await kept.read(this.account))?.outline);
  }

  listen() {
    this.know();
    window.addEventListener("kept-changed", () => this.know());
    const item = new URLSearchParams(window.location.search).get("item");
    if (item && queue.available()) this.resume(item);
    else this.restore();
    this.form.addEventListener("input", () => this.keep());
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    this.part("locate").addEventListener("click", () => this.position.find());
    if (!item && !this.form.elements.lon.value) this.position.find();
  }

  keep() {
    const words = Object.fromEntries(KEPT.map((name) => [name, this.form.elements[name].value]));
    if (!this.leaving) drafts.keep(this.account, words, [...this.photos.files], this.voice.file);
  }

  async restore() {
    const { words, photos, voice } = await drafts.read(this.account);
    if (!words.description && !words.category && !photos.length && !voice) return;
    for (const name of KEPT) {
      if (words[name]) this.form.elements[name].value = words[name];
    }
    this.photos.files = [...photos, ...this.photos.files];
    this.photos.draw();
    if (voice) this.voice.take(voice);
    this.say("info", this.words.restored);
  }

  /** Keep the report on this phone first; then try to send it. */
  async onSubmit(event) {
    if (!queue.available() || !this.account) return; // an insecure address: a plain form
    event.preventDefault();
    if (!this.form.elements.description.value.trim() && !this.photos.files.length && !this.voice.file) {
      this.say("danger", this.words.empty);
      return;
    }
    busy(this.form, true);
    this.position.stop();
    this.leaving = true;
    try {
      await queue.put(await this.row());
    } catch {
      this.stopped("danger", this.words.full);
      return;
    }
    await drafts.forget(this.account);
    navigator.serviceWorker?.ready.then(({ sync }) => sync?.register("send")).catch(() => {});
    this.part("progress").hidden = false;
    const told = navigator.onLine ? await sendAll(this.account, { force: true }) : { sent: [] };
    await this.told(told);
  }

  async row() {
    const value = (name) => this.form.elements[name].value;
    const number = (name) => (value(name) ? Number(value(name)) : null);
    const photos = [];
    for (const file of this.photos.files) photos.push(await queue.kept(file));
    if (this.voice.file) photos.push({ ...await queue.kept(this.voice.file), voice: true });
    return {
      key: this.key, kind: "report", account: this.account, state: "waiting", tries: 0, nextAt: 0,
      queuedAt: this.queuedAt, photos,
      fields: {
        category: value("category"), description: value("description"),
        occurred_at: `${value("occurred_at").slice(0, 16)}:00+08:00`,
        lon: number("lon"), lat: number("lat"), accuracy_m: number("accuracy_m"),
        place: value("place") || null, source: value("source") || null,
      },
    };
  }

  /** Go on where it was sent; say why where it was refused; else leave it in the queue. */
  async told({ sent }) {
    window.dispatchEvent(new Event("queue-changed"));
    const mine = sent.find((one) => one.key === this.key);
    if (mine) return window.location.assign(this.words.done + mine.id);
    const row = await queue.find(this.account, this.key);
    if (row?.state === "refused") return this.stopped("danger", row.why || this.words.refused);
    return window.location.assign(this.words.home);
  }

  /** Take up a report of the queue again: its words, photos and key. */
  async resume(key) {
    const row = await queue.find(this.account, key);
    if (!row) return;
    Object.assign(this, { key: row.key, queuedAt: row.queuedAt });
    for (const [name, value] of Object.entries(row.fields)) {
      if (name !== "occurred_at") this.form.elements[name].value = value ?? "";
    }
    this.form.elements.occurred_at.value = row.fields.occurred_at.slice(0, 16);
    const files = (voice) => row.photos.filter((one) => Boolean(one.voice) === voice)
      .map(({ blob, name }) => new File([blob], name, { type: blob.type }));
    this.photos.files = files(false);
    this.photos.draw();
    if (files(true).length) this.voice.take(files(true)[0]);
    this.say(row.state === "refused" ? "danger" : "info", row.why || this.words.queued);
  }

  stopped(kind, text) {
    this.leaving = false;
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
