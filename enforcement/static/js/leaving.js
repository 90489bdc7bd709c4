// Signing out: asks first where reports of this account were not sent yet, and forgets its tasks.

import * as queue from "./queue.js";

/** Start on the form that signs out. */
export async function start(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    localStorage.removeItem("phone-account");
    if (!queue.available()) return;
    for (const kept of ["", ":spot", ":checkin"]) {
      queue.forgetSnapshot(form.dataset.account + kept).catch(() => {});
    }
  });
  const button = form.querySelector("button");
  const tell = async () => {
    const rows = queue.available() ? await queue.list(form.dataset.account) : [];
    if (rows.length) button.dataset.ask = form.dataset.unsent.replace("{n}", rows.length);
    else delete button.dataset.ask;
  };
  window.addEventListener("queue-changed", tell);
  document.addEventListener("show.bs.dropdown", tell);
  await tell();
}
