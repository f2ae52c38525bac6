"""The contents of a batch in the ledger: its classes, their members' pseudonyms and who waits; split to fit annexes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from testimony import canonical
from testimony.domain.errors import EventUnreadable
from testimony.domain.ledger.acts import HEX16, MOST_RECIPIENTS, PART_SIZE, RECIPIENT, listed, matched, number
from testimony.errors import NotCanonical

LARGEST: Final = 128 * 1024 * 1024
"""Bytes unpacked: a million testimonies. More is not unpacked, whatever a part claims."""
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
    data = canonical.encode(_value(contents))
    text = base64.b64encode(zlib.compress(data, 6)).decode()
    return [text[at : at + PART_SIZE] for at in range(0, len(text), PART_SIZE)], canonical.sha256_hex(data)


def unpack(texts: Sequence[str], sha256: str) -> Contents:
    """What `pack` was given. Raises `EventUnreadable`, also for what unpacks to more than `LARGEST`."""
    try:
        packed = zlib.decompressobj()
        data = packed.decompress(base64.b64decode("".join(texts), validate=True), LARGEST)
        if packed.unconsumed_tail or packed.unused_data or not packed.eof or canonical.sha256_hex(data) != sha256:
            raise EventUnreadable("structure")
        return _contents(canonical.decode_object(data))
    except (binascii.Error, ValueError, zlib.error, NotCanonical) as error:
        raise EventUnreadable("structure") from error


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
    waiting = listed(value["waiting"], HEX16, most=MOST)
    revoked = listed(value["revoked"], HEX16, most=MOST)
    ended = _ended(value["ended"]) if "ended" in value else ()
    return Contents(classes=tuple(map(_class, value["classes"])), waiting=waiting, revoked=revoked, ended=ended)


def _ended(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST:
        raise EventUnreadable("structure")
    if not all(isinstance(one, list) and len(one) == 2 for one in value):
        raise EventUnreadable("structure")
    return tuple((matched(class_id, HEX16), matched(recipient, RECIPIENT)) for class_id, recipient in value)


def _class(value: Any) -> ClassMembers:
    names = {"id", "tier", "labels", "recipients", "members", "persons", "incidents"}
    if not isinstance(value, dict) or value.keys() != names or not isinstance(value["labels"], list):
        raise EventUnreadable("structure")
    if not 0 < len(value["labels"]) <= 64 or not all(isinstance(one, str) for one in value["labels"]):
        raise EventUnreadable("structure")
    members = listed(value["members"], HEX16, least=1, most=MOST)
    return ClassMembers(
        id=matched(value["id"], HEX16),
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
    return tuple(matched(one, HEX16) for one in value)
