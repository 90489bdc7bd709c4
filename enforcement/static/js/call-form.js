// The dispatcher's form: Enter moves on, and a number brings what it reported before.

const SKIPPED = new Set(["TEXTAREA", "BUTTON"]);

class CallForm {
  constructor(form) {
    this.form = form;
    this.shown = document.getElementById("caller-history");
    form.addEventListener("keydown", (event) => this.key(event));
    form.elements.reporter_phone.addEventListener("change", () => this.look());
  }

  /** Enter goes to the next field; in the words, Ctrl and Enter do. */
  key(event) {
    const moves = SKIPPED.has(event.target.tagName) ? event.ctrlKey : true;
    if (event.key !== "Enter" || event.target.tagName === "BUTTON" || !moves) return;
    event.preventDefault();
    const fields = [...this.form.elements].filter(
      (one) => one.type !== "hidden" && !one.disabled && one.tagName !== "FIELDSET"
        && one.value !== "look" && (one.type !== "radio" || one.checked),
    );
    fields[fields.indexOf(event.target) + 1]?.focus();
  }

  /** Ask what this number reported before; an answer that comes too late is left out. */
  async look() {
    const number = this.form.elements.reporter_phone.value.trim();
    this.asked = number;
    if (!number) return;
    const body = new URLSearchParams({ reporter_phone: number });
    const answer = await fetch(this.form.dataset.history, {
      method: "POST", body, headers: { "X-CSRFToken": this.form.dataset.token },
    });
    if (answer.ok && this.asked === number) this.shown.innerHTML = await answer.text();
  }
}

/** Start on the form. */
export function start(form) {
  new CallForm(form);
}
