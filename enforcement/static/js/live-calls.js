// Calls for help on the live page: each with its place and who is nearest; it sounds until taken up.

import { tone } from "./tone.js";

const RING_MS = 1500;
const AGAIN_MS = 15_000; // and without a stream, from time to time
const SETTLE_MS = 200;

class Calls {
  constructor(root) {
    Object.assign(this, { root, words: root.dataset, heard: new Set() });
  }

  listen() {
    const soon = () => {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.ask(), SETTLE_MS);
    };
    document.addEventListener("incident-changed", ({ detail }) => {
      if (detail.urgency === "red") soon();
    });
    document.addEventListener("alone-changed", soon);
    setInterval(() => this.ask(), AGAIN_MS);
    setInterval(() => this.root.querySelector(".call-rings") && tone(880), RING_MS);
    this.ask();
  }

  async ask() {
    const answer = await fetch(this.words.calls, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const { sos, alone } = await answer.json();
    const key = JSON.stringify([sos, alone]);
    if (key === this.shown) return; // nothing new: what is focused stays so
    this.shown = key;
    this.root.replaceChildren(...sos.map((one) => this.call(one)), ...alone.map((one) => this.silent(one)));
  }

  call(one) {
    const card = this.card(one, one.what);
    for (const near of one.nearest) {
      const row = add(card, "div", "small", `${near.name} · ${near.unit ?? ""} · ${this.words.minutes.replace("{n}", near.minutes)}`);
      row.lang = "zh-CN";
    }
    if (one.lon === null) add(card, "div", "small", this.words.unplaced);
    const acts = this.acts(card, one);
    if (one.rings && one.may) {
      const take = add(acts, "button", "btn btn-sm btn-danger", this.words.take);
      take.type = "button";
      take.addEventListener("click", () => this.take(one, take));
    }
    if (one.lon !== null) {
      const look = add(acts, "button", "btn btn-sm btn-outline-primary", this.words.look);
      look.type = "button";
      look.addEventListener("click", () => document.querySelector("iframe.map-frame").contentWindow
        .postMessage({ type: "spot", lon: one.lon, lat: one.lat }, window.location.origin));
      if (one.may) link(acts, this.words.near, one.id, this.words.who);
    }
    link(acts, this.words.incident, one.id, this.words.open);
    return card;
  }

  silent(one) {
    const text = this.words.silent.replace("{name}", one.name).replace("{place}", one.place);
    const card = this.card(one, text);
    link(this.acts(card, one), this.words.alone, one.id, this.words.open);
    return card;
  }

  card(one, text) {
    const card = document.createElement("div");
    card.className = `card-body live-call${this.rings(one) ? " call-rings" : ""}`;
    const head = add(card, "strong", "d-block", `${one.number ?? ""} ${text}`.trim());
    head.lang = "zh-CN";
    return card;
  }

  rings(one) {
    return one.rings && !this.heard.has(one.id);
  }

  /** The row of buttons; the first one silences this screen. */
  acts(card, one) {
    const acts = add(card, "div", "d-flex flex-wrap gap-2 mt-2", "");
    if (this.rings(one)) {
      const heard = add(acts, "button", "btn btn-sm btn-outline-danger", this.words.heard);
      heard.type = "button";
      heard.addEventListener("click", () => {
        this.heard.add(one.id); // it sounds no more on this screen; the card stays
        card.classList.remove("call-rings");
        heard.remove();
      });
    }
    return acts;
  }

  /** Take a call up, as the desk does; the service decides whether that may be. */
  async take(one, button) {
    button.disabled = true;
    const body = new URLSearchParams({ csrf_token: this.words.token, version: one.version, key: `live-${one.id}-${one.version}` });
    const answer = await fetch(this.words.answer.replace("ID", encodeURIComponent(one.id)), { method: "POST", body, redirect: "manual" }).catch(() => null);
    button.disabled = false;
    // refused: the incident's own page says why and what may be done
    if (answer?.type !== "opaqueredirect" && !answer?.ok) {
      window.location.assign(this.words.incident.replace("ID", encodeURIComponent(one.id)));
    }
    this.ask();
  }
}

function add(parent, kind, style, text) {
  const made = parent.appendChild(document.createElement(kind));
  made.className = style;
  made.textContent = text;
  return made;
}

function link(parent, address, id, text) {
  add(parent, "a", "btn btn-sm btn-outline-primary", text).href = address.replace("ID", encodeURIComponent(id));
}

/** Start on the part of the live page that shows calls for help. */
export function start(root) {
  new Calls(root).listen();
}
