"""Store time stamps and cosignatures on central's log as records that desks get too.

Nothing waits for them and nothing depends on them (docs/timestamps.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.domain.time import Clock
from testimony.errors import NotCanonical, Refused
from testimony.sealing.log import certificate_path, cosignature, timestamp, witness_records
from testimony.sealing.log.cosignature import Witness
from testimony.sealing.log.cosigner import Wanted
from testimony.sealing.log.errors import CosigningRefused, StampRefused
from testimony.sealing.log.witness_records import COSIGNED, STAMP, Cosigned, Stamped, origin_of
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.custody.errors import CheckpointForeign
from testimony.services.custody.merkle_log import MerkleLog
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.services.withdrawal import clock_readings
from testimony.services.witnesses import failures as witness_failures
from testimony.station.station import Station
from testimony.store.models.log import OWN, LogLeaf
from testimony.store.models.records import Progress, RecordRow

W = TypeVar("W", Stamped, Cosigned)
OF_WITNESSES: Final = ("stamped", "cosigned")
"""Entries that only say that others saw the log: for them alone nobody is asked again."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A head that somebody else saw. `by`: the name of an authority or a partner; `time`: ISO 8601, UTC."""

    size: int
    by: str
    time: str


def note_to_stamp(station: Station, session: Session, *, anew: bool = False) -> str | None:
    """The head of the own log if a time stamp is due: one a day, if the log has new entries.

    `anew`: whatever the day. None also if this very head has its stamp.
    """
    note = custody_log.checkpoint(station.signer, session)
    head = split_view.verified(station.chain, note)[1]
    last = next(iter(stamps(station, session, station.kid, newest=True)), None)
    if head.size == 0 or last is None or last.head.epoch != head.epoch:
        return note if head.size else None
    if last.day == station.today() and not anew:
        return None
    return note if _says_more(session, last.head.size) else None


def keep_stamp(station: Station, note: str, query: bytes, reply: bytes, roots: tuple[bytes, ...]) -> str:
    """Verify the time stamp that an authority just gave, and store it permanently. Returns the name of its record.
    Raises `StampRefused`; then nothing was stored.
    """
    record = witness_records.stamp(
        note=note, query=query, reply=reply, roots=roots, day=station.today(), signer=station.signer
    )
    digest = timestamp.imprint_of(query)
    stamped = timestamp.verify(reply, digest, roots, query)
    _keep(station, record)
    clock_readings.hear(station, Clock.STAMPS, datetime.fromisoformat(stamped.time).date(), fresh=True)
    return record.id


def trusted_roots(station: Station) -> tuple[bytes, ...]:
    """The roots that the settings name. Raises `StampRefused`: unset, roots."""
    settings = station.settings
    if not settings.timestamp_url or not settings.timestamp_roots:
        raise StampRefused("unset")
    try:
        return certificate_path.read_roots((settings.home / settings.timestamp_roots).read_bytes())
    except OSError as error:
        raise StampRefused("roots") from error


def stamps(station: Station, session: Session, kid: str, *, newest: bool = False) -> Iterator[Stamped]:
    """The time stamps that the central `kid` stored, in order of arrival; `newest`: newest first, and those of its log
    before it was restored last, since a desk may have given them back today.
    """
    found = _parsed(station.chain, _records(session, STAMP, newest), witness_records.parse_stamp, kid)
    return _of_this_log_first(station, session, kid, found) if newest else found


def cosigned(station: Station, session: Session, kid: str, *, newest: bool = False) -> Iterator[Cosigned]:
    """The cosigned heads that the central `kid` stored, in the same order."""
    found = _parsed(station.chain, _records(session, COSIGNED, newest), witness_records.parse_cosigned, kid)
    return _of_this_log_first(station, session, kid, found) if newest else found


def seen(station: Station, session: Session) -> list[Seen]:
    """The last time stamp, and the last cosignature of each partner, for every central that the rosters name.

    Only valid ones; others were verified on arrival and have been damaged here since.
    """
    found: list[Seen] = []
    for kid in custody_log.centrals(station.chain):
        held = map(_stamped, stamps(station, session, kid, newest=True))
        found += islice((one for one in held if one is not None), 1)
        last: dict[str, Seen] = {}
        for each in cosigned(station, session, kid, newest=True):
            for line in cosignature.examine(each.note, origin_of(kid), witnesses(station.chain)):
                if line.holds:
                    last.setdefault(line.name, Seen(size=each.head.size, by=line.name, time=line.time))
        found += last.values()
    return found


def _stamped(one: Stamped) -> Seen | None:
    """None if it is not valid."""
    try:
        said = timestamp.verify(one.reply, timestamp.imprint_of(one.query), one.roots, one.query)
    except StampRefused:
        return None
    return Seen(size=one.head.size, by=said.authority, time=said.time)


def witnesses(chain: RosterChain) -> tuple[Witness, ...]:
    """The partners that the roster in force or an earlier one names."""
    return cosignature.of_all(chain.rosters)


