// Maps of beats: all of them beside the list, one on its page, one being drawn in the form.

import { CountyMap, textElement } from "./county-map.js";

const STYLE = { color: "#1f5fa8", weight: 3, fillColor: "#1f5fa8", fillOpacity: 0.15 };
const LATE = { color: "#a4262c", fillColor: "#a4262c" };
const DRAW = { area: "Polygon", route: "Line", point: "Marker" };

/** Return a dot for a checkpoint; markers of Leaflet need pictures, dots do not. */
function dot(latlng, style) {
  return L.circleMarker(latlng, { ...STYLE, ...style, radius: 7, weight: 2, fillOpacity: 0.85 });
}

/** Shows beats; a click on one opens its page. */
class BeatMap {
  constructor(root) {
    this.root = root;
    this.county = new CountyMap(root.querySelector("[data-part=map]"), root);
    this.field = root.querySelector("[name=geometry]");
    this.kind = root.querySelector("[name=kind]");
    this.hint = root.querySelector("[data-part=hint]");
  }

  async start() {
    try {
      await this.county.load();
      if (this.root.dataset.shapes) await this.loadAll();
    } catch {
      this.say(this.county.words.mapFailed);
    }
    if (this.root.dataset.shape) this.show(JSON.parse(this.root.dataset.shape), true);
    if (this.field) this.offer();
  }

  say(text) {
    this.hint.textContent = text;
    this.hint.hidden = text === "";
  }

  async loadAll() {
    const answer = await fetch(this.root.dataset.shapes);
    if (!answer.ok) throw new Error(answer.status);
    L.geoJSON(await answer.json(), {
      style: ({ geometry, properties }) => (geometry.type === "Point" ? {} : { ...STYLE, ...(properties.late ? LATE : {}) }),
      pointToLayer: ({ properties }, latlng) => dot(latlng, properties.late ? LATE : {}),
      onEachFeature: ({ id, properties }, layer) => {
        layer.bindTooltip(textElement(properties.name), { className: "map-name", sticky: true });
        layer.on("click", () => window.location.assign(this.root.dataset.page.replace("ID", id)));
      },
    }).addTo(this.county.map);
  }

  /** Show the one shape; `look` brings it into view. */
  show(geometry, look = false) {
    this.layer?.remove();
    this.layer = L.geoJSON(geometry, { style: geometry.type === "Point" ? {} : STYLE, pointToLayer: (_feature, at) => dot(at, {}) })
      .addTo(this.county.map);
    if (look) this.county.look(this.layer);
  }

  /** In the form: draw by the kind that is chosen, a click puts a point; typed shapes are shown. */
  offer() {
    this.showTyped();
    this.field.addEventListener("change", () => this.showTyped());
    this.root.querySelector("[data-part=draw]").addEventListener("click", () => this.draw());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.stop());
    this.county.map.on("click", ({ latlng }) => this.put(latlng));
    this.county.map.on("pm:create", ({ layer }) => {
      this.stop();
      this.keep(layer.toGeoJSON().geometry);
      layer.remove();
    });
    this.say(this.root.dataset.ask);
  }

  draw() {
    if (this.kind.value === "point") return this.say(this.county.words.point);
    this.say(this.county.words.draw);
    this.drawing = true;
    this.county.map.pm.enableDraw(DRAW[this.kind.value], { allowSelfIntersection: false, tooltips: false });
    return undefined;
  }

  stop() {
    if (this.drawing) this.county.map.pm.disableDraw();
    this.drawing = false;
    this.say("");
  }

  put({ lng, lat }) {
    if (this.drawing || this.kind.value !== "point") return;
    this.keep({ type: "Point", coordinates: [Number(lng.toFixed(6)), Number(lat.toFixed(6))] });
  }

  keep(geometry) {
    this.field.value = JSON.stringify(geometry);
    this.show(geometry);
    this.say("");
  }

  showTyped() {
    const text = this.field.value.trim();
    const point = text.match(/^POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)$/i);
    try {
      if (point) this.show({ type: "Point", coordinates: [Number(point[1]), Number(point[2])] }, true);
      else if (text.startsWith("{")) this.show(JSON.parse(text), true);
    } catch { /* the server says what is wrong with it */ }
  }
}

/** Start on the element that holds map and form. */
export function start(root) {
  return new BeatMap(root).start();
}
