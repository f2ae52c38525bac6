"""The contents of a batch in the ledger: its classes, their members' pseudonyms and who waits; split to fit annexes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from testimony.domain import parts
from testimony.domain.errors import EventUnreadable
from testimony.domain.ledger.acts import MOST_RECIPIENTS, RECIPIENT
from testimony.domain.values import ID, listed, matched, number

MOST: Final = 2_000_000
ANY_INCIDENT: Final = "0" * 32
"""In place of an incident's pseudonym: the incident is unidentified and counts as none."""


@dataclass(frozen=True, kw_only=True)
class ClassMembers:
    """One frozen class. `members`, `persons`, `incidents`: pseudonyms, of each member one, in the order of members.

    `ANY_INCIDENT` stands among `incidents` where nobody knows which one a member tells of.
    """

    id: str
    tier: int
    labels: tuple[str, ...]
    recipients: tuple[str, ...]
    members: tuple[str, ...]
    persons: tuple[str, ...]
    incidents: tuple[str, ...]

    @property
    def n(self) -> int:
        return len(self.members)

    def own_id(self, batch: str) -> str:
        """The id that docs/anonymity.md ("A batch") gives a class of these labels in `batch`."""
        said = json.dumps([batch, list(self.recipients), self.tier, list(self.labels)], separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()[:32]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """`classes` in order of their ids, and the pseudonyms of the members that found none.

    `revoked`: ids of earlier classes of which somebody has withdrawn, as the files of this batch tell it: whoever makes
    them anew may have heard of more since. `ended`: the same for one recipient alone, as (class id, recipient).
    """

    classes: tuple[ClassMembers, ...]
    waiting: tuple[str, ...]
    revoked: tuple[str, ...] = ()
    ended: tuple[tuple[str, str], ...] = ()


def pack(contents: Contents) -> tuple[list[str], str]:
    """The texts of the parts, and the SHA-256 of what they hold together."""
    return parts.pack(_value(contents))


def unpack(texts: Sequence[str], sha256: str) -> Contents:
    """What `pack` was given. Raises `EventUnreadable`."""
    return _contents(parts.unpack(texts, sha256))


def _value(contents: Contents) -> dict[str, Any]:
    classes = [
        {
            "id": one.id,
            "tier": one.tier,
            "labels": list(one.labels),
            "recipients": list(one.recipients),
            "members": list(one.members),
            "persons": list(one.persons),
            "incidents": list(one.incidents),
        }
        for one in contents.classes
    ]
    ended = {"ended": [list(one) for one in contents.ended]} if contents.ended else {}
    return {"classes": classes, "waiting": list(contents.waiting), "revoked": list(contents.revoked), **ended}


def _contents(value: Mapping[str, Any]) -> Contents:
    if value.keys() - {"ended"} != {"classes", "waiting", "revoked"} or not isinstance(value["classes"], list):
        raise EventUnreadable("structure")
    waiting = listed(value["waiting"], ID, most=MOST)
    revoked = listed(value["revoked"], ID, most=MOST)
    ended = _ended(value["ended"]) if "ended" in value else ()
    return Contents(classes=tuple(map(_class, value["classes"])), waiting=waiting, revoked=revoked, ended=ended)


def _ended(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST:
        raise EventUnreadable("structure")
    if not all(isinstance(one, list) and len(one) == 2 for one in value):
        raise EventUnreadable("structure")
    return tuple((matched(class_id, ID), matched(recipient, RECIPIENT)) for class_id, recipient in value)


def _class(value: Any) -> ClassMembers:
    names = {"id", "tier", "labels", "recipients", "members", "persons", "incidents"}
    if not isinstance(value, dict) or value.keys() != names or not isinstance(value["labels"], list):
        raise EventUnreadable("structure")
    if not 0 < len(value["labels"]) <= 64 or not all(isinstance(one, str) for one in value["labels"]):
        raise EventUnreadable("structure")
    members = listed(value["members"], ID, least=1, most=MOST)
    return ClassMembers(
        id=matched(value["id"], ID),
        tier=number(value["tier"], 0, 63),
        labels=tuple(value["labels"]),
        recipients=listed(value["recipients"], RECIPIENT, least=1, most=MOST_RECIPIENTS),
        members=members,
        persons=_beside(members, value["persons"]),
        incidents=_beside(members, value["incidents"]),
    )


def _beside(members: Sequence[str], value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) != len(members):
        raise EventUnreadable("structure")
    return tuple(matched(one, ID) for one in value)
