// The on-duty switch: kept on this phone first, so that it works without a network. The position
// is read once, at the moment of pressing, and only where the person ticked it.

import { busy } from "./forms.js";
import { accountOf } from "./phone.js";
import * as queue from "./queue.js";
import { sendAll } from "./sender.js";

const WAIT_MS = 8_000;

function place() {
  return new Promise((done) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({
        lon: Number(coords.longitude.toFixed(6)), lat: Number(coords.latitude.toFixed(6)),
        accuracy_m: Number(coords.accuracy.toFixed(1)),
      }),
      () => done({}),
      { enableHighAccuracy: true, maximumAge: 10_000, timeout: WAIT_MS },
    );
  });
}

async function press(form, account) {
  const said = form.querySelector("[data-part=said]");
  const pressedAt = new Date();
  let where = {};
  if (form.elements.with_place.checked && navigator.geolocation) {
    said.textContent = form.dataset.locating;
    where = await place();
  }
  await queue.put({
    key: queue.newKey(), kind: "presence", account, state: "waiting", tries: 0, nextAt: 0,
    queuedAt: pressedAt.getTime(), photos: [], title: form.dataset.title,
    fields: {
      present: form.elements.present.value === "yes", occurred_at: pressedAt.toISOString(), ...where,
    },
  });
  const { sent } = navigator.onLine ? await sendAll(account, { force: true }) : { sent: [] };
  window.dispatchEvent(new Event("queue-changed"));
  if (sent.some((one) => one.kind === "presence")) window.location.reload();
  else said.textContent = form.dataset.kept;
}

/** Start on the form of the switch. */
export function start(form) {
  const account = accountOf(form);
  if (!queue.available() || !account) return;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    busy(form, true);
    await press(form, account);
    busy(form, false);
  });
}
