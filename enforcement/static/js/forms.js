// Forms: ask before what cannot be undone, send once, say what is missing. Works by delegation,
// so that forms put into the page later behave the same.

/** Ask in a dialog; resolve to true when the person agrees. */
function agree(text) {
  const dialog = document.getElementById("ask");
  if (!dialog?.showModal) return Promise.resolve(window.confirm(text));
  dialog.querySelector("[data-ask-text]").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** Tell whether the field that a button needs is filled in; show what is missing. */
function hasReason(form, button) {
  const field = button?.dataset.needs && form.elements[button.dataset.needs];
  if (!field || field.value.trim()) return true;
  field.setCustomValidity(document.body.dataset.reason);
  field.reportValidity();
  field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
  return false;
}

/** Switch the buttons of a form off while it is being sent, or on again. */
export function busy(form, isBusy) {
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
    button.disabled = isBusy;
  }
  form.toggleAttribute("data-sent", isBusy);
  if (isBusy) form.setAttribute("aria-busy", "true");
  else form.removeAttribute("aria-busy");
}

/** Look at every submission before it leaves. */
async function onSubmit(event) {
  const form = event.target;
  const button = event.submitter;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.hasAttribute("data-sent") || !hasReason(form, button)) {
    event.preventDefault();
    return;
  }
  const question = button?.dataset.ask;
  if (question && form.dataset.agreed !== question) {
    event.preventDefault();
    if (await agree(question)) {
      form.dataset.agreed = question;
      form.requestSubmit(button);
      delete form.dataset.agreed;
    }
    return;
  }
  setTimeout(() => { if (!event.defaultPrevented) busy(form, true); }); // after it was serialised
}

/** Prepare all forms of a document, now and later. */
export function prepareForms(page) {
  page.addEventListener("submit", onSubmit);
  page.querySelector("[data-focus]")?.focus();
  window.addEventListener("pageshow", () => {
    for (const form of page.querySelectorAll("form[data-sent]")) busy(form, false);
  });
}

// Fields that only some choice asks for (data-only="way left notice") are hidden until it is made.
// What is hidden is not sent. Without scripts every field is there, with its hint.

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
