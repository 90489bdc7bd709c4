// Where the phone is: the best of several fixes, with its accuracy; typed by hand where that fails.

import { draw } from "./near.js";

const GOOD_ENOUGH_M = 20;
const POOR_M = 100;
const WAIT_MS = 25_000;

/** Watch the position until it is good enough and write it into the form. */
export class Position {
  constructor(form, status, words) {
    Object.assign(this, { form, status, words });
    this.picture = form.querySelector("[data-part=near]");
    this.poor = form.querySelector("[data-part=poor]");
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

  /** Draw how sure the position is; NaN shows nothing. */
  show(accuracy) {
    this.picture.toggleAttribute("hidden", !(accuracy >= 0)); // SVG knows no .hidden
    if (accuracy >= 0) draw(this.picture, accuracy);
    this.poor.hidden = !(accuracy > POOR_M);
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
