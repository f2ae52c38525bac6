"""Times and sizes in words: rough, whole numbers, with the plural of the language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask_babel import force_locale

from testimony.domain.testimony.languages import INTERVIEWERS
from testimony.web.text import quantities
from tests.support.web.browser import Browser

TIMES = [
    (0, "less than a minute"),
    (59, "less than a minute"),
    (61, "about 1 minute"),
    (100, "about 2 minutes"),
    (26 * 60, "about 30 minutes"),
    (55 * 60, "about 45 minutes"),
    (61 * 60, "about 1 hour"),
    (2.2 * 3600, "about 2 hours"),
    (9 * 3600, "about 8 hours"),
    (30 * 3600, "about 1 day"),
    (6 * 86400, "about 5 days"),
    (100 * 86400, "more than a month"),
]
SIZES = [
    (0, "0 kB"), (1, "1 kB"), (12_345, "13 kB"), (1_260_000, "1.3 MB"), (47_600_000, "48 MB"), (2_100_000_000, "2.1 GB")
]  # fmt: skip


@pytest.fixture
def in_language(browser: Callable[..., Browser]) -> Callable[[str, Callable[[], str]], str]:
    app = browser("field").app

    def said(lang: str, words: Callable[[], str]) -> str:
        with app.test_request_context("/"), force_locale(lang):
            return words()

    return said


def test_times_and_sizes_are_round(in_language: Callable[[str, Callable[[], str]], str]) -> None:
    assert [in_language("en", lambda s=s: quantities.about(s)) for s, _ in TIMES] == [words for _, words in TIMES]  # type: ignore[misc]
    assert [in_language("en", lambda n=n: quantities.amount(n)) for n, _ in SIZES] == [words for _, words in SIZES]  # type: ignore[misc]


def test_every_language_has_its_plurals(in_language: Callable[[str, Callable[[], str]], str]) -> None:
    """Arabic has a dual and two more: one form would be wrong in three of four cases."""
    arabic = [in_language("ar", lambda h=h: quantities.about(h * 3600)) for h in (1, 2, 3, 18)]  # type: ignore[misc]
    assert len({"".join(c for c in words if not c.isdigit()) for words in arabic}) == 4
    for lang in INTERVIEWERS:
        if lang != "en":
            assert in_language(lang, lambda: quantities.about(7200)) != "about 2 hours"
