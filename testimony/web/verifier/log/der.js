/** DER, read strictly: one form for each value, so that what was signed has no second reading. DOM-free; twin of der.py. */

import { concat } from "../../static/js/sealing/base/bytes.js";

export const [BOOLEAN, INTEGER, BITS, OCTETS, OID, UTC_TIME, TIME, SEQUENCE, SET] = [0x01, 0x02, 0x03, 0x04, 0x06, 0x17, 0x18, 0x30, 0x31];

/** These bytes are no DER, or not the value that must stand here. */
export class DerWrong extends Error {}

export const need = (holds) => {
  if (!holds) throw new DerWrong();
};

/** The values in `bytes`, one behind the other: [{tag, content, whole}]. */
const valuesIn = (bytes) => {
  const found = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    need(at + 2 <= bytes.length && (bytes[at] & 0x1f) !== 0x1f);
    const tag = bytes[at];
    let size = bytes[at + 1];
    at += 2;
    if (size >= 0x80) {
      const count = size & 0x7f;
      need(count > 0 && count <= 4 && at + count <= bytes.length);
      size = bytes.subarray(at, at + count).reduce((sum, byte) => sum * 256 + byte, 0);
      at += count;
      need(size >= 0x80 && size >= 256 ** (count - 1));
    }
    need(at + size <= bytes.length);
    found.push({ tag, content: bytes.subarray(at, at + size), whole: bytes.subarray(start, at + size) });
    at += size;
  }
  return found;
};

const isOf = (value, tag) => {
  need(value !== undefined && value.tag === tag);
  return value;
};

/** The one value that `bytes` is, to its last byte. */
export const read = (bytes) => {
  const found = valuesIn(bytes);
  need(found.length === 1);
  return found[0];
};

/** What is inside a value that must have `tag` (any, without one). */
export const inside = (value, tag) => valuesIn((tag === undefined ? value : isOf(value, tag)).content);

/** The same, of which there must be `count`. */
export const exactly = (value, tag, count) => {
  const found = inside(value, tag);
  need(found.length === count);
  return found;
};

export const only = (value, tag) => exactly(value, tag, 1)[0];

export const octets = (value) => isOf(value, OCTETS).content;

/** An object identifier with dots. */
export const oid = (value) => {
  const { content } = isOf(value, OID);
  need(content.length > 0 && content.at(-1) < 0x80);
  const numbers = [];
  let [number, first] = [0n, true];
  for (const byte of content) {
    need(!first || byte !== 0x80);
    number = (number << 7n) | BigInt(byte & 0x7f);
    first = byte < 0x80;
    if (!first) continue;
    numbers.push(number);
    number = 0n;
  }
  const top = numbers[0] < 80n ? numbers[0] / 40n : 2n;
  return [top, numbers[0] - 40n * top, ...numbers.slice(1)].join(".");
};

/** The content of an integer in its shortest form: two are equal if these bytes are. */
export const integer = (value) => {
  const { content } = isOf(value, INTEGER);
  const long = content.length > 1 && (content[0] === 0 || content[0] === 0xff) && content[0] >> 7 === content[1] >> 7;
  need(content.length > 0 && !long);
  return content;
};

/** A number from 0 to 127. */
export const small = (value) => {
  const content = integer(value);
  need(content.length === 1 && content[0] < 0x80);
  return content[0];
};

const ascii = (bytes) => String.fromCharCode(...bytes);

const timeOf = (digits) => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  const time = new Date(text);
  need(year !== undefined && Number(year) > 0 && !Number.isNaN(time.getTime()) && time.toISOString() === text.replace("Z", ".000Z"));
  return text;
};

/** A GeneralizedTime as ISO 8601, without the parts of a second. */
export const time = (value) => {
  const [, whole, part] = /^(\d{14})(?:\.(\d*))?Z$/.exec(ascii(isOf(value, TIME).content)) ?? [];
  need(whole !== undefined && (part === undefined || (part !== "" && !part.endsWith("0"))));
  return timeOf(whole);
};

/** A time as certificates have it: with two digits of the year before 2050. */
export const certificateTime = (value) => {
  if (value.tag === TIME) return timeOf(/^(\d{14})Z$/.exec(ascii(value.content))?.[1] ?? "");
  const short = /^(\d{12})Z$/.exec(ascii(isOf(value, UTC_TIME).content))?.[1] ?? "";
  return timeOf(`${short.slice(0, 2) < "50" ? "20" : "19"}${short}`);
};

/** A value of `tag` round `content`. */
export const write = (tag, content) => {
  const size = content.length;
  if (size < 0x80) return concat(Uint8Array.of(tag, size), content);
  const length = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
  return concat(Uint8Array.of(tag, 0x80 | length.length, ...length), content);
};
