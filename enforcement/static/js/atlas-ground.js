// What lies under the map: the county's own vector tiles, or a tile service an office has set up.

import { systemOf } from "./atlas-datum.js";

const LAND = "#f4f6f4";
const OWN_DEEPEST = 15;

const line = (color, width, more = {}) => new protomapsL.LineSymbolizer({ color, width, ...more });

/** Fetch the script that draws vector tiles: marks need none of it, and come first. */
function painter(address) {
  if (window.protomapsL) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error(address)));
    document.head.append(script);
  });
}

class Ground {
  constructor(map, root) {
    this.map = map;
    this.words = JSON.parse(root.dataset.words);
    this.brigades = JSON.parse(root.dataset.brigades);
    this.services = JSON.parse(root.dataset.services);
    this.painter = root.dataset.painter;
    this.url = `${root.dataset.ground}/{z}/{x}/{y}?v=${encodeURIComponent(root.dataset.version)}`;
    this.areas = root.dataset.areas;
    this.duties = false;
    this.chosen = -1;
  }

  /** Show the county's own tiles (-1), or those of a service by its number. */
  async choose(number) {
    this.chosen = number;
    const service = this.services[number];
    for (const layer of this.layers ?? []) layer.remove();
    const system = systemOf(service?.datum);
    if (system !== this.map.options.crs && (service || this.map.options.crs !== L.CRS.EPSG3857)) {
      const [middle, zoom] = [this.map.getCenter(), this.map.getZoom()];
      this.map.options.crs = system;
      this.map.setView(middle, zoom, { reset: true, animate: false });
      this.map.fire("viewreset");
    }
    if (!service) await painter(this.painter);
    if (this.chosen !== number) return; // another one was chosen meanwhile
    for (const layer of this.layers ?? []) layer.remove();
    this.layers = service ? this.tilesOf(service) : [this.own()];
    for (const layer of this.layers) layer.addTo(this.map);
    if (service) await this.drawBorders();
    else this.borders?.remove();
  }

  showDuties(shown) {
    this.duties = shown;
    if (this.chosen < 0) this.choose(-1);
  }

  tilesOf({ url, over, subdomains, max_zoom: maxNativeZoom, attribution }) {
    const options = { subdomains: subdomains || "a", maxNativeZoom, maxZoom: 19, attribution };
    return [url, over].filter(Boolean).map((one) => L.tileLayer(one, options));
  }

  own() {
    const fill = (_zoom, feature) => (this.duties && this.brigades[feature?.props.brigade ?? ""]) || "#ffffff";
    const far = (zoom) => zoom < 9;
    return protomapsL.leafletLayer({
      url: this.url, attribution: "", maxDataZoom: OWN_DEEPEST, noWrap: true, backgroundColor: LAND,
      paintRules: [
        { dataLayer: "village", symbolizer: new protomapsL.PolygonSymbolizer({ fill, opacity: this.duties ? 0.55 : 0.75, perFeature: true }) },
        { dataLayer: "village", symbolizer: line("#c3ccd6", (zoom) => (far(zoom) ? 0.3 : 0.8)) },
        { dataLayer: "road", symbolizer: line("#d8c9a3", (zoom) => (zoom < 13 ? 1 : 2.5)) },
        { dataLayer: "township", symbolizer: line("#44586c", 1.6) },
      ],
      labelRules: [
        { dataLayer: "name", symbolizer: new protomapsL.CenteredTextSymbolizer({
          labelProps: ["name"], fill: "#2d4052", stroke: "#ffffff", width: 2,
          font: '600 12px "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif',
        }), filter: (zoom) => zoom >= 9 },
      ],
    });
  }

  /** Draw the borders of townships over a service's tiles. */
  async drawBorders() {
    if (!this.borders && this.areas) {
      const answer = await fetch(this.areas);
      if (!answer.ok) return;
      const { townships } = await answer.json();
      this.borders = L.geoJSON(townships, { interactive: false, style: { color: "#44586c", weight: 1.6, fill: false } });
    }
    this.borders?.addTo(this.map);
  }

  /** Put a choice of what lies under the map into a fieldset. */
  offer(fieldset, remembered) {
    [{ name: this.words.own }, ...this.services].forEach(({ name }, place) => {
      const label = document.createElement("label");
      const input = document.createElement("input");
      Object.assign(input, { type: "radio", name: "service", value: place - 1, checked: place - 1 === remembered });
      input.addEventListener("change", () => this.choose(place - 1));
      label.append(input, ` ${name}`);
      fieldset.append(label);
    });
  }
}

/** Return the ground of a map; nothing is drawn before `choose`. */
export function groundOf(map, root) {
  return new Ground(map, root);
}
