"""The key: unlocked by its passphrase alone, in memory alone, and locked by button, by time and by the roster."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, cast

import pytest
from flask import Flask

from testimony.services.demo import secrets
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening import annexes
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.reader import Reader
from testimony.station.station import Station
from testimony.web.desk.session import key
from testimony.web.desk.session.key import HeldKey
from testimony.web.factory import create_app
from tests.support.services.release.releases import PEOPLE, Centre, refreshed
from tests.support.web.browser import Browser, passphrase_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def reader() -> Reader:
    return cast(Reader, object())


def test_a_wrong_passphrase_is_said_in_the_language_of_the_page(browser: Callable[..., Browser]) -> None:
    one = browser("lawyer", unlocked=False)
    answer = one.post_json("/unlock", {"passphrase": "wrong words"})
    assert answer.status_code == 403
    assert answer.json["code"] == "passphrase.wrong"
    assert (
        answer.json["sentence"]
        == "This passphrase does not open the key. Check the words and try again; nothing was changed."
    )
    assert one.get("/en/").location == "/en/unlock"


def test_a_demonstration_alone_fills_in_the_passphrase_and_unlocks_at_once(
    browser: Callable[..., Browser], opened: Callable[[str], Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, settings = browser("lawyer", unlocked=False), opened("lawyer").settings
    monkeypatch.setitem(secrets.DESKS, settings.home.name, "lawyer-1")
    beside = settings.home.parent / secrets.FILE
    assert not beside.exists()
    beside.write_text("  lawyer-1   six invented words   keys/lawyer-1.key\n", encoding="utf-8")
    try:
        assert "six invented words" not in (real := one.get("/en/unlock?at_once=1").text)
        assert "data-at-once" not in real
        assert "data-invented" not in one.get("/en/start").text
        object.__setattr__(settings, "demonstration", True)
        assert 'value="six invented words"' in (shown := one.get("/en/unlock").text)
        assert "data-at-once" not in shown, "it was locked, and stays so"
        assert 'data-at-once="yes"' in one.get("/en/unlock?at_once=1").text
        assert 'data-invented="/en/unlock?at_once=1"' in one.get("/en/start").text
        monkeypatch.delitem(secrets.DESKS, settings.home.name)
        assert "six invented words" not in (shown := one.get("/en/unlock?at_once=1").text), "no desk of a demonstration"
        assert "data-at-once" not in shown
    finally:
        beside.unlink()


def test_a_key_file_of_another_organisation_is_said(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    from testimony.services.opening.errors import KeyFileForeign

    def foreign(*_: Any) -> None:
        raise KeyFileForeign

    one = browser("lawyer", unlocked=False)
    monkeypatch.setattr(opening_reader, "unlock", foreign)
    answer = one.post_json("/unlock", {"passphrase": "x"})
    assert (answer.status_code, answer.json["code"]) == (403, "keyfile.foreign")


@pytest.mark.parametrize("body", [{}, {"passphrase": 7}, {"passphrase": "x" * 1001}, [], None, "x"])
def test_what_is_not_a_passphrase_is_refused(body: object, browser: Callable[..., Browser]) -> None:
    assert browser("lawyer", unlocked=False).post_json("/unlock", body).status_code == 400


def test_the_passphrase_is_in_no_log_page_or_file(
    browser: Callable[..., Browser],
    organisation: Organisation,
    opened: Callable[[str], Station],
    caplog: pytest.LogCaptureFixture,
) -> None:
    words = passphrase_of(organisation, "lawyer-1")
    with caplog.at_level(logging.DEBUG):
        one = browser("lawyer")
        pages = one.get("/en/").text + one.get("/en/unlock").text
    assert words not in caplog.text + pages
    for path in opened("lawyer").settings.home.rglob("*"):
        assert path.is_dir() or words.encode() not in path.read_bytes()


def test_the_button_locks(browser: Callable[..., Browser]) -> None:
    one = browser("lawyer")
    assert one.get("/en/").status_code == 200
    answer = one.post("/lock", {"lang": "fr"})
    assert (answer.status_code, answer.location) == (303, "/fr/unlock")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert one.get("/en/").location == "/en/unlock"


def test_the_unlock_page_has_no_form_that_a_browser_would_post_and_keep(browser: Callable[..., Browser]) -> None:
    page = browser("lawyer", unlocked=False).get("/en/unlock").text
    assert "<form" not in page
    assert 'name="passphrase"' not in page
    assert 'autocomplete="off"' in page


def test_another_browser_without_the_token_does_not_read_beside_an_unlocked_one(
    app: Callable[[str], Flask], organisation: Organisation
) -> None:
    desk = app("lawyer")
    one, other = Browser(desk, "lawyer"), Browser(desk, "lawyer")
    one.post_json("/start", {"token": desk.config["START_TOKEN"]})
    one.post_json("/unlock", {"passphrase": passphrase_of(organisation, "lawyer-1")})
    assert one.get("/en/").status_code == 200
    assert other.get("/en/").location == "/en/start"


def test_a_reader_whom_the_roster_lost_is_locked_out(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = browser("lawyer")
    monkeypatch.setattr(opening_reader, "still_reads", lambda *_: False)
    assert one.get("/en/").location == "/en/unlock"
    monkeypatch.undo()
    assert one.get("/en/").location == "/en/unlock"


def test_use_keeps_the_key_and_idleness_locks_it(reader: Reader) -> None:
    clock = Clock()
    held = HeldKey(idle=600, clock=clock)
    held.put(reader)
    for _ in range(5):
        clock.now += 599
        assert held.reader() is reader
    clock.now += 600
    assert held.reader() is None


def test_what_a_page_asks_by_itself_keeps_no_desk_open(browser: Callable[..., Browser]) -> None:
    asked = set()
    for person in ("lawyer", "coordinator"):
        one = browser(person)
        held: HeldKey = one.app.extensions["testimony.key"]
        for rule in one.app.url_map.iter_rules():
            if rule.rule.endswith("/state") and "GET" in (rule.methods or ()):
                before = held._used
                asked |= {rule.rule} if one.get(rule.rule).status_code == 200 else set()
                assert (rule.rule, held._used) == (rule.rule, before)
    assert asked >= {"/backup/state", "/colleagues/state", "/counting/state", "/exchange/state", "/imports/state"}
    assert asked >= {"/releases/state", "/stick/state"}


def test_the_key_is_dropped_from_memory_without_any_request(reader: Reader) -> None:
    held = HeldKey(idle=0.05)
    held.put(reader)
    held.opens["x"] = ("coded",)
    deadline = time.monotonic() + 5
    while held._reader is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert held._reader is None
    assert not held.opens


def test_locking_forgets_what_the_key_opened(reader: Reader) -> None:
    held = HeldKey()
    held.put(reader)
    held.opens["x"] = ("coded",)
    held.forget()
    assert held.reader() is None
    assert not held.opens


def test_what_was_said_is_opened_a_little_at_a_time_and_how_far_that_is_is_told(
    at: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annexes, "CHUNK", 10)
    monkeypatch.setattr(key, "AT_ONCE", 0.0)
    one = Browser(create_app(STATION=at[1].station), "coordinator")
    assert one.post_json("/start", {"token": one.app.config["START_TOKEN"]}).status_code == 200
    assert one.post_json("/unlock/read", {}).status_code == 423, "the key is locked"
    assert one.post_json("/unlock", {"passphrase": passphrase_of(at.organisation, "coordinator-1")}).status_code == 200
    told = [one.post_json("/unlock/read", {}).json for _ in range(9)]
    everything = 3 * PEOPLE  # taken into review, and cleared by two
    assert [far["total"] for far in told] == [everything] * 9
    assert [far["read"] for far in told] == [*range(10, everything, 10), everything, everything]
    here = refreshed(at[1])
    assert one.app.extensions["testimony.key"].annexes.everything() == here.everything()
