// Where people and vehicles on duty are: asked every few seconds, drawn by the map's frame.

const EVERY_MS = 5_000;

class Units {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.frame = root.querySelector("iframe");
    this.list = root.querySelector("[data-part=list]");
    this.status = root.querySelector("[data-part=status]");
    this.units = JSON.parse(this.words.units);
  }

  listen() {
    this.frame.addEventListener("load", () => this.draw());
    window.addEventListener("message", ({ origin, source, data }) => {
      if (origin !== window.location.origin || source !== this.frame.contentWindow) return;
      if (data?.type === "ready") this.draw();
      if (data?.type === "unit") this.list.querySelector(`[data-id="${CSS.escape(data.id)}"]`)?.focus();
    });
    this.list.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-id]");
      if (!link) return;
      event.preventDefault();
      this.tell({ type: "look", id: link.dataset.id });
    });
    this.draw();
    setInterval(() => this.ask(), EVERY_MS);
  }

  async ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(this.words.now, { cache: "no-store" });
      if (answer.redirected) return window.location.reload(); // signed out meanwhile
      if (!answer.ok) throw new Error(answer.status);
      const { units } = await answer.json();
      const known = new Set([...this.list.querySelectorAll("a[data-id]")].map((a) => a.dataset.id));
      if (units.some((one) => !known.has(one.id))) return window.location.reload();
      this.units = units;
      this.status.textContent = "";
      this.draw();
    } catch {
      this.status.textContent = this.words.lost;
    }
    return undefined;
  }

  draw() {
    this.tell({ type: "units", units: this.units.filter((one) => one.lon !== null) });
    for (const one of this.units) {
      const link = this.list.querySelector(`[data-id="${CSS.escape(one.id)}"]`);
      if (!link) continue;
      link.querySelector("[data-part=age]").textContent = this.age(one);
      link.querySelector("[data-part=age]").className = one.stale ? "small text-danger" : "small";
      link.querySelector("[data-part=more]").textContent = this.more(one);
    }
  }

  age({ age_s: age }) {
    if (age === null) return this.words.silent;
    const [words, n] = age < 120 ? [this.words.ago, age] : [this.words.minutes, Math.round(age / 60)];
    return words.replace("{n}", n);
  }

  more(one) {
    const parts = [];
    if (one.accuracy_m !== null) parts.push(this.words.accuracy.replace("{n}", Math.round(one.accuracy_m)));
    if (one.speed_kmh !== null) parts.push(this.words.speed.replace("{n}", one.speed_kmh));
    if (one.mock) parts.push(this.words.mock);
    return parts.join(" · ");
  }

  tell(message) {
    this.frame.contentWindow?.postMessage(message, window.location.origin);
  }
}

/** Start on the page of live positions. */
export function start(root) {
  new Units(root).listen();
}
