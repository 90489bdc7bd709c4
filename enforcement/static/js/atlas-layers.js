// What can be laid over the map: today's patrols, people on duty, hot spots, blank spots.

const PEOPLE_MS = 10_000;
const text = (said) => {
  const element = document.createElement("span");
  element.textContent = said;
  return element;
};

/** The layers of a map; `told` is called with {kind, id} of what was chosen. */
export class Layers {
  constructor(map, root, told) {
    Object.assign(this, { map, told, root, words: JSON.parse(root.dataset.words), groups: {}, query: "" });
    this.renderer = L.canvas({ padding: 0.2, tolerance: 4 });
    this.draw = { patrols: (data) => this.drawPatrols(data), people: (data) => this.drawPeople(data),
      hot: (data) => this.drawHot(data), blank: (data) => this.drawBlank(data) };
  }

  /** Show a layer, or take it off. */
  async show(name, shown) {
    this.groups[name]?.remove();
    delete this.groups[name];
    if (name === "people") clearInterval(this.timer);
    if (!shown) return;
    this.groups[name] = L.layerGroup().addTo(this.map);
    if (name === "people") this.timer = setInterval(() => document.hidden || this.load(name), PEOPLE_MS);
    await this.load(name);
  }

  /** Fetch again what is shown. */
  again() {
    return Promise.all(Object.keys(this.groups).filter((name) => name !== "people").map((name) => this.load(name)));
  }

  async load(name) {
    const days = name === "blank" ? `${this.query ? "&" : "?"}days=${this.root.querySelector("[name=blank_days]").value}` : "";
    try {
      const answer = await fetch(`${this.root.dataset[name]}${this.query}${days}`);
      if (!answer.ok) throw new Error(answer.status);
      const data = await answer.json();
      const group = this.groups[name];
      if (!group) return;
      group.clearLayers();
      for (const layer of this.draw[name](data)) layer.addTo(group);
    } catch {
      this.map.fire("points", { lost: "lost" });
    }
  }

  dot(lat, lon, said, style, chosen) {
    const marker = L.circleMarker([lat, lon], { renderer: this.renderer, radius: 6, weight: 2, fillOpacity: 1, ...style });
    marker.bindTooltip(text(said), { className: "map-name" });
    if (chosen) marker.on("click", () => this.told(chosen));
    return marker;
  }

  drawPatrols({ patrols }) {
    return patrols.flatMap(({ id, number, unit, word, stops }) => {
      const said = `${this.words.patrol} ${number} · ${unit} · ${word}`;
      const chosen = { kind: "patrol", id };
      const way = L.polyline(stops.map(([lon, lat]) => [lat, lon]), { color: "#3d5a80", weight: 3, opacity: 0.75 });
      way.bindTooltip(text(said), { className: "map-name", sticky: true }).on("click", () => this.told(chosen));
      const dots = stops.map(([lon, lat, seq, visited]) => this.dot(lat, lon, `${said} · ${seq}`, {
        radius: 5, color: "#3d5a80", fillColor: visited ? "#3d5a80" : "#ffffff",
      }, chosen));
      return [way, ...dots];
    });
  }

  drawPeople({ people }) {
    return people.map(({ name, person, lon, lat, stale }) => this.dot(
      lat, lon, person ? name : `${this.words.vehicle} ${name}`,
      { radius: 8, color: "#ffffff", fillColor: stale ? "#8a94a0" : "#0b5cad" },
    ));
  }

  drawHot({ spots, days, within_m: within, least }) {
    this.root.querySelector("[data-part=hot-by]").textContent = this.words.hotBy
      .replace("{d}", days).replace("{m}", within).replace("{k}", least);
    return spots.map(({ lon, lat, n, reach_m: reach }) => L.circle([lat, lon], {
      radius: Math.max(reach, 100), color: "#b3372f", weight: 2, fillColor: "#e07a5f", fillOpacity: 0.35,
    }).bindTooltip(text(this.words.hot.replace("{n}", n).replace("{r}", reach)), { className: "map-name" }));
  }

  drawBlank({ spots }) {
    return spots.map(({ kind, id, name, lon, lat, last }) => {
      const when = last ? this.words.last.replace("{day}", last) : this.words.never;
      const chosen = kind === "point" && this.root.dataset.beat ? { kind: "beat", id } : null;
      return this.dot(lat, lon, `${name} · ${when}`, {
        radius: kind === "point" ? 5 : 9, color: "#7a5c00", fillColor: last ? "#f6d77a" : "#ffffff",
        fillOpacity: kind === "point" ? 1 : 0.35, dashArray: "3 2",
      }, chosen);
    });
  }
}
