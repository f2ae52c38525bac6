"""The lawyers' private label of a testimony: a few words by which they recognise it (docs/notes.md, "The label").

The latest label stands, by any lawyer. The earlier ones can still be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.incidents.titles import one_line
from testimony.domain.values import HASH, ID, matched

KIND: Final = "label"
LONGEST: Final = 80  # characters
MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, kw_only=True)
class Label:
    """`text`: one line, "" where the label was taken away. `of`: the manifest's record. `at`: by the desk's clock, in
    UTC. `after`: ids of the labels that its desk had seen.
    """

    id: str
    of: str
    text: str
    at: datetime
    after: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Label:
        """Raises `EventUnreadable`."""
        text, after = value.get("text"), value.get("after")
        if not isinstance(text, str) or len(text) > LONGEST or not isinstance(after, list):
            raise EventUnreadable("structure")
        return cls(
            id=matched(value.get("id"), ID),
            of=matched(value.get("of"), HASH),
            text=one_line(text),
            at=_moment(value.get("at")),
            after=frozenset(matched(one, ID) for one in after),
        )

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(label.to_value()) == label`."""
        return {
            "kind": KIND,
            "id": self.id,
            "of": self.of,
            "text": self.text,
            "at": self.at.strftime(MOMENT),
            "after": sorted(self.after),
        }


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A label and who signed it: the id in the roster."""

    label: Label
    signer: str


def history(signed: Iterable[Signed]) -> list[Signed]:
    """The labels of one testimony, the one that stands last; the same in whatever order they came.

    A label that another one had seen stands before it. Of those that did not know of each other the later one stands.
    Two different ones of one id count for nothing.
    """
    numbered: dict[str, set[Signed]] = {}
    for one in signed:
        numbered.setdefault(one.label.id, set()).add(one)
    sound = [one for group in numbered.values() if len(group) == 1 for one in group]
    seen = {each for one in sound for each in one.label.after if each != one.label.id}
    return sorted(sound, key=lambda one: (one.label.id not in seen, one.label.at, one.label.id))


def _moment(value: Any) -> datetime:
    try:
        return datetime.strptime(value, MOMENT).replace(tzinfo=UTC)
    except (TypeError, ValueError) as error:
        raise EventUnreadable("at") from error
