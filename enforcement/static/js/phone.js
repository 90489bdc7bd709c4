// Phone pages: the service worker, and a word when there is no network.

/** Show or hide the note about the network. */
function tellNetwork(note) {
  note.hidden = navigator.onLine;
}

/** Start on the body of a phone page. */
export function start(root) {
  const note = document.querySelector("[data-part=offline]");
  if (note) {
    tellNetwork(note);
    for (const change of ["online", "offline"]) {
      window.addEventListener(change, () => tellNetwork(note));
    }
  }
  if ("serviceWorker" in navigator && window.isSecureContext) {
    navigator.serviceWorker.register(root.dataset.worker, { scope: "/m/" }).catch(() => {});
  }
}
