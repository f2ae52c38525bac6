"""Central's pages for tests: the station behind them, and browsers of people who are signed in with a role."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from testimony.station.station import Station
from tests.support.web.accounts import hold
from tests.support.web.browser import Browser


@pytest.fixture(autouse=True)
def passwords_are_quick(quick_passwords: None) -> None:
    """Nobody guesses any here."""


@pytest.fixture
def central(opened: Callable[[str], Station]) -> Station:
    return opened("central")


@pytest.fixture
def signed_in(browser: Callable[..., Browser]) -> Callable[..., Browser]:
    """A function that gives a browser in which somebody with a role is signed in."""
    first = browser("central", started=False)

    def make(role: str, name: str = "") -> Browser:
        one = Browser(first.app, "central")
        hold(one, role, name)
        return one

    return make
