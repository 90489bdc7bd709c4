// The filters of the live board: which unit, what kind, on duty by what, how old.

export class Choice {
  constructor(form, changed) {
    this.fields = form.elements;
    this.known = "";
    form.addEventListener("change", changed);
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** Offer the units that are there, keeping what was chosen. */
  offer(units, nobody) {
    const found = new Map(units.map((one) => [one.unit_code ?? "-", one.unit ?? nobody]));
    const key = JSON.stringify([...found].sort());
    if (key === this.known) return;
    this.known = key;
    const { unit } = this.fields;
    const chosen = unit.value;
    unit.replaceChildren(unit.options[0], ...[...found].sort()
      .map(([code, name]) => new Option(name, code, false, code === chosen)));
  }

  lets(one, now) {
    const { unit, kind, duty, older } = this.fields;
    if (unit.value && (one.unit_code ?? "-") !== unit.value) return false;
    if (kind.value && (kind.value === "person") !== one.person) return false;
    if (duty.value && one.duty !== duty.value) return false;
    return !older.value || one.at === null || now - one.at > Number(older.value);
  }
}