def export(station: Station, session: Session, *, since: int = 0) -> str:
    """What a partner should cosign: the head of the own log, and proof that it continues the log of `since` entries."""
    if station.settings.role != "central":
        raise CosigningRefused("central")
    log = MerkleLog(session, OWN)
    if not 0 <= since <= log.size():
        raise CosigningRefused("back")
    proof = log.consistency(since, log.size())
    return Wanted(old=since, proof=tuple(proof), note=custody_log.checkpoint(station.signer, session)).text


def last_size(station: Station, session: Session, name: str) -> int:
    """How many entries of the current log the partner `name` cosigned last; 0 for none."""
    epoch = custody_log.epoch(session)
    for one in cosigned(station, session, station.kid, newest=True):
        lines = cosignature.examine(one.note, origin_of(station.kid), witnesses(station.chain))
        if one.head.epoch == epoch and any(line.name == name for line in lines):
            return one.head.size
    return 0


def take_cosigned(station: Station, note: str) -> list[str]:
    """Store a head that partners cosigned. Returns who did. Raises `CosigningRefused`: central, other, unnamed.

    The reason for a refusal is stored for central's page.
    """
    if station.settings.role != "central":
        raise CosigningRefused("central")
    try:
        found = _verified(station, note)
    except CosigningRefused as error:
        with station.database.transaction() as session:
            witness_failures.note(station, session, "cosigned", error.reason)
        raise
    known = _without_strangers(note, origin_of(station.kid), witnesses(station.chain))
    _keep(station, witness_records.cosigned(note=known, day=station.today(), signer=station.signer))
    return [one.name for one in found if one.holds]


def _verified(station: Station, note: str) -> list[cosignature.Cosigned]:
    """Verify a cosigned note. Raises `CosigningRefused`: other, unnamed."""
    try:
        kid, head = split_view.verified(station.chain, note)
    except CheckpointForeign as error:
        raise CosigningRefused("other") from error
    with station.database.reading() as session:
        log = MerkleLog(session, OWN)
        mine = kid == station.kid and head.epoch == custody_log.epoch(session) and head.size <= log.size()
        if not mine or log.root(head.size) != head.root:
            raise CosigningRefused("other")
    found = cosignature.examine(note, origin_of(kid), witnesses(station.chain))
    if any(one.holds is False for one in found):
        raise CosigningRefused("other")
    if not any(one.holds for one in found):
        raise CosigningRefused("unnamed")
    return found


def _without_strangers(note: str, origin: str, partners: Iterable[Witness]) -> str:
    """The note with only the lines of those that a roster names."""
    plain = cosignature.plain(note, origin)
    lines = cosignature.lines(note, origin)
    held = cosignature.examine(note, origin, partners)
    return plain + "".join(line for line, one in zip(lines, held, strict=True) if one.holds)


def _keep(station: Station, record: SignedRecord) -> None:
    for status in take_in(station, [Incoming("record", record.encode())]).statuses:
        if status.status == "refused":
            raise Refused(status.rule)


def _says_more(session: Session, since: int) -> bool:
    """Whether the own log has anything from entry `since` on, apart from entries that others saw it."""
    wanted = select(LogLeaf.no).where(LogLeaf.log == OWN, LogLeaf.no >= since, LogLeaf.kind.not_in(OF_WITNESSES))
    return session.scalar(wanted.limit(1)) is not None


def _parsed(
    chain: RosterChain, records: Iterable[SignedRecord], parse: Callable[[SignedRecord, RosterChain], W], kid: str
) -> Iterator[W]:
    for record in records:
        try:
            found = parse(record, chain)
        except (NotCanonical, Refused):  # only on a damaged disk: it was verified on arrival, and `check` reports it
            continue
        if found.by == kid:
            yield found


def _of_this_log_first(station: Station, session: Session, kid: str, found: Iterable[W]) -> Iterator[W]:
    epoch, earlier = _epoch(station, session, kid), []
    for one in found:
        if one.head.epoch == epoch:
            yield one
        else:
            earlier.append(one)
    yield from earlier


def _epoch(station: Station, session: Session, kid: str) -> str:
    """The epoch of the log of the central `kid`, as far as it is known here; "" if it is not."""
    if kid == station.kid:
        return custody_log.epoch(session)
    try:
        return split_view.verified(station.chain, custody_log.mirror_head(session, kid))[1].epoch
    except CheckpointForeign:  # none yet, or damaged here
        return ""


def _records(session: Session, kind: str, newest: bool) -> Iterator[SignedRecord]:
    order = RecordRow.arrival.desc() if newest else RecordRow.arrival
    wanted = select(RecordRow.data).where(RecordRow.kind == kind, RecordRow.progress == Progress.COMPLETE)
    for data in session.scalars(wanted.order_by(order)):
        yield SignedRecord.decode(data)
