"""Find out what a witness's consent of one day lets a reader open.

A part opens to the readers that the standing purposes give it to, as it was sealed to them (docs/consent.md, "Purposes
become readers"). A purpose on hold still counts: a hold stops uses, and somebody has to read what it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from testimony.domain.consent import compartments as consent_compartments
from testimony.domain.consent.compartments import COMPARTMENTS
from testimony.domain.consent.fold import ConsentState
from testimony.domain.consent.purposes import Purpose, effective
from testimony.domain.roles import Audience
from testimony.questionnaire.codebook import Codebook
from testimony.sealing.errors import CannotOpen
from testimony.sealing.records.records import SignedRecord
from testimony.services.consent import consents
from testimony.services.consent.consents import Consents
from testimony.services.opening import compartments
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.compartments import Compartment
from testimony.services.opening.errors import ENDED, NOT_AGREED, UNREAD
from testimony.services.opening.permission import Permission
from testimony.services.opening.reading_session import ReadingSession

MEDIA: Final = {"voice": Purpose.VOICE, "picture": Purpose.PHOTOGRAPH, "file": Purpose.PHOTOGRAPH}
"""The purpose that each kind of media needs beside those of its compartment."""
_ALWAYS: Final = "consent"  # what says whether the rest may be opened


@dataclass(frozen=True, kw_only=True)
class Consented:
    """The consent of one testimony on one day. `held`: its part as it was opened; `permission`: what it lets open."""

    held: Compartment
    stands: Consents
    permission: Permission


def permission(stands: Consents, audience: Audience, held: Compartment) -> Permission:
    """What `audience` may open on the day of `stands`, where `held` is the consent as it was opened. If it cannot be
    read, nothing else opens."""
    if stands.standings is None:
        return nothing(held)
    states = [(key.purpose, one.state) for key, one in stands.standings.items()]
    today = _open_to(audience, (purpose for purpose, state in states if state is ConsentState.GRANTED))
    lasting = (ConsentState.GRANTED, ConsentState.EXPIRED)
    once = _open_to(audience, (purpose for purpose, state in states if state in lasting))
    wanted = (*_names(), *MEDIA)
    return Permission(
        closed={name: ENDED if name in once else NOT_AGREED for name in wanted if name not in today},
        rough=audience is Audience.COORDINATORS and stands.rough_facts,
        fields=Codebook.load().coded if audience is Audience.COORDINATORS else None,
    )


def opens(stands: Consents, audience: Audience, name: str) -> bool:
    """Whether `audience` may open the compartment `name` on the day of `stands`."""
    granted = (key.purpose for key, one in (stands.standings or {}).items() if one.state is ConsentState.GRANTED)
    return name in _open_to(audience, granted)


def nothing(held: Compartment) -> Permission:
    """What may be opened where the consent, `held`, cannot be read."""
    reason = UNREAD if held.closed in (None, "altered") else held.closed
    return Permission(closed=dict.fromkeys((*_names(), *MEDIA), reason))


def permission_for(reading: ReadingSession, record: SignedRecord, *, annexes: AnnexIndex, at: date) -> Permission:
    """What the reader may open of the testimony `record` at `at`. Parameters and errors as `read_consent`."""
    return read_consent(reading, record, annexes=annexes, at=at).permission


def read_consent(reading: ReadingSession, record: SignedRecord, *, annexes: AnnexIndex, at: date) -> Consented:
    """The consent of the testimony `record` at `at`, and what the reader may open by it. `annexes`: refreshed before.

    Raises `CannotOpen("altered")`.
    """
    grants = compartments.grants_of(reading.session, str(record.value["tid"]))
    held = compartments.open_consent(reading, record, grants)
    day = reading.day(str(record.value["tid"]), at)
    stands = consents.consents_of(reading.chain, reading.session, record, held, annexes=annexes, at=day)
    return Consented(held=held, stands=stands, permission=permission(stands, reading.reader.audience, held))


def open_part(
    reading: ReadingSession,
    record: SignedRecord,
    part: str,
    *,
    annexes: AnnexIndex,
    at: date,
    counting: bool = False,
) -> Compartment:
    """Open one part of the testimony `record` as far as its consent at `at` allows. `annexes`: refreshed before;
    `counting`: see `Permission.to_count`.
    """
    try:
        allowed = permission_for(reading, record, annexes=annexes, at=at)
    except CannotOpen as refusal:
        return Compartment(part=part, closed=refusal.reason)
    grants = compartments.grants_of(reading.session, str(record.value["tid"]))
    allowed = allowed.to_count if counting else allowed
    return compartments.open_compartment(reading, record, part, grants, permission=allowed)


def _names() -> Iterator[str]:
    return (name for name in COMPARTMENTS if name != _ALWAYS)


def _open_to(audience: Audience, purposes: Iterable[Purpose]) -> frozenset[str]:
    """The compartments and kinds of media that `audience` reads while `purposes` stand."""
    standing = effective(purposes)
    readers = consent_compartments.readers(standing)
    opened = frozenset(name for name in COMPARTMENTS if audience in readers[name])
    return opened | {kind for kind, purpose in MEDIA.items() if purpose in standing and "media" in opened}
