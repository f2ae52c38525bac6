"""The Merkle tree of RFC 6962: roots, inclusion and consistency proofs over lists of leaf hashes."""

from __future__ import annotations

from collections.abc import Sequence


def leaf_hash(entry: bytes) -> bytes:
    raise NotImplementedError


def node_hash(left: bytes, right: bytes) -> bytes:
    raise NotImplementedError


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes (32 bytes each); of none it is SHA-256 of nothing."""
    raise NotImplementedError


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """RFC 6962, 2.1.1: the siblings from the leaf up."""
    raise NotImplementedError


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raises `ProofBad`. `leaf` is a leaf hash."""
    raise NotImplementedError


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """RFC 6962, 2.1.2: that the tree of the `first` leaves is a beginning of this one. Of 0 it is empty."""
    raise NotImplementedError


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raises `ProofBad`."""
    raise NotImplementedError
