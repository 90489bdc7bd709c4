// Phone pages: the service worker, what waits in the queue, and a word when there is no network.

import * as kept from "./kept.js";
import * as queue from "./queue.js";
import { sendAll, sendHelp } from "./sender.js";

const ACCOUNT = "phone-account";
const LOOK_AGAIN_MS = 20_000;
const LATE_MS = 24 * 3_600_000;

/** Return whose phone page this is: who is signed in, else (without network) who was last. */
export function accountOf(root) {
  return root?.dataset.account || localStorage.getItem(ACCOUNT) || "";
}

class Phone {
  constructor(root) {
    this.root = root;
    this.part = (name) => root.querySelector(`[data-part=${name}]`);
    this.account = accountOf(root);
  }

  listen() {
    if (this.root.dataset.account) localStorage.setItem(ACCOUNT, this.account);
    for (const change of ["online", "offline"]) {
      window.addEventListener(change, () => this.changed());
    }
    window.addEventListener("queue-changed", () => this.draw());
    this.part("send-now")?.addEventListener("click", () => this.send(true));
    this.register();
    this.changed();
    this.keep();
    setInterval(() => this.send(false), LOOK_AGAIN_MS);
  }

  register() {
    if (!("serviceWorker" in navigator) || !window.isSecureContext) return;
    const { worker, language } = this.root.dataset;
    navigator.serviceWorker.register(worker, { scope: "/m/", type: "module" })
      .then(() => navigator.serviceWorker.ready)
      .then(({ active }) => active.postMessage({ language, account: this.account }))
      .catch(() => {});
  }

  /** Keep tasks and area of who is signed in, for the time without a network. */
  async keep() {
    if (!this.root.dataset.account || !navigator.onLine) return;
    await kept.refresh(this.account);
    if ("officer" in this.root.dataset) await kept.refreshSpot(this.account);
  }

  changed() {
    const note = this.part("offline");
    if (note) note.hidden = navigator.onLine;
    return this.send(navigator.onLine);
  }

  async send(force) {
    if (!this.account || !queue.available()) return;
    await this.draw();
    if (!navigator.onLine) return;
    await sendHelp(this.account);
    const { sent, failed } = await sendAll(this.account, { force });
    if (sent.some((one) => one.kind === "act")) this.keep();
    if (sent.some((one) => one.kind === "spot")) await kept.refreshSpot(this.account, { force: true });
    await this.draw(failed);
  }

  async draw(failed = "") {
    const card = this.part("queue");
    const rows = queue.available() && this.account ? await queue.list(this.account) : [];
    const late = rows.some((row) => Date.now() - row.queuedAt > LATE_MS);
    if (this.part("late")) this.part("late").hidden = !late;
    if (!card) return;
    card.hidden = rows.length === 0;
    card.querySelector("[data-part=count]").textContent = rows.length || "";
    card.querySelector("[data-part=why]").textContent = failed === "sign-in" ? card.dataset.signIn : "";
    card.querySelector("ul").replaceChildren(...rows.map((row) => this.line(card, row)));
  }

  line(card, row) {
    const item = card.querySelector("template").content.cloneNode(true).firstElementChild;
    const put = (name, text) => { item.querySelector(`[data-part=${name}]`).textContent = text; };
    put("words", row.title || row.fields.description || card.dataset.wordless);
    put("state", row.state === "refused" ? card.dataset.refused : card.dataset.waiting);
    put("at", new Date(row.queuedAt).toLocaleString(this.root.dataset.language));
    put("photos", this.files(card, row));
    put("reason", row.state === "refused" ? this.reason(card, row) : "");
    const again = item.querySelector("a");
    if (row.kind === "act") again.href = `/m/tasks/${row.fields.incident_id}`;
    if (row.kind === "spot") again.href = "/m/spot";
    again.hidden = ["sos", "presence", "void", "checkin"].includes(row.kind)
      || (row.kind === "spot" && row.state === "waiting"); // it was handed over as it is
    again.href += `?item=${encodeURIComponent(row.key)}`;
    item.querySelector("form").addEventListener("submit", (event) => this.discard(event, row));
    return item;
  }

  files(card, row) {
    const voices = row.photos.filter((one) => one.voice).length;
    const photos = row.photos.length - voices;
    return [photos && card.dataset.photos.replace("{n}", photos), voices && card.dataset.voice]
      .filter(Boolean).join(" ");
  }

  /** Why it was refused, and, where somebody else was faster, both versions. */
  reason(card, row) {
    if (!row.current) return row.why;
    const states = JSON.parse(card.dataset.states);
    const both = card.dataset.both.replace("{seen}", row.seen ?? "?")
      .replace("{now}", states[row.current.state] ?? row.current.state);
    return `${row.why} ${both}`;
  }

  /** forms.js asks first, and submits the form again once the person agreed. */
  async discard(event, row) {
    if (!event.target.dataset.agreed) return;
    event.preventDefault();
    if (row.kind === "spot" && row.state === "waiting") await queue.put(this.given(row));
    else await queue.remove(row.key);
    await this.draw();
  }

  /** A decision that is thrown away before it was sent gives its number up. */
  given(row) {
    const { organ, year, n } = row.fields;
    const reason = this.part("queue").dataset.thrown;
    return {
      ...row, kind: "void", title: `${reason} ${row.number}`, tries: 0, nextAt: 0,
      fields: { organ, year, n, reason },
    };
  }
}

/** Start on the frame of a phone page. */
export function start(root) {
  new Phone(root).listen();
}
