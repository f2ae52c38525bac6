"""That somebody who got a file was told that consent to it has ended: a pure function over the set of lawyers' acts.

Who got what is privileged, so these annexes are sealed to lawyers and recovery alone (docs/casefile.md, "What left").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.values import DAY, ID, matched

KIND: Final = "notice"


class Act(StrEnum):
    TOLD = "TOLD"
    MISTAKE = "MISTAKE"
    """It was recorded by mistake: they were not told."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """`file`: the id of the file in the register. `told`: the day on which they were told. `after`: ids seen of it."""

    id: str
    file: str
    act: Act
    told: date
    day: date
    after: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Notice:
        """From the content of an annex, `{"kind": "notice", …}`. Raises `EventUnreadable`."""
        if not isinstance(value.get("after"), list):
            raise EventUnreadable("structure")
        try:
            act = Act(str(value.get("event")))
            told, day = (date.fromisoformat(matched(value.get(name), DAY)) for name in ("told", "day"))
        except ValueError as error:
            raise EventUnreadable("structure") from error
        return cls(
            id=matched(value.get("id"), ID),
            file=matched(value.get("file"), ID),
            act=act,
            told=told,
            day=day,
            after=frozenset(matched(one, ID) for one in value["after"]),
        )

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(notice.to_value()) == notice`."""
        return {
            "kind": KIND,
            "id": self.id,
            "file": self.file,
            "event": str(self.act),
            "told": self.told.isoformat(),
            "day": self.day.isoformat(),
            "after": sorted(self.after),
        }


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A notice and who signed it, by the id in the roster."""

    notice: Notice
    signer: str


def standing(signed: Iterable[Signed]) -> Signed | None:
    """Of what was said of one file and one testimony: who told them first; None if nobody did.

    A mistake stands until somebody who knew of it says that they were told. Two different acts of one id count for
    nothing. The same in whatever order they came.
    """
    numbered: dict[str, set[Signed]] = {}
    for one in signed:
        numbered.setdefault(one.notice.id, set()).add(one)
    sound = [next(iter(group)) for group in numbered.values() if len(group) == 1]
    mistakes = {one.notice.id for one in sound if one.notice.act is Act.MISTAKE}
    told = [one for one in sound if one.notice.act is Act.TOLD and mistakes <= one.notice.after]
    return min(told, key=lambda one: (one.notice.told, one.notice.id), default=None)
