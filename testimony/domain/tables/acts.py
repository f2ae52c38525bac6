"""What coordinators say about published tables, in the form in which it is sealed to coordinators alone.

Nothing is overwritten: a secret needs the shares of two people, a plan or numbers the word of a second one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from testimony.domain import parts
from testimony.domain.errors import EventUnreadable
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.domain.values import DAY, HASH, ID, listed, matched, number
from testimony.errors import NotCanonical

KIND: Final = "tables"
VERSION: Final = "testimony/1/tables"
MOST_MEMBERS: Final = 2_000_000
MOST_GENERATIONS: Final = 1000
MOST_ENTRIES: Final = 10**9


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
    """What NUMBERS holds. `members`: of the accounts that are counted, the first half of their records' names.

    `until`: the entry of central's log (which log, position) up to which all was counted, accounts that are held back
    too; None where an earlier version wrote it.
    """

    published: Published
    members: frozenset[str]
    until: tuple[int, int] | None = None


def member(manifest: str) -> str:
    """How an account is called in `Contents`."""
    return manifest[:32]


def pack(contents: Contents) -> tuple[list[str], str]:
    """The texts of the parts, and the SHA-256 of what they hold together."""
    until = {} if contents.until is None else {"until": list(contents.until)}
    return parts.pack({"published": contents.published.to_value(), "members": sorted(contents.members), **until})


def unpack(texts: Sequence[str], sha256: str) -> Contents:
    """What `pack` was given. Raises `EventUnreadable`."""
    value = parts.unpack(texts, sha256)
    if value.keys() - {"until"} != {"published", "members"}:
        raise EventUnreadable("structure")
    members = listed(value["members"], ID, most=MOST_MEMBERS)
    until = _place(value["until"]) if "until" in value else None
    return Contents(published=Published.parse(value["published"]), members=frozenset(members), until=until)


def _place(value: Any) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise EventUnreadable("structure")
    log, position = (number(one, most=MOST_ENTRIES) for one in value)
    return log, position


def _hash(value: Any) -> str:
    return matched(value, HASH)


def _plan(value: Any) -> dict[str, Any]:
    return Plan.parse(value).to_value()


FORMS: Final[Mapping[Act, Mapping[str, Callable[[Any], Any]]]] = {
    Act.SECRET: {
        "generation": lambda value: number(value, 1, MOST_GENERATIONS),
        "share": _hash,
        "reason": lambda value: Reason(value),
    },
    Act.PLAN: {"plan": _plan},
    Act.NUMBERS: {
        "generation": lambda value: number(value, 1, MOST_GENERATIONS),
        "parts": lambda value: listed(value, HASH, least=1, most=parts.MOST_PARTS),
        "sha256": _hash,
    },
    Act.AGREE: {"about": _hash},
    Act.PART: {"text": parts.text_of},
}
"""What an act says beside `kind`, `v`, `act` and `day`: these names and no others, or it cannot be read."""
