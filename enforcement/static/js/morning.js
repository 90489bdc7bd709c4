// The leader's morning: stops are dragged, clicked, circled or moved by keys onto squads' lists.
// Every change is sent as steps and answered with the board anew and the steps that undo it.

import { CountyMap, textElement } from "./county-map.js";
import { busy } from "./forms.js";

const COLOURS = ["#1f5fa8", "#2a7d4f", "#a5531a", "#7a3e9d", "#0b7285", "#b03060", "#5c6b0f", "#464ea8"];
const FREE = "#5a6673";
const LASSO = { color: "#0f2744", weight: 2, dashArray: "5 4", fillOpacity: 0.08, interactive: false };

/** Return an element with a class, a text and children. */
function make(tag, { cls = "", text = "", ...more } = {}, ...children) {
  const element = document.createElement(tag);
  if (cls) element.className = cls;
  if (text !== "") element.textContent = text;
  for (const [name, value] of Object.entries(more)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Tell whether a point lies within a ring of points. */
function inside([x, y], ring) {
  let found = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [[xi, yi], [xj, yj]] = [ring[i], ring[j]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) found = !found;
  }
  return found;
}

class Morning {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(root.dataset.said);
    this.state = JSON.parse(this.part("state").textContent);
    this.chosen = this.state.lanes[0]?.squad ?? null;
    this.undone = [];
    this.done = [];
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  start() {
    this.county = new CountyMap(this.part("map"), this.root);
    this.layer = L.layerGroup().addTo(this.county.map);
    this.county.load().catch(() => this.say(this.county.words.mapFailed, true));
    this.part("undo").addEventListener("click", () => this.back());
    this.part("redo").addEventListener("click", () => this.again());
    this.part("draw").addEventListener("click", () => this.lasso());
    document.addEventListener("submit", (event) => this.onSubmit(event));
    document.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("incident-changed", () => this.say(""));
    this.show(this.state);
  }

  say(text, wrong = false) {
    const line = this.part("said");
    line.textContent = text;
    line.classList.toggle("wrong", wrong);
  }

  colour(squad) {
    const n = this.state.lanes.findIndex((lane) => lane.squad === squad);
    return n < 0 ? FREE : COLOURS[n % COLOURS.length];
  }

  show(state) {
    const held = document.activeElement?.closest?.("[data-ref]")?.dataset.ref;
    this.state = state;
    this.part("lanes").replaceChildren(...state.lanes.map((lane) => this.lane(lane)));
    this.part("pool").replaceChildren(...(state.pool.length
      ? state.pool.map((one) => this.poolRow(one))
      : [make("p", { cls: "text-muted p-3 mb-0", text: this.words.none })]));
    this.part("count").textContent = state.pool.length;
    const basis = document.querySelector('[data-part="basis"]');
    if (basis) basis.textContent = state.basis;
    this.part("undo").disabled = !this.done.length;
    this.part("redo").disabled = !this.undone.length;
    this.offerPublish();
    this.draw();
    if (held) this.root.querySelector(`[data-ref="${CSS.escape(held)}"]`)?.focus();
  }

  offerPublish() {
    const form = this.part("publish");
    for (const old of form.querySelectorAll("[name=squads], [name=versions]")) old.remove();
    const open = this.state.lanes.filter((lane) => lane.stops.length && lane.told !== lane.version);
    for (const { squad } of open) form.append(make("input", { type: "hidden", name: "squads", value: squad }));
    form.append(make("input", { type: "hidden", name: "versions", value: JSON.stringify(this.versions()) }));
    form.querySelector("button").disabled = !open.length;
  }

  versions() {
    return Object.fromEntries(this.state.lanes.map(({ squad, version }) => [squad, version]));
  }

  lane(lane) {
    const box = make("div", { cls: "lane", "data-squad": lane.squad });
    box.style.setProperty("--lane", this.colour(lane.squad));
    box.toggleAttribute("data-chosen", lane.squad === this.chosen);
    const head = make("button", {
      type: "button", cls: "lane-head", "aria-pressed": String(lane.squad === this.chosen),
    }, make("strong", { text: lane.name, lang: "zh-CN" }), this.told(lane));
    head.addEventListener("click", () => this.choose(lane.squad));
    const list = make("ol", { cls: "lane-stops" });
    list.append(...lane.stops.map((stop, place) => this.stop(lane, stop, place)));
    if (!lane.stops.length) list.append(make("li", { cls: "text-muted", text: this.words.empty }));
    box.append(head, make("p", { cls: "small text-muted mb-1", text: lane.people.join("、"), lang: "zh-CN" }),
      this.bars(lane), list);
    this.acceptDrops(box, lane.squad);
    return box;
  }

  told(lane) {
    if (!lane.stops.length) return make("span");
    const waits = lane.told !== lane.version;
    const text = waits ? this.words.notTold
      : this.words.toldAll.replace("#", `${lane.heard_count}/${lane.told_count}`);
    return make("span", { cls: `state state-${waits ? "amber" : "green"}`, text });
  }

  /** Bars of hours, kilometres and stops; the longest of all squads is full. */
  bars(lane) {
    const most = (of) => Math.max(1, ...this.state.lanes.map(of));
    const rows = [
      [lane.out_min / Math.max(1, lane.shift_min), `${(lane.out_min / 60).toFixed(1)} ${this.words.hours}`, lane.late_min > 0],
      [lane.km / most((one) => one.km), `${lane.km} ${this.words.km}`, false],
      [lane.stops.length / most((one) => one.stops.length), this.words.stops.replace("#", lane.stops.length), false],
    ];
    const box = make("div", { cls: "lane-bars" });
    for (const [share, text, late] of rows) {
      const bar = make("span", { cls: `lane-bar${late ? " late" : ""}` }, make("span"));
      bar.firstChild.style.width = `${Math.min(100, share * 100)}%`;
      box.append(make("span", { cls: "lane-load" }, bar, make("span", { cls: "small", text })));
    }
    if (lane.late_min) box.append(make("span", { cls: "small text-danger-emphasis", text: this.words.late.replace("#", lane.late_min) }));
    return box;
  }

  marks(one) {
    const found = [];
    const add = (colour, text) => found.push(make("span", { cls: `state state-${colour}`, text }));
    if (one.visited) add("green", this.words.visited);
    if (one.due_on) add("red", `${this.words.due} ${one.due_on}`);
    else if (one.required) add("amber", this.words.must);
    if (one.loan) add("purple", this.words.loan);
    if (one.locked) add("grey", this.words.locked);
    return found;
  }

  stop(lane, stop, place) {
    const row = make("li", { cls: "lane-stop", "data-ref": stop.ref, tabindex: "0" });
    row.append(make("span", { cls: "mono small", text: stop.at }), " ",
      make("span", { text: stop.name, lang: "zh-CN" }), " ", ...this.marks(stop));
    if (stop.why) row.append(make("span", { cls: "small text-muted d-block", text: stop.why }));
    if (stop.visited) return row;
    row.draggable = true;
    row.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", stop.ref));
    row.addEventListener("dragover", (event) => event.preventDefault());
    row.addEventListener("drop", (event) => this.onDrop(event, lane.squad, place));
    row.append(this.buttons([
      ["arrow-up", this.words.earlier, () => this.put(stop.ref, lane.squad, Math.max(0, place - 1))],
      ["arrow-down", this.words.later, () => this.put(stop.ref, lane.squad, place + 1)],
      [stop.locked ? "unlock" : "lock", stop.locked ? this.words.unlock : this.words.lock,
        () => this.send([{ ref: stop.ref, lock: !stop.locked }])],
      ["x-lg", this.words.off, () => this.put(stop.ref, null)],
    ], stop.name));
    return row;
  }

  buttons(rows, name) {
    return make("span", { cls: "lane-tools" }, ...rows.map(([icon, text, act]) => {
      const button = make("button", { type: "button", cls: "btn btn-sm", title: text, "aria-label": `${text} ${name}` },
        make("i", { cls: `bi bi-${icon}`, "aria-hidden": "true" }));
      button.addEventListener("click", act);
      return button;
    }));
  }

  poolRow(one) {
    const row = make("div", { cls: "pool-row", "data-ref": one.ref, tabindex: "0" });
    row.draggable = true;
    row.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", one.ref));
    const select = make("select", { cls: "form-select form-select-sm", "aria-label": `${this.words.give} ${one.name}` });
    for (const lane of this.state.lanes) select.append(make("option", { value: lane.squad, text: lane.name }));
    select.value = this.chosen ?? "";
    const give = make("button", { type: "button", cls: "btn btn-sm btn-outline-primary text-nowrap", text: this.words.give });
    give.addEventListener("click", () => this.put(one.ref, select.value));
    row.append(make("span", { text: one.name, lang: "zh-CN" }), " ", ...this.marks(one),
      make("span", { cls: "small text-muted d-block", text: [one.note, one.why].filter(Boolean).join(" · ") }),
      make("span", { cls: "d-flex gap-2" }, select, give));
    return row;
  }

  acceptDrops(box, squad) {
    box.addEventListener("dragover", (event) => { event.preventDefault(); box.classList.add("over"); });
    box.addEventListener("dragleave", () => box.classList.remove("over"));
    box.addEventListener("drop", (event) => this.onDrop(event, squad, null));
  }

  onDrop(event, squad, place) {
    event.preventDefault();
    event.stopPropagation();
    this.put(event.dataTransfer.getData("text/plain"), squad, place);
  }

  choose(squad) {
    this.chosen = squad;
    this.show(this.state);
    this.root.querySelector(`[data-squad="${CSS.escape(squad)}"] .lane-head`)?.focus();
  }

  draw() {
    this.layer.clearLayers();
    for (const lane of this.state.lanes) {
      const colour = this.colour(lane.squad);
      const placed = lane.stops.filter((stop) => stop.lon !== null);
      const [lon, lat] = lane.yard;
      const line = [[lat, lon], ...placed.map((stop) => [stop.lat, stop.lon]), [lat, lon]];
      if (placed.length) {
        L.polyline(line, { color: colour, weight: lane.squad === this.chosen ? 4 : 2, opacity: 0.7, interactive: false })
          .addTo(this.layer);
      }
      for (const stop of placed) this.dot(stop, colour, lane.name);
    }
    for (const one of this.state.pool) this.dot(one, FREE, this.words.pool);
  }

  dot(one, colour, owner) {
    L.circleMarker([one.lat, one.lon], {
      radius: one.required ? 8 : 6, color: one.locked ? "#0f2744" : "#ffffff", weight: one.locked ? 3 : 1.5,
      fillColor: colour, fillOpacity: one.visited ? 0.35 : 0.95, pmIgnore: true,
    }).bindTooltip(textElement(`${one.name} · ${owner}`), { className: "map-name" })
      .on("click", () => !this.circling && !one.visited && this.put(one.ref, this.chosen)).addTo(this.layer);
  }

  /** Draw a round with the pointer held down: what lies within goes to the chosen squad. */
  lasso() {
    if (!this.chosen) return this.say(this.words.noSquad, true);
    const { map } = this.county;
    const hint = this.part("hint");
    this.circling = true;
    hint.textContent = this.words.draw;
    hint.hidden = false;
    map.dragging.disable();
    const ring = [];
    const line = L.polyline([], LASSO).addTo(map);
    const add = ({ latlng }) => { if (ring.length) { ring.push([latlng.lng, latlng.lat]); line.addLatLng(latlng); } };
    const begin = ({ latlng }) => { ring.push([latlng.lng, latlng.lat]); line.addLatLng(latlng); };
    const end = () => { this.stopLasso(); this.take(ring); };
    this.stopLasso = () => {
      map.off("mousedown", begin).off("mousemove", add).off("mouseup", end);
      map.dragging.enable();
      line.remove();
      hint.hidden = true;
      this.circling = false;
      this.stopLasso = null;
    };
    map.on("mousedown", begin).on("mousemove", add).on("mouseup", end);
    return undefined;
  }

  take(ring) {
    const own = new Set(this.state.lanes.find((lane) => lane.squad === this.chosen).stops.map(({ ref }) => ref));
    const all = [...this.state.pool, ...this.state.lanes.flatMap((lane) => lane.stops)];
    const found = all.filter((one) => !one.visited && !own.has(one.ref) && one.lon !== null && inside([one.lon, one.lat], ring));
    if (found.length) this.send(found.map(({ ref }) => ({ ref, squad: this.chosen })));
    else this.say(this.words.chosen.replace("#", 0));
  }

  put(ref, squad, place = null) {
    if (!ref) return undefined;
    return this.send([{ ref, squad, place }]);
  }

  /** Send steps; keep what undoes them. `from` is the stack they came from, if they are an undo. */
  async send(steps, into = this.done) {
    if (this.sending) return;
    this.sending = true;
    this.say(this.words.saving);
    const body = new FormData();
    body.append("csrf_token", this.root.dataset.token);
    body.append("day", this.root.dataset.day);
    body.append("steps", JSON.stringify(steps));
    body.append("versions", JSON.stringify(this.versions()));
    body.append("key", crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`);
    try {
      await this.took(await this.post(this.root.dataset.steps, body), into);
    } catch {
      this.say(this.words.failed, true);
    } finally {
      this.sending = false;
    }
  }

  async post(address, body) {
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.redirected) window.location.reload(); // signed out meanwhile
    return { ok: answer.ok, told: await answer.json() };
  }

  async took({ ok, told }, into) {
    if (!ok) {
      this.say(told.error, true);
      if (told.state) this.clash(told);
      return;
    }
    if (told.undo?.length) into.push(told.undo);
    this.say(told.said ?? this.words.saved);
    this.show(told.state);
  }

  /** Somebody was first: show what this person wanted beside what is there now. */
  clash({ error, current, state }) {
    const names = (refs) => refs.map((ref) => this.nameOf(ref)).join("、");
    const mine = names((current.yours ?? []).map(({ ref }) => ref));
    this.done = [];
    this.undone = [];
    this.show(state);
    const theirs = state.lanes.find((lane) => lane.squad === current.squad);
    const close = make("button", { type: "button", cls: "btn btn-sm btn-outline-secondary", text: this.words.close });
    const box = this.part("conflict");
    close.addEventListener("click", () => { box.hidden = true; });
    box.replaceChildren(make("strong", { text: error }),
      make("p", { cls: "mb-1", text: `${this.words.conflict}: ${mine}` }),
      make("p", { cls: "mb-1", text: `${this.words.theirs}: ${theirs ? `${theirs.name} ${names(theirs.stops.map(({ ref }) => ref))}` : ""}` }), close);
    box.hidden = false;
    close.focus();
  }

  nameOf(ref) {
    const all = [...this.state.pool, ...this.state.lanes.flatMap((lane) => lane.stops)];
    return all.find((one) => one.ref === ref)?.name ?? ref;
  }

  back() {
    const steps = this.done.pop();
    if (!steps) return this.say(this.words.nothing);
    return this.send(steps, this.undone);
  }

  again() {
    const steps = this.undone.pop();
    return steps ? this.send(steps, this.done) : undefined;
  }

  onKey(event) {
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "Escape") return this.stopLasso?.();
    if ((event.ctrlKey || event.metaKey) && !typing) {
      if (event.key === "z") { event.preventDefault(); return this.back(); }
      if (event.key === "y") { event.preventDefault(); return this.again(); }
    }
    const row = event.target.closest?.("[data-ref]");
    if (!row || row !== event.target) return undefined;
    return this.onRowKey(event, row);
  }

  onRowKey(event, row) {
    const { ref } = row.dataset;
    const lane = this.state.lanes.find((one) => one.stops.some((stop) => stop.ref === ref));
    const place = lane?.stops.findIndex((stop) => stop.ref === ref);
    const acts = {
      Enter: () => this.put(ref, this.chosen),
      Delete: () => lane && this.put(ref, null),
      l: () => lane && this.send([{ ref, lock: !lane.stops[place].locked }]),
      ArrowUp: () => event.altKey && lane && this.put(ref, lane.squad, Math.max(0, place - 1)),
      ArrowDown: () => event.altKey && lane && this.put(ref, lane.squad, place + 1),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  /** Plan and publish without leaving the page. */
  async onSubmit(event) {
    const form = event.target;
    if (event.defaultPrevented || !form.hasAttribute("data-stay")) return;
    event.preventDefault();
    const body = new FormData(form);
    if (body.has("key")) body.set("key", crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`);
    busy(form, true);
    this.say(this.words.saving);
    try {
      await this.took(await this.post(form.action, body), this.done);
    } catch {
      this.say(this.words.failed, true);
    } finally {
      busy(form, false);
      this.offerPublish();
    }
  }
}

/** Start on the element that holds squads, map and pool. */
export function start(root) {
  new Morning(root).start();
}
