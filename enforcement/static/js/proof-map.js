// A patrol planned and actual on one map: stops in their order, tracks, hot cells, and a slider
// through the time of the tracks. The slider is an input of the page: keys move it as they do.

import { CountyMap, textElement } from "./county-map.js";

const COLOURS = ["#1f5fa8", "#a5531a", "#7a3e9d", "#0b7285", "#b03060", "#5c6b0f"];
const PLAN = { color: "#5a6673", weight: 2, dashArray: "6 6", interactive: false };
const CELL = { color: "#c98a00", weight: 1, fillColor: "#f2b32e", fillOpacity: 0.3 };
const HALF_CELL = [0.00123, 0.0009];
const GAP_S = 300; // a longer silence parts a track
const STEP_MS = 100;
const SHARE = 400; // a replay takes so many steps

class ProofMap {
  constructor(root) {
    this.root = root;
    this.told = JSON.parse(root.dataset.told);
    this.said = JSON.parse(root.dataset.said);
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.slider = this.part("at");
  }

  start() {
    this.county = new CountyMap(this.part("map"), this.root);
    this.county.load().catch(() => {});
    this.drawn = L.featureGroup().addTo(this.county.map);
    for (const cell of this.told.cells) this.cell(cell);
    this.told.tracks.forEach((track, n) => this.track(track, COLOURS[n % COLOURS.length]));
    const placed = this.told.stops.filter(({ lon }) => lon != null);
    L.polyline(placed.map(({ lon, lat }) => [lat, lon]), PLAN).addTo(this.drawn);
    for (const stop of placed) this.stop(stop);
    this.county.look(this.drawn);
    if (this.slider) this.listen();
  }

  cell({ lon, lat, incidents, minutes }) {
    const [x, y] = HALF_CELL;
    L.rectangle([[lat - y, lon - x], [lat + y, lon + x]], CELL)
      .bindTooltip(textElement(this.said.incidents.replace("#", incidents).replace("@", minutes)))
      .addTo(this.drawn);
  }

  track(track, color) {
    const lines = [];
    let before = -Infinity;
    for (const [seconds, lon, lat] of track.points) {
      if (seconds - before > GAP_S) lines.push([]);
      lines.at(-1).push([lat, lon]);
      before = seconds;
    }
    L.polyline(lines, { color, weight: 3, opacity: 0.8, interactive: false }).addTo(this.drawn);
    track.marker = L.circleMarker([0, 0], { radius: 8, color: "#fff", weight: 2, fillColor: color, fillOpacity: 1 })
      .bindTooltip(textElement(track.name), { permanent: true, direction: "right", offset: [8, 0] });
  }

  stop({ seq, name, lon, lat, visited }) {
    const icon = L.divIcon({
      className: `proof-stop${visited ? " done" : ""}`, html: textElement(String(seq)), iconSize: [24, 24],
    });
    L.marker([lat, lon], { icon, title: `${seq}. ${name}`, keyboard: false }).addTo(this.drawn);
  }

  listen() {
    const moments = this.told.tracks.flatMap(({ points }) => points.map(([seconds]) => seconds));
    if (!moments.length) return;
    this.slider.min = Math.floor(Math.min(...moments) / 10) * 10;
    this.slider.max = Math.ceil(Math.max(...moments) / 10) * 10;
    this.slider.addEventListener("input", () => this.show(Number(this.slider.value)));
    this.button = this.part("play");
    this.button.addEventListener("click", () => this.toggle());
    this.root.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-at]");
      if (!link) return;
      event.preventDefault();
      this.show(Number(link.dataset.at));
      this.slider.focus();
    });
    this.show(Number(this.slider.min));
  }

  show(at) {
    this.slider.value = at;
    const time = this.part("time");
    time.value = new Date(at * 1000).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false });
    this.slider.setAttribute("aria-valuetext", time.value);
    for (const { points, marker } of this.told.tracks) this.move(points, marker, at);
  }

  /** Put a marker where the track was last before a moment; nowhere where it was silent. */
  move(points, marker, at) {
    let low = 0;
    let high = points.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (points[middle][0] <= at) low = middle + 1;
      else high = middle;
    }
    const last = points[low - 1];
    if (!last || at - last[0] > GAP_S) marker.remove();
    else marker.setLatLng([last[2], last[1]]).addTo(this.county.map);
  }

  toggle() {
    const end = Number(this.slider.max);
    if (this.timer) {
      clearInterval(this.timer);
      this.timer = null;
    } else {
      const pace = Math.max(10, (end - Number(this.slider.min)) / SHARE);
      if (Number(this.slider.value) >= end) this.show(Number(this.slider.min));
      this.timer = setInterval(() => {
        const next = Number(this.slider.value) + pace;
        this.show(Math.min(next, end));
        if (next >= end) this.toggle();
      }, STEP_MS);
    }
    this.button.textContent = this.timer ? this.button.dataset.pause : this.button.dataset.play;
  }
}

/** Start on the page of a patrol's proof. */
export function start(root) {
  new ProofMap(root).start();
}
