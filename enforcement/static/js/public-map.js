// Published decisions on a map for everybody; the list beside it says the same without a map.

import { CountyMap, textElement } from "./county-map.js";

const EXACT = { radius: 7, color: "#ffffff", weight: 1.5, fillColor: "#1f5fa8", fillOpacity: 0.95 };
const COARSE = { radius: 8, color: "#8a4b08", weight: 2.5, dashArray: "3 3", fillColor: "#ffffff", fillOpacity: 0.9 };
const CLUSTER_PX = 44;
const FIRST_ZOOM = 11; // so near at first: one decision is seen within the county
const NEAREST = 15; // the borders are drawn for the whole county

class PublicMap {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(root.dataset.words);
    this.located = JSON.parse(root.dataset.located);
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
  }

  async start() {
    this.county = new CountyMap(this.part("map"), this.root, { maxZoom: NEAREST });
    this.county.load().catch(() => this.say(this.words.mapFailed));
    this.marks = L.markerClusterGroup({
      maxClusterRadius: CLUSTER_PX, showCoverageOnHover: false, iconCreateFunction: (cluster) => this.sum(cluster),
    }).addTo(this.county.map);
    this.county.map.on("popupopen", ({ popup }) => {
      popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", this.words.close);
    });
    await this.fetch(false);
    this.county.look(this.marks, FIRST_ZOOM);
    this.county.map.on("moveend", () => this.partial && this.fetch(true));
  }

  say(text) {
    const hint = this.part("hint");
    hint.textContent = text;
    hint.hidden = !text;
  }

  sum(cluster) {
    const size = 34;
    return L.divIcon({ className: "public-sum", html: textElement(String(cluster.getChildCount())), iconSize: [size, size] });
  }

  /** Fetch all, or what lies in view where all are too many. */
  async fetch(inView) {
    const address = new URL(this.root.dataset.found, window.location.href);
    if (inView) address.searchParams.set("bbox", this.county.map.getBounds().toBBoxString());
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) {
      this.say(this.words.mapFailed);
      return;
    }
    const { features, matched } = await answer.json();
    const fewer = matched > features.length;
    this.partial ||= fewer;
    this.say(fewer ? this.words.more.replace("#", matched).replace("@", features.length) : "");
    this.marks.clearLayers();
    this.marks.addLayers(features.map((one) => this.mark(one)));
  }

  mark({ id, geometry: { coordinates: [lon, lat] }, properties }) {
    const style = properties.located === "act" ? EXACT : COARSE;
    return L.circleMarker([lat, lon], style).bindPopup(() => this.told(id, properties), {
      maxWidth: Math.min(300, this.county.map.getSize().x - 110), autoPanPaddingTopLeft: [48, 44], autoPanPaddingBottomRight: [8, 8],
    });
  }

  told(id, { number, party, cause, content, decided_on: day, place, located }) {
    const box = document.createElement("div");
    const head = document.createElement("strong");
    const open = document.createElement("a");
    head.textContent = number;
    box.lang = "zh-CN";
    open.href = this.root.dataset.page.replace("ID", encodeURIComponent(id));
    open.textContent = this.words.open;
    const lines = [`${party} · ${cause}`, `${content} · ${day}`, `${place} · ${this.located[located]}`];
    box.append(head, ...lines.map((line) => this.line(line)), open);
    return box;
  }

  line(text) {
    const line = document.createElement("div");
    line.textContent = text;
    return line;
  }
}

/** Start on the element that holds the map. */
export function start(root) {
  new PublicMap(root).start();
}
