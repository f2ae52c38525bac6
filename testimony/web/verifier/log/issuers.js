/**
 * Whether certificates led from who signed a time stamp to a root that is trusted, on the day of the stamp.
 *
 * Twin of sealing/log/certificate_path.py; the browser's own cryptography verifies RSA and ECDSA. DOM-free.
 */

import { equal, toHex } from "../../static/js/sealing/base/bytes.js";
import { sha256Hex } from "../../static/js/sealing/base/hashes.js";
import { BITS, BOOLEAN, certificateTime, exactly, inside, integer, need, octets, oid, OID, only, read, SEQUENCE, small } from "./der.js";

/** Why a time stamp is not believed: `reason` as in the words of the program. */
export class StampRefused extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

const LONGEST_CHAIN = 8;
const RSA = "1.2.840.113549.1.1.1";
const ELLIPTIC = "1.2.840.10045.2.1";
const CURVES = { "1.2.840.10045.3.1.7": ["P-256", 32], "1.3.132.0.34": ["P-384", 48], "1.3.132.0.35": ["P-521", 66] };
export const WITH_RSA = { "1.2.840.113549.1.1.11": "SHA-256", "1.2.840.113549.1.1.12": "SHA-384", "1.2.840.113549.1.1.13": "SHA-512" };
export const WITH_ECDSA = { "1.2.840.10045.4.3.2": "SHA-256", "1.2.840.10045.4.3.3": "SHA-384", "1.2.840.10045.4.3.4": "SHA-512" };
const [KEY_IDENTIFIER, KEY_USAGE, BASIC, EXTENDED] = ["2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.37"];
const [POLICIES, AUTHORITY_IDENTIFIER] = ["2.5.29.32", "2.5.29.35"];
/** Extensions that may be critical: whoever marks another one so asks for what is not looked at here. */
const KNOWN = [KEY_IDENTIFIER, KEY_USAGE, BASIC, EXTENDED, POLICIES, AUTHORITY_IDENTIFIER];
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
const [COMMON_NAME, ORGANISATION] = ["2.5.4.3", "2.5.4.10"];
const [SIGNS, VOUCHES, CERTIFIES] = [0x80, 0x40, 0x04];

const extensionsOf = (value) => {
  const found = new Map();
  for (const one of value ? inside(only(value, 0xa3), SEQUENCE) : []) {
    const [name, ...rest] = inside(one, SEQUENCE);
    const critical = rest.length === 2;
    need(rest.length > 0 && rest.length < 3 && (!critical || (rest[0].tag === BOOLEAN && toHex(rest[0].content) === "ff")) && !found.has(oid(name)));
    found.set(oid(name), { critical, value: read(octets(rest.at(-1))) });
  }
  return found;
};

const usageOf = (extension) => {
  if (!extension) return null;
  need(extension.value.tag === BITS && extension.value.content.length > 1);
  return extension.value.content[1];
};

const basicOf = (extension) => {
  if (!extension) return { authority: false, below: null };
  const [first, ...rest] = inside(extension.value, SEQUENCE);
  const authority = first?.tag === BOOLEAN && toHex(first.content) === "ff";
  return { authority, below: authority && rest.length ? small(rest[0]) : null };
};

const decoded = ({ tag, content }) => {
  if (tag === 0x0c) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  if (tag === 0x1e) return new TextDecoder("utf-16be").decode(content);
  return [0x13, 0x16].includes(tag) ? String.fromCharCode(...content) : "";
};

/** How somebody calls itself: its common name, else its organisation. */
const nameOf = (subject) => {
  const said = inside(subject, SEQUENCE).flatMap((set) => inside(set)).map((one) => exactly(one, SEQUENCE, 2));
  const found = [COMMON_NAME, ORGANISATION].map((kind) => said.find(([name]) => oid(name) === kind)).find(Boolean);
  return found ? [...decoded(found[1])].slice(0, 64).join("") : "";
};

const parsed = (der) => {
  const [signed, algorithm, signature] = exactly(read(der), SEQUENCE, 3);
  const parts = inside(signed, SEQUENCE);
  if (parts[0].tag === 0xa0) need(small(only(parts.shift(), 0xa0)) < 3);
  const [serial, , issuer, validity, subject, key, ...rest] = parts;
  const [from, until] = exactly(validity, SEQUENCE, 2).map(certificateTime);
  const extensions = extensionsOf(rest.find(({ tag }) => tag === 0xa3));
  need(signature.tag === BITS && signature.content[0] === 0 && key !== undefined);
  return {
    der, signed: signed.whole, algorithm: oid(inside(algorithm, SEQUENCE)[0]), signature: signature.content.subarray(1),
    serial: integer(serial), issuer: issuer.whole, subject: subject.whole, name: nameOf(subject), key, from, until, extensions,
    usage: usageOf(extensions.get(KEY_USAGE)), basic: basicOf(extensions.get(BASIC)),
  };
};

