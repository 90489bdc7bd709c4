// Runs inside a map page: draws what moves, as the page around it tells: units and one line.

const COLOURS = { sos: "#b3261e", fresh: "#1b7f4b", recent: "#b26a00", old: "#6b7682" };
const FRESH_S = 60;
const RECENT_S = 300;
const PX_LEAST = 12; // a smaller circle of accuracy hides behind its marker

/** Return the colour of a unit's age; a call for help is red. */
function colour({ at, sos }, now) {
  if (sos) return COLOURS.sos;
  const age = now - at;
  return COLOURS[age <= FRESH_S ? "fresh" : age <= RECENT_S ? "recent" : "old"];
}

/** Take messages of the page around: units, those that moved, the one to look at, a line. */
export function drawMoving(map) {
  const markers = new Map();
  let circles = null;
  let spot = null;
  let line = null;

  /** Circles of accuracy lie in a pane of their own that takes no clicks, on one canvas. */
  function renderer() {
    if (!circles) {
      map.createPane("accuracy").style.cssText = "pointer-events: none; z-index: 390";
      circles = L.canvas({ pane: "accuracy" });
    }
    return circles;
  }

  function put(one) {
    let drawn = markers.get(one.id);
    if (!drawn) {
      const marker = L.circleMarker([one.lat, one.lon], { radius: 7, color: "#ffffff", weight: 2, fillOpacity: 0.95 });
      marker.on("click", () => window.parent.postMessage({ type: "unit", id: one.id }, window.location.origin));
      const text = document.createElement("span");
      text.textContent = one.name;
      marker.bindTooltip(text, { className: "map-name" });
      drawn = { marker, one };
      markers.set(one.id, drawn);
      marker.addTo(map);
    }
    drawn.one = one;
    drawn.marker.setLatLng([one.lat, one.lon]);
    paint(drawn, one.now);
    surround(drawn);
  }

  function paint(drawn, now) {
    const fillColor = colour(drawn.one, now);
    if (drawn.marker.options.fillColor !== fillColor) {
      drawn.marker.setStyle({ fillColor, radius: drawn.one.sos ? 10 : 7 });
    }
  }

  /** Draw how sure a position is, where that is larger than the marker. */
  function surround(drawn) {
    const { one } = drawn;
    const metres = 40_075_016 * Math.cos((one.lat * Math.PI) / 180) / (256 * 2 ** map.getZoom());
    const wanted = one.accuracy && one.accuracy / metres > PX_LEAST;
    if (!wanted) {
      drawn.circle?.remove();
      drawn.circle = undefined;
    } else if (drawn.circle) {
      drawn.circle.setLatLng([one.lat, one.lon]).setRadius(one.accuracy);
    } else {
      drawn.circle = L.circle([one.lat, one.lon], {
        radius: one.accuracy, renderer: renderer(), interactive: false, weight: 1,
        color: "#0b5cad", fillOpacity: 0.08,
      }).addTo(map);
    }
  }

  function units(list) {
    const shown = new Set(list.map((one) => one.id));
    for (const [id, { marker, circle }] of markers) {
      if (!shown.has(id)) {
        marker.remove();
        circle?.remove();
        markers.delete(id);
      }
    }
    list.forEach(put);
  }

  /** Show where help is called for. */
  function mark({ lon, lat }) {
    spot ??= L.circleMarker([lat, lon], { radius: 16, color: COLOURS.sos, weight: 4, fill: false, interactive: false });
    spot.setLatLng([lat, lon]).addTo(map);
    map.setView([lat, lon], Math.max(map.getZoom(), 14));
  }

  map.on("zoomend", () => markers.forEach(surround));

  function draw(points) {
    line?.remove();
    line = L.polyline(points.map(([lon, lat]) => [lat, lon]), { color: "#b3261e", weight: 3 }).addTo(map);
    if (!points.length) return;
    const fit = () => map.fitBounds(line.getBounds(), { maxZoom: 15, padding: [24, 24], animate: false });
    if (map._animatingZoom) map.once("zoomend", fit); // the end of a zoom would undo it
    else fit();
  }

  window.addEventListener("message", ({ origin, data }) => {
    if (origin !== window.location.origin) return;
    if (data?.type === "units") units(data.units);
    else if (data?.type === "moved") data.units.forEach(put);
    else if (data?.type === "ages") markers.forEach((drawn) => paint(drawn, data.now));
    else if (data?.type === "line") draw(data.points);
    else if (data?.type === "spot") mark(data);
    else if (data?.type === "look" && markers.has(data.id)) {
      const { marker } = markers.get(data.id);
      map.setView(marker.getLatLng(), Math.max(map.getZoom(), 14));
      marker.openTooltip();
    }
  });
  if (window.parent !== window) window.parent.postMessage({ type: "ready" }, window.location.origin);
}
