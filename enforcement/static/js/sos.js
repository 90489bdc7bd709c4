// A call for help: the button is held for two seconds (or pressed twice with the keyboard); the
// call is kept on this phone and tried every few seconds until the server has it, and then the
// page asks until somebody has heard.

import { accountOf } from "./phone.js";
import * as queue from "./queue.js";
import { sendHelp } from "./sender.js";

const HOLD_MS = 2_000;
const AGAIN_MS = 6_000;
const TRY_MS = 3_000;
const CALM_MS = 15_000;
const PLACE_MS = 1_500;
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

class Sos {
  constructor(root) {
    Object.assign(this, { root, words: root.dataset, account: accountOf(root), round: 0 });
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    this.button = this.part("press");
  }

  listen() {
    const { button } = this;
    button.setAttribute("role", "button");
    button.addEventListener("pointerdown", (event) => { if (event.button === 0) this.hold(); });
    for (const end of ["pointerup", "pointerleave", "pointercancel"]) {
      button.addEventListener(end, () => this.release());
    }
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    button.addEventListener("click", (event) => {
      event.preventDefault();
      if (event.detail === 0) this.twice(); // keyboard, or a screen reader
    });
    button.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      if (!event.repeat) this.twice();
    });
    this.takeUp();
  }

  say(text) {
    if (this.part("said").textContent !== text) this.part("said").textContent = text;
  }

  hold() {
    this.button.classList.add("held");
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.release();
      this.call();
    }, HOLD_MS);
  }

  release() {
    this.button.classList.remove("held");
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.say(this.words.hold);
  }

  twice() {
    if (this.asked && Date.now() - this.asked < AGAIN_MS) {
      this.asked = 0;
      this.call();
    } else {
      this.asked = Date.now();
      this.say(this.words.again);
    }
  }

  /** Go on with what an earlier page began. */
  async takeUp() {
    const rows = await queue.list(this.account);
    if (rows.some((row) => row.kind === "sos") || "open" in this.words) this.follow();
  }

  async call() {
    this.say(this.words.sending);
    navigator.vibrate?.(200);
    const late = this.where(20_000);
    const fix = await Promise.race([late, pause(PLACE_MS)]);
    await this.keep(fix);
    this.follow();
    if (!fix) late.then((found) => found && this.keep(found).then(() => this.follow()));
  }

  /** Ask the phone where it is; null where it does not know. */
  where(timeout) {
    if (!navigator.geolocation || !window.isSecureContext) return Promise.resolve(null);
    return new Promise((done) => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => done(coords), () => done(null),
        { enableHighAccuracy: true, maximumAge: 60_000, timeout },
      );
    });
  }

  keep(fix) {
    const number = (value, digits) => (fix ? Number(value.toFixed(digits)) : null);
    return queue.put({
      key: queue.newKey(), kind: "sos", account: this.account, state: "waiting", tries: 0,
      nextAt: 0, queuedAt: Date.now(), photos: [], title: this.words.title,
      fields: {
        occurred_at: new Date().toISOString(), lon: number(fix?.longitude, 6),
        lat: number(fix?.latitude, 6), accuracy_m: number(fix?.accuracy, 1),
      },
    });
  }

  /** Try until the server has it, then ask until the call has ended. */
  async follow() {
    const mine = ++this.round;
    navigator.serviceWorker?.ready.then(({ sync }) => sync?.register("send")).catch(() => {});
    while (mine === this.round) {
      const told = await this.ask().catch(() => null);
      if (mine !== this.round) return;
      if (told === false) return this.end();
      if (told) this.show(told);
      else this.say(this.words.unsent);
      await pause(told?.acknowledged ? CALM_MS : TRY_MS);
    }
    return undefined;
  }

  /** Return who heard; null while something waits on this phone, false where no call is open. */
  async ask() {
    const { failed } = await sendHelp(this.account);
    window.dispatchEvent(new Event("queue-changed"));
    if (failed) return null;
    const answer = await fetch("/m/send/sos", { cache: "no-store" });
    if (!answer.ok) return null;
    const { help } = await answer.json();
    return help?.open ? help : false;
  }

  show(help) {
    const words = help.withdrawn ? this.words.withdrawn : help.words;
    this.say(`${this.words.sent.replace("{number}", help.number)} · ${words}`);
    const form = this.part("withdraw");
    if (!form) return;
    form.hidden = help.withdrawn;
    form.action = this.words.withdraw.replace("ID", help.id);
  }

  end() {
    this.say("");
    if (this.part("withdraw")) this.part("withdraw").hidden = true;
  }
}

/** Start on the button for help; without a store on this phone it stays a plain link. */
export function start(root) {
  if (queue.available() && accountOf(root)) new Sos(root).listen();
}
