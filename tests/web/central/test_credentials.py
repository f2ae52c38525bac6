"""What one signs in with is changed by who signed in a short time ago, and the only way in stays."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from testimony.services.accounts import administrators, sessions
from testimony.services.accounts import password as account_password
from testimony.station.station import Station
from testimony.web import auth
from testimony.web.factory import create_app
from tests.support.web.accounts import NOW, PASSWORD, hold, session, with_password
from tests.support.web.browser import NOW as TODAY
from tests.support.web.browser import Browser
from tests.support.web.browsers.soft_key import SoftKey

LATER = NOW + account_password.STEP


@pytest.fixture
def central(opened: Callable[[str], Station]) -> Station:
    return opened("central")


@pytest.fixture
def one(central: Station) -> Browser:
    """A browser; half a minute after the code of `with_password` was used."""
    clock = TODAY + timedelta(seconds=account_password.STEP)
    return Browser(create_app(STATION=central, CLOCK=lambda: clock), "central")


@pytest.fixture
def grown_old(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A function after which every session began too long ago to change anything."""
    return lambda: monkeypatch.setattr(sessions, "FRESH", -1.0)


def add_key(one: Browser, key: SoftKey) -> Any:
    assert one.post("/ways/another").location == "/en/enrol/ways"
    asked = one.post_json("/enrol/options", {}).json
    return one.post_json(
        "/enrol/key", {"nonce": asked["nonce"], "credential": json.dumps(key.create(asked["options"]))}
    )


def by_key(one: Browser, key: SoftKey) -> Any:
    asked = one.post_json("/sign-in/options", {}).json
    return one.post_json("/sign-in/key", {"nonce": asked["nonce"], "credential": json.dumps(key.get(asked["options"]))})


def keys(one: Browser) -> list[str]:
    return re.findall(r'data-key="([0-9a-f]{64})"', one.get("/en/ways").text)


def test_a_second_key_stands_beside_the_first_and_either_signs_in(one: Browser, central: Station) -> None:
    with_password(central)
    hold(one, "administrator", "vera")
    first, second = SoftKey(), SoftKey()
    for key in (first, second):
        assert add_key(one, key).status_code == 200
        assert by_key(one, key).status_code == 200
    assert by_key(one, first).status_code == 200
    assert len(keys(one)) == 2
    assert "data-password" in one.get("/en/ways").text


