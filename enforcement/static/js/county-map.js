// A county's villages and townships as the ground of a map; pages put their own things on it.

const VILLAGE = { color: "#c3ccd6", weight: 0.8, fillColor: "#f4f6f8", fillOpacity: 1 };
const TOWNSHIP = { color: "#44586c", weight: 1.8, fill: false };
const LABELS_FROM_ZOOM = 9;

/** Return an element that holds a text. */
export function textElement(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element;
}

/** Make a Leaflet map of the county; `root` says bounds, words and where the areas are. */
export class CountyMap {
  constructor(element, root, options = {}) {
    const [west, south, east, north] = JSON.parse(root.dataset.bounds);
    this.words = JSON.parse(root.dataset.words);
    this.address = root.dataset.areas;
    this.map = L.map(element, {
      zoomControl: false, attributionControl: false, boxZoom: false, doubleClickZoom: false,
      zoomSnap: 0.25, minZoom: 7, maxZoom: 19, ...options,
    });
    this.whole = [[south, west], [north, east]];
    this.map.fitBounds(this.whole, { padding: [8, 8] });
    L.control.zoom({ zoomInTitle: this.words.zoomIn, zoomOutTitle: this.words.zoomOut }).addTo(this.map);
    L.control.scale({ imperial: false }).addTo(this.map);
    this.map.createPane("ground").style.zIndex = 250;
    this.map.createPane("borders").style.zIndex = 260;
    this.map.on("zoomend", () => this.showLabels());
    this.showLabels();
  }

  /** Fetch and draw the ground; what pages draw lies above it. Throws where it cannot be had. */
  async load() {
    const answer = await fetch(this.address);
    if (!answer.ok) throw new Error(answer.status);
    const { villages, townships } = await answer.json();
    L.geoJSON(villages, { pane: "ground", interactive: false, pmIgnore: true, style: VILLAGE }).addTo(this.map);
    L.geoJSON(townships, {
      pane: "borders", interactive: false, pmIgnore: true, style: TOWNSHIP,
      onEachFeature: ({ properties }) => this.label(properties),
    }).addTo(this.map);
  }

  label({ name, label_lon: lon, label_lat: lat }) {
    if (name == null || lon == null) return;
    L.tooltip({ permanent: true, direction: "center", className: "map-label" })
      .setLatLng([lat, lon]).setContent(textElement(name)).addTo(this.map);
  }

  showLabels() {
    this.map.getContainer().classList.toggle("far", this.map.getZoom() < LABELS_FROM_ZOOM);
  }

  /** Bring a layer into view, no nearer than a zoom. */
  look(layer, maxZoom = 14) {
    const bounds = layer.getBounds();
    if (bounds.isValid()) this.map.fitBounds(bounds, { maxZoom, padding: [32, 32] });
  }
}
