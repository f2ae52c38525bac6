/** RFC 6962 trees: the hash of a log, and the proofs that an entry is in it and that it only ever grew. Hashes are bytes. */

import { concat, equal } from "../base/bytes.js";
import { sha256 } from "../base/hashes.js";

export const leafHash = (entry) => sha256(concat(Uint8Array.of(0), entry));

const nodeHash = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

/** The largest power of two below `size`. */
const splitOf = (size) => 2 ** Math.floor(Math.log2(size - 1));

/** The root of a list of leaf hashes. */
export const treeRoot = (leaves) => {
  if (leaves.length === 0) return sha256(new Uint8Array(0));
  if (leaves.length === 1) return leaves[0];
  const split = splitOf(leaves.length);
  return nodeHash(treeRoot(leaves.slice(0, split)), treeRoot(leaves.slice(split)));
};

/** Whether `proof` shows that `leaf` is number `index` (from 0) of the `size` leaves under `root` (RFC 9162, 2.1.3.2). */
export const verifyInclusion = (index, size, leaf, proof, root) => {
  if (!(index < size)) return false;
  let [node, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && equal(hash, root);
};

/** Whether `proof` shows that the tree of `oldSize` and `oldRoot` is a beginning of that of `newSize` and `newRoot`. */
export const verifyConsistency = (oldSize, newSize, oldRoot, newRoot, proof) => {
  if (!(oldSize <= newSize)) return false;
  if (oldSize === newSize) return proof.length === 0 && equal(oldRoot, newRoot);
  if (oldSize === 0) return proof.length === 0;
  const path = Number.isInteger(Math.log2(oldSize)) ? [oldRoot, ...proof] : proof;
  return path.length > 0 && followsPath(oldSize, newSize, oldRoot, newRoot, path);
};

const followsPath = (oldSize, newSize, oldRoot, newRoot, [first, ...path]) => {
  let [node, last] = [oldSize - 1, newSize - 1];
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  let [oldHash, newHash] = [first, first];
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      [oldHash, newHash] = [nodeHash(sibling, oldHash), nodeHash(sibling, newHash)];
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && equal(oldHash, oldRoot) && equal(newHash, newRoot);
};
