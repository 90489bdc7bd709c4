// Checking in at a checkpoint: kept on this phone first, so that it works without a network. The
// moment is that of pressing; codes are read from a picture or a tag where the phone can do it.

import { busy } from "./forms.js";
import { accountOf } from "./phone.js";
import * as queue from "./queue.js";
import { sendAll } from "./sender.js";

const WAIT_MS = 20_000;
const DAY_MS = 24 * 3_600_000;

class CheckIn {
  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.account = accountOf(form);
    this.part = (name) => form.querySelector(`[data-part=${name}]`);
  }

  async begin() {
    if ("offline" in this.words) {
      if (window.location.pathname !== "/m/checkin") return;
      this.form.hidden = false;
      document.querySelector("[data-part=report]").hidden = true;
      this.field("code").value = new URLSearchParams(window.location.search).get("code") ?? "";
      await this.recall();
    } else await this.remember();
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    this.form.addEventListener("change", () => this.adapt());
    this.offer();
    this.adapt();
    this.locate();
  }

  field(name) {
    return this.form.elements[name];
  }

  /** Show the fields of the chosen way; without a script all of them are there. */
  adapt() {
    const photo = this.field("way").value === "photo";
    this.form.querySelector("[data-for=code]").hidden = photo;
    this.form.querySelector("[data-for=photo]").hidden = !photo;
  }

  offer() {
    if ("BarcodeDetector" in window) {
      this.part("scan").hidden = false;
      this.part("scan").querySelector("input").addEventListener("change", (event) => this.scan(event));
    }
    if ("NDEFReader" in window) {
      this.part("touch").hidden = false;
      this.part("touch").addEventListener("click", () => this.touch());
    }
  }

  async scan({ target }) {
    const [file] = target.files;
    target.value = "";
    if (!file) return;
    const picture = await createImageBitmap(file).catch(() => null);
    const found = picture
      ? await new BarcodeDetector({ formats: ["qr_code"] }).detect(picture).catch(() => []) : [];
    this.take(found[0]?.rawValue, "qr", this.words.unread);
  }

  async touch() {
    this.say(this.words.touch);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), WAIT_MS);
    const reader = new NDEFReader();
    reader.onreading = ({ message }) => {
      stop.abort();
      const record = message.records.find((one) => ["url", "text"].includes(one.recordType));
      this.take(record && new TextDecoder().decode(record.data), "nfc", this.words.untouched);
    };
    await reader.scan({ signal: stop.signal }).catch(() => this.say(this.words.untouched));
  }

  take(code, way, otherwise) {
    if (!code) return this.say(otherwise);
    this.field("code").value = code;
    this.field("way").value = way;
    this.adapt();
    return this.say(this.words.got);
  }

  locate() {
    const said = this.part("position");
    if (!navigator.geolocation || !window.isSecureContext) {
      said.textContent = this.words.unlocated;
      return;
    }
    said.textContent = this.words.locating;
    navigator.geolocation.watchPosition(({ coords, timestamp }) => {
      this.here = { at: timestamp, lon: Number(coords.longitude.toFixed(6)), lat: Number(coords.latitude.toFixed(6)), accuracy_m: Number(coords.accuracy.toFixed(1)) };
      for (const name of ["lon", "lat", "accuracy_m"]) if (this.field(name)) this.field(name).value = this.here[name];
      said.textContent = this.words.located.replace("{n}", Math.max(1, Math.round(coords.accuracy)));
    }, () => { if (!this.here) said.textContent = this.words.unlocated; },
    { enableHighAccuracy: true, maximumAge: 10_000, timeout: WAIT_MS });
  }

  problem() {
    const way = this.field("way").value;
    const photo = this.field("photo").files.length;
    if (way !== "photo" && !this.field("code").value.trim()) return this.words.noCode;
    if (way === "photo" && !this.field("beat_id").value) return this.words.noBeat;
    return way === "photo" && !photo ? this.words.noPhoto : "";
  }

  /** Keep it on this phone first; then try to send it. */
  async onSubmit(event) {
    if (!queue.available() || !this.account) return; // an insecure address: a plain form
    event.preventDefault();
    const why = this.problem();
    if (why) return this.say(why);
    const pressedAt = new Date();
    busy(this.form, true);
    const row = await this.row(pressedAt);
    try {
      await queue.put(row);
    } catch {
      busy(this.form, false);
      return this.say(this.words.full);
    }
    navigator.serviceWorker?.ready.then(({ sync }) => sync?.register("send")).catch(() => {});
    const { sent } = navigator.onLine ? await sendAll(this.account, { force: true }) : { sent: [] };
    window.dispatchEvent(new Event("queue-changed"));
    busy(this.form, false);
    return this.told(row, sent.find((one) => one.key === row.key));
  }

  async told(row, mine) {
    if (mine) {
      this.form.reset();
      this.adapt();
      return this.say(mine.said);
    }
    const kept = await queue.find(this.account, row.key);
    if (kept?.state !== "refused") {
      this.form.reset();
      this.adapt();
      return this.say(this.words.kept);
    }
    await queue.remove(row.key); // what was typed is still in the form
    window.dispatchEvent(new Event("queue-changed"));
    return this.say(kept.why);
  }

  async row(pressedAt) {
    const way = this.field("way").value;
    const [photo] = this.field("photo").files;
    const { lon, lat, accuracy_m } = this.here ?? {};
    const place = this.here ? { lon, lat, accuracy_m } : {};
    return {
      key: queue.newKey(), kind: "checkin", account: this.account, state: "waiting", tries: 0,
      nextAt: 0, queuedAt: pressedAt.getTime(), title: this.words.title,
      photos: photo ? [await queue.kept(photo)] : [],
      fields: {
        way, code: way === "photo" ? null : this.field("code").value.trim(),
        beat_id: way === "photo" ? this.field("beat_id").value : null,
        note: this.field("note").value || null, occurred_at: pressedAt.toISOString(), ...place,
      },
    };
  }

  /** Keep today's checkpoints for the time without a network. */
  async remember() {
    if (!queue.available()) return;
    const points = [...this.field("beat_id").options].slice(1).map(({ value, text }) => [value, text]);
    await queue.keepSnapshot({ account: `${this.account}:checkin`, points, at: Date.now() }).catch(() => {});
  }

  async recall() {
    const kept = await queue.snapshot(`${this.account}:checkin`).catch(() => undefined);
    if (!kept || Date.now() - kept.at > DAY_MS) return;
    for (const [value, text] of kept.points) this.field("beat_id").add(new Option(text, value));
  }

  say(text) {
    const line = this.part("said");
    line.textContent = text;
    line.hidden = false;
    line.scrollIntoView({ block: "center" });
  }
}

/** Start on the form of a check-in. */
export function start(form) {
  return new CheckIn(form).begin();
}
