// The citizen's form: the browser's position on request, and no more photos than are taken.

import { Position } from "./position.js";

/** Start on the form. */
export function start(form) {
  const position = new Position(form, form.querySelector("[data-part=position]"), form.dataset);
  form.querySelector("[data-part=locate]").addEventListener("click", () => position.find());
  const photos = form.elements.photos;
  photos.addEventListener("change", () => {
    const many = photos.files.length > Number(form.dataset.most);
    photos.setCustomValidity(many ? form.dataset.tooMany : "");
    if (many) photos.reportValidity();
  });
}
