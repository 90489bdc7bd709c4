// The form of a paper: its preview is set anew by the server a moment after the last key.

const PAUSE_MS = 500;

/** Watch the form inside `root` and keep the pages beside it up to date. */
export function start(root) {
  const form = root.querySelector("form");
  const place = root.querySelector("[data-preview-pages]");
  let timer, running;

  /** Send what stands in the form; show the pages that come back, unless newer words were sent. */
  async function refresh() {
    running?.abort();
    const mine = running = new AbortController();
    const said = new FormData(form);
    said.set("do", "preview");
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action || location.href, {
        method: "POST", body: said, headers: { "X-Fragment": "preview" }, signal: mine.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      place.replaceChildren(...page.body.childNodes);
      place.removeAttribute("aria-busy");
    } catch (error) {
      if (error.name === "AbortError") return;
      place.removeAttribute("aria-busy");
      const note = document.createElement("div");
      note.className = "alert alert-warning";
      note.textContent = root.dataset.failed;
      place.prepend(note);
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE_MS);
  });
  form.querySelector("[data-preview]").addEventListener("click", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    refresh();
  });
}
