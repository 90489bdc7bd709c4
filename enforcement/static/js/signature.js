// Signing by hand: one pad for each page that is to be signed. Strokes are kept as points in a box
// of fixed size with the milliseconds since the first touch, and sent with the form.

const PEN = 11;
const NEAR = 4; // a point closer to the last one says nothing

export class Pad {
  constructor(canvas, wide, high, strokes) {
    Object.assign(this, { canvas, wide, high, strokes, begun: 0, pointer: null });
    canvas.style.aspectRatio = `${wide} / ${high}`;
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, (event) => this.up(event));
    }
    const figure = canvas.closest("figure");
    figure.querySelector("[data-part=clear]").addEventListener("click", () => this.redo(0));
    figure.querySelector("[data-part=undo]")
      .addEventListener("click", () => this.redo(this.strokes.length - 1));
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  /** Where a pointer is, in the box; writing over the edge stays on it. */
  point(event) {
    const seen = this.canvas.getBoundingClientRect();
    const within = (value, most) => Math.round(Math.min(Math.max(value, 0), 1) * most);
    return [
      within((event.clientX - seen.left) / seen.width, this.wide),
      within((event.clientY - seen.top) / seen.height, this.high),
      Math.round(event.timeStamp - this.begun),
    ];
  }

  down(event) {
    if (this.pointer !== null || event.button > 0) return;
    event.preventDefault();
    if (!this.strokes.length) this.begun = event.timeStamp;
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture?.(event.pointerId);
    this.strokes.push([this.point(event)]);
    this.draw();
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    const stroke = this.strokes.at(-1);
    for (const one of event.getCoalescedEvents?.() ?? [event]) {
      const [x, y, t] = this.point(one);
      const [lastX, lastY] = stroke.at(-1);
      if (Math.hypot(x - lastX, y - lastY) >= NEAR) stroke.push([x, y, Math.max(t, 0)]);
    }
    this.draw();
  }

  up(event) {
    if (event.pointerId === this.pointer) this.pointer = null;
  }

  /** Keep the first strokes, drop the others. */
  redo(count) {
    this.strokes = this.strokes.slice(0, Math.max(0, count));
    this.draw();
  }

  draw() {
    const { canvas } = this;
    const scale = window.devicePixelRatio || 1;
    canvas.width = canvas.clientWidth * scale;
    canvas.height = canvas.clientHeight * scale;
    const pen = canvas.getContext("2d");
    pen.scale(canvas.width / this.wide, canvas.height / this.high);
    Object.assign(pen, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
    for (const stroke of this.strokes) {
      pen.beginPath();
      pen.moveTo(stroke[0][0], stroke[0][1]);
      for (const [x, y] of stroke.length > 1 ? stroke.slice(1) : stroke) pen.lineTo(x, y);
      pen.stroke();
    }
  }
}

class Signing {
  constructor(form) {
    Object.assign(this, { form, words: form.dataset });
    this.part = (name) => form.querySelector(`[data-part=${name}]`);
    const { wide, high } = form.dataset;
    const kept = JSON.parse(form.elements.strokes.value || "{}"); // of a form that was refused
    this.pads = [...form.querySelectorAll("canvas")].map((one) => (
      new Pad(one, Number(wide), Number(high), kept[one.dataset.page] ?? [])));
  }

  listen() {
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    this.part("with-place").addEventListener("change", (event) => this.locate(event.target));
  }

  /** Read the position once, when the person ticks the box. */
  locate(box) {
    const put = (lon, lat, accuracy) => {
      this.form.elements.lon.value = lon;
      this.form.elements.lat.value = lat;
      this.form.elements.accuracy_m.value = accuracy;
    };
    const say = (text) => { this.part("where").textContent = text; };
    put("", "", "");
    say("");
    if (!box.checked || !navigator.geolocation) return;
    say(this.words.locating);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        put(coords.longitude, coords.latitude, coords.accuracy);
        say(this.words.located);
      },
      () => say(this.words.unlocated),
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  }

  onSubmit(event) {
    const empty = this.pads.find((pad) => !pad.strokes.length);
    if (empty) {
      event.preventDefault();
      this.say(empty);
      return;
    }
    const said = Object.fromEntries(this.pads.map((pad) => [pad.canvas.dataset.page, pad.strokes]));
    this.form.elements.strokes.value = JSON.stringify(said);
    this.form.elements.signed_at.value = new Date().toISOString();
    this.form.elements.device.value = navigator.userAgent.slice(0, 200);
  }

  say(pad) {
    const note = this.part("note");
    const page = Number(pad.canvas.dataset.page);
    note.textContent = page ? this.words.empty.replace("{n}", page) : this.words.none;
    note.hidden = false;
    pad.canvas.scrollIntoView({ block: "center" });
  }
}

/** Start on the form of a signature. */
export function start(form) {
  new Signing(form).listen();
}
