// Takes the place that was clicked on the map in the frame into the form's fields.

/** Start on the element that holds the frame and the form. */
export function start(root) {
  const frame = root.querySelector("iframe");
  window.addEventListener("message", ({ origin, source, data }) => {
    if (origin !== window.location.origin || source !== frame.contentWindow) return;
    if (data?.type !== "pick") return;
    root.querySelector("form [name=lon]").value = data.lon.toFixed(6);
    root.querySelector("form [name=lat]").value = data.lat.toFixed(6);
  });
}
