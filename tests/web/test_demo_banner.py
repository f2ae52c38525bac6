"""In a demonstration every page of every station says that it is one: nobody should tell it anything real."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.web.browser import Browser
from tests.support.web.routes import ROLES, routes

BANNER = "Demonstration, not for real testimony"
HARMLESS = "/interview/en/list"  # what the quick exit shows: a page that must not look like ours
PIECES = {"/interview/en/cards", "/interview/en/lists", "/interview/en/practice", "/en/releases/picture"}
"""Taken into a page, which has the banner."""


@pytest.mark.parametrize("role", ROLES)
def test_every_page_says_that_it_is_a_demonstration(role: str, browser: Callable[..., Browser]) -> None:
    one = browser(role)
    station = one.app.extensions["testimony.station"]
    station.settings = replace(station.settings, demonstration=True)
    addresses = {address for method, address, _ in routes(one.app) if method == "GET"} | {"/en/nowhere"}
    pages = {address: one.get(address) for address in sorted(addresses)}
    shown = {address: page.text for address, page in pages.items() if _is_page(page)}
    assert len(shown) >= 3
    assert {address for address, text in shown.items() if BANNER not in text} <= {HARMLESS, *PIECES}


def _is_page(answer: object) -> bool:
    return answer.content_type.startswith("text/html") and not answer.location  # type: ignore[attr-defined]