/** A certificate, or null for what is none, or has a form that is not read here. */
export const certificate = (der) => {
  try {
    return parsed(der);
  } catch {
    return null;
  }
};

/** The certificates (DER) of a PEM file. Throws `StampRefused` "roots" where there is none. */
export const readRoots = (bytes) => {
  const blocks = [...new TextDecoder().decode(bytes).matchAll(/-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)];
  try {
    const found = blocks.map(([, text]) => Uint8Array.from(atob(text.replace(/\s/g, "")), (character) => character.charCodeAt(0)));
    if (found.length === 0 || !found.every(certificate)) throw new StampRefused("roots");
    return found;
  } catch {
    throw new StampRefused("roots");
  }
};

const padded = (bytes, length) => {
  const short = bytes[0] === 0 ? bytes.subarray(1) : bytes;
  need(short.length <= length);
  const made = new Uint8Array(length);
  made.set(short, length - short.length);
  return made;
};

/** As the browser takes an ECDSA signature: two numbers of fixed length. */
const rawSignature = (der, length) => {
  const [r, s] = exactly(read(der), SEQUENCE, 2).map((one) => padded(integer(one), length));
  const raw = new Uint8Array(2 * length);
  raw.set(r);
  raw.set(s, length);
  return raw;
};

/** Whether the key of `one` signed `message`; `hash` as the browser calls it, `elliptic` if by ECDSA. */
export const verifies = async (one, elliptic, hash, signature, message) => {
  const [kind, parameter] = inside(inside(one.key, SEQUENCE)[0], SEQUENCE);
  if (oid(kind) !== (elliptic ? ELLIPTIC : RSA)) throw new StampRefused("algorithm");
  const [namedCurve, length] = elliptic ? (CURVES[parameter?.tag === OID ? oid(parameter) : ""] ?? []) : [];
  if ((elliptic && !namedCurve) || !globalThis.crypto?.subtle) throw new StampRefused("algorithm");
  const how = elliptic ? { name: "ECDSA", namedCurve, hash } : { name: "RSASSA-PKCS1-v1_5", hash };
  try {
    const key = await crypto.subtle.importKey("spki", one.key.whole, how, false, ["verify"]);
    return await crypto.subtle.verify(how, key, elliptic ? rawSignature(signature, length) : signature, message);
  } catch {
    return false;
  }
};

/** Throw `StampRefused` "certificate" unless it may sign time stamps and nothing else, and says so critically. */
export const requireAuthority = ({ extensions, usage }) => {
  const extended = extensions.get(EXTENDED);
  const only = extended?.critical && inside(extended.value, SEQUENCE).map(oid).join() === TIME_STAMPING;
  if (!only || (usage !== null && !(usage & (SIGNS | VOUCHES))) || !understood(extensions)) throw new StampRefused("certificate");
};

const understood = (extensions) => [...extensions].every(([name, { critical }]) => !critical || KNOWN.includes(name));

const mayIssue = ({ basic, usage, extensions }, below) =>
  basic.authority && (usage === null || Boolean(usage & CERTIFIES)) && (basic.below === null || below <= basic.below) && understood(extensions);

const issued = async (issuer, { issuer: name, algorithm, signature, signed }) => {
  const [rsa, elliptic] = [WITH_RSA[algorithm], WITH_ECDSA[algorithm]];
  if (!equal(issuer.subject, name) || !(rsa ?? elliptic)) return false;
  try {
    return await verifies(issuer, Boolean(elliptic), rsa ?? elliptic, signature, signed);
  } catch (error) {
    if (error instanceof StampRefused && !globalThis.crypto?.subtle) throw error;
    return false;
  }
};

const same = (one) => (other) => equal(one.der, other.der);

async function* paths(path, others, roots) {
  const last = path.at(-1);
  if (path.length > 1 && roots.some(same(last))) {
    yield path;
    return;
  }
  if (path.length >= LONGEST_CHAIN) return;
  for (const issuer of [...roots, ...others]) {
    if (!path.some(same(issuer)) && mayIssue(issuer, path.length - 1) && (await issued(issuer, last))) yield* paths([...path, issuer], others, roots);
  }
}

/** The certificates from `leaf` to one of `roots`, all in force at `at`. Throws `StampRefused`: root, expired, algorithm. */
export const trace = async (leaf, others, roots, at) => {
  let late = false;
  for await (const path of paths([leaf], others, roots)) {
    if (path.every(({ from, until }) => from <= at && at <= until)) return path;
    late = true;
  }
  if (late) throw new StampRefused("expired");
  const known = [leaf, ...others].every(({ algorithm }) => WITH_RSA[algorithm] ?? WITH_ECDSA[algorithm]);
  throw new StampRefused(known ? "root" : "algorithm");
};

/** Its key identifier, or null. */
export const identifierOf = ({ extensions }) => {
  const found = extensions.get(KEY_IDENTIFIER);
  return found ? octets(found.value) : null;
};

export const fingerprintOf = ({ der }) => sha256Hex(der);
