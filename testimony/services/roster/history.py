"""List past readers and keys from earlier rosters: readers who left, and keys that were replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from testimony import canonical
from testimony.domain.roles import AUDIENCE_OF, Audience, Role
from testimony.sealing.age.recipients import Recipient
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.roster.roster import ACTIVE, Roster

READ: Final = frozenset({Role.LAWYER, Role.COORDINATOR})
"""Those who read at desks. Nobody holds the recovery key."""


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A reader's opening key. `name`: its hash, which does not identify a person. `rosters`: those in which it was
    active.
    """

    name: str
    id: str
    role: Role
    recipient: Recipient
    rosters: tuple[Roster, ...]

    @property
    def audience(self) -> Audience:
        return AUDIENCE_OF[self.role]


@dataclass(frozen=True, kw_only=True)
class Leaver:
    """A key that the roster in force does not have. `no`, `day`: of the first roster without it."""

    id: str
    role: Role
    no: int
    day: str
    replaced: bool


def holders(chain: RosterChain) -> list[Holder]:
    """Every opening key of a lawyer or coordinator that was ever active, in the order of their first roster."""
    found: dict[str, Holder] = {}
    for roster in reversed(chain.rosters):
        for person in roster.people:
            if person.status != ACTIVE or person.recipient is None or person.role not in READ:
                continue
            name = name_of(person.recipient)
            before = found[name].rosters if name in found else ()
            found[name] = Holder(
                name=name,
                id=person.id,
                role=Role(person.role),
                recipient=person.recipient,
                rosters=(*before, roster),
            )
    return list(found.values())


def leavers(chain: RosterChain) -> list[Leaver]:
    """Keys that are no longer active, the most recently ended first."""
    active = {person.id for person in chain.latest.people if person.status == ACTIVE}
    found = []
    for one in holders(chain):
        last = one.rosters[-1]
        after = next((roster for roster in reversed(chain.rosters) if roster.no > last.no), None)
        if after is not None:
            ended = Leaver(id=one.id, role=one.role, no=after.no, day=after.issued, replaced=one.id in active)
            found.append(ended)
    return sorted(found, key=lambda one: one.no, reverse=True)


def name_of(recipient: Recipient) -> str:
    """The hash of the public half, 64 hex; it may be used in a URL."""
    return canonical.sha256_hex(recipient.text.encode())
