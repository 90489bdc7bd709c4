// How far a long work is: asked again until it has ended, then the page is loaded anew.

const AGAIN_MS = 1000;

/** A progress bar that follows a work of the server. */
class Progress {
  constructor(root) {
    this.root = root;
    this.bar = root.querySelector("progress");
    this.said = root.querySelector("[data-said]");
  }

  async ask() {
    try {
      const answer = await fetch(window.location.href, { headers: { Accept: "application/json" } });
      if (answer.ok) this.show(await answer.json());
    } catch {
      // the network is away: the next look may find it
    }
    this.later();
  }

  show(work) {
    if (work.state !== "working") window.location.reload();
    this.bar.max = work.total;
    this.bar.value = work.done;
    this.said.textContent = `${work.done} / ${work.total}`;
  }

  later() {
    setTimeout(() => this.ask(), AGAIN_MS);
  }
}

/** Start on the element that holds the bar. */
export function start(root) {
  new Progress(root).later();
}
