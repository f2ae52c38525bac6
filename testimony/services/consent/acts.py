"""Record changes of consent at a desk: sealed, signed, stored here at once, and queued for sync."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from testimony import canonical
from testimony.domain.consent import authority
from testimony.domain.consent.authority import Said
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.roles import Role
from testimony.errors import Refused
from testimony.sealing.errors import CannotOpen
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import AUDIENCES
from testimony.sealing.roster.roster import Roster
from testimony.sealing.statements import statements
from testimony.sealing.testimony import bound
from testimony.sealing.testimony.annex import seal_annex
from testimony.services.consent import erasures, scope_reduction
from testimony.services.consent.consents import Consents
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.custody import log as custody_log
from testimony.services.intake.intake import take_in
from testimony.services.opening import bindings
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.station.errors import StationKeyless
from testimony.station.station import Station
from testimony.store.sql.database import Database

REASONS: Final = ("pressure", "not_understood", "wrong_words", "wrong_person", "danger", "other")
"""Why something is put on hold or ends: codes, because coordinators read them and they must not name anybody."""
ONE_SIGNS: Final = {
    Role.LAWYER: frozenset({Act.HOLD, Act.WITHDRAW, Act.INVALIDATE}),
    Role.COORDINATOR: frozenset({Act.HOLD, Act.WITHDRAW}),
}
TWO_SIGN: Final = frozenset({Act.RELEASE, Act.ERASE})


def say(
    station: Station,
    reader: Reader,
    stands: Consents,
    act: Act,
    key: Key | None,
    *,
    reason: str | None = None,
    day: date,
) -> str:
    """Record one act about `key` (None: about everything). Returns the name of the record.

    RELEASE and ERASE are proposals: they count once `confirm` was called at a second person's desk. Until then a use
    that is to be erased is on hold, and its readers keep what opens it. Erasing everything, or withdrawing the consent
    to keep the record, suspends the whole testimony at once. The latter is done by a withdrawal alone, which two roles
    may contest, since an event could never be undone. Raises `ConsentActRefused`, `StationKeyless`.
    """
    if act not in ONE_SIGNS[reader.role] | TWO_SIGN:
        raise ConsentActRefused("role")
    if act is Act.WITHDRAW and (key is None or key.purpose is Purpose.RECORD):
        return withdraw_all(station, reader, stands.tid, day=day)
    event = ConsentEvent(
        id=os.urandom(16).hex(),
        act=act,
        purpose=key.purpose if key else None,
        recipient=key.recipient if key else None,
        day=day,
        after=frozenset(stands.seen),
        reason=reason,
    )
    return _sign(station, reader, stands, event, day)


def confirm(station: Station, reader: Reader, stands: Consents, event_id: str, *, day: date) -> str:
    """Sign another person's proposal, unchanged. Raises `ConsentActRefused`: unknown, twice, role."""
    event = next((one for one in stands.waiting if one.id == event_id), None)
    if event is None:
        raise ConsentActRefused("unknown")
    if reader.id in stands.signers(event):
        raise ConsentActRefused("twice")
    if event.act is Act.RELEASE and str(reader.role) in {one.role for one in stands.said if one.event == event}:
        raise ConsentActRefused("role")
    return _sign(station, reader, stands, event, day)


def withdraw_all(station: Station, reader: Reader, tid: str, *, day: date) -> str:
    """Record that the witness told this person to withdraw everything: suspended at once, elsewhere as soon as it
    arrives. Counts beside what suspends it already, and is contested on its own.

    Raises `ConsentActRefused("twice")`: a person signs one withdrawal of everything a day, whatever the reason.
    """
    record = withdrawal_of(reader, tid, day=day)
    _require_new(station, record)
    _keep(station, [Incoming("record", record.encode())])
    _note(station.database, reader, [("withdrawn", record.id)], day)
    return record.id


def withdrawal_of(reader: Reader, tid: str, *, day: date) -> SignedRecord:
    """What the reader signs of that day to withdraw everything: the same bytes, however often and whatever the reason.

    Raises `StationKeyless`.
    """
    return statements.withdrawal(tid=tid, scope="all", day=day.isoformat(), signer=signer_of(reader))


def seal_said(
    roster: Roster,
    reader: Reader,
    tid: str,
    events: Sequence[ConsentEvent],
    *,
    day: date,
    more: Mapping[str, Any] | None = None,
) -> tuple[SignedRecord, list[Incoming]]:
    """The annex that contains `events`, sealed to coordinators, lawyers and recovery, and everything to store with
    it.
    """
    return seal_content(roster, reader, tid, {**authority.content_of(events), **(more or {})}, day=day)


