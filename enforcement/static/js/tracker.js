// While its person is on duty and has switched it on: positions every ten seconds, kept on this
// phone until the server said yes. Nothing is read when the switch is off or the page is closed.

import { accountOf } from "./phone.js";

const EVERY_MS = 10_000;
const SEND_MS = 30_000;
const MOST = 5_000;
const AT_ONCE = 500;

class Tracker {
  constructor(root) {
    const account = accountOf(root);
    this.words = root.dataset;
    this.box = root.querySelector("[data-part=on]");
    this.said = root.querySelector("[data-part=said]");
    this.switchKey = `track:${account}`;
    this.keptKey = `fixes:${account}`;
    this.last = 0;
  }

  listen() {
    this.box.checked = localStorage.getItem(this.switchKey) === "on";
    this.box.addEventListener("change", () => {
      localStorage.setItem(this.switchKey, this.box.checked ? "on" : "off");
      this.follow();
    });
    window.addEventListener("online", () => this.send());
    setInterval(() => this.send(), SEND_MS);
    this.follow();
  }

  follow() {
    if (this.watch !== undefined) navigator.geolocation.clearWatch(this.watch);
    this.watch = undefined;
    this.said.textContent = "";
    if (!this.box.checked) return;
    this.watch = navigator.geolocation.watchPosition(
      (position) => this.take(position),
      () => { this.said.textContent = this.words.denied; },
      { enableHighAccuracy: true, maximumAge: 5_000, timeout: 60_000 },
    );
  }

  take({ coords, timestamp }) {
    if (timestamp - this.last < EVERY_MS) return;
    this.last = timestamp;
    const known = (value) => (value === null || Number.isNaN(value) || value < 0 ? null : value);
    const rows = [...this.kept(), {
      at: new Date(timestamp).toISOString(),
      lon: Number(coords.longitude.toFixed(6)), lat: Number(coords.latitude.toFixed(6)),
      accuracy_m: known(coords.accuracy), speed_mps: known(coords.speed), course_deg: known(coords.heading),
    }];
    localStorage.setItem(this.keptKey, JSON.stringify(rows.slice(-MOST)));
    this.show();
    if (rows.length === 1) this.send();
  }

  kept() {
    return JSON.parse(localStorage.getItem(this.keptKey) || "[]");
  }

  show() {
    const n = this.kept().length;
    this.said.textContent = (n ? this.words.waiting : this.words.sent).replace("{n}", n);
  }

  /** Send what is kept; only what the server took is forgotten. */
  async send() {
    const rows = this.kept().slice(0, AT_ONCE);
    if (!rows.length || !navigator.onLine || this.sending) return;
    this.sending = true;
    try {
      const me = await fetch("/m/me", { cache: "no-store" });
      if (!me.ok) throw new Error(me.status);
      const answer = await fetch("/m/send/positions", {
        method: "POST", body: JSON.stringify({ positions: rows }),
        headers: { "X-CSRFToken": (await me.json()).csrf, "Content-Type": "application/json" },
      });
      if (!answer.ok) throw new Error(answer.status);
      const gone = new Set(rows.map((one) => one.at));
      const left = this.kept().filter((one) => !gone.has(one.at));
      localStorage.setItem(this.keptKey, JSON.stringify(left));
    } catch {
      // kept, and tried again
    } finally {
      this.sending = false;
      if (this.box.checked) this.show();
    }
  }
}

/** Start beside the on-duty switch. */
export function start(root) {
  if (!navigator.geolocation || !window.isSecureContext) root.hidden = true;
  else new Tracker(root).listen();
}
