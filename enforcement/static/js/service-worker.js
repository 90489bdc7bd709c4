// Keeps the shell of the phone pages and the page that says there is no network. Pages come from
// the network; what belongs to a person is never kept.

import { sendAll, sendHelp } from "/static/js/sender.js";

const NAME = "shell-10";
const OFFLINE = "/m/offline";
const ENGLISH = "/m/offline?language=en";
const STATE = "/m/state"; // language and account of the last page, kept beside the shell
const SHELL = [
  "/static/vendor/bootstrap/bootstrap.min.css",
  "/static/vendor/bootstrap/bootstrap.bundle.min.js",
  "/static/vendor/bootstrap-icons/bootstrap-icons.min.css",
  "/static/vendor/bootstrap-icons/fonts/bootstrap-icons.woff2",
  "/static/css/app.css", "/static/css/mobile.css", "/static/icons/emblem.svg",
  "/static/icons/apple-touch.png",
  "/static/js/main.js", "/static/js/forms.js", "/static/js/phone.js", "/static/js/drafts.js",
  "/static/js/queue.js", "/static/js/sender.js", "/static/js/leaving.js",
  "/static/js/report-form.js", "/static/js/photos.js", "/static/js/position.js",
  "/static/js/near.js", "/static/js/voice.js", "/static/js/sos.js", "/static/js/presence.js",
  "/static/js/task-form.js", "/static/js/live.js", "/static/js/kept.js",
  "/static/js/kept-tasks.js", "/static/js/outline.js", "/static/js/spot-form.js",
  "/static/js/spot-law.js", "/static/js/receipt-text.js", "/static/js/escpos.js",
  "/static/js/printer.js", "/static/js/signature.js", "/static/js/alone.js", "/static/js/tone.js",
  "/static/js/checkin-form.js",
];

/** Fetch the shell, without cookies: nothing in it belongs to anybody. */
async function fill() {
  const cache = await caches.open(NAME);
  await Promise.all([OFFLINE, ENGLISH, ...SHELL].map(async (address) => {
    const answer = await fetch(address, { credentials: "omit", cache: "no-cache" });
    if (answer.ok && !answer.redirected) await cache.put(address, answer);
  }));
}

/** Remove what an earlier version kept. */
async function clean() {
  for (const name of await caches.keys()) if (name !== NAME) await caches.delete(name);
  await self.clients.claim();
}

async function state() {
  return (await (await caches.match(STATE))?.json()) ?? {};
}

async function remember(said) {
  await (await caches.open(NAME)).put(STATE, new Response(JSON.stringify(said)));
}

/** The network is back while no page is open: send what waits for the last account. */
async function sendWaiting() {
  const { account } = await state();
  if (!account) return;
  const help = await sendHelp(account);
  const { failed } = await sendAll(account, { force: true });
  if (failed === "network" || help.failed === "network") throw new Error("try again");
}

/** A page: from the network, else the one that says there is none. */
async function page(request) {
  try {
    return await fetch(request);
  } catch {
    const { language } = await state();
    const kept = await caches.match(language === "en" ? ENGLISH : OFFLINE);
    return kept ?? Response.error();
  }
}

/** A part of the shell: from the network, else as it was kept. */
async function part(request, address) {
  try {
    const answer = await fetch(request);
    if (answer.ok) (await caches.open(NAME)).put(address, answer.clone());
    return answer;
  } catch {
    return (await caches.match(address)) ?? Response.error();
  }
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(clean()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (SHELL.includes(pathname)) event.respondWith(part(request, pathname));
});
self.addEventListener("message", (event) => event.waitUntil(remember(event.data)));
self.addEventListener("sync", (event) => event.waitUntil(sendWaiting()));
