"""A word that never ends is shown in blocks, whole, and everything else as it was written."""

from __future__ import annotations

import html
import re

import pytest
from markupsafe import Markup

from testimony.web.text.pieces import LONGEST, MOST_MARKS, pieces

BLOCK = re.compile(r'<span class="piece">(.*?)</span>', re.DOTALL)
ENDLESS = ["ه" * 90_000, "x" * (LONGEST + 1), "a" + "\u0301" * 5000, "<b>&amp;" * 1000]


@pytest.mark.parametrize("word", ENDLESS, ids=lambda word: word[:4])
def test_a_word_that_never_ends_stands_in_short_blocks_and_nothing_is_added_or_lost(word: str) -> None:
    text = f"Before that\n{word} and <after>"
    shown = pieces(text)
    assert isinstance(shown, Markup)
    blocks = [html.unescape(block) for block in BLOCK.findall(str(shown))]
    assert "".join(blocks) == word
    assert max(map(len, blocks)) <= LONGEST + MOST_MARKS
    assert html.unescape(BLOCK.sub(r"\1", str(shown))) == text


def test_a_mark_stays_with_its_letter() -> None:
    first, second = BLOCK.findall(str(pieces("x" * LONGEST + "\u0301\u0302" + "y" * 10)))
    assert first.endswith("x\u0301\u0302")
    assert second == "y" * 10


@pytest.mark.parametrize("text", ["", "short <b>", "x" * LONGEST, "word " * 90_000, None, 7])
def test_other_texts_stay_as_they_are(text: object) -> None:
    assert pieces(text) is text
