// The operations map: tiles of incidents and cases, layers, the list and the panel kept in step.

import { Points, clockWords } from "./atlas-points.js";
import { busy } from "./forms.js";

const BESIDE_FROM_PX = 992; // narrower windows show the panel below the map
const CALM_MS = 700; // several changes within this are fetched once
const CLOCKS_MS = 30_000;
const LATEST_MS = 1000; // what waits for the marks is drawn then even if the browser is busy
const CLOSE = 17; // streets and yards
const REMEMBERED = "atlas-service";

class Atlas {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(root.dataset.words);
    for (const name of ["list", "panel", "content", "status", "hint", "filters", "layers", "without", "services", "brigades", "export"]) {
      this[name] = root.querySelector(`[data-part=${name}]`);
    }
    const [west, south, east, north] = JSON.parse(root.dataset.bounds);
    this.map = L.map(root.querySelector("[data-part=map]"), {
      zoomControl: false, zoomSnap: 0.5, minZoom: 7, maxZoom: 19, worldCopyJump: false, preferCanvas: true,
      zoomAnimation: true, maxBoundsViscosity: 0.5,
    });
    this.map.attributionControl.setPrefix(false);
    L.control.zoom({ zoomInTitle: this.words.zoomIn, zoomOutTitle: this.words.zoomOut }).addTo(this.map);
    L.control.scale({ imperial: false }).addTo(this.map);
    this.points = new Points(this.map, root.dataset.tiles, this.words, (chosen) => this.choose(chosen));
    this.points.terms = JSON.parse(root.dataset.terms);
    this.points.query = this.query();
    this.map.on("points", ({ lost }) => this.say(lost ? this.words[lost] : ""));
    this.map.fitBounds([[south, west], [north, east]], { padding: [8, 8], animate: false });
    this.map.setMaxBounds(this.map.getBounds().pad(1));
  }

  start() {
    this.bbox();
    this.map.on("moveend", () => this.later(() => this.relist(), "moved"));
    this.filters.addEventListener("submit", (event) => {
      event.preventDefault();
      this.refilter();
    });
    this.filters.addEventListener("change", () => this.refilter());
    for (const name of ["pointerdown", "focusin"]) this.filters.addEventListener(name, () => this.fillUnits(), { once: true });
    this.layers.addEventListener("change", (event) => this.onLayer(event));
    this.list.addEventListener("click", (event) => this.onPick(event));
    this.panel.addEventListener("submit", (event) => this.onSubmit(event));
    this.panel.querySelector("[data-part=back]").addEventListener("click", () => this.back());
    document.addEventListener("incident-changed", () => this.later(() => this.again(), "changed"));
    document.addEventListener("row-changed", () => this.later(() => this.again(), "changed"));
    setInterval(() => this.tick(), CLOCKS_MS);
    this.map.once("points", () => soon(() => this.startRest()));
    if (this.root.dataset.show) this.show("incident", this.root.dataset.show, { look: true });
  }

  /** Fetch what lies under and over the marks: it comes after them, as they are what people wait for. */
  async startRest() {
    this.root.querySelector("[data-part=side]").classList.add("drawn");
    try {
      const [{ groundOf }, { Layers }] = await Promise.all([import("./atlas-ground.js"), import("./atlas-layers.js")]);
      this.over = new Layers(this.map, this.root, (chosen) => this.choose(chosen));
      this.over.query = this.unitQuery();
      this.ground = groundOf(this.map, this.root);
      this.ground.duties = this.layers.querySelector("[value=duties]").checked;
    } catch {
      return this.say(this.words.lost);
    }
    this.fillUnits();
    this.startGround();
    for (const box of this.layers.querySelectorAll("[name=layer]:checked")) if (box.value !== "duties") this.over.show(box.value, true);
    return undefined;
  }

  startGround() {
    const number = Number(localStorage.getItem(REMEMBERED) ?? -1);
    const chosen = this.ground.services[number] ? number : -1;
    if (this.ground.services.length) {
      this.ground.offer(this.services, chosen);
      this.services.addEventListener("change", ({ target }) => localStorage.setItem(REMEMBERED, target.value));
    }
    this.ground.choose(chosen);
  }

  /** Put the units to choose from into their field, once. */
  fillUnits() {
    const template = this.filters.querySelector("template[data-part=units]");
    if (!template) return;
    const field = this.filters.elements.unit;
    const { value } = field;
    field.replaceChildren(template.content);
    field.value = value;
    template.remove();
  }

  unitQuery() {
    const unit = this.filters.elements.unit.value;
    return unit ? `?unit=${encodeURIComponent(unit)}` : "";
  }

  query() {
    const said = new URLSearchParams();
    for (const [name, value] of new FormData(this.filters)) if (value && !(name === "state" && value === "open")) said.set(name, value);
    const boxes = [...this.layers.querySelectorAll("[name=kind]")];
    if (boxes.some((box) => !box.checked)) said.set("kinds", boxes.filter((box) => box.checked).map((box) => box.value).join(",") || "-");
    const text = said.toString();
    return text ? `?${text}` : "";
  }

  refilter() {
    const query = this.query();
    history.replaceState(null, "", `${window.location.pathname}${query}`);
    if (this.over) this.over.query = this.unitQuery();
    this.over?.again();
    this.points.ask(query);
    this.relist();
  }

  onLayer({ target }) {
    if (target.name === "kind") this.refilter();
    if (target.name === "layer" && target.value === "duties") {
      this.ground?.showDuties(target.checked);
      this.brigades.hidden = !target.checked;
    } else if (target.name === "layer") this.over?.show(target.value, target.checked);
    if (target.name === "blank_days") this.over?.again();
  }

  /** Do something after a moment of calm; `name` tells one wait from another. */
  later(act, name) {
    this.waits ??= {};
    clearTimeout(this.waits[name]);
    this.waits[name] = setTimeout(act, CALM_MS);
  }

  again() {
    this.over?.again();
    this.points.again();
    this.relist();
  }

  say(text) {
    this.hint.textContent = text;
    this.hint.hidden = text === "";
  }

  /** Return what the map shows as "west,south,east,north"; an export begins with it. */
  bbox() {
    const box = this.map.getBounds();
    const said = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()]
      .map((one, place) => Math.max(place % 2 ? -90 : -180, Math.min(place % 2 ? 90 : 180, one)).toFixed(5)).join(",");
    this.export.search = `?bbox=${said}`;
    return said;
  }

  /** Fetch the list of what the map shows; what has the focus keeps it. */
  async relist() {
    const bbox = this.bbox();
    const query = this.query();
    const turn = this.listing = (this.listing ?? 0) + 1;
    try {
      const answer = await fetch(`${this.root.dataset.list}${query}${query ? "&" : "?"}bbox=${bbox}`);
      if (answer.redirected) return window.location.reload(); // signed out meanwhile
      if (!answer.ok) throw new Error(answer.status);
      const html = await answer.text();
      if (turn !== this.listing) return undefined;
      const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
      this.list.innerHTML = html;
      if (focused) this.list.querySelector(`a[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
      this.count();
    } catch {
      this.say(this.words.lost);
    }
    return undefined;
  }

  count() {
    const said = [...this.list.querySelectorAll("[data-part=nowhere]")].map((one) => one.textContent);
    const n = said.reduce((sum, one) => sum + Number(one.match(/\d+/)?.[0] ?? 0), 0);
    if (said.length) this.without.textContent = said[0].replace(/\d+/, n);
    this.without.parentElement.classList.toggle("state-amber", n > 0);
  }

  tick() {
    for (const one of this.list.querySelectorAll("[data-due]")) {
      const due = Number(one.dataset.due);
      one.lastChild.textContent = ` ${clockWords(due, this.words)}`;
      one.classList.toggle("late", due * 1000 < Date.now());
    }
  }

  onPick(event) {
    const link = event.target.closest("a[data-id]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { id, kind, lon } = link.dataset;
    if (lon !== undefined) this.look(link);
    this.choose({ kind, id });
  }

  /** Move to the place of a row of the list and name its mark. */
  look(row) {
    const [lat, lon] = [Number(row.dataset.lat), Number(row.dataset.lon)];
    const name = row.querySelector(".line span")?.textContent.trim() ?? "";
    const chosen = { kind: row.dataset.kind, id: row.dataset.id, lat, lon, name };
    this.map.once("points", () => this.points.point(chosen));
    this.map.setView([lat, lon], Math.max(this.map.getZoom(), CLOSE), { animate: false });
  }

  choose({ kind, id }) {
    if (kind === "patrol") this.offer(id);
    else if (kind === "beat") window.location.assign(this.root.dataset.beat.replace("ID", encodeURIComponent(id)));
    else this.show(kind, id);
  }

  /** Fetch the panel of an incident or a case and put it in place. */
  async show(kind, id, { message, look } = {}) {
    this.shown = { kind, id };
    this.status.textContent = this.words.loading;
    try {
      const answer = await fetch(this.root.dataset[kind].replace("ID", encodeURIComponent(id)));
      if (answer.redirected) return window.location.reload(); // signed out meanwhile
      if (this.shown.id !== id) return undefined;
      if (!answer.ok) throw new Error(answer.status);
      this.content.innerHTML = await answer.text();
      if (message) this.content.prepend(message);
      this.status.textContent = "";
      const row = look && this.list.querySelector(`a[data-id="${CSS.escape(id)}"][data-lon]`);
      if (row) this.look(row);
    } catch {
      this.content.replaceChildren();
      this.status.textContent = this.words.failed;
    }
    return this.reveal();
  }

  /** Offer the patrol whose stop or route was chosen. */
  offer(id) {
    const link = document.createElement("a");
    link.href = this.root.dataset.patrol.replace("ID", encodeURIComponent(id));
    link.className = "btn btn-primary m-3";
    link.textContent = this.words.openPatrol;
    this.shown = { kind: "patrol", id };
    this.status.textContent = "";
    this.content.replaceChildren(link);
    this.reveal();
  }

  reveal() {
    this.list.hidden = true;
    this.panel.hidden = false;
    const head = this.content.querySelector("h2, a");
    if (head) {
      head.tabIndex = head.tabIndex < 0 ? -1 : head.tabIndex;
      head.focus({ preventScroll: true });
    }
    if (window.innerWidth < BESIDE_FROM_PX) this.panel.scrollIntoView({ block: "start" });
  }

  back() {
    this.panel.hidden = true;
    this.list.hidden = false;
    const link = this.list.querySelector(`a[data-id="${CSS.escape(this.shown?.id ?? "")}"]`);
    (link ?? this.list.querySelector("a"))?.focus();
  }

  /** Send a form of the panel without leaving the map; show what the server says. */
  async onSubmit(event) {
    const form = event.target;
    if (event.defaultPrevented || !form.hasAttribute("data-stay")) return;
    event.preventDefault();
    busy(form, true);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const said = page.querySelector(answer.ok ? ".flashes .alert" : "[role=alert]");
      if (answer.ok) {
        await this.show(this.shown.kind, this.shown.id, { message: said ? document.adoptNode(said) : undefined });
        this.again();
      } else {
        this.refuse(form, said?.textContent ?? this.words.failed);
      }
    } catch {
      this.refuse(form, this.words.failed);
    } finally {
      busy(form, false);
    }
  }

  /** Put a refusal above a form. */
  refuse(form, said) {
    const alert = document.createElement("div");
    alert.className = "alert alert-danger";
    alert.setAttribute("role", "alert");
    alert.textContent = said.trim();
    form.querySelector(":scope > .alert")?.remove();
    form.prepend(alert);
  }
}

/** Do something once what was drawn is seen and the browser has nothing more urgent to do. */
function soon(act) {
  if (window.requestIdleCallback) requestIdleCallback(act, { timeout: LATEST_MS });
  else setTimeout(act, 100);
}

/** Start on the element that holds map, list and panel. */
export function start(root) {
  new Atlas(root).start();
}
