"""What coordinators say about published tables, in the form in which it is sealed to coordinators alone.

Nothing is overwritten: a secret needs the shares of two people, a plan or numbers the word of a second one.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from testimony import canonical
from testimony.domain.errors import EventUnreadable
from testimony.domain.ledger.acts import HEX16, HEX32, MOST_PARTS, PART_SIZE, listed, matched, number
from testimony.domain.ledger.batch import LARGEST
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.errors import NotCanonical

KIND: Final = "tables"
VERSION: Final = "testimony/1/tables"
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MOST_MEMBERS: Final = 2_000_000
MOST_GENERATIONS: Final = 1000


class Act(StrEnum):
    SECRET = "SECRET"  # noqa: S105 - an act: a share of the secret of the offsets
    PLAN = "PLAN"  # the plan of a year is proposed
    NUMBERS = "NUMBERS"  # the numbers of a period are proposed
    AGREE = "AGREE"  # another person agrees to a plan, or made the same numbers
    PART = "PART"  # a piece of numbers


class Reason(StrEnum):
    """Why there is a new secret."""

    FIRST = "first"
    LOST = "lost"
    STOLEN = "stolen"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One act. `said`: what is told beside the day, by the names of `FORMS`."""

    act: Act
    day: date
    said: Mapping[str, Any]

    @classmethod
    def parse(cls, content: Any) -> Entry:
        """From the content of an annex. Raises `EventUnreadable`."""
        if not isinstance(content, Mapping) or content.get("kind") != KIND or content.get("v") != VERSION:
            raise EventUnreadable("structure")
        try:
            act = Act(str(content.get("act")))
            forms = FORMS[act]
            if content.keys() != {"kind", "v", "act", "day"} | forms.keys():
                raise EventUnreadable("structure")
            said = {name: form(content[name]) for name, form in forms.items()}
            return cls(act=act, day=date.fromisoformat(matched(content["day"], DAY)), said=said)
        except (ValueError, NotCanonical) as error:
            raise EventUnreadable("structure") from error

    def to_value(self) -> dict[str, Any]:
        """The content of the annex; `parse(entry.to_value()) == entry`."""
        return {"kind": KIND, "v": VERSION, "act": str(self.act), "day": self.day.isoformat(), **self.said}


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What NUMBERS holds. `members`: of the accounts that are counted, the first half of their records' names."""

    published: Published
    members: frozenset[str]


def member(manifest: str) -> str:
    """How an account is called in `Contents`."""
    return manifest[:32]


def pack(contents: Contents) -> tuple[list[str], str]:
    """The texts of the parts, and the SHA-256 of what they hold together."""
    value = {"published": contents.published.to_value(), "members": sorted(contents.members)}
    data = canonical.encode(value)
    text = base64.b64encode(zlib.compress(data, 6)).decode()
    return [text[at : at + PART_SIZE] for at in range(0, len(text), PART_SIZE)], canonical.sha256_hex(data)


def unpack(texts: Sequence[str], sha256: str) -> Contents:
    """What `pack` was given. Raises `EventUnreadable`, also for what unpacks to more than `LARGEST`."""
    try:
        packed = zlib.decompressobj()
        data = packed.decompress(base64.b64decode("".join(texts), validate=True), LARGEST)
        if packed.unconsumed_tail or packed.unused_data or not packed.eof or canonical.sha256_hex(data) != sha256:
            raise EventUnreadable("structure")
        value = canonical.decode_object(data)
        if value.keys() != {"published", "members"}:
            raise EventUnreadable("structure")
        members = listed(value["members"], HEX16, most=MOST_MEMBERS)
        return Contents(published=Published.parse(value["published"]), members=frozenset(members))
    except (binascii.Error, ValueError, zlib.error, NotCanonical) as error:
        raise EventUnreadable("structure") from error


def _hex32(value: Any) -> str:
    return matched(value, HEX32)


def _plan(value: Any) -> dict[str, Any]:
    return Plan.parse(value).to_value()


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= PART_SIZE:
        raise EventUnreadable("structure")
    return value


FORMS: Final[Mapping[Act, Mapping[str, Callable[[Any], Any]]]] = {
    Act.SECRET: {
        "generation": lambda value: number(value, 1, MOST_GENERATIONS),
        "share": _hex32,
        "reason": lambda value: Reason(value),
    },
    Act.PLAN: {"plan": _plan},
    Act.NUMBERS: {
        "generation": lambda value: number(value, 1, MOST_GENERATIONS),
        "parts": lambda value: listed(value, HEX32, least=1, most=MOST_PARTS),
        "sha256": _hex32,
    },
    Act.AGREE: {"about": _hex32},
    Act.PART: {"text": _text},
}
"""What an act says beside `kind`, `v`, `act` and `day`: these names and no others, or it cannot be read."""
