// The form of an ask: the village that is chosen suggests who may keep the promise.

class AskForm {
  constructor(form) {
    this.form = form;
    this.agent = form.querySelector("[data-agent]");
    this.assisted = form.dataset.assisted.split(" ");
    form.elements.village_code.addEventListener("change", () => this.look());
    for (const one of form.querySelectorAll("input[name=kind]")) {
      one.addEventListener("change", () => this.show());
    }
    this.show();
  }

  /** An agent belongs to what is helped along or done on behalf; elsewhere the field is away. */
  show() {
    const wanted = this.assisted.includes(this.form.elements.kind.value);
    this.agent.hidden = !wanted;
    this.form.elements.agent_id.disabled = !wanted;
  }

  /** Ask for the people of the village; an answer that comes too late is left out. */
  async look() {
    const village = this.form.elements.village_code.value;
    this.asked = village;
    const answer = await fetch(`${this.form.dataset.people}?${new URLSearchParams({ village })}`);
    if (!answer.ok || this.asked !== village) return;
    const options = await answer.text();
    for (const name of ["handler_id", "agent_id"]) this.fill(this.form.elements[name], options);
  }

  /** Put other people into a field; who was chosen stays chosen while he is among them. */
  fill(field, options) {
    const chosen = field.value;
    for (const group of field.querySelectorAll("optgroup:not(:first-child)")) group.remove();
    field.insertAdjacentHTML("beforeend", options);
    const still = [...field.options].some((one) => one.value === chosen);
    field.value = still ? chosen : "";
  }
}

/** Start on the form. */
export function start(form) {
  new AskForm(form);
}
