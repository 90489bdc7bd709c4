// What this phone keeps of an account for the time without a network: its tasks as they were last,
// and the outline of its area. Fetched with every page; forgotten when the account signs out.

import * as queue from "./queue.js";

/** Fetch anew what is kept of an account; without a network the last one stays. */
export async function refresh(account) {
  if (!account || !queue.available()) return;
  const answer = await fetch("/m/keep", { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const said = await answer.json();
  if (said.account !== account) return;
  await queue.keepSnapshot({ ...said, at: Date.now() });
  window.dispatchEvent(new Event("kept-changed"));
}

/** Return what is kept of an account: {tasks, follow, outline, at}; undefined where nothing is. */
export function read(account) {
  return account && queue.available() ? queue.snapshot(account).catch(() => undefined) : undefined;
}

const DEVICE = "phone-device";
const STALE_MS = 30 * 60_000;

/** Return the name by which numbers are set apart for this phone and no other. */
export function device() {
  const known = localStorage.getItem(DEVICE);
  if (known) return known;
  const made = queue.newKey();
  localStorage.setItem(DEVICE, made);
  return made;
}

/** Fetch anew what an officer needs to decide on the spot; without a network the last one stays. */
export async function refreshSpot(account, { force = false } = {}) {
  if (!account || !queue.available() || !navigator.onLine) return;
  const last = await readSpot(account);
  if (!force && last && Date.now() - last.at < STALE_MS) return;
  const answer = await fetch(`/m/keep/spot?device=${device()}`, { cache: "no-store" })
    .catch(() => null);
  if (!answer?.ok) return;
  const said = await answer.json();
  if (said.account !== account) return;
  await queue.keepSnapshot({ account: `${account}:spot`, spot: said.spot, at: Date.now() });
}

/** Return what is kept for decisions on the spot: {spot, at}; spot is null for other people. */
export function readSpot(account) {
  return read(account && `${account}:spot`);
}

/** Return the numbers that this phone has given to papers, sent or not. */
async function used(account) {
  return (await queue.snapshot(`${account}:used`))?.numbers ?? [];
}

/** Return the numbers that are free on this phone for an organ this year, the lowest first. */
export async function freeNumbers(account, organ, year) {
  const gone = await used(account);
  const { spot } = (await readSpot(account)) ?? {};
  return (spot?.numbers ?? [])
    .filter((one) => one.organ === organ && one.year === year && !gone.includes(one.number));
}

/** Give a number away for good; false where another page of this phone was faster. */
export function takeNumber(account, number) {
  const work = async () => {
    const gone = await used(account);
    if (gone.includes(number)) return false;
    await queue.keepSnapshot({ account: `${account}:used`, numbers: [...gone, number] });
    return true;
  };
  return navigator.locks ? navigator.locks.request(`numbers:${account}`, work) : work();
}

/** Return a task as it will be once the acts that wait on this phone have been sent. */
export function projected(task, rows, follow) {
  const mine = rows.filter((row) => row.kind === "act" && row.fields.incident_id === task.id);
  return mine.reduce((now, row) => {
    const then = follow[row.fields.event];
    if (row.state !== "waiting" || !then) return { ...now, acts: [], stopped: true };
    return { ...now, version: now.version + 1, state: then.state, acts: then.acts, waits: true };
  }, task);
}
