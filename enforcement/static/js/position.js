// Where the phone is: the best of several fixes, with its accuracy; typed by hand where that fails.

import { draw } from "./near.js";
import { around } from "./outline.js";

const GOOD_ENOUGH_M = 20;
const POOR_M = 100;
const WAIT_MS = 25_000;

/** Watch the position until it is good enough and write it into the form. */
export class Position {
  constructor(form, status, words) {
    Object.assign(this, { form, status, words });
    this.picture = form.querySelector("[data-part=near]");
    this.poor = form.querySelector("[data-part=poor]");
    this.inside = form.querySelector("[data-part=inside]");
    this.accuracy = NaN;
    for (const name of ["lon", "lat"]) {
      form.elements[name].addEventListener("input", () => this.typed());
    }
  }

  /** Ask the phone; the best fix so far stands in the form at every moment. */
  find() {
    this.stop();
    this.best = Infinity;
    this.show(NaN);
    if (!navigator.geolocation || !window.isSecureContext) return this.fail();
    this.status.textContent = this.words.locating;
    this.watch = navigator.geolocation.watchPosition(
      ({ coords }) => this.take(coords), () => this.fail(),
      { enableHighAccuracy: true, maximumAge: 10_000, timeout: WAIT_MS },
    );
    this.timer = setTimeout(() => this.stop(), WAIT_MS);
    return undefined;
  }

  take({ longitude, latitude, accuracy }) {
    if (accuracy >= this.best) return;
    this.best = accuracy;
    this.form.elements.lon.value = longitude.toFixed(6);
    this.form.elements.lat.value = latitude.toFixed(6);
    this.form.elements.accuracy_m.value = accuracy.toFixed(1);
    this.status.textContent = this.words.located.replace("{n}", Math.max(1, Math.round(accuracy)));
    this.show(accuracy);
    if (accuracy <= GOOD_ENOUGH_M) this.stop();
  }

  /** Take over the outline of the person's area: {name, schematic, rings}; null for none. */
  know(outline) {
    this.outline = outline ?? null;
    this.show(this.accuracy);
  }

  /** Draw how sure the position is, above the area; NaN: a point of unknown accuracy, or none. */
  show(accuracy) {
    this.accuracy = accuracy;
    const lie = this.lie();
    const shown = accuracy >= 0 || lie !== null;
    this.picture.toggleAttribute("hidden", !shown); // SVG knows no .hidden
    if (shown) draw(this.picture, accuracy || 0, lie);
    this.poor.hidden = !(accuracy > POOR_M);
    this.inside.textContent = lie ? this.told(lie, accuracy || 0) : "";
  }

  /** Return how the point of the form lies towards the area; null without either. */
  lie() {
    const [lon, lat] = ["lon", "lat"].map((name) => parseFloat(this.form.elements[name].value));
    if (!this.outline || !Number.isFinite(lon) || !Number.isFinite(lat)) return null;
    return around(this.outline.rings, lon, lat);
  }

  told({ inside, borderM }, accuracy) {
    const away = borderM >= 1000 ? `${(borderM / 1000).toFixed(1)} km` : `${Math.round(borderM)} m`;
    const close = borderM <= Math.max(accuracy, GOOD_ENOUGH_M);
    const words = close ? this.words.border : inside ? this.words.inside : this.words.outside;
    const sketch = this.outline.schematic ? ` ${this.words.sketch}` : "";
    return words.replace("{name}", this.outline.name).replace("{n}", away) + sketch;
  }

  /** Numbers typed by hand carry no accuracy. */
  typed() {
    this.stop();
    this.form.elements.accuracy_m.value = "";
    this.show(NaN);
    this.status.textContent = this.words.typed;
  }

  fail() {
    this.stop();
    if (this.best < Infinity) return;
    this.status.textContent = this.words.unlocated;
    this.form.querySelector("[data-part=by-hand]").open = true;
  }

  stop() {
    clearTimeout(this.timer);
    if (this.watch !== undefined) navigator.geolocation.clearWatch(this.watch);
    this.watch = undefined;
  }
}
