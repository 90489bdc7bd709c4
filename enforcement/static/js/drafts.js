// A report that was begun and not sent yet: its words, photos and voice note, kept on this phone
// for one account. Where the phone keeps no files (an insecure address), the words alone.

import * as queue from "./queue.js";

let last = Promise.resolve(); // one after the other: a draft must not come back after "forget"
const PREFIX = "report-draft:";

/** Return what is kept for an account: {words, photos, voice}; empty where there is nothing. */
export async function read(account) {
  const kept = queue.available() ? await queue.draft(account).catch(() => undefined) : undefined;
  if (kept) return kept;
  try {
    return { words: JSON.parse(localStorage.getItem(PREFIX + account)) ?? {}, photos: [] };
  } catch {
    return { words: {}, photos: [] };
  }
}

/** Keep words and files of an account; a phone that stores nothing goes on without. */
export async function keep(account, words, photos, voice) {
  if (queue.available()) {
    last = last.then(() => queue.keepDraft({ account, words, photos, voice })).catch(() => {});
    await last;
    return;
  }
  try {
    localStorage.setItem(PREFIX + account, JSON.stringify(words));
  } catch { /* no room */ }
}

/** Forget what is kept for an account. */
export async function forget(account) {
  localStorage.removeItem(PREFIX + account);
  if (!queue.available()) return;
  last = last.then(() => queue.forgetDraft(account)).catch(() => {});
  await last;
}

/** On a page that says "received": the draft of its account is done with. */
export function start(element) {
  return forget(element.dataset.account);
}
