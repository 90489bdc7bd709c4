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

/** Return a task as it will be once the acts that wait on this phone have been sent. */
export function projected(task, rows, follow) {
  const mine = rows.filter((row) => row.kind === "act" && row.fields.incident_id === task.id);
  return mine.reduce((now, row) => {
    const then = follow[row.fields.event];
    if (row.state !== "waiting" || !then) return { ...now, acts: [], stopped: true };
    return { ...now, version: now.version + 1, state: then.state, acts: then.acts, waits: true };
  }, task);
}
