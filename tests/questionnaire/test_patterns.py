"""A pattern of a form means the same in Python and in a browser, and no text makes it slow."""

from __future__ import annotations

import re

import pytest

from testimony.questionnaire import patterns


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (r"^[0-9]{9}$", "[0-9]{9}"),
        (r"\d{2}-\d{2}", "[0-9]{2}-[0-9]{2}"),
        (r"^(07|08)\d{8}$", "(?:07|08)[0-9]{8}"),
        (r"[\w.+-]+@[\w-]+\.[a-z]{2,}", r"[A-Za-z0-9_\.\+-]+@[A-Za-z0-9_-]+\.[a-z]{2,}"),
        (r"\S+\s?", "[^ \t\n\r]+[ \t\n\r]?"),
        ("a.c/", "a[^\n\r\u2028\u2029]c\\/"),
    ],
)
def test_what_forms_write_becomes_a_pattern_of_both_languages(written: str, plain: str) -> None:
    assert patterns.plain(written) == plain
    assert patterns.plain(plain) == plain
    re.compile(plain)


@pytest.mark.parametrize(
    "text",
    [
        "(a+)+",
        "(a{2,5}){3}",
        "(?=a)",
        r"(a)\1",
        "[",
        "(",
        "a**",
        "a{5000}",
        "x" * 400,
        "[[:alpha:]]",
        r"\p{L}",
        "a*" * 9,
    ],
)
def test_what_could_run_long_or_differ_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        patterns.plain(text)
