// The conditions of a penalty decided on the spot (罚51 and what it rests on), checked on the phone
// against the law that it keeps; the server checks them again. Gates bear the server's names.

const DAY_MS = 24 * 3_600_000;
const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const ACCOUNTABLE = 14;
const TIME_BAR_YEARS = 2;

/** Tell whether 18 characters are an identity number (GB 11643). */
export function isIdentityNumber(text) {
  if (!/^[1-9]\d{16}[\dXx]$/.test(text)) return false;
  const [year, month, day] = [text.slice(6, 10), text.slice(10, 12), text.slice(12, 14)].map(Number);
  const born = new Date(Date.UTC(year, month - 1, day));
  if (year < 1 || born.getUTCMonth() !== month - 1 || born.getUTCDate() !== day) return false;
  const sum = ID_WEIGHTS.reduce((all, weight, n) => all + weight * Number(text[n]), 0);
  return "10X98765432"[sum % 11] === text[17].toUpperCase();
}

/** Tell whether 18 characters are a unified social credit code (GB 32100). */
export function isCreditCode(text) {
  if (text.length !== 18 || [...text].some((one) => !USCC.includes(one))) return false;
  let sum = 0;
  for (let n = 0, weight = 1; n < 17; n += 1, weight = (weight * 3) % 31) {
    sum += USCC.indexOf(text[n]) * weight;
  }
  return USCC[(31 - (sum % 31)) % 31] === text[17];
}

/** Return how old whoever has this number was on a day "2026-03-03"; null without a number. */
export function ageOn(number, day) {
  if (!isIdentityNumber(number ?? "")) return null;
  const age = Number(day.slice(0, 4)) - Number(number.slice(6, 10));
  return day.slice(5).replace("-", "") < number.slice(10, 14) ? age - 1 : age;
}

/** Return the entry of the kept list for a matter at a place; undefined where there is none. */
export function entryOf(spot, code, town) {
  return spot.matters.find((one) => one.code === code && one.towns.includes(town));
}

/** Return the span of fines for a kind of party: [low, high] in yuan, or null. */
export function spanOf(entry, kind) {
  return kind === "organisation" ? entry.organisation : entry.person;
}

const yuan = (text) => Math.round(Number(text) * 100); // in fen, so that they compare exactly

function minor(said, spot) {
  const age = ageOn(said.party_id_number, said.acted_at.slice(0, 10));
  if (age === null || age >= spot.adult) return true;
  return said.kind === "warning" && age >= ACCOUNTABLE;
}

function inRange(said, entry) {
  if (!entry) return false;
  if (said.kind === "warning") return entry.other.includes("警告");
  const span = spanOf(entry, said.party_kind);
  const amount = yuan(said.amount);
  return Boolean(span) && amount > 0 && yuan(span[0]) <= amount && amount <= yuan(span[1]);
}

function officersFit(said, spot) {
  const two = [said.officer_a, said.officer_b]
    .map((id) => spot.officers.find((one) => one.id === id));
  return two.every((one) => one && !one.problem) && said.officer_a !== said.officer_b
    && [said.officer_a, said.officer_b].includes(spot.me);
}

function inTime(said, today) {
  const last = new Date(`${said.acted_at.slice(0, 10)}T00:00:00Z`);
  last.setUTCFullYear(last.getUTCFullYear() + TIME_BAR_YEARS);
  return today <= last.toISOString().slice(0, 10);
}

function inForce(said, entry) {
  const day = said.acted_at.slice(0, 10);
  return entry.since <= day && (!entry.until || day <= entry.until);
}

function finedOnce(said, waiting) {
  const number = said.party_id_number || said.party_uscc;
  return !waiting.some(({ fields: { decision: other } }) => number
    && number === (other.party_id_number || other.party_uscc) && Number(other.amount) > 0
    && other.matter_code === said.matter_code && other.place === said.place
    && other.acted_at.slice(0, 10) === said.acted_at.slice(0, 10));
}

/** Return the names of the conditions that are not met, in the order of the server's table.
 *
 * said -- the fields of a decision, as they are sent; spot -- what the phone keeps; today --
 * "2026-03-03"; waiting -- decisions in the queue of this phone
 */
export function closedGates(said, spot, today, waiting = []) {
  const entry = entryOf(spot, said.matter_code, said.place_code);
  const fine = said.kind === "fine";
  const amount = yuan(said.amount || 0);
  const gates = {
    matter: Boolean(entry) && inForce(said, entry),
    officers: officersFit(said, spot),
    time_bar: inTime(said, today),
    fined_once: finedOnce(said, waiting),
    certain: said.certain,
    told: said.told,
    plea: Boolean(said.plea) && (said.plea === "none" || Boolean(said.plea_text)),
    cap: !fine || (amount > 0 && amount <= yuan(spot.caps[said.party_kind])),
    spot_range: inRange(said, entry),
    minor: minor(said, spot),
    hearing_size: !fine || amount < yuan(spot.hearing[said.party_kind]),
  };
  return Object.keys(gates).filter((name) => !gates[name]);
}

/** Return the fields that are empty or cannot be, by name. */
export function wrongFields(said) {
  const asked = ["matter_code", "place_code", "place", "act", "acted_at", "party_name",
    "party_address", "officer_a", "officer_b", "evidence", "receiver"];
  const wrong = asked.filter((name) => !said[name]);
  if (said.party_kind === "person") {
    if (!isIdentityNumber(said.party_id_number ?? "")) wrong.push("party_id_number");
  } else {
    if (!isCreditCode(said.party_uscc ?? "")) wrong.push("party_uscc");
    if (!said.party_representative) wrong.push("party_representative");
    if (said.party_id_number && !isIdentityNumber(said.party_id_number)) wrong.push("party_id_number");
  }
  if (said.kind === "fine" && !(Number(said.amount) > 0)) wrong.push("amount");
  if (!said.no_interest) wrong.push("no_interest");
  return wrong;
}

/** Tell whether what is kept is fresh enough to decide by. */
export function isFresh(kept, now) {
  return Boolean(kept?.spot) && now - kept.at <= kept.spot.fresh_days * DAY_MS;
}
