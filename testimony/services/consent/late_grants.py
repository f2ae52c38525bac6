"""Record consent given after the interview, by the witness or by a document, and grant access to its readers at once.

It is checked like any other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony.domain.consent import compartments as consent_compartments
from testimony.domain.consent import fold as consent_fold
from testimony.domain.consent.documents import FIELD
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.fold import ConsentState
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.roles import Role
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.statements import grant
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import consents, documents, recipients, scope_reduction
from testimony.services.consent.consents import Consents
from testimony.services.consent.documents import Wish
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.consent.recipients import Given
from testimony.services.link import last_sync
from testimony.services.opening import compartments
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.station.station import Station

KNOWN_FOR: Final = timedelta(days=7)
"""How old this desk's knowledge of withdrawals may be."""
STOPPED: Final = frozenset({ConsentState.ERASED})


def ask(
    station: Station,
    reader: Reader,
    stands: Consents,
    annexes: AnnexIndex,
    key: Key,
    circumstances: Mapping[str, Any],
    *,
    life_months: int | None,
    agreed: bool,
    day: date,
) -> str | None:
    """Record that the witness was asked about `key`, and the answer. Returns None, or the guard that made it a no.

    `circumstances` are those of the consent compartment. After a yes, the parts that it opens are granted to their new
    readers. Raises `ConsentActRefused` before anything is recorded, `StationKeyless`.
    """
    if reader.role is not Role.LAWYER:
        raise ConsentActRefused("role")
    with station.database.reading() as session:
        _require_current(session, annexes, day)
        _require_free(session, stands, key)
    hindered = consents.hindrance(circumstances, key.purpose) if agreed else None
    asked = _event(Act.ASK, key, stands.seen, day, life_months)
    act = Act.GRANT if agreed and hindered is None else Act.REFUSE
    answered = _event(act, key, [*stands.seen, asked.id], day, life_months, hindered)
    given: list[Given] = []
    if act is Act.GRANT:
        _require_needed(stands, answered, asked)
        with station.database.reading() as session:
            given = list(_granted(station, session, reader, stands, [asked, answered], day))
    more = {
        "circumstances": dict(circumstances),
        **(recipients.describe_heads(station.chain.latest, given) if given else {}),
    }
    record, items = consent_acts.seal_said(
        station.chain.latest, reader, stands.tid, [asked, answered], day=day, more=more
    )
    consent_acts.keep(
        station, reader, [*items, *recipients.carried(given)], [("said", record.id), *recipients.logged(given)], day
    )
    return hindered


def by_document(
    station: Station, reader: Reader, stands: Consents, annexes: AnnexIndex, wish: Wish, *, day: date
) -> None:
    """Record that a document allows uses of an account from elsewhere, and seal the document to the lawyers.

    Their new readers get the parts, as after a yes of the witness. All of it is stored or nothing. Raises
    `ConsentDocumentRefused`, `ConsentActRefused`, `NotEnoughLawyers`, `TestimonyUnknown`, `StoreFull`,
    `StationKeyless`.
    """
    documents.require_usable(reader, stands, wish, day)
    with station.database.reading() as session:
        _require_current(session, annexes, day)
        for offer in wish.uses:
            _require_free(session, stands, offer.key)
            if offer.key in stands.usable:
                raise ConsentActRefused("granted")
    said = [_event(Act.GRANT, one.key, stands.seen, day, one.life_months) for one in wish.uses]
    for event in said:
        _require_needed(stands, event, *said)
    with station.database.reading() as session:
        documents.require_never_asked(station, session, reader, annexes, stands.tid, day=day)
        given = list(_granted(station, session, reader, stands, said, day))
    named, document = documents.seal(station, reader, stands.tid, wish, day=day)
    more = {
        FIELD: named.to_value(),
        **(recipients.describe_heads(station.chain.latest, given) if given else {}),
    }
    record, items = consent_acts.seal_said(station.chain.latest, reader, stands.tid, said, day=day, more=more)
    consent_acts.keep(
        station,
        reader,
        [*document, *items, *recipients.carried(given)],
        [("said", named.annex), ("said", record.id), *recipients.logged(given)],
        day,
    )


def is_current(session: Session, day: date) -> bool:
    """Whether central was reached within the last seven days."""
    last = last_sync.last(session)
    return last is not None and day - last <= KNOWN_FOR


def _require_current(session: Session, annexes: AnnexIndex, day: date) -> None:
    """Require recent contact with central. A refusal that has not arrived would void the yes everywhere, after somebody
    had read in vain.
    """
    if not is_current(session, day) or annexes.closed("incomplete"):
        raise ConsentActRefused("unseen")


def _require_free(session: Session, stands: Consents, key: Key) -> None:
    if not record_queries.is_served(session, stands.tid):
        raise ConsentActRefused("gone")
    if stands.lines is None:
        raise ConsentActRefused("unreadable")
    standing = consent_fold.states(stands.counted.events, stands.at).get(key)
    if standing is not None and (standing.on_hold or standing.state in STOPPED):
        raise ConsentActRefused("held")
    if not stands.may_be_asked(key):
        raise ConsentActRefused("granted")


def _require_needed(stands: Consents, answer: ConsentEvent, *new: ConsentEvent) -> None:
    """Raise unless `answer` would count: what it needs is valid, and no event on everything holds it back."""
    usable = consent_fold.usable({*stands.counted.events, answer, *new}, stands.at)
    if not any(answer.purpose == key.purpose and answer.recipient == key.recipient for key in usable):
        raise ConsentActRefused("needed")


def _granted(
    station: Station, session: Session, reader: Reader, stands: Consents, new: list[ConsentEvent], day: date
) -> Iterator[Given]:
    """A head for each part and audience that may now open it and could not before. The policy limits both."""
    roster = station.chain.latest
    record = next(one for one in record_queries.records_about(session, stands.tid) if one.kind == "manifest")
    manifest = compartments.parsed(record)
    before = consent_compartments.narrow(scope_reduction.kept(stands.counted.events, stands.at), roster.policy)
    after = consent_compartments.narrow(scope_reduction.kept({*stands.counted.events, *new}, stands.at), roster.policy)
    consent_compartments.require_enough_lawyers(after, len(roster.recipients("lawyers")))
    if reader.signer is None:
        raise ConsentActRefused("role")
    for entry in manifest.parts:
        name = compartments.compartment_of(entry.part)
        for audience in sorted(after[name] - before[name]):
            granted = grant.grant_part(
                manifest=record.id,
                part=entry.part,
                head=_own_head(station, session, reader, manifest, entry.part),
                key=reader.key,
                recipients=roster.recipients(audience),
                slots=roster.slots[audience],
                day=day.isoformat(),
                signer=reader.signer,
            )
            yield audience, granted


def _own_head(station: Station, session: Session, reader: Reader, manifest: Manifest, part: str) -> bytes:
    """A head of `part` that the reader's key opens. Raises `ConsentActRefused("recovery")` if there is none."""
    names = compartments.head_names(reader, manifest, part, compartments.grants_of(session, manifest.tid))
    head = compartments.own_head(ReadingSession.at(station, session, reader), names)
    if head is None:
        raise ConsentActRefused("recovery")
    return head


def _event(
    act: Act, key: Key, after: list[str], day: date, life_months: int | None, reason: str | None = None
) -> ConsentEvent:
    return ConsentEvent(
        id=os.urandom(16).hex(),
        act=act,
        purpose=Purpose(key.purpose),
        recipient=key.recipient,
        day=day,
        after=frozenset(after),
        life_months=life_months,
        reason=reason,
    )
