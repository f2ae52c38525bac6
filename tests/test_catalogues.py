"""What every sentence with a day in it keeps: one full stop at its end, and the month in the form of its language."""

from __future__ import annotations

import pytest

from testimony.catalogues import day_inflected, one_stop


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Vrijedi do 18. veljače 2027..", "Vrijedi do 18. veljače 2027."),
        ("Важи до <time>18. фебруара 2027.</time>. Крај.", "Важи до <time>18. фебруара 2027.</time> Крај."),
        ("18. veljače 2027., 14:30 UTC.", "18. veljače 2027., 14:30 UTC."),
        ("Wait 5...", "Wait 5..."),
        ("It ended on 18 February 2027.", "It ended on 18 February 2027."),
    ],
)
def test_a_day_that_ends_with_a_full_stop_ends_its_sentence_too(said: str, written: str) -> None:
    assert one_stop(said) == written


@pytest.mark.parametrize(
    ("lang", "day", "written"),
    [
        ("sr", "18. фебруар 2027.", "18. фебруара 2027."),
        ("sr", "1. мај 2026.", "1. маја 2026."),
        ("sr", "3. октобар 2026.", "3. октобра 2026."),
        ("bs", "18. februar 2027.", "18. februara 2027."),
        ("bs", "7. novembar 2026., 14:30", "7. novembra 2026., 14:30"),
        ("bs", "2. juni 2026.", "2. juna 2026."),
        ("bs", "2. juli 2026.", "2. jula 2026."),
        ("hr", "18. veljače 2027.", "18. veljače 2027."),
        ("de", "18. Februar 2027", "18. Februar 2027"),
    ],
)
def test_a_month_after_its_day_is_in_the_genitive_in_serbian_and_bosnian(lang: str, day: str, written: str) -> None:
    assert day_inflected(day, lang) == written
