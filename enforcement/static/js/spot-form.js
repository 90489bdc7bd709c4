// Deciding on the spot: the form, the paper to read and sign, then printing. All of it works from
// what the phone keeps; the decision goes into the queue under a number of this phone's block.

import * as kept from "./kept.js";
import { accountOf } from "./phone.js";
import { printers } from "./printer.js";
import * as queue from "./queue.js";
import { digest, lines } from "./receipt-text.js";
import { sendAll } from "./sender.js";
import { Pad } from "./signature.js";
import * as law from "./spot-law.js";
import { ticket } from "./escpos.js";

const FLAGS = ["certain", "told", "no_interest"];
const WORDS = ["matter_code", "place_code", "place", "act", "party_kind", "party_name",
  "party_id_number", "party_uscc", "party_representative", "party_address", "party_phone",
  "officer_a", "officer_b", "evidence", "plea", "plea_text"];
const CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const RESERVE = 10;
const LAST = "spot-last:"; // place and colleague of the last decision, to begin with
const CHINA_MS = 8 * 3_600_000;
const [WIDE, HIGH] = [1000, 400];

/** A moment of China's time as "2026-03-03T09:30:00+08:00". */
function inChina(at) {
  return `${new Date(at + CHINA_MS).toISOString().slice(0, 19)}+08:00`;
}

/** A code that nobody can guess, for the paper's QR code. */
function newCode(county) {
  const chosen = crypto.getRandomValues(new Uint8Array(16));
  const letters = [...chosen].map((one) => CODE_LETTERS[one % 32]).join("");
  return [county, ...letters.match(/.{4}/g)].join("-");
}

class SpotForm {
  constructor(root) {
    Object.assign(this, { root, words: root.dataset, account: accountOf(root) });
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.form = this.part("form");
    this.key = queue.newKey();
  }

  async begin() {
    if ("offline" in this.words) {
      if (window.location.pathname !== "/m/spot") return;
      this.root.hidden = false;
      const report = document.querySelector("[data-part=report]");
      if (report) report.hidden = true;
    }
    this.field("evidence").value = this.words.evidence;
    this.field("acted_at").value = inChina(Date.now()).slice(0, 16);
    this.listen();
    await kept.refreshSpot(this.account);
    await this.know();
    await this.resume();
  }

  field(name) {
    return this.form.elements[name];
  }

  listen() {
    this.form.addEventListener("submit", (event) => this.onForm(event));
    this.form.addEventListener("change", () => this.adapt());
    this.part("reserve").addEventListener("click", () => this.reserve());
    this.part("back").addEventListener("click", () => this.show("form"));
    this.part("confirm").addEventListener("submit", (event) => this.onConfirm(event));
    this.part("refuses").addEventListener("change", (event) => {
      this.part("refusal-row").hidden = !event.target.checked;
    });
    for (const button of this.root.querySelectorAll("[data-print]")) {
      button.addEventListener("click", () => this.print(button.dataset.print));
    }
  }

  /** Fill the choices from what the phone keeps. */
  async know() {
    const found = await kept.readSpot(this.account);
    this.kept = found;
    const spot = found?.spot;
    this.part("reserve").disabled = !spot || !navigator.onLine;
    if (!law.isFresh(found, Date.now())) {
      this.say(spot ? this.words.stale.replace("{n}", spot.fresh_days) : this.words.unknown);
    }
    if (!spot) return;
    const when = new Date(found.at).toLocaleString(document.documentElement.lang);
    this.part("updated").textContent = this.words.updated.replace("{when}", when);
    const matters = new Map(spot.matters.map((one) => [one.code, `${one.code} ${one.name}`]));
    this.choices("matter_code", [...matters]);
    this.choices("place_code", spot.towns.map((one) => [one.code, one.name]));
    for (const name of ["officer_a", "officer_b"]) {
      this.choices(name, spot.officers.filter((one) => !one.problem).map((one) => [one.id, one.name]));
    }
    const last = JSON.parse(localStorage.getItem(LAST + this.account) ?? "{}");
    this.field("officer_a").value ||= spot.me;
    for (const name of ["officer_b", "place_code", "matter_code"]) {
      if (!this.field(name).value && last[name]) this.field(name).value = last[name];
    }
    await this.count();
    this.adapt();
  }

  choices(name, pairs) {
    const select = this.field(name);
    const now = select.value;
    const made = pairs.map(([value, words]) => new Option(words, value));
    select.replaceChildren(select.options[0], ...made);
    select.value = now;
  }

  /** Show how many numbers are left on this phone. */
  async count() {
    const year = Number(inChina(Date.now()).slice(0, 4));
    const organs = Object.values(this.kept.spot.organs).filter(Boolean);
    const left = await Promise.all(
      organs.map((one) => kept.freeNumbers(this.account, one.short, year)),
    );
    const count = left.reduce((all, some) => all + some.length, 0);
    this.part("left").textContent = this.words.left.replace("{n}", count);
  }

