// The editor of a plan: sends its forms without leaving the page, and keeps map, panels and the
// table of villages in step. Without scripts the same forms are sent as plain posts.

import { busy } from "./forms.js";
import { PlanMap } from "./plan-map.js";

/** One plan on one page. */
class PlanEditor {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(root.dataset.words);
    this.state = JSON.parse(this.part("state").textContent);
    this.places = null;
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  async start() {
    this.readUnits();
    this.map = new PlanMap(this.part("map"), {
      bounds: JSON.parse(this.root.dataset.bounds),
      colours: this.colours, names: this.names, words: this.words,
      tell: (codes) => this.onChosen(codes),
    });
    this.listen();
    await Promise.all([this.loadAreas(), this.loadPlaces()]);
  }

  readUnits() {
    const rows = [...this.root.querySelectorAll("[data-unit]")];
    this.colours = Object.fromEntries(rows.map((row) => [row.dataset.unit, row.dataset.colour]));
    this.names = Object.fromEntries(rows.map((row) => [row.dataset.unit, row.dataset.name]));
  }

  listen() {
    document.addEventListener("submit", (event) => this.onSubmit(event));
    document.addEventListener("keydown", (event) => this.onKey(event));
    this.part("find").addEventListener("input", (event) => this.find(event.target.value.trim()));
    this.root.querySelector("[data-panel=squads]")
      .addEventListener("click", (event) => this.onSquad(event.target.closest("[data-unit]")));
    this.part("clear")?.addEventListener("click", () => this.map.choose([]));
    this.part("draw")?.addEventListener("click", () => this.draw());
    this.root.addEventListener("click", (event) => this.onEdit(event.target.closest("[data-edit]")));
  }

  async loadAreas() {
    try {
      const answer = await fetch(this.root.dataset.areas);
      if (!answer.ok) throw new Error(answer.status);
      this.map.load(await answer.json());
      this.map.show(this.state);
    } catch {
      this.say(this.words.mapFailed, true);
    }
  }

  /** Fetch how much happened in each village, and show it beside the squads. */
  async loadPlaces() {
    try {
      const answer = await fetch(this.root.dataset.places);
      if (answer.ok) this.places = (await answer.json()).places;
    } catch { /* the columns stay empty */ }
    this.showLoads();
  }

  showLoads() {
    if (!this.places) return;
    const sums = {};
    for (const [code, owner] of Object.entries(this.state.owners)) {
      if (owner) sums[owner] = (sums[owner] ?? 0) + (this.places[code]?.incidents ?? 0);
    }
    for (const row of this.root.querySelectorAll("[data-unit]")) {
      row.querySelector("[data-load]").textContent = sums[row.dataset.unit] ?? 0;
    }
  }

  onChosen(codes) {
    const chosen = this.part("chosen");
    if (chosen) {
      const names = codes.slice(0, 6).map((code) => this.map.nameOf(code)).join("、");
      const more = codes.length > 6 ? "…" : "";
      chosen.textContent = codes.length
        ? this.words.some.replace("#", codes.length) + names + more : this.words.none;
    }
    for (const button of this.root.querySelectorAll("[data-part=assign] button")) {
      button.disabled = codes.length === 0;
    }
  }

  /** Show the squads and villages that a word stands in. */
  find(word) {
    for (const row of this.root.querySelectorAll("[data-unit]")) {
      row.hidden = word !== "" && !row.dataset.name.includes(word);
    }
    for (const row of this.root.querySelectorAll("[data-group]")) row.hidden = word !== "";
    const found = word.length > 1
      ? [...this.map.villages.keys()].filter((code) => this.map.nameOf(code).includes(word)) : [];
    this.map.choose(found);
    if (found.length) this.map.look(found);
  }

  /** A squad in the list: show where it is, and offer it as the target. */
  onSquad(row) {
    if (!row) return;
    const code = row.dataset.unit;
    const select = this.part("unit");
    if (select?.querySelector(`option[value="${CSS.escape(code)}"]`)) select.value = code;
    for (const other of this.root.querySelectorAll("[data-unit]")) {
      other.toggleAttribute("aria-current", other === row);
    }
    this.map.look(Object.keys(this.state.owners).filter((one) => this.state.owners[one] === code));
  }

  onKey(event) {
    if (event.key !== "Escape" || !this.map) return;
    this.hint("");
    if (this.map.drawing) this.map.stopDrawing();
    else this.map.choose([]);
  }

  async draw() {
    this.hint(this.words.draw);
    const geometry = await this.map.draw();
    this.hint("");
    if (!geometry) return;
    const box = this.part("drawn");
    box.open = true;
    box.querySelector("[name=geometry]").value = JSON.stringify(geometry);
    box.querySelector("[name=name]").focus();
  }

  onEdit(button) {
    if (!button) return;
    const field = button.closest("form").querySelector("[name=geometry]");
    this.hint(this.words.edit);
    this.map.reshape(button.dataset.edit, (geometry) => { field.value = JSON.stringify(geometry); });
    this.part("map").scrollIntoView({ block: "nearest" });
  }

  hint(text) {
    this.part("hint").textContent = text;
    this.part("hint").hidden = text === "";
  }

  say(text, wrong = false) {
    const line = this.part("said");
    line.textContent = text;
    line.classList.toggle("wrong", wrong);
  }

  /** Send a form of the editor and show what the server answers. */
  async onSubmit(event) {
    const form = event.target;
    if (event.defaultPrevented || !form.hasAttribute("data-stay")) return;
    event.preventDefault();
    const sent = new FormData(form);
    if (form.dataset.part === "assign") for (const code of this.map.chosen) sent.append("areas", code);
    busy(form, true);
    this.say(this.words.saving);
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: sent, headers: { Accept: "application/json" },
      });
      if (answer.redirected) return window.location.reload(); // signed out meanwhile
      const told = await answer.json();
      if (answer.ok) this.keep(form, told);
      else this.say(told.error + (answer.status === 409 && told.current ? this.words.stale : ""), true);
    } catch {
      this.say(this.words.failed, true);
    } finally {
      busy(form, false);
      this.onChosen([...this.map.chosen]);
    }
    return undefined;
  }

  /** Take over the state that the server answered with. */
  keep(form, { said, drawn, panels }) {
    this.state = drawn;
    for (const [name, html] of Object.entries(panels)) {
      const panel = document.querySelector(`[data-panel="${name}"]`);
      if (panel) panel.innerHTML = html;
    }
    for (const field of document.querySelectorAll("input[name=version]")) field.value = drawn.version;
    for (const cell of document.querySelectorAll("[data-owner]")) {
      const owner = drawn.owners[cell.dataset.owner];
      cell.textContent = owner ? this.names[owner] ?? owner : this.words.nobody;
    }
    if (form.hasAttribute("data-draw")) form.reset();
    this.map.stopDrawing();
    this.hint("");
    this.map.chosen = new Set();
    this.map.show(drawn);
    this.showLoads();
    this.say(said);
  }
}

/** Start on the element that holds map and panels. */
export function start(root) {
  new PlanEditor(root).start();
}
