// Typed words of a report that was not sent yet, kept on this phone for one account.

const PREFIX = "report-draft:";

/** Return the words kept for an account, {} where there are none. */
export function read(account) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + account)) ?? {};
  } catch {
    return {};
  }
}

/** Keep words for an account; false where the phone refuses to store anything. */
export function keep(account, words) {
  try {
    localStorage.setItem(PREFIX + account, JSON.stringify(words));
    return true;
  } catch {
    return false;
  }
}

/** Forget the words kept for an account. */
export function forget(account) {
  localStorage.removeItem(PREFIX + account);
}

/** On a page that says "received": the draft of its account is done with. */
export function start(element) {
  forget(element.dataset.account);
}
