// Sends what waits in the queue, for pages and for the service worker: photos in pieces, each from
// where the server has it, then the report, act or word on duty. Works for the account that is
// signed in, no other. Calls for help go their own way, so that no photo is ever before them.

import * as queue from "./queue.js";

const PIECE_BYTES = 512 * 1024;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 10 * 60_000;
const ADDRESS = {
  report: "/m/send", act: "/m/send/act", presence: "/m/send/presence", sos: "/m/send/sos",
  spot: "/m/send/spot", void: "/m/send/void", alone: "/m/send/alone", checkin: "/m/send/checkin",
};

/** The server refused for a reason that another try will not change; `said` tells why. */
class Refused extends Error {
  constructor(said) {
    super(said.error ?? "");
    this.said = said;
  }
}

/** Send an account's waiting items; return {sent: [{key, kind, id, number}], failed: "" or why}.
 *
 * failed -- "network", "sign-in" (nobody, or another account, is signed in) or ""
 */
export function sendAll(account, { force = false } = {}) {
  const due = (row) => row.kind !== "sos" && row.state === "waiting"
    && (force || row.nextAt <= Date.now());
  return alone(`send:${account}`, () => sendEach(account, due));
}

/** Send an account's calls for help; each caller tries again every few seconds. */
export function sendHelp(account) {
  const due = (row) => row.kind === "sos" && row.state === "waiting";
  return alone(`help:${account}`, () => sendEach(account, due));
}

function alone(name, work) {
  return navigator.locks ? navigator.locks.request(name, work) : work();
}

async function sendEach(account, due) {
  const told = { sent: [], failed: "" };
  const rows = await queue.list(account);
  if (!rows.some(due)) return told;
  const token = await tokenOf(account).catch(() => null);
  if (!token) return { ...told, failed: token === "" ? "sign-in" : "network" };
  const held = new Set(); // incidents with an act that has not gone: the later ones wait for it
  for (const row of rows) {
    const task = row.kind === "act" ? row.fields.incident_id : row.kind === "alone" ? "alone" : row.key;
    if (held.has(task) || !due(row)) {
      held.add(task);
      continue;
    }
    try {
      told.sent.push(await sendOne(row, token));
    } catch (error) {
      held.add(task);
      if (error instanceof Refused) await refuse(row, error.said);
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
  const kind = row.kind ?? "report";
  const body = { ...row.fields, key: row.key };
  // the phone's clock may be wrong; how long something lay here is right all the same
  if (kind === "alone") body.waited_s = Math.max(0, (Date.now() - row.queuedAt) / 1000);
  if (["report", "act", "checkin"].includes(kind)) body.photos = row.photos.map((photo) => photo.sha256);
  const answer = await ask(ADDRESS[kind], {
    method: "POST", body: JSON.stringify(body),
    headers: { "X-CSRFToken": token, "Content-Type": "application/json" },
  });
  const said = await answer.json();
  await queue.remove(row.key);
  return { key: row.key, kind, id: said.id, number: said.number, said: said.said };
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

const FINAL = [403, 404, 413, 422];

/** Ask; a refusal of the content is final, everything else is tried again later. */
async function ask(address, options) {
  const answer = await fetch(address, { cache: "no-store", ...options });
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  if (FINAL.includes(answer.status) && said.error) throw new Refused(said);
  if (answer.status === 409 && said.offset === undefined) throw new Refused(said);
  throw new Error(`${address}: ${answer.status}`);
}

/** current -- what the server has by now, where the person acted upon something older. */
function refuse(row, said) {
  return queue.put({
    ...row, state: "refused", why: said.error ?? "", current: said.current ?? null,
  });
}

function wait(row) {
  const tries = (row.tries ?? 0) + 1;
  const pause = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
  return queue.put({ ...row, tries, nextAt: Date.now() + pause });
}
