// Incidents and cases on the map: tiles of 512 px fetched for what is shown, drawn as marks.

const DEEPEST = 20;
const KEPT = 300; // tiles that are remembered
const PANE = { incident: 5, case: 4 };
const FILL = {
  received: "#c0392b", opened: "#d35400", dispatched: "#b9820a", handling: "#1f6785", feedback: "#5c7f3a",
  case: "#6a3d7c", ended: "#7b8794",
};
const OPEN_INCIDENTS = new Set(["received", "opened", "dispatched", "handling", "feedback"]);
const ENDED_CASES = new Set(["closed", "not_filed", "terminated", "withdrawn", "transferred", "archived", "enforced"]);

/** Return the colour of a state. */
export function colourOf(kind, state) {
  if (kind === "case") return ENDED_CASES.has(state) ? FILL.ended : FILL.case;
  return OPEN_INCIDENTS.has(state) ? FILL[state] : FILL.ended;
}

/** Return the column and row in which a place lies on a grid of 2^z tiles a side. */
function cellOf({ lat, lng }, z) {
  const n = 2 ** z;
  const radians = (Math.max(-85.05, Math.min(85.05, lat)) * Math.PI) / 180;
  const y = ((1 - Math.log(Math.tan(Math.PI / 4 + radians / 2)) / Math.PI) / 2) * n;
  const x = ((lng + 180) / 360) * n;
  return [x, y].map((one) => Math.max(0, Math.min(n - 1, Math.floor(one))));
}

/** Return what the page's head lets the browser fetch for a window of this size: address, query, keys of tiles. */
function begunSheet() {
  const link = [...document.head.querySelectorAll("link[data-sheet]")].find(({ media }) => window.matchMedia(media).matches);
  if (!link) return null;
  const [z, left, right, top, bottom] = JSON.parse(link.dataset.sheet);
  const keys = new Set();
  for (let x = left; x <= right; x += 1) for (let y = top; y <= bottom; y += 1) keys.add(`${z}/${x}/${y}`);
  return { href: link.href, query: new URL(link.href).searchParams.toString(), keys };
}

/** Draws what the tiles hold; `told` is called with {kind, id} of a mark that was chosen. */
export class Points {
  constructor(map, url, words, told) {
    Object.assign(this, { map, url, words, told });
    this.renderer = L.canvas({ padding: 0.2, tolerance: 4 });
    this.layer = L.layerGroup().addTo(map);
    this.tiles = new Map();
    this.marks = new Map();
    this.query = "";
    this.begun = begunSheet();
    this.map.on("moveend", () => this.refresh());
  }

  /** Ask for other things: what was fetched is forgotten. */
  ask(query) {
    this.query = query;
    this.pointed = null; // it may no longer be among them
    this.again();
  }

  /** Fetch anew what is shown; browsers ask only whether it changed. */
  again() {
    this.tiles.clear();
    return this.refresh();
  }

  shown() {
    const z = Math.max(0, Math.min(DEEPEST, Math.round(this.map.getZoom()) - 1));
    const box = this.map.getBounds();
    const [left, top] = cellOf(box.getNorthWest(), z);
    const [right, bottom] = cellOf(box.getSouthEast(), z);
    const found = [];
    for (let x = left; x <= right; x += 1) {
      for (let y = top; y <= bottom; y += 1) found.push(`${z}/${x}/${y}`);
    }
    return found;
  }

  async refresh() {
    this.turn = (this.turn ?? 0) + 1;
    const { turn, query } = this;
    this.abort?.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    const keys = this.shown();
    const missing = keys.filter((key) => !this.tiles.has(key));
    const lost = missing.length ? await this.fetch(missing, query, signal) : "";
    if (turn !== this.turn) return;
    this.draw(keys);
    this.forget(keys);
    this.map.fire("points", { lost });
  }

  /** Return the address of tiles: of the sheet the page began to fetch if it has them, or of the rectangle around them. */
  address(keys, query) {
    const { begun } = this;
    this.begun = null;
    const [z] = keys[0].split("/");
    if (begun && begun.query === query.slice(1) && keys.every((key) => begun.keys.has(key))) return begun.href;
    const span = (n) => {
      const found = keys.map((key) => Number(key.split("/")[n]));
      return `${Math.min(...found)}-${Math.max(...found)}`;
    };
    return `${this.url}/${z}/${span(1)}/${span(2)}${query}`;
  }