def seal_content(
    roster: Roster,
    reader: Reader,
    tid: str,
    content: Mapping[str, Any],
    *,
    day: date,
    audiences: Iterable[str] = AUDIENCES,
    key: bytes | None = None,
) -> tuple[SignedRecord, list[Incoming]]:
    """The annex that contains `content`, sealed to `audiences` under `roster`, and everything to store with it.

    `key`: binds it to its testimony (`seal_bound`).
    """
    sealed = seal_annex(
        canonical.encode(content if key is None else bound.bind(content, key)),
        tid=tid,
        day=day.isoformat(),
        roster=roster.sha256,
        audiences={name: (roster.recipients(name), roster.slots[name]) for name in audiences},
        signer=signer_of(reader),
    )
    objects = [*sealed.part.heads.values(), sealed.part.body]
    return sealed.record, [
        Incoming("record", sealed.record.encode()),
        *(Incoming("object", data) for data in objects),
    ]


def seal_bound(
    station: Station, reader: Reader, tid: str, content: Mapping[str, Any], *, day: date, audiences: Iterable[str]
) -> tuple[SignedRecord, list[Incoming]]:
    """The same for what tells of the testimony `tid`: it can be read as long as the testimony is there.

    Nothing opens of a testimony whose consent does not open: what is written of it tells nothing, and is not bound.
    Raises `TestimonyUnknown` where the testimony was destroyed meanwhile.
    """
    with station.database.reading() as session:
        try:
            key = bindings.key_of(ReadingSession.at(station, session, reader), tid)
        except CannotOpen:
            key = None
        else:
            if key is None:
                raise TestimonyUnknown(tid=tid)
    return seal_content(station.chain.latest, reader, tid, content, day=day, audiences=audiences, key=key)


def keep(
    station: Station, reader: Reader, items: Sequence[Incoming], said: Iterable[tuple[str, str]], day: date
) -> None:
    """Store what was signed here and queue it for central; `said`: (kind, name) for this desk's own log."""
    _keep(station, items)
    _note(station.database, reader, said, day)


def _sign(station: Station, reader: Reader, stands: Consents, event: ConsentEvent, day: date) -> str:
    withdrawn = _withdrawal(station, reader, stands, event, day)
    more = None
    if withdrawn is not None and erasures.erases_everything(event):
        _require_new(station, withdrawn)
        more = erasures.link_to(withdrawn.id)
    record, items = seal_said(station.chain.latest, reader, stands.tid, [event], day=day, more=more)
    said = [("said", record.id)]
    if withdrawn is not None:
        items.append(Incoming("record", withdrawn.encode()))
        said.append(("withdrawn", withdrawn.id))
    keep(station, reader, items, said, day)
    return record.id


def _withdrawal(
    station: Station, reader: Reader, stands: Consents, event: ConsentEvent, day: date
) -> SignedRecord | None:
    """What stations without keys must do about `event`: nothing, remove heads, or suspend the whole testimony."""
    if event.act not in scope_reduction.TAKING:
        return None
    whole = erasures.erases_everything(event)
    if not whole and not _counts(reader, stands, event):
        return None
    scope = "all" if whole else scope_reduction.heads_to_take(station, reader, stands, event)
    if not scope:
        return None
    return statements.withdrawal(tid=stands.tid, scope=scope, day=day.isoformat(), signer=signer_of(reader))


def _require_new(station: Station, withdrawn: SignedRecord) -> None:
    """A withdrawal of everything says who and on which day, and not why: a second one of that day is the same record.

    Then it would say nothing, since it counts or is void already. Raises `ConsentActRefused`.
    """
    with station.database.reading() as session:
        if record_queries.record_of(session, withdrawn.id) is not None:
            raise ConsentActRefused("twice")


def _counts(reader: Reader, stands: Consents, event: ConsentEvent) -> bool:
    """Whether `event` counts as what it says once this reader signed it, and not only as a hold."""
    own = Said(event=event, signer=reader.id, role=str(reader.role))
    found = authority.counted([*stands.said, own], stands.at)
    return event not in found.held and event not in found.refused


def _keep(station: Station, items: Sequence[Incoming]) -> None:
    outcome = take_in(station, items, outbound=True)
    for status in outcome.statuses:
        if status.status == "refused":  # a reader of the roster signed it a moment ago
            raise Refused(status.rule)


def _note(database: Database, reader: Reader, said: Iterable[tuple[str, str]], day: date) -> None:
    acts = [custody_log.Act(kind=kind, ref=name, by=reader.id, day=day.isoformat()) for kind, name in said]
    with database.transaction() as session:
        custody_log.append_all(session, acts)


def signer_of(reader: Reader) -> Signer:
    """The signer for the reader. Raises `StationKeyless` for a key file without a signing key."""
    if reader.signer is None:
        raise StationKeyless
    return reader.signer
