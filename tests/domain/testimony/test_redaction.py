"""What is burnt out is gone: where it was marked, wherever else it stands, and with nothing that tells its length."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.domain.errors import MarkUnusable
from testimony.domain.testimony.redaction import BAR, Burner, Mark, initials, name_words, words_of


def test_what_is_marked_is_gone_and_its_length_with_it() -> None:
    text = "We saw Karim and Al by the river."
    long, short = Burner().burn(text, [(7, 12)]), Burner().burn(text, [(7, 8), (8, 12)])
    assert long == short == ("We saw ", BAR, " and Al by the river.")


def test_a_word_that_was_marked_once_is_gone_everywhere_whatever_its_case_and_blanks() -> None:
    burner = Burner(words_of(["Karim  Haddad,"]))
    assert burner.words == ("Karim Haddad",)
    assert burner.burn("KARIM\nhaddad came. وكريم") == (BAR, " came. وكريم")
    assert Burner(words_of(["كريم"])).burn("وكريم قال") == ("و", BAR, " قال"), "with what Arabic writes in front of it"


@pytest.mark.parametrize("word", ["a.b+c*", "(((((", "[x-", "Ka\\d+m", "x|y||"])
def test_signs_of_patterns_mean_themselves(word: str) -> None:
    assert Burner((word,)).burn(f"I am {word} and aXbbc, Ka77m, x") == ("I am ", BAR, " and aXbbc, Ka77m, x")


def test_a_short_word_is_not_burnt_out_of_longer_ones() -> None:
    assert Burner(("Ali",)).burn("Ali is no Italian") == (BAR, " is no Italian")


def test_signs_on_a_letter_go_with_it() -> None:
    text = "cafe\u0301 noir"
    assert Burner().burn(text, [(0, 4)]) == (BAR, " noir")
    assert Burner().burn("ক্ষুদ্র শিশু", [(0, 7)]) == (BAR, " শিশু")
    assert Burner().burn("নদীর", [(1, 2)]) == ("ন", BAR, "র")


def test_names_are_shown_by_first_letters_and_looked_for_word_by_word() -> None:
    assert initials("Nour Example") == "N. E."
    assert initials("نور مثال") == "ن. م."
    assert initials("  ") == ""
    assert name_words(["Nour al Example"]) == ("Nour al Example", "Example", "Nour")


@given(st.text(max_size=60), st.integers(0, 60), st.integers(1, 20))
def test_no_letter_of_a_marked_place_is_left_there(text: str, start: int, length: int) -> None:
    end = min(start + length, len(text))
    if start >= end:
        return
    left = Burner().burn(text, [(start, end)])
    assert left.count(BAR) == 1
    before, after = left[: left.index(BAR)], left[left.index(BAR) + 1 :]
    whole = unicodedata.normalize("NFC", text)
    assert whole.startswith("".join(one or "" for one in before))
    assert whole.endswith("".join(one or "" for one in after))
    assert len("".join(one or "" for one in left)) <= len(unicodedata.normalize("NFC", text[:start] + text[end:])) + 2


@pytest.mark.parametrize(
    "value",
    [
        None, {}, [1], [{}], [{"text": "a", "sentence": 0, "start": 3, "end": 3}],
        [{"text": "a", "sentence": -1, "start": 0, "end": 3}], [{"text": 1, "sentence": 0, "start": 0, "end": 3}],
        [{"text": "a", "sentence": 0, "start": 0, "end": True}],
        [{"text": "a", "sentence": 0, "start": 0, "end": 1}] * 2001,
        [{"text": "a", "sentence": 0, "start": 0, "end": 1, "more": 1}],
    ],
)  # fmt: skip
def test_a_mark_that_cannot_be_read_is_never_passed_over(value: Any) -> None:
    with pytest.raises(MarkUnusable):
        Mark.parse_all(value)


def test_marks_are_read() -> None:
    (mark,) = Mark.parse_all([{"text": "said-0", "sentence": 1, "start": 2, "end": 5}])
    assert mark == Mark("said-0", 1, 2, 5)
