"""A pattern of a form means the same in Python and in a browser, and no text makes it slow."""

from __future__ import annotations

import re
import time

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


@pytest.mark.parametrize(
    "text",
    [
        "a?" * 30 + "a" * 30,
        "a{0,20}" * 20 + "b",
        "(a|a)" * 30 + "b",
        "(a|aa){100}",
        "(a|a)*",
        "(ab?)+",
        ".{0,15}" * 12,
    ],
)
def test_a_text_that_can_be_read_in_many_ways_never_stops_a_phone(text: str) -> None:
    with pytest.raises(ValueError, match="too many ways"):
        patterns.plain(text)


@pytest.mark.parametrize(
    "text",
    [
        ".*.*.*b",
        r"(\+|00)?[0-9][0-9 -]{6,18}",
        "([0-9][ -]?){9}",
        "([a-z]|é)+",
        "(red|green|blue)(, (red|green|blue)){0,5}",
        "[A-Z][a-z]+( [A-Z][a-z]+)?",
        "[AB]?[0-9]{2}[a-f]?[xyz]?",
    ],
)
def test_what_forms_ask_for_is_taken_and_ends_soon(text: str) -> None:
    one = re.compile(patterns.plain(text))
    began = time.process_time()
    assert one.fullmatch("a1" * 100 + "!") is None
    assert one.fullmatch("a" * 200 + "!") is None
    assert time.process_time() - began < 2


@pytest.mark.parametrize("text", ["[z-a]", "a{5,2}"])
def test_what_no_language_compiles_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(ValueError, match="the pattern is wrong"):
        patterns.plain(text)
