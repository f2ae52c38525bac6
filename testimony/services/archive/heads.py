"""Collect what a desk can prove from central's logs for an archive: signed heads, inclusion and consistency proofs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.sealing.archive import archive
from testimony.sealing.log import certificate_path, cosignature
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.sealing.log.witness_records import Cosigned, Stamped
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.custody.errors import CheckpointForeign
from testimony.services.custody.merkle_log import MerkleLog
from testimony.services.witnesses import witnesses
from testimony.station.station import Station
from testimony.store.models.log import SEEN, LogHead

W = TypeVar("W", Stamped, Cosigned)


def log_files(station: Station, session: Session, records: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """(name in the archive, bytes) for each log of a central server that this desk follows."""
    for key in station.chain.central_keys:
        note = custody_log.mirror_head(session, key.kid)
        if note:
            yield from _log(station, session, key.kid, note, records)


def _log(
    station: Station, session: Session, kid: str, note: str, records: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    _, head = split_view.verified(station.chain, note)
    folder, tree = f"log/{kid}/{head.epoch or archive.NO_EPOCH}", MerkleLog(session, kid)
    entries = [found for record in records if (found := custody_log.mirror_find(session, kid, record, "received"))]
    entries = [(no, entry) for no, entry in entries if no < head.size]
    heads = _Heads(kid)
    heads.add(note, head)
    for other in _seen(session):
        by, said = _verified(station, other)
        if said is not None and (by, said.epoch) == (kid, head.epoch):
            heads.add(other, said)  # also one that contradicts: it is evidence
    yield from _witnessed(station, session, kid, head, [no for no, _ in entries], heads)
    for said, data in heads.notes():
        yield f"{folder}/{said.size}-{canonical.sha256_hex(data)[:8]}.note", data
        if said.size < head.size:
            proof = archive.growth(said.size, head.size, tree.consistency(said.size, head.size))
            yield f"{folder}/{said.size}.grew", proof
    for no, entry in entries:
        yield f"{folder}/{no}.entry", archive.inclusion(entry, head.size, tree.inclusion(no, head.size))


class _Heads:
    """The heads of one log, each once, with all cosignatures on it."""

    def __init__(self, kid: str) -> None:
        self._origin = custody_log.origin(kid)
        self._found: dict[str, tuple[Checkpoint, dict[str, None]]] = {}

    def add(self, note: str, head: Checkpoint) -> None:
        plain = cosignature.plain(note, self._origin)
        _, lines = self._found.setdefault(plain, (head, {}))
        lines.update(dict.fromkeys(cosignature.lines(note, self._origin)))

    def notes(self) -> Iterator[tuple[Checkpoint, bytes]]:
        for plain, (head, lines) in self._found.items():
            yield head, (plain + "".join(lines)).encode()


def _witnessed(
    station: Station, session: Session, kid: str, head: Checkpoint, entries: Sequence[int], heads: _Heads
) -> Iterator[tuple[str, bytes]]:
    """The most useful time stamps and cosignatures: for each entry the first that covers it, and the last of all."""
    stamps = [one for one in witnesses.stamps(station, session, kid) if _is_of(one.head, head)]
    for stamp in _telling(stamps, entries):
        heads.add(stamp.note, stamp.head)
        name = f"timestamps/{canonical.sha256_hex(stamp.note.encode())}"
        yield f"{name}.tsr", stamp.reply
        yield f"{name}.tsq", stamp.query
        yield f"{name}.pem", certificate_path.write_roots(stamp.roots)
    cosigned = [one for one in witnesses.cosigned(station, session, kid) if _is_of(one.head, head)]
    for name in dict.fromkeys(line for one in cosigned for line in _by(station, kid, one)):
        for found in _telling([one for one in cosigned if name in _by(station, kid, one)], entries):
            heads.add(found.note, found.head)


def _by(station: Station, kid: str, one: Cosigned) -> list[str]:
    lines = cosignature.examine(one.note, custody_log.origin(kid), witnesses.witnesses(station.chain))
    return [line.name for line in lines if line.holds]


def _is_of(one: Checkpoint, head: Checkpoint) -> bool:
    return one.epoch == head.epoch and one.size <= head.size


def _telling(found: Sequence[W], entries: Sequence[int]) -> list[W]:
    """From `found`, in order of arrival: the first that covers each of the entries, and the last."""
    chosen: list[W] = []
    for no in entries:
        chosen += [one for one in found if one.head.size > no][:1]
    chosen += found[-1:]
    return list(dict.fromkeys(chosen))


def _seen(session: Session) -> list[str]:
    """The heads that others were shown and that are pending here, or that contradict."""
    wanted = select(LogHead.checkpoint).where(LogHead.log.startswith(SEEN)).order_by(LogHead.log)
    return list(session.scalars(wanted))


def _verified(station: Station, note: str) -> tuple[str, Checkpoint | None]:
    try:
        return split_view.verified(station.chain, note)
    except CheckpointForeign:
        return "", None
