"""List the people and devices of the roster: since when, until when, with which key, and what needs attention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy.orm import Session

from testimony import canonical
from testimony.sealing.age.recipients import Recipient
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.records.signatures import PublicKey, labelled
from testimony.sealing.roster.roster import ACTIVE, AUDIENCE_OF, Device, Person, Roster
from testimony.services.accounts.draft_shares import LOST
from testimony.services.monitoring import heartbeats
from testimony.services.monitoring.attention import SOON

if TYPE_CHECKING:
    from testimony.station.station import Station

LABEL: Final = "testimony/1/entry"
State = Literal["ended", "soon", "good", "lost", "revoked"]
GRAVEST_FIRST: Final[tuple[State, ...]] = ("ended", "soon", "good", "lost", "revoked")
ROLES: Final = ("lawyer", "coordinator", "recovery", "interviewer", "central", "node", "phone")


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    """One entry of the roster in force. `words`: of its keys. `since`: the first day of this key without a break.

    `until`: the last day of the roster; for an inactive entry the day on which that roster was signed. `certificate`:
    the last day of a field node's certificate for phones, as it reported it, if that ends soon.
    """

    id: str
    role: str
    person: bool
    state: State
    words: str
    since: str
    until: str
    certificate: str = ""

    @property
    def active(self) -> bool:
        return self.state in {"ended", "soon", "good"}

    @property
    def reads(self) -> bool:
        return self.role in AUDIENCE_OF


def enrolled(station: Station, session: Session, *, today: str) -> list[Enrolled]:
    """All entries of the roster in force: first those that need action, then readers, others, stations, phones."""
    rosters = station.chain.rosters[::-1]
    entries: tuple[Person | Device, ...] = (*rosters[-1].people, *rosters[-1].devices)
    found = [_line(rosters, one, session, today) for one in entries]
    return sorted(found, key=lambda one: (GRAVEST_FIRST.index(one.state), ROLES.index(one.role), one.id))


def ending(station: Station, *, today: str) -> list[str]:
    """Ids of the people and devices whose keys end with the roster, if it ends within a month or before `today`; else
    none.
    """
    latest = station.chain.latest
    if _left(latest.expires, today) >= SOON.days:
        return []
    entries: tuple[Person | Device, ...] = (*latest.people, *latest.devices)
    return [one.id for one in entries if one.status == ACTIVE]


def words_of(keys: Sequence[PublicKey], recipient: Recipient | None) -> str:
    """Six words for the keys of one entry, the same everywhere: docs/proposal-format.md."""
    value = {"keys": [key.describe() for key in keys], "age": recipient.text if recipient else None}
    return fingerprint_words(canonical.sha256_hex(labelled(LABEL, canonical.encode(value))))


def _line(rosters: Sequence[Roster], one: Person | Device, session: Session, today: str) -> Enrolled:
    person = isinstance(one, Person)
    latest, certificate = rosters[-1], ""
    if isinstance(one, Device) and one.kind == "node" and one.status == ACTIVE:
        certificate = _certificate(session, one, today)
    return Enrolled(
        id=one.id,
        role=one.role if isinstance(one, Person) else one.kind,
        person=person,
        state=_state(one, latest, today, certificate),
        words=words_of(one.keys, one.recipient if isinstance(one, Person) else None),
        since=_since(rosters, one),
        until=latest.expires if one.status == ACTIVE else _ended(rosters, one),
        certificate=certificate,
    )


def _state(one: Person | Device, roster: Roster, today: str, certificate: str) -> State:
    if one.status != ACTIVE:
        return "lost" if one.status == LOST else "revoked"
    if roster.expired(today):
        return "ended"
    return "soon" if certificate or _left(roster.expires, today) < SOON.days else "good"


def _since(rosters: Sequence[Roster], one: Person | Device) -> str:
    """The day of the first roster since which these keys were in it without a break, active or not."""
    since = rosters[-1].issued
    for roster in reversed(rosters):
        if not any(held.keys == one.keys and held.id == one.id for held in _entries(roster, one)):
            break
        since = roster.issued
    return since


def _ended(rosters: Sequence[Roster], one: Person | Device) -> str:
    ended = rosters[-1].issued
    for roster in reversed(rosters):
        if any(held.id == one.id and held.status == ACTIVE for held in _entries(roster, one)):
            break
        ended = roster.issued
    return ended


def _entries(roster: Roster, one: Person | Device) -> Sequence[Person | Device]:
    return roster.people if isinstance(one, Person) else roster.devices


def _certificate(session: Session, node: Device, today: str) -> str:
    """Its last day if a month or less is left."""
    heard = [one for key in node.keys if (one := heartbeats.heard(session, key.kid)) is not None]
    until = max((one.until for one in heard), default="")
    try:
        return until if until and _left(until, today) < SOON.days else ""
    except ValueError:
        return ""  # the node reported an invalid date


def _left(last: str, today: str) -> int:
    """Days from `today` to `last`, negative after it."""
    return (date.fromisoformat(last) - date.fromisoformat(today)).days
