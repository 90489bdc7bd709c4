// Fields that only some choice asks for (data-only="way left notice") are hidden until it is made.
// What is hidden is not sent. Without this module every field is there, with its hint.

/** Return what a field says now: its value, "yes" for a ticked box. */
function said(field) {
  return field.type === "checkbox" ? (field.checked ? "yes" : "") : field.value;
}

/** Show or hide each such field of a form. */
function show(form) {
  for (const field of form.querySelectorAll("[data-only]")) {
    const [name, ...values] = field.dataset.only.split(" ");
    const other = form.elements[name];
    if (!other) continue;
    const wanted = values.includes(said(other));
    const row = field.closest(".form-row");
    if (row) row.hidden = !wanted;
    field.disabled = !wanted;
  }
}

/** Follow the choices of all forms of a page. */
export function followChoices(page) {
  page.addEventListener("change", (event) => {
    if (event.target.form) show(event.target.form);
  });
  for (const form of page.querySelectorAll("form:has([data-only])")) show(form);
}
