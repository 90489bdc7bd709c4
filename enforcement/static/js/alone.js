// Lone working: the time that is left, a tone and a buzz before it is over, and words that are kept
// on this phone until the server has them. The server counts by its own clock, not by the phone's.

import { busy } from "./forms.js";
import { accountOf } from "./phone.js";
import * as queue from "./queue.js";
import { sendAll } from "./sender.js";
import { tone } from "./tone.js";

const TICK_MS = 1000;
const AGAIN_MS = 10_000;
const PLACE_MS = 5_000;

class Alone {
  constructor(root) {
    Object.assign(this, { root, words: root.dataset, account: accountOf(root), sounded: 0 });
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    this.ahead = Date.parse(this.words.now) - Date.now();
  }

  listen() {
    for (const form of this.root.querySelectorAll("form[data-act]")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.say(form);
      });
    }
    if (this.words.ask) {
      setInterval(() => this.tick(), TICK_MS);
      this.tick();
    }
  }

  tick() {
    const left = Date.parse(this.words.ask) - Date.now() - this.ahead;
    const seconds = Math.max(0, Math.floor(left / 1000));
    const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    this.part("left").textContent = this.words.left.replace("{n}", text);
    const asks = left <= Number(this.words.warn) * 60_000;
    this.root.classList.toggle("alone-asks", asks);
    if (!asks || this.waiting) return;
    this.tell(left > 0 ? this.words.soon : this.words.over);
    if (Date.now() - this.sounded < AGAIN_MS) return;
    this.sounded = Date.now();
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([300, 150, 300]);
    tone(left > 0 ? 660 : 990);
  }

  tell(text) {
    if (this.part("said").textContent !== text) this.part("said").textContent = text;
  }

  async say(form) {
    busy(form, true);
    const { act } = form.dataset;
    const fields = { act, ...(act === "start" ? await this.begun(form) : {}) };
    await queue.put({
      key: queue.newKey(), kind: "alone", account: this.account, state: "waiting", tries: 0,
      nextAt: 0, queuedAt: Date.now(), photos: [], title: this.words.title, fields,
    });
    const { sent } = navigator.onLine ? await sendAll(this.account, { force: true }) : { sent: [] };
    window.dispatchEvent(new Event("queue-changed"));
    if (sent.some((one) => one.kind === "alone")) return window.location.reload();
    this.waiting = true;
    this.tell(this.words.kept);
    return busy(form, false);
  }

  async begun(form) {
    const { place, minutes } = form.elements;
    const fix = await this.where();
    return {
      place: place.value, minutes: Number(minutes.value) || null,
      lon: fix && Number(fix.longitude.toFixed(6)), lat: fix && Number(fix.latitude.toFixed(6)),
      accuracy_m: fix && Number(fix.accuracy.toFixed(1)),
    };
  }

  where() {
    if (!navigator.geolocation || !window.isSecureContext) return Promise.resolve(null);
    return new Promise((done) => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => done(coords), () => done(null),
        { enableHighAccuracy: true, maximumAge: 60_000, timeout: PLACE_MS },
      );
    });
  }
}

/** Start on the page; without a store on this phone its forms stay plain. */
export function start(root) {
  if (queue.available() && accountOf(root)) new Alone(root).listen();
}
