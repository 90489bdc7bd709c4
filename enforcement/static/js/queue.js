// Reports, acts and calls that wait on this phone: words, photos and their SHA-256, each belonging
// to an account; and beside them each account's draft of a report, its tasks and its area.
// What is in here leaves it only after the server has said that it keeps the report, or because
// the person threw it away.

const NAME = "phone";
const STORE = "reports";
const DRAFTS = "drafts";
const SNAPSHOTS = "snapshots";

/** Tell whether this browser can keep reports (an insecure address cannot). */
export function available() {
  return "indexedDB" in globalThis && Boolean(globalThis.crypto?.subtle);
}

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 3);
    asked.onupgradeneeded = ({ oldVersion }) => {
      const made = asked.result;
      if (oldVersion < 1) made.createObjectStore(STORE, { keyPath: "key" }).createIndex("account", "account");
      if (oldVersion < 2) made.createObjectStore(DRAFTS, { keyPath: "account" });
      if (oldVersion < 3) made.createObjectStore(SNAPSHOTS, { keyPath: "account" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** Run one request in a transaction; resolve when it is on the phone's disk. */
async function run(mode, work, name = STORE) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode, { durability: "strict" });
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** Return an account's reports, the oldest first. */
export async function list(account) {
  const rows = await run("readonly", (store) => store.index("account").getAll(account));
  return rows.sort((one, other) => one.queuedAt - other.queuedAt);
}

/** Return one of an account's reports; undefined where it has none of that key. */
export async function find(account, key) {
  const row = await run("readonly", (store) => store.get(key));
  return row?.account === account ? row : undefined;
}

/** Put a report in, or in place of itself. */
export function put(row) {
  return run("readwrite", (store) => store.put(row));
}

/** Take a report out. */
export function remove(key) {
  return run("readwrite", (store) => store.delete(key));
}

/** Return the draft of an account: {account, words, photos, voice}; undefined without one. */
export function draft(account) {
  return run("readonly", (store) => store.get(account), DRAFTS);
}

/** Keep a draft in place of the account's last one. */
export function keepDraft(row) {
  return run("readwrite", (store) => store.put(row), DRAFTS);
}

/** Forget the draft of an account. */
export function forgetDraft(account) {
  return run("readwrite", (store) => store.delete(account), DRAFTS);
}

/** Return what was kept of an account's tasks and area; undefined without. */
export function snapshot(account) {
  return run("readonly", (store) => store.get(account), SNAPSHOTS);
}

/** Keep an account's tasks and area in place of the last ones. */
export function keepSnapshot(row) {
  return run("readwrite", (store) => store.put(row), SNAPSHOTS);
}

/** Forget an account's tasks and area. */
export function forgetSnapshot(account) {
  return run("readwrite", (store) => store.delete(account), SNAPSHOTS);
}

/** Return a UUIDv7: milliseconds first, so that keys made on phones sort by time. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let millis = Date.now();
  for (let place = 5; place >= 0; place -= 1) {
    bytes[place] = millis % 256;
    millis = Math.floor(millis / 256);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = hexOf(bytes);
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([a, b]) => hex.slice(a, b)).join("-");
}

function hexOf(bytes) {
  return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
}

/** Return a file as it is kept: its bytes and their SHA-256. */
export async function kept(file) {
  const bytes = await file.arrayBuffer();
  const sha256 = hexOf(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  return { name: file.name, sha256, blob: new Blob([bytes], { type: file.type }) };
}
