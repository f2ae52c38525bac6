"""Hands what a lost station's backup holds to another station of the organisation, without the lost station's key.

The backup is opened for reading in a folder of the receiving home: withdrawals are carried out there first. Then each
record goes through the receiving station's intake, which verifies its own signature. Central takes the testimony of a
phone that was revoked since if a receipt of an active station vouches for it (`services.delivery.handed_over`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from testimony.canonical import sha256_hex
from testimony.services.backup import restore
from testimony.services.backup.errors import BackupRefused
from testimony.services.backup.folder import FolderSource
from testimony.services.backup.restore import Given, Source
from testimony.services.delivery import bundle_contents, handed_over
from testimony.services.delivery.handed_over import Left
from testimony.services.intake import intake
from testimony.services.records import bulk_read, media_counts
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.startup import open_with
from testimony.settings import Settings
from testimony.station import trials

if TYPE_CHECKING:
    from testimony.sealing.roster.chain import RosterChain
    from testimony.station.station import Station

SHARE: Final = 512 * 1024
"""Bytes that are taken in at once; a record and its text stay together."""


@dataclass(kw_only=True)
class HandedOver:
    """What a station took of a backup. Records: `stored` ones, those that it `knew`, those that were `withdrawn`, and
    by name the rule of each that it `refused`. `closed`: records whose shred key is lost, so that their heads stay
    closed. `damaged`: names of objects.
    """

    stored: int = 0
    knew: int = 0
    withdrawn: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    closed: int = 0
    damaged: list[str] = field(default_factory=list)


def hand_over(station: Station, source: Source | Path, given: Given, *, everything: bool = False) -> HandedOver:
    """Take into `station` (a field node or central) what the backup `source` holds and central has not signed for.

    `everything`: what central has signed for too; that is always so for the backup of a central. The same backup again
    changes nothing. Raises `BackupRefused`, `StoreFull`, `StoreUnwritable`, `StoreFailing`; what was taken in before
    stays.
    """
    source = FolderSource(source) if isinstance(source, Path) else source
    if station.settings.role == "desk":
        raise BackupRefused("receiver")
    if source.contents.root != sha256_hex(station.root.data):
        raise BackupRefused("foreign")
    report = HandedOver()
    with trials.folder_of(station.settings.home) as folder:
        restore.restore(source, folder / "lost", replace(given, apart=True, keyless=True))
        with open_with(Settings.load(folder / "lost", {})) as lost:
            for roster in lost.chain.records:  # the rest is judged by them
                _take_in(station, [_Piece("", (Incoming("record", roster.encode()),))], report)
            for share in _shares(_pieces(lost, station.chain, report, everything=everything)):
                _take_in(station, share, report)
    return report


@dataclass(frozen=True)
class _Piece:
    """A record with some of its objects. `again`: it came before, with other objects. `vouched`: an active station
    received it.
    """

    name: str
    items: tuple[Incoming, ...]
    again: bool = False
    vouched: bool = False

    @property
    def size(self) -> int:
        return sum(len(item.payload) for item in self.items)


def _pieces(lost: Station, chain: RosterChain, report: HandedOver, *, everything: bool) -> Iterator[_Piece]:
    """Records with their text, then media, a piece at a time. `chain`: the receiving station's."""
    with lost.database.reading() as session:
        left = handed_over.records(session, everything=everything)
    for one in left:
        yield from _text(lost, chain, one, report)
    for one in left:
        yield from _media(lost, chain, one, report)


def _text(lost: Station, chain: RosterChain, one: Left, report: HandedOver) -> Iterator[_Piece]:
    with lost.database.reading() as session:
        record = record_queries.record_of(session, one.name)
        names = bundle_contents.text_of(session, one.name)
        vouched = record is not None and handed_over.is_vouched(session, chain, record)
    if record is None:
        return
    report.closed += bool(names) and one.subject is not None and lost.shred_keys.find(one.subject) is None
    objects = _objects(lost, one.name, names, report)
    yield _Piece(one.name, (Incoming("record", record.encode()), *objects), vouched=vouched)


def _media(lost: Station, chain: RosterChain, one: Left, report: HandedOver) -> Iterator[_Piece]:
    with lost.database.reading() as session:
        record = record_queries.record_of(session, one.name)
        parts = media_counts.named(session, one.name)
        vouched = record is not None and handed_over.is_vouched(session, chain, record)
    if record is None:
        return
    for names in parts.values():
        if objects := _objects(lost, one.name, tuple(names), report):
            yield _Piece(one.name, (Incoming("record", record.encode()), *objects), again=True, vouched=vouched)


def _objects(lost: Station, record: str, names: tuple[str, ...], report: HandedOver) -> tuple[Incoming, ...]:
    found = []
    with lost.database.reading() as session:
        for name, data in bulk_read.sealed_objects(lost, session, record, names):
            if data is None:
                report.damaged.append(name)
            else:
                found.append(Incoming("object", data))
    return tuple(found)


def _shares(pieces: Iterator[_Piece]) -> Iterator[list[_Piece]]:
    """Either all of a share is vouched for, or nothing is."""
    share: list[_Piece] = []
    for piece in pieces:
        if share and (sum(one.size for one in share) + piece.size > SHARE or piece.vouched != share[0].vouched):
            yield share
            share = []
        share.append(piece)
    if share:
        yield share


def _take_in(station: Station, share: list[_Piece], report: HandedOver) -> None:
    incoming = [item for piece in share for item in piece.items]
    statuses = iter(intake.take_in(station, incoming, vouched=share[0].vouched).statuses)
    for piece in share:
        answers = [next(statuses) for _ in piece.items]
        rule = next((one.rule for one in answers if one.status == "refused"), "")
        if rule and piece.name:
            report.refused.setdefault(piece.name, rule)
        elif piece.name and not piece.again:
            report.stored += answers[0].status == "stored"
            report.knew += answers[0].status == "duplicate"
            report.withdrawn += answers[0].status == "withdrawn"
