"""A story for the public: what a witness told, without names and places, and what lawyers said about it.

The text is bound to its testimony and opens no longer than it. Approvals and recalls hold no word of it, so the list of
what was published stays when the testimony is destroyed (docs/stories.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from testimony import canonical
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.errors import EventUnreadable
from testimony.domain.stories import coded
from testimony.domain.stories.coded import AUTHORITIES, Coded, Losses
from testimony.domain.values import DAY, HASH, ID, matched, number

KIND: Final = "story"
USE: Final = Key(Purpose.NARRATIVE, "public")
VERSION: Final = "testimony/1/story"
LANG: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
MONTH: Final = re.compile(r"(?:[0-9]{4}(?:-[0-9]{2})?)?", re.ASCII)
BORDER: Final = re.compile(r"(?:[A-Z]{3}-[A-Z]{3}:[A-Za-z0-9_-]{1,40})?", re.ASCII)
LONGEST_TITLE: Final = 120
LONGEST_TEXT: Final = 100_000
MOST_PEOPLE: Final = 10_000


class Act(StrEnum):
    PROPOSE = "PROPOSE"
    APPROVE = "APPROVE"
    RECALL = "RECALL"


@dataclass(frozen=True, kw_only=True)
class Story:
    """`of`: the record of its testimony. `month`: "2026-03", "2026" or "". `border`: a part of one, "…:all" or "".

    `people`: how many the story tells of; None if it does not say. `answers`: what it says in codes.
    `losses`: how many dead and missing people it tells of; nothing where it does not say.
    """

    id: str
    of: str
    lang: str
    title: str
    month: str
    border: str
    people: int | None
    answers: Coded
    losses: Losses
    paragraphs: tuple[str, ...]

    @classmethod
    def parse(cls, value: Any) -> Story:
        """Raises `EventUnreadable`."""
        if not isinstance(value, Mapping) or set(value) != set(cls.__dataclass_fields__):
            raise EventUnreadable("structure")
        people = value["people"]
        return cls(
            id=matched(value["id"], ID),
            of=matched(value["of"], HASH),
            lang=matched(value["lang"], LANG),
            title=_text(value["title"], LONGEST_TITLE),
            month=matched(value["month"], MONTH),
            border=matched(value["border"], BORDER),
            people=None if people is None else number(people, 1, MOST_PEOPLE),
            answers=coded.parse(value["answers"]),
            losses=coded.parse_losses(value["losses"], most=MOST_PEOPLE),
            paragraphs=_paragraphs(value["paragraphs"]),
        )

    def to_value(self) -> dict[str, Any]:
        """`Story.parse(one.to_value()) == one`."""
        value = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return value | {
            "answers": coded.to_value(self.answers),
            "losses": dict(self.losses),
            "paragraphs": list(self.paragraphs),
        }

    @property
    def authorities(self) -> Sequence[str]:
        """Codes of the list "actor"."""
        return self.answers.get(AUTHORITIES, ())

    @property
    def digest(self) -> str:
        """Names every word of it: an approval is for this text and no other."""
        return canonical.sha256_hex(canonical.encode(self.to_value()))


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a lawyer said. `story`: the text, of a proposal alone. `id`, `digest`: of the story that it is about."""

    act: Act
    id: str
    digest: str
    day: date
    story: Story | None = None

    @classmethod
    def proposing(cls, story: Story, day: date) -> Entry:
        return cls(act=Act.PROPOSE, id=story.id, digest=story.digest, day=day, story=story)

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Entry:
        """From the content of an annex, `{"kind": "story", …}`. Raises `EventUnreadable`."""
        try:
            act = Act(str(value.get("event")))
            day = date.fromisoformat(matched(value.get("day"), DAY))
        except ValueError as error:
            raise EventUnreadable("structure") from error
        if act is Act.PROPOSE:
            return cls.proposing(Story.parse(value.get("story")), day)
        return cls(act=act, id=matched(value.get("id"), ID), digest=matched(value.get("digest"), HASH), day=day)

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(one.to_value()) == one`."""
        said: dict[str, Any] = {"kind": KIND, "event": str(self.act), "day": self.day.isoformat()}
        if self.story is not None:
            return said | {"story": self.story.to_value()}
        return said | {"id": self.id, "digest": self.digest}


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise EventUnreadable("structure")
    return value


def _paragraphs(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not value:
        raise EventUnreadable("structure")
    found = tuple(_text(one, LONGEST_TEXT) for one in value)
    if sum(map(len, found)) > LONGEST_TEXT:
        raise EventUnreadable("structure")
    return found
