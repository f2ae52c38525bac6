"""Who finds a weakness in an installation is told by it where to write, if its organisation says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from testimony.errors import SettingUnusable
from testimony.settings import Settings
from tests.support.web.browser import NOW, Browser

PATH = "/.well-known/security.txt"
CONTACT = "mailto:security@example.org"


@pytest.mark.parametrize("role", ["field", "central"])
def test_the_organisation_s_own_contact_is_said(role: str, browser: Callable[..., Browser]) -> None:
    one = browser(role, started=False)
    station = one.app.extensions["testimony.station"]
    station.settings = replace(station.settings, security_contact=CONTACT)
    answer = one.get(PATH)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    ends = (NOW + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert answer.text == f"Contact: {CONTACT}\nExpires: {ends}\nPreferred-Languages: en\n"


@pytest.mark.parametrize("role", ["field", "central", "lawyer"])
def test_without_one_nothing_is_said_and_nobody_else_is_named(role: str, browser: Callable[..., Browser]) -> None:
    assert browser(role, started=False).get(PATH).status_code == 404


@pytest.mark.parametrize("given", [CONTACT, "https://example.org/security", "tel:+49-000-000", ""])
def test_what_can_be_asked_is_taken(given: str, tmp_path: Path) -> None:
    Settings(home=tmp_path, role="field", name="node").save()
    assert Settings.load(tmp_path, {"TESTIMONY_SECURITY_CONTACT": given}).security_contact == given


@pytest.mark.parametrize(
    "given",
    [
        "security@example.org",
        "http://example.org/",
        f"{CONTACT}\nContact: mailto:x@example.net",
        "javascript:x",
        "mailto:",
    ],
)
def test_what_is_no_contact_stops_the_start(given: str, tmp_path: Path) -> None:
    Settings(home=tmp_path, role="field", name="node").save()
    with pytest.raises(SettingUnusable):
        Settings.load(tmp_path, {"TESTIMONY_SECURITY_CONTACT": given})
