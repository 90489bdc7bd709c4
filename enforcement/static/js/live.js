// Rings on the screen when somebody is called: a card for each notice, and a tone until it is heard.
// The stream is read again after a lost connection from the last number seen, so nothing is missed.

import { tone } from "./tone.js";

const AGAIN_MS = 1500;
const QUIET_SHOWN = 1; // so many reminders stand on the page, the others behind a link

/** The cards of notices that were not heard yet. */
class Rings {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.cards = new Map();
  }

  listen() {
    this.source = new EventSource(this.words.events, { withCredentials: true });
    this.source.addEventListener("notice", (event) => this.take(JSON.parse(event.data)));
    this.source.addEventListener("incident", (event) => this.tell(JSON.parse(event.data)));
    this.source.addEventListener("alone", (event) => this.watched(JSON.parse(event.data)));
    for (const kind of ["case", "patrol"]) {
      this.source.addEventListener(kind, () => document.dispatchEvent(new CustomEvent("row-changed")));
    }
    this.source.addEventListener("hello", () => this.remember());
    window.addEventListener("pagehide", () => this.source.close());
  }

  /** Show the calls of before this page that were not heard yet. */
  async remember() {
    const answer = await fetch(this.words.unheard, { headers: { Accept: "application/json" } });
    if (answer.ok) for (const notice of await answer.json()) this.take(notice);
  }

  /** Let the page's own parts know of an incident that changed. */
  tell(detail) {
    document.dispatchEvent(new CustomEvent("incident-changed", { detail }));
    if (detail.act !== "escalate" && detail.act !== "remind" && detail.act !== "report") {
      this.drop(detail.subject);
    }
  }

  /** Somebody who works alone has spoken, or somebody looks after him: it rings no more. */
  watched(detail) {
    document.dispatchEvent(new CustomEvent("alone-changed", { detail }));
    if (["start", "well", "end", "answer"].includes(detail.act)) this.drop(detail.subject);
  }

  take(notice) {
    this.drop(notice.about_id);
    const card = this.card(notice);
    this.cards.set(notice.about_id, card);
    this.root.append(card);
    this.fold();
    if (notice.act !== "notify") this.sound();
  }

  card(notice) {
    const card = document.createElement("div");
    card.className = `ring ${notice.act === "notify" ? "ring-quiet" : "ring-loud"}`;
    const head = document.createElement("strong");
    const said = { ring: this.words.ring, take_over: this.words.take };
    head.textContent = `${said[notice.act] ?? this.words.notify} ${notice.number ?? ""}`;
    if (notice.about === "drill") {
      head.textContent = notice.act === "notify"
        ? `${this.words.drilled} ${notice.reached ?? ""}/${notice.asked ?? ""}` : this.words.drill;
      card.classList.add("ring-drill");
    }
    const open = document.createElement("a");
    open.className = "btn btn-sm btn-light";
    open.href = this.words.incident.replace("ID", encodeURIComponent(notice.about_id));
    if (notice.about === "ledger") {
      open.href = this.words.ledger.replace("ID", encodeURIComponent(notice.about_id));
    }
    if (notice.about === "patrol") {
      open.href = this.words.patrol.replace("ID", encodeURIComponent(notice.about_id));
    }
    if (notice.about === "alone") {
      head.textContent = this.words[notice.rule === "warn" ? "aloneAsks" : "aloneRings"];
      open.href = notice.rule === "warn" ? this.words.aloneMine
        : this.words.alone.replace("ID", encodeURIComponent(notice.about_id));
    }
    if (notice.about === "away") {
      head.textContent = this.words.away;
      open.href = this.words.posts;
    }
    if (notice.about === "yearly") open.href = this.words.yearly.replace("YEAR", encodeURIComponent(notice.year));
    if (notice.about === "briefing") open.href = this.words.briefing;
    if (notice.about === "alarm" || notice.about === "rule") open.href = this.words.alarms;
    if (notice.about === "glass" || notice.about === "retention") open.href = this.words.notices;
    open.textContent = this.words.open;
    const heard = document.createElement("button");
    heard.type = "button";
    heard.className = "btn btn-sm btn-outline-light";
    heard.textContent = this.words.heard;
    heard.addEventListener("click", () => this.hear(notice));
    card.append(head, ...(notice.about === "drill" ? [] : [open]), heard);
    return card;
  }

  /** Tell the server that a person heard it; the card stays until the server has said yes. */
  async hear(notice) {
    const url = this.words.hear.replace("ID", encodeURIComponent(notice.subject));
    const answer = await fetch(url, {
      method: "POST", headers: { "X-CSRFToken": this.words.token }, redirect: "manual",
    });
    if (answer.ok || answer.type === "opaqueredirect") this.drop(notice.about_id);
  }

  drop(id) {
    this.cards.get(id)?.remove();
    this.cards.delete(id);
    this.fold();
  }

  /** Show the newest reminders only, and how many more there are; what rings always shows. */
  fold() {
    const quiet = [...this.root.querySelectorAll(".ring-quiet:not(.ring-drill)")].reverse();
    quiet.forEach((card, place) => { card.hidden = place >= QUIET_SHOWN; });
    this.more ??= Object.assign(document.createElement("a"), { className: "ring ring-more", href: this.words.notices });
    this.more.hidden = quiet.length <= QUIET_SHOWN;
    this.more.textContent = this.words.more.replace("{n}", quiet.length - QUIET_SHOWN);
    this.root.append(this.more);
  }

  /** Sound until every loud card is gone; browsers allow it once the person has clicked. */
  sound() {
    if (this.timer) return;
    this.timer = setInterval(() => {
      if (this.root.querySelector(".ring-loud")) tone();
      else this.timer = clearInterval(this.timer);
    }, AGAIN_MS);
  }
}

/** Start on the element that shows the cards. */
export function start(root) {
  new Rings(root).listen();
}
