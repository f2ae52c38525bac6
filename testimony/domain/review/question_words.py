"""What a lawyer asked an interviewer in their own words, and the answer: two kinds of annexes (docs/questions.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.values import DAY, HASH, matched

KIND: Final = "question-words"
"""Signed by the lawyer who asks: for the lawyers' desks, since the question itself is sealed to the phone."""
ANSWER: Final = "answer-words"
"""Signed by the phone."""
LONGEST_ANSWER: Final = 2_000
"""Characters."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """`question`: the name of the record that asks. `of`: the manifest's record. `day`: YYYY-MM-DD by the writer."""

    question: str
    of: str
    text: str
    day: str

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Words:
        """From the content of an annex of either kind. Raises `EventUnreadable`."""
        text = value.get("text")
        if not isinstance(text, str) or not 0 < len(text) <= LONGEST_ANSWER:
            raise EventUnreadable("structure")
        question, of = (matched(value.get(name), HASH) for name in ("question", "of"))
        return cls(question=question, of=of, text=text, day=matched(value.get("day"), DAY))

    def to_value(self, kind: str) -> dict[str, Any]:
        """The content of its annex; `parse(one.to_value(kind)) == one`."""
        return {"kind": kind, "question": self.question, "of": self.of, "text": self.text, "day": self.day}
