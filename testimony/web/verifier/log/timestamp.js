/** Replies of time stamp authorities (RFC 3161), checked without them, years later. Twin of timestamp.py; DOM-free. */

import { equal, toHex } from "../../static/js/sealing/base/bytes.js";
import { certificate, fingerprintOf, identifierOf, requireAuthority, StampRefused, trace, verifies, WITH_ECDSA, WITH_RSA } from "./issuers.js";
import { exactly, inside, integer, INTEGER, need, octets, OCTETS, oid, only, read, SEQUENCE, SET, small, time, write } from "./der.js";

const [SIGNED_DATA, TST_INFO] = ["1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"];
const [CONTENT_TYPE, DIGEST] = ["1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"];
const [SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_2] = ["1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"];
const SHA256 = "2.16.840.1.101.3.4.2.1";
const HASHES = { [SHA256]: "SHA-256", "2.16.840.1.101.3.4.2.2": "SHA-384", "2.16.840.1.101.3.4.2.3": "SHA-512" };
const RSA = "1.2.840.113549.1.1.1";

const refuse = (reason) => {
  throw new StampRefused(reason);
};

const hashOf = async (name, bytes) => {
  if (!globalThis.crypto?.subtle) refuse("algorithm");
  return new Uint8Array(await crypto.subtle.digest(name, bytes));
};

/** The signed part of a reply that grants a stamp. */
const granted = (reply) => {
  const [status, ...token] = inside(reply, SEQUENCE);
  if (small(inside(status, SEQUENCE)[0]) > 1) refuse("status");
  need(token.length === 1);
  const [kind, wrapped] = exactly(token[0], SEQUENCE, 2);
  need(oid(kind) === SIGNED_DATA);
  const parts = inside(only(wrapped, 0xa0), SEQUENCE);
  need(parts.length > 3);
  const [type, held] = exactly(parts[2], SEQUENCE, 2);
  need(oid(type) === TST_INFO);
  const content = octets(only(held, 0xa0));
  const certificates = parts.slice(3).filter(({ tag }) => tag === 0xa0).flatMap((one) => inside(one)).map(({ whole }) => whole);
  return { content, info: read(content), certificates, signer: inside(only(parts.at(-1), SET), SEQUENCE) };
};

const imprintOf = (value) => {
  const [algorithm, hashed] = exactly(value, SEQUENCE, 2);
  if (oid(inside(algorithm, SEQUENCE)[0]) !== SHA256) refuse("imprint");
  return octets(hashed);
};

const numbersIn = (values) => values.filter(({ tag }) => tag === INTEGER).map((one) => toHex(integer(one))).join();

const requireImprint = (said, digest, query) => {
  if (!equal(imprintOf(said[2]), digest)) refuse("imprint");
  if (!query) return;
  const asked = inside(read(query), SEQUENCE);
  if (!equal(imprintOf(asked[1]), digest)) refuse("imprint");
  if (numbersIn(asked.slice(2)) !== numbersIn(said.slice(5))) refuse("nonce");
};

/** Whether this is the certificate of the signer: by its issuer and number, or by its key identifier. */
const isOf = (who) => {
  if (who.tag === 0x80) return (one) => identifierOf(one) !== null && equal(identifierOf(one), who.content);
  const [issuer, number] = exactly(who, SEQUENCE, 2);
  return (one) => equal(issuer.whole, one.issuer) && equal(integer(number), one.serial);
};

const names = async (attribute, second, leaf) => {
  const first = inside(inside(inside(attribute, SEQUENCE)[0], SEQUENCE)[0], SEQUENCE);
  if (!second) return equal(octets(first[0]), await hashOf("SHA-1", leaf.der));
  if (first[0].tag === OCTETS) return equal(first[0].content, await hashOf("SHA-256", leaf.der));
  const hash = HASHES[oid(inside(first[0], SEQUENCE)[0])] ?? refuse("algorithm");
  return equal(octets(first[1]), await hashOf(hash, leaf.der));
};

/** What is signed besides the content: its kind, its hash, and by which certificate. */
const requireAttributes = async (attributes, content, hash, leaf) => {
  const found = inside(attributes, 0xa0).map((one) => exactly(one, SEQUENCE, 2)).map(([kind, held]) => [oid(kind), only(held, SET)]);
  const of = (kind) => found.filter(([name]) => name === kind).map(([, value]) => value);
  if (of(CONTENT_TYPE).map(oid).join() !== TST_INFO) refuse("signature");
  const digests = of(DIGEST).map(octets);
  if (digests.length !== 1 || !equal(digests[0], await hashOf(hash, content))) refuse("signature");
  const named = [...of(SIGNING_CERTIFICATE_2).map((one) => [one, true]), ...of(SIGNING_CERTIFICATE).map((one) => [one, false])];
  if (named.length === 0) refuse("certificate");
  for (const [one, second] of named) if (!(await names(one, second, leaf))) refuse("certificate");
};

const requireSignature = async (leaf, algorithm, signature, message, hash) => {
  const kind = oid(inside(algorithm, SEQUENCE)[0]);
  const elliptic = WITH_ECDSA[kind];
  const named = WITH_RSA[kind] ?? elliptic;
  if ((named ?? hash) !== hash || !(named ?? kind === RSA)) refuse("algorithm");
  if (!(await verifies(leaf, Boolean(elliptic), hash, octets(signature), message))) refuse("signature");
};

const checked = async (reply, digest, roots, query) => {
  const { content, info, certificates, signer } = granted(read(reply));
  const said = inside(info, SEQUENCE);
  requireImprint(said, digest, query);
  need(small(said[0]) === 1 && signer.length > 5);
  const at = time(said[4]);
  const [, who, digested, attributes, algorithm, signature] = signer;
  const [held, trusted] = [certificates, roots].map((list) => list.map(certificate).filter(Boolean));
  const leaf = [...held, ...trusted].find(isOf(who)) ?? refuse("certificate");
  const hash = HASHES[oid(inside(digested, SEQUENCE)[0])] ?? refuse("algorithm");
  await requireAttributes(attributes, content, hash, leaf);
  await requireSignature(leaf, algorithm, signature, write(SET, attributes.content), hash);
  requireAuthority(leaf);
  const path = await trace(leaf, held, trusted, at);
  const until = path.map((one) => one.until).sort()[0].slice(0, 10);
  return { time: at, authority: leaf.name, root: fingerprintOf(path.at(-1)), until };
};

/**
 * {time, authority, root, until}: what the authority said of the SHA-256 `digest`, believed because of `roots` (DER);
 * `query`: what it was asked, or null. Throws `StampRefused`.
 */
export const verifyStamp = async (reply, digest, roots, query) => {
  try {
    return await checked(reply, digest, roots, query);
  } catch (error) {
    throw error instanceof StampRefused ? error : new StampRefused("form");
  }
};
