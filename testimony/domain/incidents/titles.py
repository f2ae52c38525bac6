"""Working titles of incidents: free text that only lawyers read, kept apart from what coordinators see."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.values import DAY, ID, matched

KIND = "incident-title"
LONGEST = 120  # characters
UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
JOINERS: Final = "\u200c\u200d"  # letters of several scripts hang on them, and they turn nothing round


@dataclass(frozen=True, kw_only=True)
class Title:
    """`text`: one line, "" where the title was taken away. `after`: ids of the titles that its desk had seen."""

    id: str
    incident: str
    text: str
    day: date
    after: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Title:
        """Raises `EventUnreadable`."""
        text, after = value.get("text"), value.get("after")
        if not isinstance(text, str) or len(text) > LONGEST or not isinstance(after, list):
            raise EventUnreadable("structure")
        try:
            day = date.fromisoformat(matched(value.get("day"), DAY))
        except ValueError as error:
            raise EventUnreadable("day") from error
        return cls(
            id=matched(value.get("id"), ID),
            incident=matched(value.get("incident"), ID),
            text=one_line(text),
            day=day,
            after=frozenset(matched(one, ID) for one in after),
        )

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(title.to_value()) == title`."""
        return {
            "kind": KIND,
            "id": self.id,
            "incident": self.incident,
            "text": self.text,
            "day": self.day.isoformat(),
            "after": sorted(self.after),
        }


def one_line(text: str) -> str:
    """`text` without signs that nobody sees or that turn others round; blanks are one blank."""
    bare = (" " if sign.isspace() else sign for sign in text)
    return " ".join("".join(one for one in bare if one in JOINERS or unicodedata.category(one) not in UNSEEN).split())


def current(titles: Iterable[Title]) -> list[Title]:
    """Per incident, the titles that no later one had seen, by incident and id: two where desks did not know of each
    other. Two different ones of one id count for nothing."""
    numbered: dict[str, set[Title]] = {}
    for one in titles:
        numbered.setdefault(one.id, set()).add(one)
    sound = [one for group in numbered.values() if len(group) == 1 for one in group]
    seen = {(one.incident, each) for one in sound for each in one.after if each != one.id}
    found = [one for one in sound if (one.incident, one.id) not in seen and one.text]
    return sorted(found, key=lambda one: (one.incident, one.id))
