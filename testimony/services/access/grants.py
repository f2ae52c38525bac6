"""Grant access to colleagues and to the recovery key, within audiences that may already read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from testimony.domain.consent.compartments import LEAST_LAWYERS
from testimony.domain.errors import NotEnoughLawyers
from testimony.domain.roles import Audience, Role
from testimony.sealing.age.recipients import Recipient
from testimony.sealing.roster.chain import Person
from testimony.sealing.roster.roster import ACTIVE
from testimony.sealing.statements import grant
from testimony.sealing.testimony.annex import PART
from testimony.services.access import gaps
from testimony.services.access.gaps import Gap
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import late_grants, recipients
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.consent.recipients import Given
from testimony.services.opening.annexes import NOWHERE, AnnexIndex
from testimony.services.opening.reader import DESK_ROLES, Reader
from testimony.station.station import Station

LET_IN: Final = DESK_ROLES | {Role.RECOVERY}
"""A new recovery key is in no head that was sealed before it either."""
MOST: Final = 200
"""Heads made by one press of a button: a few seconds."""


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """An active reader, or the recovery key, and how much they cannot open that this reader can: testimonies, and
    annexes about others.
    """

    id: str
    role: Role
    testimonies: int
    annexes: int


def colleagues(station: Station, session: Session, reader: Reader, index: AnnexIndex, *, at: date) -> list[Colleague]:
    """Every other active reader, and the recovery key, in roster order. `index`: refreshed before."""
    lacking: dict[Recipient, list[Gap]] = defaultdict(list)
    for gap in gaps.gaps(station, session, reader, index, at=at):
        for recipient in gap.lacking:
            lacking[recipient].append(gap)
    return [
        _colleague(person, lacking[person.recipient])
        for person in station.chain.latest.people
        if person.status == ACTIVE and person.recipient and person.id != reader.id and person.role in LET_IN
    ]


def close(station: Station, reader: Reader, chosen: Iterable[Gap], day: date) -> int:
    """Make a head for each of these gaps, and name the recipients in one annex. Returns how many. Raises
    `StationKeyless`.
    """
    given = [_seal_grant(station, reader, gap, day) for gap in chosen]
    if given:
        _keep(station, reader, given, day)
    return len(given)


def require_may(station: Station, reader: Reader) -> None:
    """Raise `ConsentActRefused("role")` for anybody but a lawyer, or `NotEnoughLawyers`."""
    if reader.role is not Role.LAWYER:
        raise ConsentActRefused("role")
    if len(station.chain.recipients(Audience.LAWYERS)) < LEAST_LAWYERS:
        raise NotEnoughLawyers


def require_all_seen(session: Session, index: AnnexIndex, day: date) -> None:
    """Require that every withdrawal is known here before anybody else reads. Raises `ConsentActRefused`."""
    if not late_grants.is_current(session, day) or index.closed("incomplete"):
        raise ConsentActRefused("unseen")
    if index.closed("not_for_you"):
        raise ConsentActRefused("closed")


def _seal_grant(station: Station, reader: Reader, gap: Gap, day: date) -> Given:
    roster = station.chain.latest
    granted = grant.grant_part(
        manifest=gap.record,
        part=gap.part,
        head=gap.head,
        key=reader.key,
        recipients=roster.recipients(gap.audience),
        slots=roster.slots[gap.audience],
        day=day.isoformat(),
        signer=consent_acts.signer_of(reader),
    )
    return gap.audience, granted


def _keep(station: Station, reader: Reader, given: list[Given], day: date) -> None:
    content = {"kind": recipients.KIND, **recipients.describe_heads(station.chain.latest, given)}
    record, items = consent_acts.seal_content(station.chain.latest, reader, NOWHERE, content, day=day)
    items += recipients.carried(given)
    consent_acts.keep(station, reader, items, [("said", record.id), *recipients.logged(given)], day)


def _colleague(person: Person, lacking: list[Gap]) -> Colleague:
    return Colleague(
        id=person.id,
        role=Role(person.role),
        testimonies=len({gap.tid for gap in lacking if gap.part != PART}),
        annexes=len({gap.record for gap in lacking if gap.part == PART}),
    )