  /** Show the fields that what was chosen asks for, and the span of the fine. */
  adapt() {
    const said = this.said();
    const part = (name) => this.root.querySelector(`[data-for=${name}]`);
    part("body").hidden = said.party_kind === "person";
    part("fine").hidden = said.kind === "warning";
    part("plea").hidden = said.plea === "none";
    const { spot } = this.kept ?? {};
    const entry = spot && law.entryOf(spot, said.matter_code, said.place_code);
    const span = entry && law.spanOf(entry, said.party_kind);
    const cap = spot?.caps[said.party_kind];
    const put = (text, values) => Object.entries(values)
      .reduce((now, [name, value]) => now.replace(`{${name}}`, value), text);
    this.root.querySelector("[data-hint=amount]").textContent = !entry ? ""
      : span ? put(this.words.cap, { cap: Number(cap), low: Number(span[0]), high: Number(span[1]) })
        : put(this.words.noFine, { other: entry.other || "—" });
  }

  /** Return the fields as they are sent. */
  said() {
    const value = (name) => this.field(name).value.trim() || null;
    const said = Object.fromEntries(WORDS.map((name) => [name, value(name)]));
    const body = said.party_kind !== "person";
    const kind = this.form.elements.kind.value;
    return {
      ...said,
      ...Object.fromEntries(FLAGS.map((name) => [name, this.field(name).checked])),
      party_uscc: body ? said.party_uscc : null,
      party_representative: body ? said.party_representative : null,
      plea_text: said.plea === "none" ? null : said.plea_text,
      kind, amount: kind === "fine" ? value("amount") : null,
      acted_at: `${this.field("acted_at").value.slice(0, 16)}:00+08:00`,
      receiver: this.part("receiver").value.trim() || said.party_name,
    };
  }

  /** Check by the kept law; then show the paper. */
  async onForm(event) {
    event.preventDefault();
    const said = this.said();
    const why = await this.problem(said);
    if (why) return this.say(why);
    const { spot } = this.kept;
    const entry = law.entryOf(spot, said.matter_code, said.place_code);
    const decidedAt = `${inChina(Date.now()).slice(0, 16)}:00+08:00`;
    const organ = spot.organs[entry.organ];
    const [number] = await kept.freeNumbers(this.account, organ.short, Number(decidedAt.slice(0, 4)));
    if (!number) return this.say(this.words.noNumber);
    const shown = lines(said, { entry, spot, number: number.number, decidedAt });
    this.made = { said, number, decidedAt, shown, code: newCode(spot.county) };
    this.draw(shown);
    this.show("paper");
    this.pads ??= [...this.root.querySelectorAll("canvas")]
      .map((one) => new Pad(one, WIDE, HIGH, []));
    return undefined;
  }

  async problem(said) {
    if (!law.isFresh(this.kept, Date.now())) {
      const { spot } = this.kept ?? {};
      return spot ? this.words.stale.replace("{n}", spot.fresh_days) : this.words.unknown;
    }
    const wrong = law.wrongFields(said);
    if (wrong.length) {
      const names = wrong.map((name) => this.root.querySelector(`[for="spot-${name}"]`)?.textContent ?? name);
      this.root.querySelector(`#spot-${wrong[0]}`)?.focus();
      return this.words.wrong.replace("{names}", names.join("、"));
    }
    const waiting = (await queue.list(this.account))
      .filter((row) => row.kind === "spot" && row.key !== this.earlier);
    const today = inChina(Date.now()).slice(0, 10);
    const closed = law.closedGates(said, this.kept.spot, today, waiting);
    const words = JSON.parse(this.words.gates);
    return closed.map((name) => words[name]).join(" ");
  }

  draw(shown) {
    const made = shown.map(({ text, style }) => {
      const line = document.createElement("p");
      line.className = `roll-${style}`;
      line.textContent = text;
      return line;
    });
    this.part("words").replaceChildren(...made);
  }

  show(name) {
    this.part("note").hidden = true;
    for (const one of ["form", "paper"]) this.part(one).hidden = one !== name;
    this.root.scrollIntoView();
  }

  /** Return what was signed on the phone: nothing, or all three (a refusal in the party's place). */
  signed() {
    const names = { party: this.made.said.receiver };
    const who = (id) => this.kept.spot.officers.find((one) => one.id === id).name;
    const officers = [who(this.made.said.officer_a), who(this.made.said.officer_b)];
    return this.pads.filter((pad) => pad.strokes.length).map((pad) => {
      const { role, n } = pad.canvas.dataset;
      const name = role === "officer" ? officers[Number(n) - 1] : names.party;
      return { role, n: Number(n), name, strokes: pad.strokes };
    });
  }

