"""Words taken out of an account: whole, everywhere, and with nothing that tells how many they were."""

from __future__ import annotations

import pytest

from testimony.domain.errors import MarkUnusable
from testimony.domain.stories.text import Mark, Sort, cut, taken

WORDS = {sort: f"[{sort}]" for sort in Sort}


def redacted(sentences: list[str], marks: list[Mark], names: list[str]) -> list[str]:
    gone = taken(sentences, marks, names)
    return [
        cut(one, gone, [(m.start, m.end, m.sort) for m in marks if m.sentence == at], WORDS)
        for at, one in enumerate(sentences)
    ]


def test_a_longer_word_with_a_name_in_it_goes_whole_and_a_short_name_only_alone() -> None:
    assert redacted(["Near Examplecity, by Ali and an Italian."], [], ["Example", "Ali"]) == [
        "Near [name], by [name] and an Italian."
    ]


def test_words_beside_each_other_become_one_and_what_is_marked_once_goes_everywhere() -> None:
    said = ["On 3 March 2025 we went.", "In MARCH it is cold."]
    marks = [Mark(0, 3, 4, Sort.DATE), Mark(0, 5, 10, Sort.DATE), Mark(0, 11, 15, Sort.DATE)]
    assert redacted(said, marks, []) == ["On [date] we went.", "In [date] it is cold."]


def test_letters_of_other_scripts_go_with_their_signs_and_prefixes() -> None:
    assert redacted(["رأيت وسامي هناك."], [], ["سامي"]) == ["رأيت [name] هناك."]


@pytest.mark.parametrize(
    "value",
    [
        None,
        [{}],
        [{"sentence": 0, "start": 3, "end": 3, "sort": "name"}],
        [{"sentence": 0, "start": 0, "end": 1, "sort": "colour"}],
        [{"sentence": True, "start": 0, "end": 1, "sort": "name"}],
        [{"sentence": 0, "start": 0, "end": 1, "sort": "name", "more": 1}],
    ],
)
def test_a_mark_is_never_passed_over(value: object) -> None:
    with pytest.raises(MarkUnusable):
        Mark.parse_all(value)
