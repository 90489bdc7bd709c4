// Acts upon a task: accepted, arrived, done. Kept on this phone first with the moment at which it
// was done, so that it works without a network; what the server refuses comes back to the person.

import { busy } from "./forms.js";
import { accountOf } from "./phone.js";
import { Photos } from "./photos.js";
import * as queue from "./queue.js";
import { sendAll } from "./sender.js";
import { Voice } from "./voice.js";

class TaskForm {
  constructor(form) {
    Object.assign(this, { form, words: form.dataset, account: accountOf(form), key: queue.newKey() });
    this.part = (name) => form.querySelector(`[data-part=${name}]`);
    this.photos = new Photos(form.querySelectorAll("input[type=file]"), this.part("thumbs"), {
      most: Number(this.words.mostPhotos), mostBytes: Number(this.words.mostBytes),
      words: this.words, say: (text) => { this.part("photo-note").textContent = text; },
    });
    this.voice = new Voice(this.part("voice"), () => {});
    this.doneAt = new Date();
  }

  listen() {
    const item = new URLSearchParams(window.location.search).get("item");
    if (item) this.resume(item);
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
  }

  /** Take up a refused act again: its words, photos and moment; what is now stands on the page. */
  async resume(key) {
    const row = await queue.find(this.account, key);
    if (row?.kind !== "act") return;
    this.earlier = row.key;
    this.doneAt = new Date(row.fields.occurred_at);
    this.form.elements.note.value = row.fields.note ?? "";
    const files = (voice) => row.photos.filter((one) => Boolean(one.voice) === voice)
      .map(({ blob, name }) => new File([blob], name, { type: blob.type }));
    this.photos.files = files(false);
    this.photos.draw();
    if (files(true).length) this.voice.take(files(true)[0]);
    this.say("warning", `${row.why} ${this.words.seen.replace("{seen}", row.seen)}`);
  }

  async onSubmit(event) {
    if (event.defaultPrevented) return; // a reason is missing, or forms.js asks first
    event.preventDefault();
    const button = event.submitter;
    const note = this.form.elements.note.value.trim();
    if (button.value === "report_result" && !note && !this.voice.file) {
      this.say("danger", this.words.wordless);
      return;
    }
    busy(this.form, true);
    try {
      await queue.put(await this.row(button, note));
    } catch {
      busy(this.form, false);
      this.say("danger", this.words.full);
      return;
    }
    if (this.earlier) await queue.remove(this.earlier);
    navigator.serviceWorker?.ready.then(({ sync }) => sync?.register("send")).catch(() => {});
    if (navigator.onLine) await sendAll(this.account, { force: true });
    window.location.assign(this.words.after);
  }

  async row(button, note) {
    const photos = [];
    for (const file of this.photos.files) photos.push(await queue.kept(file));
    if (this.voice.file) photos.push({ ...await queue.kept(this.voice.file), voice: true });
    return {
      key: this.key, kind: "act", account: this.account, state: "waiting", tries: 0, nextAt: 0,
      queuedAt: Date.now(), photos, title: `${button.textContent.trim()} ${this.words.number}`,
      seen: this.words.state,
      fields: {
        incident_id: this.words.incident, event: button.value,
        version: Number(this.form.elements.version.value), note: note || null,
        occurred_at: (this.earlier ? this.doneAt : new Date()).toISOString(),
      },
    };
  }

  say(kind, text) {
    const note = this.part("note");
    note.className = `alert alert-${kind}`;
    note.textContent = text;
    note.hidden = false;
  }
}

/** Start on the form of a task; without a store on this phone it stays a plain form. */
export function start(form) {
  if (queue.available() && accountOf(form)) new TaskForm(form).listen();
}