  /** Fetch tiles in one request; return what went wrong, "" if nothing. */
  async fetch(keys, query, signal) {
    const [z] = keys[0].split("/");
    try {
      const answer = await fetch(this.address(keys, query), { signal });
      if (answer.status === 429) return "busy";
      if (!answer.ok) return "lost";
      const found = Object.entries(await answer.json());
      if (query === this.query) for (const [place, tile] of found) this.tiles.set(`${z}/${place}`, tile);
    } catch (error) {
      if (error.name !== "AbortError") return "lost";
    }
    return "";
  }

  forget(keys) {
    const needed = new Set(keys);
    for (const key of this.tiles.keys()) {
      if (this.tiles.size <= KEPT) return;
      if (!needed.has(key)) this.tiles.delete(key);
    }
  }

  draw(keys) {
    this.layer.clearLayers();
    this.marks.clear();
    for (const key of keys) {
      for (const [kind, { many, one }] of Object.entries(this.tiles.get(key) ?? {})) {
        for (const mark of many) this.drawMany(kind, mark);
        for (const mark of one) this.drawOne(kind, mark);
      }
    }
    this.showPointed(); // drawn anew, it keeps its name
  }

  drawMany(kind, [lon, lat, n]) {
    const size = n < 10 ? 30 : n < 100 ? 36 : n < 1000 ? 42 : 50;
    const text = n < 10000 ? String(n) : `${Math.round(n / 1000)}k`;
    const html = document.createElement("span"); // an element: text would be parsed as HTML, each by itself
    html.textContent = text;
    const icon = L.divIcon({ className: `map-many map-many-${kind}`, html, iconSize: [size, size] });
    const title = this.words.many.replace("{n}", n);
    const marker = L.marker([lat, lon], { icon, title, alt: `${this.words[kind]} ${title}`, zIndexOffset: PANE[kind] });
    marker.on("click", () => this.map.setView([lat, lon], Math.min(19, this.map.getZoom() + 2)));
    marker.addTo(this.layer);
  }

  drawOne(kind, [id, lon, lat, state, sort, due, urgency]) {
    const late = due !== null && due * 1000 < Date.now() && colourOf(kind, state) !== FILL.ended;
    const marker = L.circleMarker([lat, lon], {
      renderer: this.renderer, radius: urgency === "red" ? 9 : 7, weight: late ? 3 : 1.5,
      color: late ? "#8e1b10" : "#ffffff", fillColor: colourOf(kind, state), fillOpacity: 0.95,
    });
    marker.bindTooltip(() => this.said({ kind, state, sort, due, late, urgency }), { className: "map-name" });
    marker.on("click", () => this.told({ kind, id }));
    marker.on("mouseout", () => { this.pointed = null; });
    marker.addTo(this.layer);
    this.marks.set(id, marker);
  }

  said({ kind, state, sort, due, urgency }) {
    const element = document.createElement("span");
    const { terms } = this;
    const parts = [terms.sort[`${kind}.${sort}`] ?? this.words[kind], terms.state[state] ?? state];
    if (urgency === "red") parts.push(terms.urgency.red);
    if (due !== null && colourOf(kind, state) !== FILL.ended) parts.push(clockWords(due, this.words));
    element.textContent = parts.join(" · ");
    return element;
  }

  /** Show the name of {kind, id, lat, lon, name}, now and when it is drawn anew, until the pointer leaves a mark. */
  point(chosen) {
    this.pointed = chosen;
    this.showPointed();
  }

  /** What is counted together with others gets a mark of its own while it is pointed at. */
  showPointed() {
    if (!this.pointed) return;
    const { kind, id, lat, lon, name } = this.pointed;
    if (!this.marks.has(id)) {
      const ring = { renderer: this.renderer, radius: 10, weight: 3, color: "#0f2744", fillColor: "#ffffff", fillOpacity: 0.9 };
      const text = document.createElement("span");
      text.textContent = name;
      const marker = L.circleMarker([lat, lon], ring).bindTooltip(text, { className: "map-name" });
      marker.on("click", () => this.told({ kind, id }));
      this.marks.set(id, marker.addTo(this.layer));
    }
    this.marks.get(id).openTooltip();
  }
}

/** Return how long a clock runs or is overdue; due -- seconds since 1970. */
export function clockWords(due, words) {
  const seconds = due - Date.now() / 1000;
  const span = Math.abs(seconds);
  const [unit, n] = span >= 172800 ? ["d", span / 86400] : span >= 3600 ? ["h", span / 3600] : ["m", span / 60];
  const text = words[unit].replace("{n}", Math.floor(n));
  return (seconds < 0 ? words.late : words.left).replace("{t}", text);
}
