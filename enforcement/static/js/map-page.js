// Runs inside a map page: names on hover, a message to the page around it on click.
// Fetches nothing. Every text is put in place as text, never as markup.

import { drawMoving } from "./map-units.js";

const map = window[document.body.dataset.map];
const LABELS_FROM_ZOOM = 9.5;
const KINDS = JSON.parse(document.body.dataset.words || "{}");
const words = new Map(
  [...document.querySelectorAll(".panel li")].map((item) => [item.dataset.key, item.textContent]),
);
const layersById = new Map();
const seen = new WeakSet();

/** Return an element that holds a text. */
function textElement(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element;
}

/** Return what a feature is called: its official name, else its kind and state. */
function nameOf({ kind, name, parent, state, seq, value }) {
  const own = name ?? [KINDS[kind] ?? kind, seq].filter((part) => part != null).join(" ");
  const more = [parent, words.get(state), value].filter((part) => part != null && part !== "");
  return [own, ...more].join(" · ");
}

/** Tell the page around the map what was chosen. */
function tell({ id, properties }) {
  if (window.parent === window) return;
  window.parent.postMessage({ type: properties.kind, id }, window.location.origin);
}

/** Give one feature's layer its name and its click. */
function enliven(layer) {
  const { feature } = layer;
  if (!feature?.properties?.kind || seen.has(layer)) return;
  seen.add(layer);
  if (layer.options.interactive === false) {
    label(feature.properties);
    return;
  }
  layersById.set(feature.id, layer);
  layer.bindTooltip(textElement(nameOf(feature.properties)), {
    className: "map-name", sticky: true,
  });
  layer.on("click", () => tell(feature));
  if (layer.setStyle && feature.properties.kind !== "route") emphasise(layer);
}

/** Make the border of a feature stronger under the pointer. */
function emphasise(layer) {
  const weight = layer.options.weight ?? 1;
  layer.on("mouseover", () => layer.setStyle({ weight: weight + 1.5 }));
  layer.on("mouseout", () => layer.setStyle({ weight }));
}

/** Write the name of a township at its label point. */
function label({ name, label_lon: lon, label_lat: lat }) {
  if (name == null || lon == null || lat == null) return;
  L.tooltip({ permanent: true, direction: "center", className: "map-label" })
    .setLatLng([lat, lon]).setContent(textElement(name)).addTo(map);
}

/** Show the labels only where there is room for them. */
function showLabels() {
  map.getContainer().classList.toggle("far", map.getZoom() < LABELS_FROM_ZOOM);
}

/** Bring a feature into view when the page around the map asks for it: {type: "show", id}. */
function show(event) {
  if (event.origin !== window.location.origin || event.data?.type !== "show") return;
  const layer = layersById.get(event.data.id);
  if (!layer) return;
  if (layer.getBounds) map.fitBounds(layer.getBounds(), { maxZoom: 13, padding: [24, 24] });
  else map.setView(layer.getLatLng(), Math.max(map.getZoom(), 13));
  layer.openTooltip();
}

/** Visit every layer, those inside groups and clusters too. */
function visit(group) {
  group.eachLayer((layer) => (layer.eachLayer && !layer.feature ? visit(layer) : enliven(layer)));
}

/** Let a click choose a place and tell the page around: {type: "pick", lon, lat}. */
function letPick(spot) {
  const marker = L.circleMarker(spot.length ? [spot[1], spot[0]] : map.getCenter(), {
    radius: 9, color: "#ffffff", weight: 3, fillColor: "#c0392b", fillOpacity: 1,
    interactive: false,
  });
  if (spot.length) marker.addTo(map);
  map.getContainer().style.cursor = "crosshair";
  map.on("click", ({ latlng: { lng: lon, lat } }) => {
    marker.setLatLng([lat, lon]).addTo(map);
    window.parent.postMessage({ type: "pick", lon, lat }, window.location.origin);
  });
}

L.control.zoom({ zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
L.control.scale({ imperial: false }).addTo(map);
if (window.innerWidth <= 480) document.querySelector(".panel")?.removeAttribute("open");
visit(map);
showLabels();
map.on("zoomend", showLabels);
window.addEventListener("message", show);
drawMoving(map);
if (document.body.dataset.pick) letPick(JSON.parse(document.body.dataset.pick));
