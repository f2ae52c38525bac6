"""Two spellings of a word are found by either, in every script that witnesses write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.domain.testimony.search_terms import folded, place, terms


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Élève à l’école", "eleve a l'ecole"),
        ("İstanbul IŞIK", "istanbul ışık"),
        ("الرِّسَالَةُ كُتِبَت", "الرساله كتبت"),
        ("أخذوا إلى الآن", "اخذوا الى الان"),
        ("كتابي", "کتابی"),  # Arabic and Persian letters
        ("می‌خواهم", "میخواهم"),  # without the joiner
        ("کۆمەڵ", "کۆمهڵ"),
        ("الساعة ١٢ و۳۴", "الساعه 12 و34"),
        ("২০২৬", "2026"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("naïve\nmany   blanks", "naive many blanks"),
        ("Straße", "STRASSE"),
    ],
)
def test_what_was_written_is_found_by_what_is_typed(written: str, asked: str) -> None:
    assert folded(asked) in folded(written)


@pytest.mark.parametrize(("one", "other"), [("কি", "কা"), ("मा", "मि"), ("ሰላም", "ሰላማ"), ("کرد", "گرد")])
def test_what_are_other_words_in_a_script_stay_so(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_a_question_is_words_and_phrases() -> None:
    assert terms('  River "go back"  river «die Grenze» ') == ("river", "go back", "die grenze")
    assert terms(' "" ') == ()


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing_more_and_every_word_is_found_where_it_stands(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    for word in text.split():
        if folded(word):
            found = place(text, folded(word))
            assert found is not None
            assert folded(word) in folded(text[found[0] : found[1]])


def test_the_place_is_of_the_original_not_of_its_folded_form() -> None:
    text = "قال: «ارجِعوا  إلى» البيت"
    start, end = place(text, folded("ارجعوا الى")) or (0, 0)
    assert text[start:end] == "«ارجِعوا  إلى»"
    assert place(text, "nowhere") is None
