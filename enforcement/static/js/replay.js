// A track on the map and a slider through its time; the frame draws, this page tells it what.

const STEP_MS = 100;

class Replay {
  constructor(root) {
    this.frame = root.querySelector("iframe");
    this.points = JSON.parse(root.dataset.points); // [seconds, lon, lat]
    this.name = root.dataset.name;
    this.slider = root.querySelector("[data-part=at]");
    this.button = root.querySelector("[data-part=play]");
    this.time = root.querySelector("[data-part=time]");
    this.root = root;
  }

  listen() {
    if (!this.points.length) return;
    window.addEventListener("message", ({ origin, source, data }) => {
      if (origin === window.location.origin && source === this.frame.contentWindow
        && data?.type === "ready") this.begin();
    });
    this.frame.addEventListener("load", () => this.begin());
    this.slider.addEventListener("input", () => this.show(Number(this.slider.value)));
    this.button.addEventListener("click", () => this.toggle());
    this.root.addEventListener("click", (event) => {
      const stop = event.target.closest("a[data-since]");
      if (!stop) return;
      event.preventDefault();
      const at = this.points.findIndex(([seconds]) => seconds >= Number(stop.dataset.since));
      this.show(Math.max(0, at));
    });
    this.begin();
  }

  begin() {
    this.tell({ type: "line", points: this.points.map(([, lon, lat]) => [lon, lat]) });
    this.show(Number(this.slider.value));
  }

  show(n) {
    const [seconds, lon, lat] = this.points[n];
    this.slider.value = n;
    this.time.value = new Date(seconds * 1000).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false });
    this.slider.setAttribute("aria-valuetext", this.time.value);
    this.tell({ type: "units", units: [{ id: "replay", name: `${this.name} ${this.time.value}`, lon, lat, at: 0, now: 0 }] });
  }

  toggle() {
    if (this.timer) {
      clearInterval(this.timer);
      this.timer = null;
    } else {
      if (Number(this.slider.value) >= this.points.length - 1) this.show(0);
      this.timer = setInterval(() => this.step(), STEP_MS);
    }
    this.button.textContent = this.timer ? this.button.dataset.pause : this.button.dataset.play;
  }

  step() {
    const next = Number(this.slider.value) + 1;
    if (next >= this.points.length) this.toggle();
    else this.show(next);
  }

  tell(message) {
    this.frame.contentWindow?.postMessage(message, window.location.origin);
  }
}

/** Start on the page of one track. */
export function start(root) {
  new Replay(root).listen();
}
