"""Codes are found by the words of their labels, and what is on no list of the codebook is no code."""

from __future__ import annotations

import pytest

from testimony.questionnaire.codebook import Codebook
from testimony.services.inbox import code_labels


def test_a_code_is_found_by_a_part_of_its_label_in_the_language_of_the_page() -> None:
    assert {("i_from", "HRV"), ("i_to", "HRV")} <= code_labels.containing("croatia", "en")
    assert ("i_from", "ESP") in code_labels.containing("espagne", "fr")
    assert ("i_from", "ESP") not in code_labels.containing("espagne", "en")
    assert ("v_acts", "dog") in code_labels.containing("dog attack", "en")
    assert code_labels.containing("no label says this", "en") == frozenset()


def test_another_form_of_a_word_finds_a_code_only_where_no_label_has_the_word() -> None:
    assert ("v_acts", "beat") in code_labels.containing("beaten", "en")
    assert code_labels.containing("beater", "en") == code_labels.containing("beaten", "en")
    assert code_labels.containing("unbeaten", "en") == frozenset(), "a word begins like it"
    assert code_labels.containing("beats", "en") == frozenset(), "too short to cut"


def test_a_family_that_shares_its_code_with_an_act_has_its_own_words_where_families_are_meant() -> None:
    assert code_labels.label("v_acts", "undress", "en") == "Forced to undress"
    assert code_labels.label("v_acts", "undress", "en", coarse=True) == "Undressing or body search"
    assert code_labels.label("v_acts", "beat", "en", coarse=True), "an act of no such family"
    assert ("v_acts", "undress") not in code_labels.containing("body search", "en")
    assert ("v_acts", "undress") in code_labels.containing("forced to undress", "en")
    codes = code_labels.codes("v_acts")
    assert len(codes) == len(set(codes))


def test_only_codes_of_the_codebook_are_kept() -> None:
    answers = {
        "w_nat": {"value": "SYR"},
        "w_gender": {"value": "a name that a phone sealed here"},
        "x_actors": {"value": ["police", "somebody by name"]},
        "w_age": {"missing": "ref"},
        "no_field": {"value": "SYR"},
    }
    found = code_labels.codes_of(answers)
    assert found == {("w_nat", "SYR"), ("x_actors", "police")}
    assert code_labels.codes_of("no answers") == frozenset()


def test_a_number_is_kept_as_its_band_and_found_by_no_search() -> None:
    answers = {"g_size": {"value": 7}, "g_men": {"value": 0}, "d_dead": {"value": "c1to5"}, "g_women": {"value": True}}
    assert code_labels.codes_of(answers) == {("g_size", "s6to10"), ("g_men", "c0"), ("d_dead", "c1to5")}
    assert code_labels.codes_of({"g_size": {"value": -1}, "w_age": {"value": 7}}) == frozenset()
    assert not [name for name, _code in code_labels.containing("6-10", "en") if name == "g_size"]


@pytest.mark.parametrize("lang", ["en", "ar", "fr"])
def test_every_code_that_is_kept_has_words(lang: str) -> None:
    for name in code_labels.fields():
        assert code_labels.codes(name), name
        for code in code_labels.codes(name):
            assert code_labels.codes_of({name: {"value": code}}) == {(name, code)}
            assert code_labels.label(name, code, lang), (name, code)
    assert code_labels.label("v_acts", "force_body", "en"), "a family, as coordinators get it"


def test_no_field_of_who_the_witness_is_or_of_their_words_has_codes() -> None:
    kept = {Codebook.load().fields[name].compartment for name in code_labels.fields()}
    assert kept == {"incident"}
