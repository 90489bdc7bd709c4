// The two buttons of a village point: sends until the server has it, then asks until somebody heard.

import { hmac } from "./sha256.js";

const BEAT_MS = 60000;
const ASK_MS = 3000;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function keyOf(id) {
  const name = `point:${id}`;
  if (location.hash.length > 1) {
    localStorage.setItem(name, location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
  }
  return localStorage.getItem(name);
}

export function start(root) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const say = (text) => { part("said").textContent = text; };
  const key = keyOf(root.dataset.id);
  if (!key) { say(root.dataset.noKey); return; }
  const buttons = [...root.querySelectorAll("[data-button]"), part("test")];
  for (const button of buttons) button.disabled = false;

  async function send(act, body) {
    const path = `${root.dataset.base}/${act}`;
    const headers = {
      "X-Signature": `sha256=${hmac(key, body ?? path)}`,
      "Accept-Language": document.documentElement.lang,
    };
    const answer = await fetch(path, body === undefined ? { headers } : { method: "POST", headers, body });
    if (answer.status === 401) say(root.dataset.refused);
    else if (!answer.ok) throw new Error(String(answer.status));
    return answer.status === 401 ? null : answer.json();
  }

  async function surely(act, body) {
    for (let wait = 1000; ; wait = Math.min(wait * 2, 8000)) {
      try { return await send(act, body); } catch { say(root.dataset.again); }
      await pause(wait);
    }
  }

  let asking = 0;
  async function press(button, test) {
    const mine = ++asking;
    say(root.dataset.sending);
    const nonce = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
    const said = await surely("press", JSON.stringify({ button, test, nonce, at: new Date().toISOString() }));
    if (!said) return;
    if (test) { say(root.dataset.tested); return; }
    while (mine === asking) {
      const found = (await surely("status"))?.[button];
      if (!found) return;
      if (mine === asking) say(`${found.number} ${found.words}`);
      if (found.acknowledged) return;
      await pause(ASK_MS);
    }
  }

  for (const button of root.querySelectorAll("[data-button]")) {
    button.addEventListener("click", () => press(button.dataset.button, false));
  }
  part("test").addEventListener("click", () => press("green", true));

  async function beat() {
    try {
      const said = await send("heartbeat", JSON.stringify({ at: new Date().toISOString() }));
      part("line").textContent = said ? `${said.name} · ${root.dataset.ready}` : root.dataset.refused;
      if (said?.test_asked) say(root.dataset.drill);
    } catch { part("line").textContent = root.dataset.offline; }
  }
  beat();
  setInterval(beat, BEAT_MS);
}
