"""Take a batch into the station in full: validate, write to disk, enter in the database, read back, answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from testimony.errors import TestimonyError
from testimony.sealing.roster.errors import RosterRefused
from testimony.services.intake import batch as intake_batch
from testimony.services.intake import receipts as intake_receipts
from testimony.services.intake import returned as intake_returned
from testimony.services.intake import withdrawals
from testimony.services.intake.batch import Batch
from testimony.services.intake.returned import Returned
from testimony.services.intake.writer import Entered, Entering
from testimony.services.records import validation
from testimony.services.records.head_cipher import HeadSafe
from testimony.services.records.readback import Readback
from testimony.services.records.scrub import HERE
from testimony.services.records.types import Incoming, Outcome, Site, Status, Taken
from testimony.services.roster import adoption
from testimony.services.withdrawal import endings, journal_replay, shredding
from testimony.store.errors import BucketFailing, BucketFull, StoreFull
from testimony.store.models.records import ABSENT

if TYPE_CHECKING:
    from testimony.station.station import Station
    from testimony.store.blobs.blobs import Bodies
    from testimony.store.files.free_space import Space
    from testimony.store.files.shred_keys import ShredKeys


Noting = Callable[[Session, Sequence[Taken]], None]
MEDIA_FLOORS = 2
"""Pieces of media must leave this many times the free space that other objects must leave."""


def take_in(
    station: Station,
    incoming: Sequence[Incoming],
    *,
    outbound: bool | None = None,
    vouched: bool = True,
    noting: Noting | None = None,
    sender: str = "",
    returned: Returned | None = None,
) -> Outcome:
    """Store what is sound; everything stored is on the disk when this returns. Opens its own transaction.

    One bad object never blocks the others; the same input again gives the same statuses (`duplicate`) and the same
    receipt bytes. Records may be anywhere in `incoming`. A desk gives no receipts. `outbound`: whether new records must
    go on to central; None: yes at a field node, else no (a desk says yes for what its reader made). `vouched`: whether
    an active station states that it received these; without it central accepts only testimonies of phones that are
    active now. `noting` is called with what arrived and the answers, inside the transaction that stores it, for data
    that must be stored with it: a separate transaction would wait for the disk again. `sender`: the kid of the
    delivering station, which may deliver a limited number of withdrawals a day that wait for a testimony. `returned`:
    what of it a desk gives back to a restored central. When the disk is nearly full, or a bucket for bodies accepts
    none, only withdrawals are accepted, from a reserve kept for them.
    Raises `StoreFull`, `StoreLocked`, `StoreUnwritable`, `StoreFailing`, `StoreDamaged`; then nothing was acknowledged.
    """
    station.database.require_sound()
    try:
        return _take_in(station, incoming, outbound, vouched, noting, sender, returned)
    except (StoreFull, BucketFailing) as error:
        elsewhere = isinstance(error, BucketFull | BucketFailing)  # the reserve on this disk makes no room in a bucket
        urgent = [item for item in incoming if intake_batch.is_withdrawal(item)]
        if not urgent or (elsewhere and len(urgent) == len(incoming)):
            raise
        if not elsewhere:
            station.space.release_ballast()
        outcome = _take_in(station, urgent, outbound, vouched, noting, sender, returned)
        if len(urgent) < len(incoming):
            raise
        return outcome


def _take_in(
    station: Station,
    incoming: Sequence[Incoming],
    outbound: bool | None,
    vouched: bool,
    noting: Noting | None,
    sender: str,
    returned: Returned | None,
) -> Outcome:
    if not all(intake_batch.is_withdrawal(item) for item in incoming):
        station.space.require_room(_size_here(station.parts, incoming))
    batch = intake_batch.read(incoming)
    _adopt_rosters(station, batch)
    with station.database.reading() as session:
        adoption.refresh(station, session)
        intake_batch.judge(batch, session, station.chain, station.settings.role, vouched=vouched, returned=returned)
    sealed = _lock_heads(station.shred_keys, batch)
    if station.parts.on_disk:
        _require_room_for_pieces(station.space, batch)
    _write_bodies(station.parts, batch)
    readback, completed = Readback.of(station), set[str]()
    try:
        with station.database.transaction() as session:
            site = Site.of(station)
            to_central = site.role == "field" if outbound is None else outbound
            entering = Entering(site, session, batch, sealed, outbound=to_central, sender=sender, returned=returned)
            withdrawals.enter(entering, entering.records_and_objects())
            if station.own_signer is not None:  # a desk delivers nobody's copy
                intake_receipts.sign_for(station.own_signer, session, entering.entered, site.day)
            if site.role == "central":
                entering.entered.withheld = intake_returned.unfinished(session, entering.entered.touched, returned)
            statuses = _statuses(batch, entering.entered)
            if noting is not None:
                noting(session, _taken(batch, statuses))
            completed.update(entering.entered.completed)
            station.unread.update(completed)
        _carry_out(station, batch, entering.entered)
        station.proved.difference_update(completed)  # a proved text says nothing about its media
        readback.require_proved(completed)
    finally:  # also after an unconfirmed commit: it may have succeeded, and a repeated request is told so
        station.unread.difference_update(completed)
    return Outcome(tuple(statuses), tuple(intake_receipts.of_batch(readback, entering.entered, station.unread)))


def _size_here(parts: Bodies, incoming: Sequence[Incoming]) -> int:
    """Bytes that go to the disk of this station: without bodies if those go to a bucket.

    Heads cannot be told apart from other objects yet; they are so few that the reserve covers them.
    """
    return sum(len(item.payload) for item in incoming if parts.on_disk or item.kind == "record")


def _adopt_rosters(station: Station, batch: Batch) -> None:
    """Adopt rosters first, because other items of the batch may name them."""
    arriving = [
        (arrival, arrival.record)
        for arrival in batch.undecided()
        if arrival.record is not None and arrival.record.kind in adoption.KINDS
    ]
    answers = adoption.adopt_sound(station, [record for _, record in arriving])
    for (arrival, record), answer in zip(arriving, answers, strict=True):
        if isinstance(answer, RosterRefused):
            arrival.refuse(validation.rule_of(answer))
        else:
            arrival.answer = Status(record.id, "stored" if answer else "duplicate")


def _lock_heads(shred_keys: ShredKeys, batch: Batch) -> dict[tuple[str, str], bytes]:
    """(head, record) -> the head encrypted with its shred key, for all heads that are not held yet, or damaged."""
    wanted = [
        (name, place)
        for name, places in batch.places.items()
        for place in places
        if place.named.audience is not None and place.subject not in batch.buried
        if place.held in ABSENT or (place.held in HERE and name in batch.damaged)
    ]
    keys = shred_keys.ensure(sorted({place.subject for _, place in wanted}))
    safes = {subject: HeadSafe(key) for subject, key in keys.items()}
    return {(name, place.record): safes[place.subject].lock(name, batch.objects[name]) for name, place in wanted}


def _require_room_for_pieces(space: Space, batch: Batch) -> None:
    """Raise `StoreFull` if pieces of media would take the space that the text of the next testimonies needs."""
    pieces = {
        name: len(batch.objects[name])
        for name, places in batch.places.items()
        if any(place.piece and place.held in ABSENT for place in places)
    }
    if pieces:
        space.require_room(sum(pieces.values()), floors=MEDIA_FLOORS)


def _write_bodies(parts: Bodies, batch: Batch) -> None:
    """Write bodies that are not held yet, and those whose copy here is damaged; each is read back and hashed."""
    named = [(name, place) for name, places in batch.places.items() for place in places if place.named.audience is None]
    expected = {name for name, one in named if one.held in ABSENT and one.subject not in batch.buried}
    here = {name for name, one in named if one.held in HERE} - expected
    bodies = {name: batch.objects[name] for name in sorted(expected | parts.not_whole(here))}
    parts.put_all(bodies)
    parts.require_whole(bodies)


def _carry_out(station: Station, batch: Batch, entered: Entered) -> None:
    """Record what the batch's withdrawals did, and destroy, before anybody is told that they were accepted.

    Makes up for earlier disk failures: a withdrawal that is delivered again is known, but may not have been carried
    out. Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`.
    """
    told = any(
        arrival.record is not None and arrival.record.kind in validation.WITHDRAWALS for arrival in batch.arrivals
    )
    database, journal = station.database, station.journal
    behind, station.behind = station.behind, False
    try:
        if behind:
            journal_replay.replay(station)
        journal_replay.note(
            database, journal, suspended=entered.suspended, voided=entered.voided, narrowed=entered.narrowed
        )
        endings.remember(database, journal, entered.kept)
        if entered.late:
            late = set().union(*entered.late.values())
            shredding.forget_late(database, station.shred_keys, station.parts, sorted(entered.late), late)
        if told or behind or entered.proved or entered.late:
            shredding.finish(station)
    except TestimonyError:
        station.behind = True
        raise


def _statuses(batch: Batch, entered: Entered) -> list[Status]:
    """Statuses in order of arrival. If a batch has the same item twice, the second is a duplicate."""
    seen: set[str] = set()
    statuses = []
    for arrival in batch.arrivals:
        status = arrival.answer or entered.answers.get(arrival.name) or Status(arrival.name, "refused", "not.named")
        if status.status == "stored" and arrival.name in seen:
            status = Status(arrival.name, "duplicate")
        seen.add(arrival.name)
        statuses.append(status)
    return statuses


def _taken(batch: Batch, statuses: Sequence[Status]) -> list[Taken]:
    return [
        Taken(arrival.record if status.status != "refused" else None, len(arrival.payload), status)
        for arrival, status in zip(batch.arrivals, statuses, strict=True)
    ]
