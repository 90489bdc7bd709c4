// Menus, the side panel and notices that can be put away: Bootstrap's script, fetched when a
// pointer or the focus comes near the first of them.

const SCRIPT = "/static/vendor/bootstrap/bootstrap.bundle.min.js";
const WIDGET = "[data-bs-toggle], [data-bs-dismiss]";
let asked = null;

/** Fetch the script once; what failed is tried again. */
function script() {
  asked ??= import(SCRIPT).catch((error) => {
    asked = null;
    throw error;
  });
  return asked;
}

/** Hold back what was chosen before the script was there, and choose it then. */
async function choose(event) {
  const widget = event.target.closest?.(WIDGET);
  if (!widget || window.bootstrap) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await script();
  widget.click();
}

/** Watch for the first use. */
export function prepareWidgets() {
  for (const name of ["pointerover", "focusin", "touchstart"]) {
    document.addEventListener(name, ({ target }) => {
      if (target.closest?.(WIDGET)) script().catch(() => {});
    }, { passive: true });
  }
  document.addEventListener("click", choose, { capture: true });
}