def test_a_new_password_replaces_the_old_one_and_its_codes(one: Browser, central: Station) -> None:
    secret = with_password(central)
    hold(one, "administrator", "vera")
    one.post("/ways/another")
    page = one.get("/en/enrol/ways").text
    typed = re.search(r'id="secret">([A-Z2-7]+)<', page)
    assert typed is not None
    import base64

    fresh = base64.b32decode(typed[1])
    given = {"password": "four quiet herons walk", "again": "four quiet herons walk"}
    code = account_password.code(fresh, LATER // account_password.STEP)
    assert one.post("/en/enrol/password", {**given, "code": code}).status_code == 303
    old = {"name": "vera", "password": PASSWORD, "code": account_password.code(secret, LATER // account_password.STEP)}
    assert one.post("/en/sign-in", old).status_code == 403
    new = {
        "name": "vera",
        "password": given["password"],
        "code": account_password.code(fresh, LATER // account_password.STEP + 1),
    }
    assert one.post("/en/sign-in", new).status_code == 303


def test_one_that_is_easy_to_guess_is_refused_with_the_names_over_the_door(one: Browser, central: Station) -> None:
    hold(one, "enrolling", "boris")
    called = central.chain.latest.organisation["name"]
    for password in ("boris-boris-boris", f"{called} {called}", "password1234"):
        answer = one.post("/en/enrol/password", {"password": password, "again": password, "code": "000000"})
        assert (answer.status_code, "too easy to guess" in answer.text) == (422, True), password


def test_the_only_way_in_stays(one: Browser, central: Station) -> None:
    with_password(central)
    hold(one, "administrator", "vera")
    answer = one.post("/en/ways/password/forget")
    assert (answer.status_code, "the only way in" in answer.text) == (422, True)
    add_key(one, SoftKey())
    hold(one, "administrator", "vera")
    assert one.post("/en/ways/password/forget").status_code == 303
    (key,) = keys(one)
    assert one.post(f"/en/ways/{key}/forget").status_code == 422
    assert keys(one) == [key]


def test_a_lost_key_counts_no_more_and_ones_other_sessions_end(one: Browser, central: Station) -> None:
    with_password(central)
    hold(one, "administrator", "vera")
    lost = SoftKey()
    add_key(one, lost)
    finder = Browser(one.app, "central")
    assert by_key(finder, lost).status_code == 200
    hold(one, "administrator", "vera")
    (key,) = keys(one)
    assert one.post(f"/en/ways/{key}/forget").status_code == 303
    assert finder.get("/en/").location == "/en/start"
    assert by_key(finder, lost).status_code == 403
    assert one.get("/en/").status_code == 200
    assert 'data-act="forget-key"' in one.get("/en/acts").text


def test_nobody_takes_away_the_key_of_somebody_else(one: Browser, central: Station) -> None:
    with_password(central)
    hold(one, "administrator", "vera")
    add_key(one, SoftKey())
    hold(one, "administrator", "vera")
    (key,) = keys(one)
    other = Browser(one.app, "central")
    hold(other, "administrator", "boris")
    assert other.post(f"/en/ways/{key}/forget").status_code == 404
    assert keys(one) == [key]


def changing(one: Browser) -> list[tuple[str, str]]:
    """(address, page) of each route that asks for a sign-in of a short time ago, of objects that there are not."""
    found = []
    for rule in one.app.url_map.iter_rules():
        then = getattr(one.app.view_functions[rule.endpoint], "then", None)
        if then is not None:
            found.append((re.sub(r"<(?!lang)[^>]*>", "0" * 32, rule.rule).replace("<lang:lang>", "en"), then))
    return found


def test_whoever_signed_in_long_ago_changes_nothing_and_is_asked_once_more(
    one: Browser, central: Station, grown_old: Callable[[], None]
) -> None:
    secret = with_password(central)
    hold(one, "administrator", "vera")
    before = one.get("/en/accounts").text.count("data-account")
    grown_old()
    assert len(changing(one)) >= 9
    for address, then in changing(one):
        answer = one.post(address, {"name": "zoe", "role": "administrator"})
        assert (answer.status_code, answer.location) == (303, f"/en/sign-in?then={then}"), address
        assert one.post_json(address, {}).status_code == 401
    assert one.get("/en/accounts").text.count("data-account") == before
    page = one.get("/en/sign-in?then=accounts.show")
    assert "nothing was changed yet" in page.text
    entered = {
        "name": "vera",
        "password": PASSWORD,
        "code": account_password.code(secret, LATER // account_password.STEP),
    }
    assert one.post("/en/sign-in", {**entered, "then": "accounts.show"}).location == "/en/accounts"


@pytest.mark.parametrize(
    "then", ["https://evil.example", "//evil.example", "start.show", "/en/accounts", "signin.leave"]
)
def test_signing_in_leads_nowhere_else(then: str, one: Browser, central: Station) -> None:
    secret = with_password(central)
    entered = {
        "name": "vera",
        "password": PASSWORD,
        "code": account_password.code(secret, LATER // account_password.STEP),
    }
    assert one.post("/en/sign-in", {**entered, "then": then}).location == "/en/"
    assert "evil" not in one.get(f"/en/sign-in?then={then}").text.split("<main")[1]


def test_pages_say_before_one_types_that_a_sign_in_is_asked_for(
    one: Browser, central: Station, grown_old: Callable[[], None]
) -> None:
    hold(one, "administrator", "vera")
    pages = {then: rule.rule.replace("<lang:lang>", "en") for then in auth.forms_with_proof(one.app)
             for rule in one.app.url_map.iter_rules(then)}  # fmt: skip
    for then, address in pages.items():
        assert f"/en/sign-in?then={then}" not in one.get(address).text
    grown_old()
    for then, address in pages.items():
        assert f"/en/sign-in?then={then}" in one.get(address).text, address


def test_the_token_of_the_start_makes_the_first_administrator_at_any_time(
    browser: Callable[..., Browser], central: Station, grown_old: Callable[[], None]
) -> None:
    grown_old()
    one = browser("central")
    assert one.post("/en/accounts", {"name": "vera", "role": "administrator"}).status_code == 200


def test_registering_a_further_way_ends_the_sessions_of_the_account(one: Browser, central: Station) -> None:
    with_password(central)
    hold(one, "administrator", "vera")
    token = session(central, "administrator", "vera")
    add_key(one, SoftKey())
    with central.database.reading() as db:
        assert sessions.holder(central, db, token) is None
        assert administrators.has_administrator(db)
