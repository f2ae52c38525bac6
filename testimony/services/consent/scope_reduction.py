"""Find the heads of a testimony that nobody may keep after part of its consent was withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from testimony.domain.consent import compartments as consent_compartments
from testimony.domain.consent import fold as consent_fold
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.fold import ConsentState
from testimony.domain.roles import Audience
from testimony.sealing.age import age
from testimony.sealing.errors import CannotOpen
from testimony.sealing.records.records import SignedRecord
from testimony.services.consent import recipients
from testimony.services.consent.consents import Consents
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.opening import compartments
from testimony.services.opening.compartments import compartment_of
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.station.station import Station

Lost = set[tuple[str, Audience]]
"""(part, audience) pairs."""
TAKING: Final = frozenset({Act.WITHDRAW, Act.ERASE})
"""What takes from readers who keep no other use the heads that open a part, once it counts."""


def heads_to_take(station: Station, reader: Reader, stands: Consents, event: ConsentEvent) -> list[str]:
    """Ascending names of the heads of audiences that no purpose keeps once `event` counts, granted ones included.

    A use that is on hold keeps its readers, since a hold may be lifted. A second signature turns the hold of a proposal
    into the proposal itself, which has the same id. Raises `ConsentActRefused` if the testimony is gone.
    """
    events = stands.counted.events
    after = {event, *(one for one in events if one.id != event.id)}
    with station.database.reading() as session:
        return sorted(_between(station, session, reader, stands, events, after))


def heads_left(station: Station, session: Session, reader: Reader, stands: Consents) -> list[str]:
    """Ascending names of the heads that no purpose keeps after others took uses, and that no withdrawal names.

    Heads of a withdrawal that two roles contested stay, whatever is withdrawn. While an annex stays closed here, a
    later yes may be in it, so granted heads are left alone. Raises `ConsentActRefused` if the testimony is gone.
    """
    events = stands.counted.events
    before = {event for event in events if event.act not in TAKING}
    records = record_queries.records_about(session, stands.tid)
    left = _named(records)
    if any(map(stands.annexes.closed, ("incomplete", "not_for_you"))):
        left |= {str(one.value["head"]) for one in records if one.kind == "grant"}
    return sorted(_between(station, session, reader, stands, before, events) - left)


def _between(
    station: Station,
    session: Session,
    reader: Reader,
    stands: Consents,
    before: Iterable[ConsentEvent],
    after: Iterable[ConsentEvent],
) -> set[str]:
    """The heads of audiences that may read by `before` and not by `after`."""
    had, have = kept(before, stands.at), kept(after, stands.at)
    records = record_queries.records_about(session, stands.tid)
    manifest = next((compartments.parsed(one) for one in records if one.kind == "manifest"), None)
    if manifest is None:
        raise ConsentActRefused("gone")
    lost: Lost = {
        (entry.part, audience)
        for entry in manifest.parts
        for audience in had[compartment_of(entry.part)] - have[compartment_of(entry.part)]
        if audience != Audience.RECOVERY
    }
    own = {entry.heads[to] for entry in manifest.parts for to in entry.heads if (entry.part, Audience(to)) in lost}
    told = recipients.known(stands.annexes)
    grants = [one for one in records if one.kind == "grant"] if lost else []
    return own | {str(one.value["head"]) for one in grants if _is_lost(station, session, reader, one, lost, told)}


def _named(records: Iterable[SignedRecord]) -> set[str]:
    scopes = (one.value["scope"] for one in records if one.kind == "withdraw")
    return {str(name) for scope in scopes if not isinstance(scope, str) for name in scope}


def kept(events: Iterable[ConsentEvent], at: date) -> consent_compartments.Readers:
    """Who may open which compartment, by everything agreed to at `at`, on hold or not."""
    standing = consent_fold.states(events, at).items()
    return consent_compartments.readers(key.purpose for key, one in standing if one.state is ConsentState.GRANTED)


def _is_lost(
    station: Station, session: Session, reader: Reader, grant: SignedRecord, lost: Lost, told: recipients.Known
) -> bool:
    """Whether the head that a grant added is for an audience that lost the part.

    Its signer named the audience. If that is not known, the head is ours if our key opens it, and another's if not.
    """
    losing = {audience for part, audience in lost if part == grant.value["part"]}
    if to := recipients.recipient_of(grant, told):
        return to.audience in losing
    head = record_queries.read_head(station, session, str(grant.value["head"]))
    try:
        ours = head is not None and bool(age.open_head(head, reader.key))
    except CannotOpen:
        ours = False
    return reader.audience in losing if ours else bool(losing - {reader.audience})
