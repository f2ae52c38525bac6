"""Lawyers' acts about incidents and persons, in the form in which they are sealed (docs/incidents.md).

Coordinators read these acts, because releases count persons and incidents. So an act can hold only random ids, codes
and numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.values import DAY, ID, matched

KIND = "linking"
MOST_EVENTS = 64  # in one annex
MOST_PEOPLE = 100_000
MOST_SEEN = 4096
NOWHERE = "0" * 32
"""What an annex is about that concerns no single testimony."""


class Act(StrEnum):
    TELLS = "TELLS"  # the testimony tells of the incident
    NOT = "NOT"  # it does not
    PERSON = "PERSON"  # it was told by the person; by nobody that is known
    DIFFERENT = "DIFFERENT"  # it and another one were looked at beside each other, and tell of different events
    MERGE = "MERGE"  # two incidents are one
    SPLIT = "SPLIT"  # a merge is taken back
    COUNT = "COUNT"  # so many people, of one sort, were in the incident


class People(StrEnum):
    """Whom an incident counts, in the order in which a page shows them."""

    RETURNED = "returned"
    INJURED = "injured"
    DEAD = "dead"
    MISSING = "missing"
    CHILDREN = "children"


ABOUT_TESTIMONY: Final = frozenset({Act.TELLS, Act.NOT, Act.PERSON, Act.DIFFERENT})
KEYS: Final[Mapping[Act, frozenset[str]]] = {
    Act.TELLS: frozenset({"incident"}),
    Act.NOT: frozenset({"incident"}),
    Act.PERSON: frozenset({"person"}),
    Act.DIFFERENT: frozenset({"other"}),
    Act.MERGE: frozenset({"incident", "other"}),
    Act.SPLIT: frozenset({"merge"}),
    Act.COUNT: frozenset({"incident", "people", "low", "high", "on"}),
}
"""What an act says beside `event`, `id`, `day` and `after`: these keys and no others, or it cannot be read."""


@dataclass(frozen=True, kw_only=True)
class LinkEvent:
    """One act. `to`: the incident, the person ("": nobody known), the other testimony, or the merge that is taken back.

    `other`: the second incident of a merge. `people`, `low`, `high`, `on`: of a count; `low` and `high` are both None
    where nothing is said any more; `on` are the testimonies that it rests on. `after`: ids its desk had seen.
    """

    id: str
    act: Act
    to: str
    day: date
    other: str = ""
    people: People | None = None
    low: int | None = None
    high: int | None = None
    on: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, value: Any) -> LinkEvent:
        """Raises `EventUnreadable`."""
        if not isinstance(value, Mapping):
            raise EventUnreadable("structure")
        try:
            act, day = Act(str(value.get("event"))), date.fromisoformat(matched(value.get("day"), DAY))
            if value.keys() != {"event", "id", "day", "after"} | KEYS[act]:
                raise EventUnreadable("structure")
            name, after = matched(value["id"], ID), _ids(value["after"])
            return cls(id=name, act=act, day=day, after=after, **_own(act, value))
        except ValueError as error:
            raise EventUnreadable("structure") from error

    def to_value(self) -> dict[str, Any]:
        """The JSON form; `parse(event.to_value()) == event`."""
        everything = {
            "incident": self.to,
            "person": self.to,
            "merge": self.to,
            "other": self.other or self.to,
            "people": str(self.people),
            "low": self.low,
            "high": self.high,
            "on": sorted(self.on),
        }
        own = {name: everything[name] for name in KEYS[self.act]}
        shared = {"event": str(self.act), "id": self.id, "day": self.day.isoformat(), "after": sorted(self.after)}
        return shared | own


def events_of(content: Any) -> tuple[LinkEvent, ...]:
    """From the content of an annex, `{"kind": "linking", "events": [...]}`. Raises `EventUnreadable`."""
    if not isinstance(content, Mapping) or content.keys() != {"kind", "events"}:
        raise EventUnreadable("structure")
    events = content["events"]
    if not isinstance(events, list) or not 0 < len(events) <= MOST_EVENTS:
        raise EventUnreadable("structure")
    return tuple(map(LinkEvent.parse, events))


def content_of(events: Iterable[LinkEvent]) -> dict[str, Any]:
    """The content of an annex that says `events`."""
    return {"kind": KIND, "events": [event.to_value() for event in events]}


def _own(act: Act, value: Mapping[str, Any]) -> dict[str, Any]:
    match act:
        case Act.TELLS | Act.NOT:
            return {"to": matched(value["incident"], ID)}
        case Act.PERSON:
            return {"to": "" if value["person"] == "" else matched(value["person"], ID)}
        case Act.DIFFERENT:
            return {"to": matched(value["other"], ID)}
        case Act.SPLIT:
            return {"to": matched(value["merge"], ID)}
        case Act.MERGE:
            one, other = matched(value["incident"], ID), matched(value["other"], ID)
            if one == other:
                raise EventUnreadable("structure")
            return {"to": one, "other": other}
        case _:
            return {
                "to": matched(value["incident"], ID),
                "people": People(value["people"]),
                "on": _ids(value["on"]),
                **_range(value["low"], value["high"]),
            }


def _range(low: Any, high: Any) -> dict[str, int | None]:
    if low is None and high is None:
        return {"low": None, "high": None}
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in (low, high)):
        raise EventUnreadable("structure")
    if not 0 <= low <= high <= MOST_PEOPLE:
        raise EventUnreadable("structure")
    return {"low": low, "high": high}


def _ids(value: Any) -> frozenset[str]:
    if not isinstance(value, list) or len(value) > MOST_SEEN:
        raise EventUnreadable("after")
    return frozenset(matched(one, ID) for one in value)
