// Bytes for roll printers: ESC/POS with Chinese text in GB 18030, 58 and 80 mm; as the server's.

const COLUMNS = { 58: 32, 80: 48 };
const [ESC, FS, GS] = [0x1b, 0x1c, 0x1d];
const TAIL_LINES = 4;
const QR_DOTS = 6;
const FEED_TO_SIGN = 3;

let table;

/** Build code point -> bytes from the browser's own decoder: it knows GB 18030, but only reads it. */
function known() {
  if (table) return table;
  table = new Map();
  const decoder = new TextDecoder("gb18030");
  const note = (bytes) => {
    const text = decoder.decode(new Uint8Array(bytes));
    if ([...text].length === 1 && text !== "\ufffd" && !table.has(text)) table.set(text, bytes);
  };
  for (let first = 0x81; first <= 0xfe; first += 1) {
    for (let second = 0x40; second <= 0xfe; second += 1) {
      if (second !== 0x7f) note([first, second]);
    }
  }
  for (let n = 0; n < 39_420; n += 1) note(four(n, 0x81));
  return table;
}

function four(n, first) {
  return [
    first + Math.floor(n / 12_600), 0x30 + (Math.floor(n / 1_260) % 10),
    0x81 + (Math.floor(n / 10) % 126), 0x30 + (n % 10),
  ];
}

/** Return a text in GB 18030. */
export function encode(text) {
  const bytes = [];
  for (const one of text) {
    const code = one.codePointAt(0);
    if (code < 0x80) bytes.push(code);
    else if (code >= 0x10000) bytes.push(...four(code - 0x10000, 0x90));
    else bytes.push(...(known().get(one) ?? [0x3f]));
  }
  return bytes;
}

/** Break a text into rows; all that is not ASCII takes two columns. */
export function wrapped(text, columns) {
  const rows = [];
  let [row, used] = ["", 0];
  for (const one of text) {
    const wide = one.codePointAt(0) < 0x80 ? 1 : 2;
    if (used + wide > columns) {
      rows.push(row);
      [row, used] = ["", 0];
    }
    row += one;
    used += wide;
  }
  return [...rows, row];
}

function line(text, columns, { centre = false, bold = false, large = false } = {}) {
  const bytes = [
    ESC, 0x61, centre ? 1 : 0, ESC, 0x45, bold ? 1 : 0,
    GS, 0x21, large ? 0x11 : 0, FS, 0x21, large ? 0x0c : 0,
  ];
  for (const part of text.split("\n")) {
    for (const row of wrapped(part, large ? columns / 2 : columns)) bytes.push(...encode(row), 0x0a);
  }
  return [...bytes, GS, 0x21, 0, FS, 0x21, 0, ESC, 0x45, 0];
}

function qr(text) {
  const data = [...new TextEncoder().encode(text)];
  const size = data.length + 3;
  return [
    ESC, 0x61, 1, GS, 0x28, 0x6b, 4, 0, 0x31, 0x41, 0x32, 0, GS, 0x28, 0x6b, 3, 0, 0x31, 0x43, QR_DOTS,
    GS, 0x28, 0x6b, 3, 0, 0x31, 0x45, 0x31,
    GS, 0x28, 0x6b, size % 256, Math.floor(size / 256), 0x31, 0x50, 0x30, ...data,
    GS, 0x28, 0x6b, 3, 0, 0x31, 0x51, 0x30,
  ];
}

/** Return the bytes of a decision for a roll of 58 or 80 mm; code, address -- of the QR code. */
export function ticket(lines, width, { code = "", address = "" } = {}) {
  const columns = COLUMNS[width];
  const bytes = [ESC, 0x40, FS, 0x26];
  for (const { text, style } of lines) {
    const title = style === "title";
    bytes.push(...line(text, columns, {
      centre: title || style === "centre", bold: title, large: title,
    }));
    if (style === "sign") bytes.push(ESC, 0x64, FEED_TO_SIGN);
  }
  if (code) {
    bytes.push(...qr(address || code), ...line(`扫码核验：${code}`, columns, { centre: true }));
  }
  return new Uint8Array([...bytes, ESC, 0x64, TAIL_LINES, GS, 0x56, 0x42, 0]);
}
