// The map of a plan's editor: villages coloured by squad, chosen by click, touch or box, and
// exception areas that are drawn. It knows no server; the editor tells it what to show.

const BOX = { color: "#0f2744", weight: 1.5, dashArray: "4 3", fillOpacity: 0.08, interactive: false };
const NOBODY = { fillColor: "#ffffff", color: "#a4262c", weight: 1.4 };
const POLYGON = { color: "#1d2b38", weight: 2, dashArray: "6 4", fillOpacity: 0.75 };
const LABELS_FROM_ZOOM = 9;

/** Return an element that holds a text. */
function textElement(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element;
}

/** Shows a plan and says what a person chooses on it. */
export class PlanMap {
  /** colours, names -- by unit code; tell -- called with the chosen codes when they change */
  constructor(element, { bounds, colours, names, words, tell }) {
    Object.assign(this, { colours, names, words, tell });
    this.chosen = new Set();
    this.villages = new Map();
    this.polygons = new Map();
    this.state = { owners: {}, changed: [], polygons: [] };
    const [west, south, east, north] = bounds;
    this.map = L.map(element, {
      zoomControl: false, attributionControl: false, boxZoom: false, doubleClickZoom: false, zoomSnap: 0.25,
      minZoom: 7, maxZoom: 19,
    });
    this.map.fitBounds([[south, west], [north, east]], { padding: [8, 8] });
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(this.map);
    L.control.scale({ imperial: false }).addTo(this.map);
    this.map.createPane("borders").style.zIndex = 450;
    this.map.getPane("borders").style.pointerEvents = "none";
    this.map.on("zoomend", () => this.showLabels());
    this.listenForBox(element);
  }

  /** Draw the villages and the townships' borders (GeoJSON). */
  load({ villages, townships }) {
    L.geoJSON(villages, { onEachFeature: (feature, layer) => this.addVillage(feature, layer) })
      .addTo(this.map);
    L.geoJSON(townships, {
      pane: "borders", interactive: false, snapIgnore: true, pmIgnore: true,
      style: { color: "#44586c", weight: 2, fill: false },
      onEachFeature: (feature) => this.label(feature.properties),
    }).addTo(this.map);
    this.showLabels();
    this.paint();
  }

  addVillage(feature, layer) {
    this.villages.set(feature.id, layer);
    layer.bindTooltip(() => this.titleOf(feature), { className: "map-name", sticky: true });
    layer.on("click", (event) => this.onClick(feature.id, event.originalEvent));
  }

  titleOf({ id, properties }) {
    const owner = this.state.owners[id];
    const unit = owner ? this.names[owner] ?? owner : this.words.nobody;
    return textElement([properties.name, properties.parent, unit].filter(Boolean).join(" · "));
  }

  label({ name, label_lon: lon, label_lat: lat }) {
    if (name == null || lon == null) return;
    L.tooltip({ permanent: true, direction: "center", className: "map-label" })
      .setLatLng([lat, lon]).setContent(textElement(name)).addTo(this.map);
  }

  showLabels() {
    this.map.getContainer().classList.toggle("far", this.map.getZoom() < LABELS_FROM_ZOOM);
  }

  /** Show another state: who answers for each village, which differ from today, polygons. */
  show(state) {
    this.state = state;
    for (const layer of this.polygons.values()) layer.remove();
    this.polygons.clear();
    for (const one of state.polygons) this.addPolygon(one);
    this.paint();
  }

  addPolygon({ id, name, unit, geometry }) {
    const layer = L.geoJSON(geometry, {
      style: { ...POLYGON, fillColor: this.colours[unit] ?? "#c9ced6" },
    });
    layer.bindTooltip(textElement(`${name ?? ""} · ${this.names[unit] ?? unit}`), {
      className: "map-name", sticky: true,
    });
    this.polygons.set(id, layer.addTo(this.map));
  }

  /** Colour every village by its unit; the chosen and the changed ones stand out. */
  paint() {
    const changed = new Set(this.state.changed);
    for (const [code, layer] of this.villages) {
      const owner = this.state.owners[code];
      const base = owner
        ? { fillColor: this.colours[owner] ?? "#c9ced6", color: "#ffffff", weight: 0.8 }
        : NOBODY;
      const mark = changed.has(code) ? { color: "#7a2d00", weight: 2, dashArray: "3 3" } : {};
      const picked = this.chosen.has(code)
        ? { color: "#0f2744", weight: 3, dashArray: null, fillOpacity: 0.95 } : {};
      layer.setStyle({ fillOpacity: 0.72, dashArray: null, ...base, ...mark, ...picked });
      if (this.chosen.has(code)) layer.bringToFront();
    }
    for (const layer of this.polygons.values()) layer.bringToFront();
  }

