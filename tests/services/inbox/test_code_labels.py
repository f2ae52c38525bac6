"""Codes are found by the words of their labels, and what is on no list of the codebook is no code."""

from __future__ import annotations

from testimony.services.inbox import code_labels


def test_a_code_is_found_by_a_part_of_its_label_in_the_language_of_the_page() -> None:
    assert ("iso3", "HRV") in code_labels.containing("croatia", "en")
    assert ("iso3", "HRV") in code_labels.containing("croatie", "fr")
    assert ("iso3", "HRV") not in code_labels.containing("croatie", "en")
    assert code_labels.containing("no label says this", "en") == frozenset()


def test_only_codes_of_the_codebook_are_kept() -> None:
    answers = {
        "w_nat": {"value": "SYR"},
        "w_gender": {"value": "a name that a phone sealed here"},
        "x_actors": {"value": ["police", "somebody by name"]},
        "w_age": {"missing": "ref"},
        "no_field": {"value": "SYR"},
    }
    found = code_labels.codes_of(answers)
    assert ("iso3", "SYR") in found
    assert {code for _, code in found} == {"SYR", "police"}
    assert code_labels.codes_of("no answers") == frozenset()
