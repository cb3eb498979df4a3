// What a scanner or a finger gives: a wristband code with its check sign, the lines of a passport, or a number.
const SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const CODE_LENGTH = 8;
const MRZ_WEIGHTS = [7, 3, 1];

// {kind: "code" | "document" | "mistyped", value}, with the lines of a passport as `zone`; null for nothing at all, "more" when a second line must follow.
export function read(text) {
  const lines = text.toUpperCase().split(/[\r\n]+/).map((line) => line.replace(/\s/g, "")).filter(Boolean);
  if (!lines.length) return null;
  if (lines.some((line) => line.includes("<"))) {
    const found = readZone(lines);
    return found === "more" ? found : { ...found, zone: lines.join("\n") };
  }
  const plain = lines.join("").replace(/[^0-9A-Z]/g, "");
  if (!plain) return null;
  if (isCode(plain)) return { kind: "code", value: plain };
  if (plain.length === CODE_LENGTH && [...plain].every((sign) => SIGNS.includes(sign)) && !/^[A-Z]{1,2}[0-9]{6,7}$/.test(plain))
    return { kind: "mistyped", value: plain };
  return { kind: "document", value: plain };
}

// The eighth sign is the sum of the first seven, weighted 1 and 3 in turn, modulo 32.
export function isCode(text) {
  if (text.length !== CODE_LENGTH) return false;
  const values = [...text].map((sign) => SIGNS.indexOf(sign));
  if (values.includes(-1)) return false;
  const sum = values.slice(0, -1).reduce((total, value, place) => total + value * (place % 2 ? 3 : 1), 0);
  return values.at(-1) === sum % SIGNS.length;
}

// ICAO 9303: the document number stands in line 2 of a passport (TD3, MRV) and of a card of two lines (TD2), in line 1
// of a card of three (TD1); it is followed by its check digit.
function readZone(lines) {
  const first = lines[0];
  const cardOfThree = first.length === 30 && "IAC".includes(first[0]);
  const line = cardOfThree ? first.slice(5) : lines[1];
  if (!line) return lines.length === 1 && /^[PVIAC]/.test(first) && first.length >= 30 ? "more" : fromSecond(first);
  return checked(line);
}

function fromSecond(line) {
  return line.length >= 10 ? checked(line) : { kind: "mistyped", value: line };
}

function checked(line) {
  const number = line.slice(0, 9);
  const value = number.replace(/</g, "");
  return { kind: value && line[9] === checkDigit(number) ? "document" : "mistyped", value };
}

function checkDigit(text) {
  const total = [...text].reduce((sum, sign, place) => sum + worth(sign) * MRZ_WEIGHTS[place % 3], 0);
  return String(total % 10);
}

function worth(sign) {
  if (sign === "<") return 0;
  return sign >= "A" ? sign.charCodeAt(0) - 55 : Number(sign);
}

// UUID version 7 (RFC 9562): milliseconds, then chance; made on the phone, so that sending twice is harmless.
export function makeId(at = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let place = 0; place < 6; place += 1) bytes[place] = Math.floor(at / 256 ** (5 - place)) % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