  async onConfirm(event) {
    if (event.defaultPrevented) return;
    if (!event.target.dataset.agreed) return; // forms.js asks first, and comes back
    event.preventDefault();
    this.made.said.receiver = this.part("receiver").value.trim() || this.made.said.party_name;
    const refuses = this.part("refuses").checked;
    const refusal = refuses ? this.part("refusal").value.trim() : null;
    const signed = this.signed().filter((one) => !(refuses && one.role === "party"));
    const officers = signed.filter((one) => one.role === "officer").length;
    if (refuses && !refusal) return this.say(this.words.wrong.replace("{names}", "").trim());
    if (officers === 1 || (signed.length && !officers)) return this.say(this.words.unsigned);
    if (!await kept.takeNumber(this.account, this.made.number.number)) return this.say(this.words.noNumber);
    try {
      await queue.put(await this.row(signed, refusal));
    } catch {
      return this.say(this.words.full);
    }
    if (this.earlier) await queue.remove(this.earlier);
    this.remember();
    this.part("hands").hidden = true;
    this.part("done").hidden = false;
    for (const name of Object.keys(printers())) {
      this.root.querySelector(`[data-print=${name}]`).hidden = false;
    }
    this.part("told").textContent = this.words.waits;
    navigator.serviceWorker?.ready.then(({ sync }) => sync?.register("send")).catch(() => {});
    if (navigator.onLine) await sendAll(this.account, { force: true });
    return this.told();
  }

  async row(signed, refusal) {
    const { said, number, decidedAt, code, shown } = this.made;
    return {
      key: this.key, kind: "spot", account: this.account, state: "waiting", tries: 0, nextAt: 0,
      queuedAt: Date.now(), photos: [], number: number.number,
      title: `${number.number} ${said.party_name}`,
      fields: {
        organ: number.organ, year: number.year, n: number.n, decided_at: decidedAt,
        verify_code: code, seen: await digest(shown), device: navigator.userAgent.slice(0, 200),
        signed, refusal, decision: said,
      },
    };
  }

  remember() {
    const { officer_b, place_code, matter_code } = this.made.said;
    localStorage.setItem(
      LAST + this.account, JSON.stringify({ officer_b, place_code, matter_code }),
    );
  }

  /** Say whether it is in, waits, or was refused. */
  async told() {
    window.dispatchEvent(new Event("queue-changed"));
    const row = await queue.find(this.account, this.key);
    const told = this.part("told");
    if (row?.state === "refused") {
      told.className = "alert alert-danger";
      told.textContent = this.words.refused + row.why;
    } else if (!row) {
      told.textContent = this.words.sent.replace("{number}", this.made.number.number);
      await kept.refreshSpot(this.account, { force: true });
      await this.know();
    }
  }

  /** Take up a refused decision again, under a new number. */
  async resume() {
    const row = await queue.find(this.account, new URLSearchParams(window.location.search).get("item") ?? "");
    if (row?.kind !== "spot" || row.state !== "refused") return;
    this.earlier = row.key;
    const { decision } = row.fields;
    for (const name of WORDS) this.field(name).value = decision[name] ?? "";
    for (const name of FLAGS) this.field(name).checked = Boolean(decision[name]);
    this.form.elements.kind.value = decision.kind;
    this.field("amount").value = decision.amount ?? "";
    this.field("acted_at").value = decision.acted_at.slice(0, 16);
    this.adapt();
    this.say(this.words.refused + row.why);
  }

  /** Set numbers apart for this phone, for each organ in whose name the squad acts. */
  async reserve() {
    const year = Number(inChina(Date.now()).slice(0, 4));
    for (const organ of Object.values(this.kept.spot.organs).filter(Boolean)) {
      const body = { device: kept.device(), organ: organ.short, year, count: RESERVE };
      const answer = await fetch("/m/numbers", {
        method: "POST", body: JSON.stringify(body),
        headers: { "X-CSRFToken": this.words.token, "Content-Type": "application/json" },
      }).catch(() => null);
      if (!answer?.ok) {
        const said = await answer?.json().catch(() => ({}));
        return this.say(this.words.unreserved + (said?.error ?? ""));
      }
    }
    await kept.refreshSpot(this.account, { force: true });
    await this.know();
    return undefined;
  }

  async print(way) {
    const width = Number(this.root.querySelector("[name=width]:checked").value);
    const say = (text) => { this.part("printed").textContent = text; };
    if (way === "page") {
      document.documentElement.dataset.roll = width;
      window.print();
      return;
    }
    const { shown, code } = this.made;
    const address = this.words.verify.replace("CODE", code);
    try {
      await printers()[way].write(ticket(shown, width, { code, address }));
      say(this.words.printed);
    } catch (error) {
      say(this.words.unprinted + error.message);
    }
  }

  say(text) {
    const note = this.part("note");
    note.textContent = text;
    note.hidden = false;
    note.scrollIntoView({ block: "center" });
  }
}

/** Start on the section of a decision on the spot. */
export function start(root) {
  if (queue.available() && accountOf(root)) return new SpotForm(root).begin();
  return undefined;
}
