// Runs inside a map page: draws what moves, as the page around it tells: units and one line.

/** Take messages of the page around: units, the one to look at, a line. */
export function drawMoving(map) {
  const markers = new Map();
  let line = null;

  function put(one) {
    let marker = markers.get(one.id);
    if (!marker) {
      marker = L.circleMarker([one.lat, one.lon], { radius: 8, color: "#ffffff", weight: 2, fillOpacity: 0.95 });
      marker.on("click", () => window.parent.postMessage({ type: "unit", id: one.id }, window.location.origin));
      marker.bindTooltip("", { className: "map-name" }).addTo(map);
      markers.set(one.id, marker);
    }
    marker.setLatLng([one.lat, one.lon]);
    marker.setStyle({ fillColor: one.stale ? "#8a94a0" : "#0b5cad" });
    const text = document.createElement("span");
    text.textContent = one.name;
    marker.setTooltipContent(text);
  }

  function units(list) {
    const shown = new Set(list.map((one) => one.id));
    for (const [id, marker] of markers) {
      if (!shown.has(id)) {
        marker.remove();
        markers.delete(id);
      }
    }
    list.forEach(put);
  }

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
    else if (data?.type === "line") draw(data.points);
    else if (data?.type === "look" && markers.has(data.id)) {
      map.setView(markers.get(data.id).getLatLng(), Math.max(map.getZoom(), 14));
      markers.get(data.id).openTooltip();
    }
  });
  if (window.parent !== window) window.parent.postMessage({ type: "ready" }, window.location.origin);
}
