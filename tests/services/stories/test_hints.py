"""What the program marks by itself, and that it says no more than it can know."""

from __future__ import annotations

import pytest

from testimony.services.stories import hints


@pytest.mark.parametrize(
    ("lang", "said", "expected"),
    [
        ("en", "On 3 March we met Nour.", [("date", "3"), ("date", "March"), ("other", "Nour")]),
        ("en", "In 2025, at 14:30, 12 men came.", [("date", "2025"), ("date", "14:30"), ("number", "12")]),
        ("fr", "Nous étions en Serbie le 3 août.", [("place", "Serbie"), ("date", "3"), ("date", "août")]),
        ("de", "Der Mann kam.", []),
        ("ar", "كان معنا 12 شخصاً في مارس", [("number", "12"), ("date", "مارس")]),
        ("en", "They took my shoes.", []),
        ("en", "We slept in Oakford.", [("place", "Oakford")]),
    ],
)
def test_digits_months_countries_and_capitals_are_marked(lang: str, said: str, expected: list[tuple[str, str]]) -> None:
    found = hints.marks([said], lang, names=[], places=["near the mill at Oakford"])
    assert [(str(one.sort), said[one.start : one.end]) for one in found] == expected


def test_a_name_is_marked_wherever_it_stands_and_marks_do_not_overlap() -> None:
    found = hints.marks(["Sam said that Sam Example ran."], "en", names=["Sam Example"], places=[])
    assert [(one.start, one.end) for one in found] == [(0, 3), (14, 25)]
