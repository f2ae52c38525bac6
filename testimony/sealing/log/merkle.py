"""The Merkle tree of RFC 6962: roots, inclusion and consistency proofs over lists of leaf hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from testimony.sealing.log.errors import ProofBad


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one log entry, in which 0x00 keeps it apart from a node's."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes (32 bytes each); of none it is SHA-256 of nothing."""
    if not leaves:
        return hashlib.sha256().digest()
    level = list(leaves)
    while len(level) > 1:  # pairing level by level gives RFC 6962's tree: an odd last node moves up as it is
        odd = level[-1:] if len(level) % 2 else []
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)] + odd
    return level[0]


class RunningRoot:
    """The root over leaf hashes that come one by one: it keeps one hash for each complete subtree, not the leaves."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []  # the largest, leftmost, first

    def add(self, leaf: bytes) -> None:
        position, self.size = self.size, self.size + 1
        while position & 1:
            leaf, position = node_hash(self._subtrees.pop(), leaf), position >> 1
        self._subtrees.append(leaf)

    def root(self) -> bytes:
        """The root over the leaves so far; with no leaves, the SHA-256 of nothing."""
        if not self._subtrees:
            return root(())
        *larger, joined = self._subtrees
        for subtree in reversed(larger):
            joined = node_hash(subtree, joined)
        return joined


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """RFC 6962, 2.1.1: the siblings from the leaf up."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if index < split:
        return [*inclusion_proof(left, index), root(right)]
    return [*inclusion_proof(right, index - split), root(left)]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raises `ProofBad`. `leaf` is a leaf hash. Source: RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        raise ProofBad
    position, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofBad
        if position & 1 or position == last:
            computed = node_hash(sibling, computed)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        position, last = position >> 1, last >> 1
    if last != 0 or computed != root:
        raise ProofBad


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """RFC 6962, 2.1.2: that the tree of the `first` leaves is a beginning of this one. Of 0 it is empty."""
    if not 0 <= first <= len(leaves):
        raise IndexError(first)
    return _subproof(leaves, first, whole=True) if first else []


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> None:
    """Raises `ProofBad`. Source: RFC 9162, 2.1.4.2."""
    if not 0 <= first <= second:
        raise ProofBad
    if first == 0 or first == second:
        _require(not proof)
        _require(first_root == (second_root if first else root(())))
        return
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    _require(path)
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        _require(last)
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    _require(last == 0 and old == first_root and new == second_root)


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _subproof(leaves: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    split = _split(len(leaves))
    left, right = leaves[:split], leaves[split:]
    if first <= split:
        return [*_subproof(left, first, whole=whole), root(right)]
    return [*_subproof(right, first - split, whole=False), root(left)]


def _require(holds: object) -> None:
    if not holds:
        raise ProofBad
