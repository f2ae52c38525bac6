"""What lawyers may write to a witness, and what counts of it: the same in whatever order it came."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from testimony.domain.errors import EventUnreadable
from testimony.domain.review import feedback
from testimony.domain.review.feedback import LONGEST, Act, Saying, Signed

DAY = date(2026, 1, 20)
WORDS = Saying(id="a" * 32, about="a" * 32, of="b" * 64, act=Act.WRITE, text="It is in court.", lang="en", day=DAY)
TOLD = Saying(id="c" * 32, about=WORDS.id, of="b" * 64, act=Act.TOLD, text="", lang="en", day=DAY)
STRUCK = Saying(id="d" * 32, about=WORDS.id, of="b" * 64, act=Act.STRIKE, text="", lang="en", day=DAY)


@pytest.mark.parametrize("said", [WORDS, TOLD, STRUCK])
def test_what_is_said_is_read_as_it_was_said(said: Saying) -> None:
    assert Saying.parse(said.to_value()) == said


@pytest.mark.parametrize(
    "change",
    [{"text": " "}, {"text": "x" * (LONGEST + 1)}, {"lang": "no language"}, {"act": "SING"}, {"about": "e" * 32},
     {"of": ""}, {"day": "2026-02-30"}, {"text": 7}, {"act": "TOLD"}],
)  # fmt: skip
def test_what_does_not_fit_is_not_read(change: dict[str, Any]) -> None:
    with pytest.raises(EventUnreadable):
        Saying.parse(WORDS.to_value() | change)


def test_who_told_and_who_struck_is_known_in_any_order_and_about_nothing_counts_for_nothing() -> None:
    lost = Saying(**{**vars(TOLD), "id": "e" * 32, "about": "f" * 32})
    for said in permutations([Signed(said=one, signer="lawyer-1") for one in (WORDS, TOLD, STRUCK, lost)]):
        (found,), ignored = feedback.fold(said)
        assert found.told is not None
        assert found.struck is not None
        assert (found.said, found.told.said, found.struck.said, ignored) == (WORDS, TOLD, STRUCK, 1)
    twins = [Signed(said=WORDS, signer=who) for who in ("lawyer-1", "lawyer-2")]
    assert feedback.fold(twins) == ([], 2)
