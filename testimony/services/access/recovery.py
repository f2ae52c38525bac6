"""Use the recovery key at a lawyer's desk: in memory only, together with the lawyer's own key.

Three shares open what is sealed to the recovery key. The lawyer signs every grant and every annex, so only a person of
the roster can give access. The consent of each witness is checked as always: the recovery key opens it and changes
nothing in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from testimony.domain.roles import Audience, Role
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys import recovery_shares
from testimony.sealing.statements import ceremony_record
from testimony.sealing.statements.ceremony_record import Attendance
from testimony.sealing.statements.errors import CeremonyRefused
from testimony.services.access import recovery_heads
from testimony.services.consent import acts as consent_acts
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.reader import Reader
from testimony.services.records.types import Incoming
from testimony.station.station import Station


def open_key(station: Station, texts: Sequence[str]) -> OpeningKey:
    """Combine three typed shares into the recovery key. Raises `ShareRefused`, `CeremonyRefused("foreign")`."""
    shares = [recovery_shares.read_share(text) for text in texts]
    key = OpeningKey(recovery_shares.combine(shares))
    require_known(station, key)
    return key


def require_known(station: Station, key: OpeningKey) -> None:
    """Raise `CeremonyRefused("foreign")` unless some roster names it. An older key still opens what was sealed to
    it.
    """
    owners = (opening_reader.owner(roster, key.recipient) for roster in station.chain.rosters)
    if not any(one is not None and one.role == Role.RECOVERY for one in owners):
        raise CeremonyRefused("foreign")


def reader_with(station: Station, leads: Reader, key: OpeningKey, earlier: Reader | None = None) -> Reader:
    """A reader who opens with the recovery key and signs as the lawyer `leads`. Raises `CeremonyRefused` (role,
    foreign).

    `earlier`: a reader who already uses another recovery key. Annexes are opened with all of these keys, since an older
    recovery key cannot open annexes made after it was replaced, and one of them may hold a refusal.
    """
    if leads.role is not Role.LAWYER or leads.signer is None:
        raise CeremonyRefused("role")
    require_known(station, key)
    others = (replace(earlier, beside=()), *earlier.beside) if earlier else (leads,)
    return replace(leads, audience=Audience.RECOVERY, key=key, beside=others)


def is_in_force(station: Station, key: OpeningKey) -> bool:
    """Whether the roster in force names this key. Nothing is sealed to an older one any more."""
    return key.recipient in station.chain.recipients(Audience.RECOVERY)


def is_ready(station: Station) -> bool:
    """Whether all heads for recovery that this desk knows of are here. Central gives them on a stick."""
    with station.database.reading() as session:
        return not recovery_heads.lacking(session)


def record_act(station: Station, reader: Reader, place: str, people: tuple[tuple[str, str], ...], day: date) -> str:
    """Record who was present, signed by the lawyer who led, stored here and queued for central's log. Returns the
    record's name.

    Raises `CeremonyRefused` (place, people).
    """
    attendance = Attendance(place=place, day=day.isoformat(), people=people)
    attendance.require_whole(recovery_shares.THRESHOLD, at_least=True)
    name, signer = ceremony_record.name_of(reader.key.recipient), consent_acts.signer_of(reader)
    record = ceremony_record.attested(ceremony_record.RECOVERED, attendance, name, signer)
    consent_acts.keep(station, reader, [Incoming("record", record.encode())], [("ceremony", record.id)], day)
    return record.id
