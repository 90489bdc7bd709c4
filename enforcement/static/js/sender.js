// Sends what waits in the queue, for pages and for the service worker: photos in pieces, each from
// where the server has it, then the report. Works for the account that is signed in, no other.

import * as queue from "./queue.js";

const PIECE_BYTES = 512 * 1024;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 10 * 60_000;

/** The server refused for a reason that another try will not change; `message` says why. */
class Refused extends Error {}

/** Send an account's waiting reports; return {sent: [{key, id, number}], failed: "" or why}.
 *
 * failed -- "network", "sign-in" (nobody, or another account, is signed in) or ""
 */
export function sendAll(account, { force = false } = {}) {
  const work = () => sendEach(account, force);
  return navigator.locks ? navigator.locks.request(`send:${account}`, work) : work();
}

async function sendEach(account, force) {
  const told = { sent: [], failed: "" };
  const due = (row) => row.state === "waiting" && (force || row.nextAt <= Date.now());
  const rows = (await queue.list(account)).filter(due);
  if (!rows.length) return told;
  const token = await tokenOf(account).catch(() => null);
  if (!token) return { ...told, failed: token === "" ? "sign-in" : "network" };
  for (const row of rows) {
    try {
      told.sent.push(await sendOne(row, token));
    } catch (error) {
      if (error instanceof Refused) await refuse(row, error.message);
      else {
        told.failed = "network";
        await wait(row);
      }
    }
  }
  return told;
}

/** Return the token of the account's session, "" where the session is not its own. */
async function tokenOf(account) {
  const answer = await fetch("/m/me", { cache: "no-store" });
  if (answer.status === 401 || answer.status === 403) return "";
  if (!answer.ok) throw new Error(`me: ${answer.status}`);
  const said = await answer.json();
  return said.account === account ? said.csrf : "";
}

async function sendOne(row, token) {
  for (const photo of row.photos) await upload(photo, token);
  const body = { ...row.fields, key: row.key, photos: row.photos.map((photo) => photo.sha256) };
  const answer = await ask("/m/send", {
    method: "POST", body: JSON.stringify(body),
    headers: { "X-CSRFToken": token, "Content-Type": "application/json" },
  });
  const said = await answer.json();
  await queue.remove(row.key);
  return { key: row.key, id: said.id, number: said.number };
}

async function upload(photo, token) {
  const address = `/m/files/${photo.sha256}`;
  let at = await ask(address, { method: "HEAD" });
  while (at.headers.get("Upload-Complete") !== "?1") {
    const offset = Number(at.headers.get("Upload-Offset"));
    at = await ask(address, {
      method: "PATCH", body: photo.blob.slice(offset, offset + PIECE_BYTES),
      headers: {
        "X-CSRFToken": token, "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": String(offset), "Upload-Length": String(photo.blob.size),
      },
    });
  }
}

/** Ask; a refusal of the content is final, everything else is tried again later. */
async function ask(address, options) {
  const answer = await fetch(address, { cache: "no-store", ...options });
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 422 || answer.status === 413) throw new Refused(said.error ?? "");
  if (answer.status === 409 && said.offset === undefined) throw new Refused(said.error ?? "");
  throw new Error(`${address}: ${answer.status}`);
}

function refuse(row, why) {
  return queue.put({ ...row, state: "refused", why });
}

function wait(row) {
  const tries = (row.tries ?? 0) + 1;
  const pause = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
  return queue.put({ ...row, tries, nextAt: Date.now() + pause });
}
