"""Reads a whole bundle without importing anything: finds its sender and verifies that it is what the sender sealed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from testimony.errors import NotCanonical, Refused
from testimony.sealing.bundle import bundle
from testimony.sealing.bundle.bundle import Header, Seal
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import merkle
from testimony.sealing.log.merkle import RunningRoot
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import PublicKey
from testimony.sync.errors import BundleRefused, ContainerTorn
from testimony.sync.wire.frames import PREFACE, Frame, encode, read_frames

MOST_FRAMES: Final = 500_000
"""In one file: a reader keeps a hash of each, to know in the second reading what was vouched for in the first."""
HASH: Final = 32


@dataclass(kw_only=True)
class Survey:
    """`seal`: what its writer signed of the whole file, None when that is not so. `torn`: the rule of the first break.

    `frames` are those before the seal. `vouched` says of each whether its writer sealed it.
    """

    record: SignedRecord
    header: Header
    seal: Seal | None = None
    torn: str = ""
    frames: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    leaves: bytearray = field(default_factory=bytearray)

    def vouched(self, number: int, leaf: bytes) -> bool:
        """True if the writer sealed this frame; `number` from 0, `leaf` its hash, recomputed in the second reading."""
        return self.seal is not None and self.leaves[number * HASH : (number + 1) * HASH] == leaf


def is_container(source: BinaryIO) -> bool:
    """Whether these are frames at all; `source` stands at its beginning again."""
    beginning = source.read(len(PREFACE))
    source.seek(0)
    return beginning == PREFACE


def is_carry(source: BinaryIO) -> bool:
    """Whether a phone saved this file, and no station; `source` stands at its beginning again."""
    try:
        opening(source)
    except BundleRefused as error:
        return error.reason == "carry"
    finally:
        source.seek(0)
    return False


def leaf_of(frame: Frame) -> bytes:
    """The frame's hash in the Merkle tree of a bundle: over its bytes as they stand in the container."""
    return merkle.leaf_hash(encode(frame))


def opening(source: BinaryIO) -> SignedRecord:
    """The signed header; nothing is verified. Raises `BundleRefused`: format, empty, carry, newer."""
    first = _first(source)
    if first.kind != "bundle":
        raise BundleRefused("carry" if first.kind in ("record", "object") else "format")
    try:
        record = SignedRecord.decode(first.payload)
        bundle.parse_header(record)
    except (NotCanonical, Refused) as error:
        newer = isinstance(error, Refused) and error.rule == "version.newer"
        raise BundleRefused("newer" if newer else "format") from error
    return record


def survey(source: BinaryIO, keys: Sequence[PublicKey], *, told: Callable[[int], object] = lambda _: None) -> Survey:
    """Read the file to its end or its first break. `keys`: the writer's; none if the writer is unknown.

    `told` is called with the bytes of each frame. Raises `BundleRefused` for what is no bundle at all.
    """
    record = opening(source)
    source.seek(0)
    found = Survey(record=record, header=bundle.parse_header(record))
    tree, seal = RunningRoot(), None
    try:
        for frame in read_frames(source):
            told(frame.size)
            if frame.kind == "end":
                break
            if seal is not None or found.frames == MOST_FRAMES:
                raise ContainerTorn("structure", 0)  # nothing but the end may follow the seal
            if frame.kind == "seal":
                seal = frame
                continue
            leaf = leaf_of(frame)
            tree.add(leaf)
            found.leaves += leaf
            found.frames += 1
            found.kinds[frame.kind] = found.kinds.get(frame.kind, 0) + 1
    except ContainerTorn as error:
        found.torn = error.rule
    found.seal = _verified(found, seal, tree, keys) if not found.torn else None
    return found


def _first(source: BinaryIO) -> Frame:
    if not is_container(source):
        raise BundleRefused("format")
    try:
        return next(read_frames(source))
    except ContainerTorn as error:
        raise BundleRefused("empty" if error.rule == "container.torn" else "format") from error


def _verified(found: Survey, frame: Frame | None, tree: RunningRoot, keys: Sequence[PublicKey]) -> Seal | None:
    """The seal if its writer signed just these frames under just this header."""
    if frame is None or not keys:
        return None
    try:
        seal = bundle.verify_seal(SignedRecord.decode(frame.payload), keys)
        found.record.verify(keys)
    except (NotCanonical, Refused, SignatureBad):
        return None
    said = (seal.bundle, seal.by, seal.frames, seal.root)
    return seal if said == (found.record.id, found.header.by, tree.size, tree.root().hex()) else None
