// Where people and vehicles on duty are: all at first, then what moves, by server-sent events. The
// map is drawn by its own frame; the list beside it says the same in words.

import { Choice } from "./live-filters.js";

const AGES_MS = 5_000; // ages are told anew
const WHOLE_MS = 60_000; // who is on duty, and at what
const POLL_MS = 5_000; // without a stream
const FRESH_S = 60;
const RECENT_S = 300;
const SHOWN_S = 1800; // older positions are in the list, not on the map

class Units {
  constructor(root) {
    Object.assign(this, { root, words: root.dataset, rows: new Map(), units: new Map() });
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    this.frame = root.querySelector("iframe");
    this.choice = new Choice(this.part("filters"), () => this.show());
    this.take(JSON.parse(this.words.units), Number(this.words.at));
  }

  listen() {
    this.frame.addEventListener("load", () => this.show());
    window.addEventListener("message", ({ origin, source, data }) => {
      if (origin !== window.location.origin || source !== this.frame.contentWindow) return;
      if (data?.type === "ready") this.show();
      if (data?.type === "unit") this.rows.get(data.id)?.querySelector("a").focus();
    });
    this.part("list").addEventListener("click", (event) => {
      const row = event.target.closest("li[data-id]");
      if (!row || event.target.closest("a[href]:not([href='#'])")) return;
      event.preventDefault();
      this.tell({ type: "look", id: row.dataset.id });
    });
    setInterval(() => this.ages(), AGES_MS);
    setInterval(() => this.whole(), this.words.stream ? WHOLE_MS : POLL_MS);
    if (this.words.stream) this.follow();
  }

  /** Follow what moves; after a lost connection, what was missed is asked for as a whole. */
  follow() {
    const source = new EventSource(this.words.stream, { withCredentials: true });
    let lost = false;
    source.addEventListener("units", (event) => this.moved(JSON.parse(event.data)));
    source.addEventListener("hello", () => {
      if (lost) this.whole();
      lost = false;
      this.say("");
    });
    source.addEventListener("error", () => {
      lost = true;
      this.say(this.words.lost);
    });
    window.addEventListener("pagehide", () => source.close());
  }

  say(text) {
    this.part("status").textContent = text;
  }

  async whole() {
    if (document.hidden) return undefined;
    try {
      const answer = await fetch(this.words.now, { cache: "no-store" });
      if (answer.redirected) return window.location.reload(); // signed out meanwhile
      if (!answer.ok) throw new Error(answer.status);
      const { now, units } = await answer.json();
      this.take(units, now);
      this.show();
      this.say("");
    } catch {
      this.say(this.words.lost);
    }
    return undefined;
  }

  /** Put all units in place of those that were known; the server's clock decides about ages. */
  take(units, now) {
    this.ahead = now - Date.now() / 1000;
    this.units = new Map(units.map((one) => [one.id, one]));
    this.choice.offer(units, this.words.nobody);
    const list = this.part("list");
    const focused = document.activeElement?.closest?.("li[data-id]")?.dataset.id;
    list.replaceChildren();
    this.rows = new Map(units.map((one) => [one.id, this.row(one)]));
    list.append(...this.rows.values());
    if (focused) this.rows.get(focused)?.querySelector("a").focus({ preventScroll: true });
    this.part("empty").hidden = units.length > 0;
  }

  /** Take positions that are newer; a unit nobody knew yet is asked for with all. */
  moved(rows) {
    if (rows.some((one) => !this.units.has(one.id))) return void this.whole();
    const shown = [];
    for (const one of rows) {
      const unit = Object.assign(this.units.get(one.id), one);
      this.tellAge(unit);
      if (this.visible(unit)) shown.push(this.drawn(unit));
    }
    if (shown.length) this.tell({ type: "moved", units: shown });
    return undefined;
  }

  /** Show what the filters let through, on the map and in the list. */
  show() {
    const shown = [...this.units.values()].filter((one) => this.visible(one));
    const now = this.now();
    this.tell({ type: "units", units: shown.filter((one) => one.lon !== null && now - one.at <= SHOWN_S)
      .map((one) => this.drawn(one)) });
    this.ages();
  }

  ages() {
    let count = 0;
    for (const one of this.units.values()) {
      const row = this.rows.get(one.id);
      const hidden = !this.visible(one);
      if (row.hidden !== hidden) row.hidden = hidden;
      if (!hidden) count += 1;
      this.tellAge(one);
    }
    this.part("count").textContent = this.words.count.replace("{n}", count).replace("{all}", this.units.size);
    this.tell({ type: "ages", now: this.now() });
  }

  visible(one) {
    return this.choice.lets(one, this.now());
  }

  now() {
    return Date.now() / 1000 + this.ahead;
  }

  drawn({ id, name, lon, lat, at, accuracy_m: accuracy, sos, person }) {
    return { id, name, lon, lat, at, accuracy, sos, person, now: this.now() };
  }

  row(one) {
    const row = document.createElement("li");
    row.dataset.id = one.id;
    const link = row.appendChild(document.createElement("a"));
    link.href = "#";
    const line = span(link, "line", "");
    const name = span(line, one.sos ? "text-danger-emphasis" : "", "");
    const icon = name.appendChild(document.createElement("i"));
    icon.className = `bi bi-${one.person ? "person-fill" : "truck"} text-primary`;
    icon.setAttribute("aria-hidden", "true");
    span(name, "", ` ${one.name}`).lang = "zh-CN";
    span(line, "small", "").dataset.part = "age";
    span(link, "small text-muted d-block", this.unit(one));
    span(link, "small text-muted", "").dataset.part = "more";
    return row;
  }

  unit(one) {
    const duty = one.person ? this.words[one.duty] ?? "" : this.words.vehicle;
    const { task } = one;
    const doing = task && this.words[task.kind].replace("{number}", ` ${task.number}`)
      .replace("{done}", task.done).replace("{stops}", task.stops);
    return [one.unit, duty, doing, one.sos ? this.words.help : ""].filter(Boolean).join(" · ");
  }

  tellAge(one) {
    const row = this.rows.get(one.id);
    if (!row || row.hidden) return;
    const age = one.at === null ? null : Math.max(0, Math.round(this.now() - one.at));
    put(row.querySelector("[data-part=age]"), this.age(age), age === null || age > RECENT_S
      ? "small text-danger-emphasis" : age > FRESH_S ? "small text-warning-emphasis" : "small text-success-emphasis");
    put(row.querySelector("[data-part=more]"), this.more(one));
  }

  age(age) {
    if (age === null) return this.words.silent;
    const [words, n] = age < 120 ? [this.words.seconds, age] : [this.words.minutes, Math.round(age / 60)];
    return words.replace("{n}", n);
  }

  more(one) {
    const parts = [];
    if (one.accuracy_m !== null) parts.push(this.words.accuracy.replace("{n}", one.accuracy_m));
    if (one.speed_kmh !== null) parts.push(this.words.speed.replace("{n}", one.speed_kmh));
    if (one.mock) parts.push(this.words.mock);
    return parts.join(" · ");
  }

  tell(message) {
    this.frame.contentWindow?.postMessage(message, window.location.origin);
  }
}

function span(parent, style, text) {
  const made = parent.appendChild(document.createElement("span"));
  made.className = style;
  made.textContent = text;
  return made;
}

function put(element, text, style = element.className) {
  if (element.textContent !== text) element.textContent = text;
  if (element.className !== style) element.className = style;
}

/** Start on the page of live positions. */
export function start(root) {
  new Units(root).listen();
}
