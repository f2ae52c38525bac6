"""The words of a release's codes, one by one as a reader sees them."""

from __future__ import annotations

import pytest

from testimony.publication.text import vocabulary
from testimony.publication.text.phrases import Words

EN = Words("en")


@pytest.mark.parametrize(
    ("attribute", "label", "said"),
    [
        ("date", "2024", "2024"),
        ("date", "2024-01..2024-12", "2024"),
        ("date", "2022-01..2024-12", "2022–2024"),
        ("date", "2024-05", "May 2024"),
        ("date", "2024-04..2024-06", "April – June 2024"),
        ("date", "2024-01..2024-06", "January – June 2024"),
        ("date", "2024-07..2024-12", "July – December 2024"),
        ("place", "GRC-TUR", "Greece to Türkiye"),
        ("place", "GRC-TUR:all", "Greece to Türkiye"),
        ("place", "GRC-TUR:nowhere", "Greece to Türkiye (nowhere)"),
        ("place", "GRC-TUR:evros", "Greece to Türkiye, Evros"),
        ("nat", "AFG", "Afghanistan"),
        ("nat", "m002", "Africa"),
        ("age", "child", "Child (under 18)"),
        ("age", "a18to24", "18-24"),
        ("age", "a18to34", "18–34"),
        ("size", "s2to10", "2–10"),
        ("size", "s1", "1"),
        ("prev", "one", "1"),
        ("prev", "more", "≥ 2"),
        ("gender", "f", "Woman/girl"),
        ("weather", "cold", "cold"),
        ("weather", "one", "one"),
        ("nat", "missing", "not known, not said or not asked"),
        ("age", "any", "not told apart"),
    ],
)
def test_a_label_is_said_as_a_person_reads_it(attribute: str, label: str, said: str) -> None:
    assert vocabulary.label_word(attribute, label, EN) == said


def test_what_this_version_does_not_know_keeps_its_own_name() -> None:
    assert (vocabulary.mark_word("deaths", EN), vocabulary.mark_word("zzz", EN)) == ("Somebody died", "zzz")
    assert (vocabulary.level_word("month", EN), vocabulary.level_word("zzz", EN)) == ("month", "zzz")
    assert (vocabulary.attribute_word("age", EN), vocabulary.attribute_word("zzz", EN)) == ("Age band", "zzz")
    known = vocabulary.mark_of("deaths")
    assert known is not None
    assert known.id == "deaths"
    assert vocabulary.mark_of("zzz") is None


def test_why_no_number_is_said_differs_for_counts_that_are_not_shown() -> None:
    assert vocabulary.unsaid(True, EN) == "not shown"
    assert vocabulary.unsaid(False, EN) == "fewer than three in each line, or nobody"


@pytest.mark.parametrize(
    ("hundredths", "said"), [(1234, "12.34%"), (1200, "12%"), (1250, "12.5%"), (0, "0%"), (5, "0.05%"), (99, "0.99%")]
)
def test_a_share_has_as_many_digits_as_it_needs(hundredths: int, said: str) -> None:
    assert EN.share(hundredths) == said
    assert Words("fr").share(hundredths) == said.replace(".", ",").replace("%", "\u202f%")


def test_sentences_take_their_values_and_months_count_from_one() -> None:
    assert (EN.say("%(number)s of ten", number=3), EN.say("100 %")) == ("3 of ten", "100 %")
    assert [EN.month(number) for number in (1, 12)] == ["January", "December"]
    assert (EN.region("zzz"), EN.option("iso3", "zzz")) == ("zzz", "zzz")
