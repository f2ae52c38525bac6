"""What became of a testimony, in words for its witness: a pure function over the set of lawyers' acts.

Only lawyers read it, until somebody reads it to the witness or hands it out (docs/casefile.md, "What became of it").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.values import DAY, HASH, ID, TAG, matched

KIND: Final = "feedback"
LONGEST: Final = 1_000
"""Characters: it fits on a slip of paper, and somebody can read it aloud."""


class Act(StrEnum):
    WRITE = "WRITE"
    TOLD = "TOLD"
    """The witness knows it since `day`."""
    STRIKE = "STRIKE"
    """It is wrong, or must not be told."""


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One act. `of`: the manifest's record. `about`: the id of the words that it is about, its own for new ones.

    `lang`: of the words, `und` if nobody said it.
    """

    id: str
    about: str
    of: str
    act: Act
    text: str
    lang: str
    day: date

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Saying:
        """From the content of an annex, `{"kind": "feedback", …}`. Raises `EventUnreadable`."""
        text = value.get("text")
        if not isinstance(text, str) or len(text) > LONGEST:
            raise EventUnreadable("structure")
        try:
            act, day = Act(str(value.get("act"))), date.fromisoformat(matched(value.get("day"), DAY))
        except ValueError as error:
            raise EventUnreadable("structure") from error
        id, about = (matched(value.get(name), ID) for name in ("id", "about"))
        if (act is Act.WRITE) != bool(text.strip()) or (act is Act.WRITE) != (id == about):
            raise EventUnreadable("structure")
        return cls(
            id=id,
            about=about,
            of=matched(value.get("of"), HASH),
            act=act,
            text=text,
            lang=matched(value.get("lang"), TAG),
            day=day,
        )

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(one.to_value()) == one`."""
        return {
            "kind": KIND,
            "id": self.id,
            "about": self.about,
            "of": self.of,
            "act": str(self.act),
            "text": self.text,
            "lang": self.lang,
            "day": self.day.isoformat(),
        }


@dataclass(frozen=True, kw_only=True)
class Signed:
    """An act and who signed it, by the id in the roster."""

    said: Saying
    signer: str


@dataclass(frozen=True, kw_only=True)
class Words:
    """Words for the witness. `told`: the first who told them, and when. `struck`: who took the words back."""

    said: Saying
    signer: str
    told: Signed | None = None
    struck: Signed | None = None


def fold(signed: Iterable[Signed]) -> tuple[list[Words], int]:
    """The words of one testimony, the newest first, and how many acts count for nothing: two different ones of one id,
    and those about words that are not here.

    The same in whatever order they came.
    """
    numbered: dict[str, set[Signed]] = {}
    for one in signed:
        numbered.setdefault(one.said.id, set()).add(one)
    sound = sorted(
        (next(iter(group)) for group in numbered.values() if len(group) == 1),
        key=lambda one: (one.said.day, one.said.id),
    )
    words = {one.said.id: one for one in sound if one.said.act is Act.WRITE}
    ends = [one for one in sound if one.said.act is not Act.WRITE]
    first: dict[tuple[str, Act], Signed] = {}
    for one in ends:
        first.setdefault((one.said.about, one.said.act), one)
    ignored = sum(len(group) for group in numbered.values() if len(group) > 1)
    ignored += sum(1 for one in ends if one.said.about not in words)
    found = [
        Words(said=one.said, signer=one.signer, told=first.get((id, Act.TOLD)), struck=first.get((id, Act.STRIKE)))
        for id, one in words.items()
    ]
    return sorted(found, key=lambda one: (one.said.day, one.said.id), reverse=True), ignored
