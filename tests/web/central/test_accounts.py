"""Accounts, sessions and acts at central's pages: by whom, of whom, and what is left to others."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from testimony.services.accounts import administrators, sessions
from testimony.station.station import Station
from tests.support.web.accounts import ACTING, session, with_password
from tests.support.web.browser import Browser


def handles(one: Browser) -> list[str]:
    return re.findall(r'data-session="([0-9a-f]{32})"', one.get("/en/sessions").text)


def account_of(central: Station, name: str) -> str:
    with central.database.reading() as db:
        return administrators.id_of(db, name)


def test_the_token_of_the_start_makes_the_first_administrator_and_nobody_after(
    browser: Callable[..., Browser], central: Station
) -> None:
    one = browser("central")
    assert one.post("/en/accounts", {"name": "zoe", "role": "observer"}).status_code == 422
    page = one.post("/en/accounts", {"name": "vera", "role": "administrator"})
    assert (page.status_code, len(re.findall(r"/en/enrol#[A-Za-z0-9_-]{43}<", page.text))) == (200, 1)
    with_password(central, "boris")
    assert one.post("/en/accounts", {"name": "zoe", "role": "administrator"}).status_code == 422


def test_a_link_is_shown_once(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("administrator")
    assert "#" in one.post("/en/accounts", {"name": "zoe", "role": "observer"}).text.split('id="link"')[1]
    assert 'id="link"' not in one.get("/en/accounts").text


def test_an_administrator_changes_resets_and_removes(signed_in: Callable[..., Browser], central: Station) -> None:
    one, other = signed_in("administrator"), signed_in("observer", "zoe")
    account = account_of(central, "zoe")
    assert other.get("/en/").status_code == 200
    assert one.post(f"/accounts/{account}/role", {"role": "registrar"}).status_code == 303
    assert other.get("/en/").location == "/en/start"
    assert one.post(f"/accounts/{account}/role", {"role": "reader"}).status_code == 422
    assert "/en/enrol#" in one.post(f"/en/accounts/{account}/reset").text
    assert one.post(f"/accounts/{account}/remove").status_code == 303
    assert 'data-account="zoe"' not in one.get("/en/accounts").text
    assert one.post(f"/accounts/{account}/remove").status_code == 404
    acts = re.findall(r'data-act="([a-z-]+)"', one.get("/en/acts").text)
    assert acts == ["remove", "reset", "role", "add", "add"]


def test_the_last_administrator_cannot_shut_everybody_out(signed_in: Callable[..., Browser], central: Station) -> None:
    with_password(central, "vera")
    one = signed_in("administrator", "vera")
    account = account_of(central, "vera")
    assert one.post(f"/accounts/{account}/remove").status_code == 422
    assert one.post(f"/accounts/{account}/role", {"role": "observer"}).status_code == 422
    assert one.get("/en/accounts").status_code == 200


@pytest.mark.parametrize("role", ["registrar", "observer"])
def test_one_sees_and_ends_ones_own_sessions_and_no_others(role: str, signed_in: Callable[..., Browser]) -> None:
    """The two accounts have the same role; what belongs to the other is as if it were not there."""
    one, same, other = signed_in(role, "one"), signed_in(role, "one"), signed_in(role, "other")
    assert (len(handles(one)), len(handles(other))) == (2, 1)
    (theirs,) = handles(other)
    assert one.post(f"/sessions/{theirs}/end").status_code == one.post(f"/sessions/{'0' * 32}/end").status_code == 404
    assert other.get("/en/").status_code == 200
    assert one.post("/sessions/end-others").status_code == 303
    assert (same.get("/en/").location, len(handles(one)), other.get("/en/").status_code) == ("/en/start", 1, 200)
    (mine,) = handles(one)
    assert one.post(f"/sessions/{mine}/end").status_code == 303
    assert one.get("/en/").location == "/en/start"


def test_an_administrator_sees_and_ends_everybodys(signed_in: Callable[..., Browser]) -> None:
    one, other = signed_in("administrator"), signed_in("observer")
    (theirs,) = handles(other)
    assert theirs in handles(one)
    assert one.post(f"/sessions/{theirs}/end").status_code == 303
    assert other.get("/en/").location == "/en/start"
    (line,) = re.findall(r'data-act="end">(.*?)</li>', one.get("/en/acts").text, re.S)
    assert re.findall("<bdi>(.*?)</bdi>", line) == ["one-observer", "one-administrator"]


def test_a_handle_opens_nothing(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("administrator")
    (handle,) = handles(one)
    one.client.set_cookie(one.app.session_interface.cookie, handle, domain="localhost", secure=True)
    assert one.get("/en/").location == "/en/start"


def test_who_registers_is_not_signed_in(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("enrolling")
    assert one.get("/en/enrol/ways").status_code == 200
    assert one.get("/en/").status_code == one.get("/en/accounts").status_code == 403


def test_a_link_that_was_replaced_registers_nobody_who_opened_it_before(
    signed_in: Callable[..., Browser], central: Station
) -> None:
    one = signed_in("enrolling", "zoe")
    with central.database.transaction() as db:
        administrators.reset(db, administrators.id_of(db, "zoe"), ACTING)
    assert one.get("/en/enrol/ways").location == "/en/start"


def test_a_session_is_used_when_its_holder_asks(
    signed_in: Callable[..., Browser], central: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = signed_in("observer", "zoe")
    touched: list[str] = []
    monkeypatch.setattr(sessions, "STALE", -1.0)
    monkeypatch.setattr(sessions, "touch", lambda _, __, token: touched.append(token))
    one.get("/en/sessions")
    assert len(touched) == 1
    assert session(central, "observer", "zoe") not in touched


def test_every_page_for_somebody_who_is_signed_in_has_the_way_out(
    signed_in: Callable[..., Browser], browser: Callable[..., Browser]
) -> None:
    one, started = signed_in("administrator"), browser("central")
    for who, path in [
        *((one, f"/en/{name}") for name in ("", "accounts", "acts", "sessions", "compare")),
        (started, "/en/stick"),
        (started, "/en/compare"),
    ]:
        assert 'action="/sign-out"' in who.get(path).text, path
