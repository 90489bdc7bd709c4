// The decision on the spot as paragraphs: the words of the paper that the server will issue. The
// server compares their SHA-256, so that what was handed over is what is kept.

const APL = "《中华人民共和国行政处罚法》";
const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const UNITS = ["", "拾", "佰", "仟"];

/** Return an amount below 10,000 yuan in capital words: 50.5 -> 伍拾元伍角整. */
export function moneyWords(amount) {
  const fen = Math.round(Number(amount) * 100);
  const whole = Math.floor(fen / 100);
  const [jiao, rest] = [Math.floor((fen % 100) / 10), fen % 10];
  let words = "";
  let zero = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(whole / 10 ** place) % 10;
    if (digit) {
      words += (zero && words ? "零" : "") + DIGITS[digit] + UNITS[place];
      zero = false;
    } else zero = true;
  }
  if (whole) words += "元";
  else if (!fen) return "零元整";
  if (!rest) return `${words}${jiao ? `${DIGITS[jiao]}角` : ""}整`;
  return `${words}${jiao ? `${DIGITS[jiao]}角` : whole ? "零" : ""}${DIGITS[rest]}分`;
}

const clause = (text) => text.trim().replace(/。+$/u, "");
const day = (iso) => {
  const [year, month, number] = iso.slice(0, 10).split("-").map(Number);
  return `${year}年${month}月${number}日`;
};
const moment = (iso) => `${day(iso)}${Number(iso.slice(11, 13))}时${iso.slice(14, 16)}分`;

function party(said) {
  const rows = {
    person: [["身份证件号码", "party_id_number"], ["住址", "party_address"]],
    individual_business: [["统一社会信用代码", "party_uscc"], ["经营者", "party_representative"],
      ["身份证件号码", "party_id_number"], ["经营场所", "party_address"]],
    organisation: [["统一社会信用代码", "party_uscc"],
      ["法定代表人（负责人）", "party_representative"], ["住所", "party_address"]],
  }[said.party_kind];
  return [["当事人", "party_name"], ...rows, ["联系电话", "party_phone"]]
    .filter(([, name]) => said[name]).map(([label, name]) => `${label}：${said[name].trim()}`);
}

function decision(said, entry, spot, organ) {
  const fine = said.kind === "fine";
  const amount = Number(said.amount || 0).toFixed(2);
  const plea = said.plea === "none" ? "当事人未提出陈述、申辩。"
    : `当事人陈述、申辩：${clause(`${clause(said.plea_text)}；${spot.pleas[said.plea]}`)}。`;
  const money = fine ? `人民币${amount.replace(/\.00$/, "")}元（大写：${moneyWords(amount)}）` : "";
  return [
    `经查，${moment(said.acted_at)}，当事人在${said.place.trim()}，${clause(said.act)}。`,
    `当事人的上述行为违反了${clause(entry.violated)}的规定。执法人员已当场告知当事人拟作出的行政处罚内容及事实、理由、依据，并告知当事人依法享有陈述、申辩的权利。${plea}`,
    `依据${clause(entry.basis)}和${APL}第五十一条的规定，现当场决定给予当事人下列行政处罚：${fine ? "罚款" : "警告"}${money}。`,
    ...(fine ? [`罚款履行方式：自收到本决定书之日起十五日内到${organ.bank}缴纳（收款账户：${organ.account}），或者通过电子支付系统缴纳。到期不缴纳的，每日按罚款数额的3%加处罚款，加处罚款的数额不超出罚款的数额。`] : []),
    `如不服本决定，依据《中华人民共和国行政复议法》第二十三条第一款第（一）项的规定，应当自收到本决定书之日起${spot.remedies.words}日内先向${organ.reconsideration_organ}申请行政复议；对行政复议决定不服的，可以依法向人民法院提起行政诉讼。`,
  ];
}

/** Return [{text, style}] of a decision; decidedAt -- "2026-03-03T09:30:00+08:00". */
export function lines(said, { entry, spot, number, decidedAt }) {
  const organ = spot.organs[entry.organ];
  const officers = [said.officer_a, said.officer_b]
    .map((id) => spot.officers.find((one) => one.id === id))
    .map((one) => `${one.name}（执法证号：${one.certificate}）`).join("、");
  const text = (words) => ({ text: words, style: "text" });
  return [
    { text: organ.name, style: "title" }, { text: "当场行政处罚决定书", style: "title" },
    { text: number, style: "centre" },
    ...[...party(said), ...decision(said, entry, spot, organ)].map(text),
    text(`处罚地点：${said.place.trim()}`), text(`决定时间：${moment(decidedAt)}`),
    text(`执法人员：${officers}`),
    { text: "执法人员（签名）：", style: "sign" },
    { text: "当事人（签名或者盖章）：", style: "sign" },
    { text: organ.name, style: "centre" }, { text: day(decidedAt), style: "centre" },
  ];
}

/** Return the SHA-256 (hex) of the words. */
export async function digest(said) {
  const bytes = new TextEncoder().encode(said.map((line) => line.text).join("\n"));
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...sum].map((one) => one.toString(16).padStart(2, "0")).join("");
}