  onClick(code, event) {
    if (this.drawing) return;
    const adds = event.shiftKey || event.ctrlKey || event.metaKey || event.pointerType === "touch";
    if (!adds) this.choose(this.chosen.has(code) && this.chosen.size === 1 ? [] : [code]);
    else if (this.chosen.has(code)) this.choose([...this.chosen].filter((one) => one !== code));
    else this.choose([...this.chosen, code]);
  }

  /** Make some villages the chosen ones. */
  choose(codes) {
    this.chosen = new Set(codes);
    this.paint();
    this.tell([...this.chosen]);
  }

  /** Return what a village is called. */
  nameOf(code) {
    return this.villages.get(code)?.feature.properties.name ?? code;
  }

  /** Bring villages into view. */
  look(codes) {
    const layers = codes.map((code) => this.villages.get(code)).filter(Boolean);
    if (layers.length) this.map.fitBounds(L.featureGroup(layers).getBounds(), { maxZoom: 12, padding: [24, 24] });
  }

  /** With Shift held down, a drag chooses all villages whose middle lies in the box. */
  listenForBox(element) {
    element.addEventListener("pointerdown", (event) => {
      if (!event.shiftKey || event.button !== 0 || this.drawing) return;
      this.map.dragging.disable();
      const start = this.map.mouseEventToLatLng(event);
      const box = L.rectangle([start, start], BOX);
      const move = (moved) => box.setBounds([start, this.map.mouseEventToLatLng(moved)]).addTo(this.map);
      const end = () => {
        element.removeEventListener("pointermove", move);
        this.map.dragging.enable();
        if (this.map.hasLayer(box)) this.addBox(box.remove().getBounds());
      };
      element.addEventListener("pointermove", move);
      window.addEventListener("pointerup", end, { once: true });
    });
  }

  addBox(bounds) {
    const inside = [...this.villages]
      .filter(([, layer]) => bounds.contains(layer.getBounds().getCenter()))
      .map(([code]) => code);
    if (inside.length) this.choose([...new Set([...this.chosen, ...inside])]);
  }

  /** Let the person draw a polygon; resolve to its GeoJSON geometry, or null when given up. */
  draw() {
    this.stopDrawing();
    this.busy(true);
    this.map.pm.enableDraw("Polygon", {
      snappable: true, snapDistance: 12, allowSelfIntersection: false,
      templineStyle: { color: "#0f2744" }, hintlineStyle: { color: "#0f2744", dashArray: [5, 5] },
      pathOptions: POLYGON, tooltips: false,
    });
    return new Promise((resolve) => {
      this.giveUp = () => resolve(null);
      this.map.once("pm:create", ({ layer }) => {
        this.busy(false);
        this.sketch = layer;
        resolve(layer.toGeoJSON().geometry);
      });
    });
  }

  /** Say whether the person is drawing: then a click chooses no village, and no name is shown. */
  busy(drawing) {
    this.drawing = drawing;
    this.map.getContainer().classList.toggle("drawing", drawing);
  }

  /** End drawing or reshaping without keeping anything. */
  stopDrawing() {
    if (this.drawing) this.map.pm.disableDraw();
    this.busy(false);
    this.giveUp?.();
    this.giveUp = null;
    this.sketch?.remove();
    this.sketch = null;
    for (const layer of this.polygons.values()) layer.pm?.disable();
  }

  /** Let the person move the corners of a polygon; tell its geometry after each change. */
  reshape(id, tell) {
    this.stopDrawing();
    const group = this.polygons.get(id);
    if (!group) return;
    this.map.getContainer().classList.add("drawing");
    this.map.fitBounds(group.getBounds(), { maxZoom: 15, padding: [40, 40] });
    group.eachLayer((layer) => {
      layer.pm.enable({ snappable: true, snapDistance: 12, allowSelfIntersection: false });
      layer.on("pm:edit", () => tell(layer.toGeoJSON().geometry));
    });
    tell(group.getLayers()[0].toGeoJSON().geometry);
  }
}
