// The desk and the wall: the queue follows the event stream, clocks run, red rings until answered.

const TONE_HZ = 660;
const RING_MS = 2000;
const SOUND = "desk-sound";
const SETTLE_MS = 150; // events of one act come together
const AGAIN_MS = 30_000; // and without a stream, from time to time

class Desk {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    this.shown = this.words.show;
    this.ahead = Date.parse(this.words.now) - Date.now(); // the server's clock decides
  }

  listen() {
    document.addEventListener("incident-changed", (event) => this.changed(event.detail));
    this.part("queue").addEventListener("click", (event) => this.pick(event));
    this.part("queue").addEventListener("keydown", (event) => this.move(event));
    this.part("current")?.addEventListener("click", (event) => this.pick(event));
    this.sound();
    setInterval(() => this.tick(), 1000);
    setInterval(() => this.ring(), RING_MS);
    setInterval(() => this.draw(), AGAIN_MS);
    this.tick();
  }

  changed(detail) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.draw(), SETTLE_MS);
    if (detail?.subject === this.shown && !this.typing()) this.open(this.shown);
  }

  /** Somebody who writes keeps his form; the version tells him if it is too late. */
  typing() {
    return Boolean(this.part("current")?.querySelector("details[open]"));
  }

  async draw() {
    const address = this.shown ? `${this.words.queue}?show=${this.shown}` : this.words.queue;
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const focused = document.activeElement?.dataset?.id;
    this.part("queue").innerHTML = await answer.text();
    if (focused) this.part("queue").querySelector(`a[data-id="${CSS.escape(focused)}"]`)?.focus();
    this.tick();
  }

  pick(event) {
    const link = event.target.closest("a[data-id]");
    if (!link || !this.part("current") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.open(link.dataset.id);
  }

  /** Arrow keys go from row to row. */
  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const links = [...this.part("queue").querySelectorAll("a[data-id]")];
    const at = links.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    links[Math.min(links.length - 1, Math.max(0, at + step))].focus();
  }

  async open(id) {
    this.shown = this.words.show = id;
    const answer = await fetch(this.words.incident.replace("ID", encodeURIComponent(id)))
      .catch(() => null);
    if (this.shown !== id) return;
    if (answer?.redirected) return void window.location.reload();
    if (!answer?.ok) {
      this.part("current").textContent = this.words.failed;
      return;
    }
    this.part("current").innerHTML = await answer.text();
    history.replaceState(null, "", `?show=${id}`);
    for (const link of this.part("queue").querySelectorAll("a[data-id]")) {
      if (link.dataset.id === id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    this.root.querySelector("iframe")?.contentWindow
      ?.postMessage({ type: "show", id }, window.location.origin);
    this.tick();
  }

  tick() {
    const now = Date.now() + this.ahead;
    for (const clock of this.root.querySelectorAll("time.clock")) {
      const due = Date.parse(clock.dataset.due ?? "");
      const late = due < now;
      clock.classList.toggle("late", late);
      clock.textContent = late
        ? `${this.words.late} ${lasting(now - due, this.words)}`
        : lasting(now - Date.parse(clock.dataset.since), this.words);
    }
  }

  sound() {
    const button = document.querySelector("[data-part=sound]");
    const show = () => {
      const on = Boolean(this.audio);
      button.setAttribute("aria-pressed", String(on));
      button.lastChild.textContent = ` ${on ? this.words.soundOn : this.words.soundOff}`;
    };
    button?.addEventListener("click", () => {
      this.audio = this.audio ? undefined : new AudioContext();
      localStorage.setItem(SOUND, this.audio ? "on" : "");
      show();
    });
    if (localStorage.getItem(SOUND)) {
      // browsers let it sound only after the person has touched the page
      document.addEventListener("pointerdown", () => { this.audio ??= new AudioContext(); show(); },
        { once: true });
    }
  }

  ring() {
    const rings = this.part("queue").querySelector(
      "[data-group=unanswered] .urgency-red, .urgency-red[data-group-row=unanswered]",
    );
    if (!rings || this.audio?.state !== "running") return;
    const tone = this.audio.createOscillator();
    tone.frequency.value = TONE_HZ;
    tone.connect(this.audio.destination);
    tone.start();
    tone.stop(this.audio.currentTime + 0.3);
  }
}

/** Return a duration as a clock shows it: 3:07, 2:15:00, from a day on in words. */
function lasting(millis, words) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  if (days) return words.days.replace("{d}", days).replace("{h}", hours);
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** Start on the element that holds the queue. */
export function start(root) {
  new Desk(root).listen();
}
