"""Signing in at central: keys and codes count once, names are told to nobody, sessions are new and end at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from testimony.errors import SettingUnusable
from testimony.services.accounts import administrators, lockout, sessions, webauthn
from testimony.services.accounts import password as account_password
from testimony.station import clock as station_clock
from testimony.station.station import Station
from testimony.web.factory import create_app
from tests.support.web.accounts import ACTING, NOW, PASSWORD, hold, session, with_password
from tests.support.web.browser import NOW as TODAY
from tests.support.web.browser import Browser
from tests.support.web.browsers.soft_key import PRESENT, SoftKey

LATER = NOW + account_password.STEP


@pytest.fixture
def central(opened: Callable[[str], Station]) -> Station:
    return opened("central")


@pytest.fixture
def one(central: Station) -> Browser:
    """A browser; half a minute after the code of `with_password` was used."""
    clock = TODAY + timedelta(seconds=account_password.STEP)
    return Browser(create_app(STATION=central, CLOCK=lambda: clock), "central")


def again(one: Browser) -> Browser:
    """Another browser at the same server."""
    return Browser(one.app, "central")


def cookie(one: Browser) -> str:
    found = one.client.get_cookie(one.app.session_interface.cookie, domain="localhost")
    return str(found.value) if found else ""


def enter(one: Browser, name: str, password: str, code: str) -> Any:
    return one.post("/en/sign-in", {"name": name, "password": password, "code": code})


def said(answer: Any) -> str:
    return str(answer.text.split('id="said"')[1].split(">")[1].split("<")[0])


def invited(one: Browser, central: Station, name: str = "vera", role: str = "administrator") -> str:
    with central.database.transaction() as db:
        return administrators.add(db, name, role, ACTING)


def registered(one: Browser, central: Station, key: SoftKey, name: str = "vera", role: str = "administrator") -> Any:
    """What /enrol/key answers when `key` registers with a fresh link."""
    assert one.post("/en/enrol", {"token": invited(one, central, name, role)}).location == "/en/enrol/ways"
    asked = one.post_json("/enrol/options", {}).json
    return one.post_json(
        "/enrol/key", {"nonce": asked["nonce"], "credential": json.dumps(key.create(asked["options"]))}
    )


def assertion(one: Browser, key: SoftKey) -> dict[str, Any]:
    asked = one.post_json("/sign-in/options", {}).json
    return {"nonce": asked["nonce"], "credential": json.dumps(key.get(asked["options"]))}


def test_a_link_registers_a_key_and_the_key_signs_in(one: Browser, central: Station) -> None:
    key = SoftKey()
    assert registered(one, central, key).status_code == 200
    assert one.get("/en/accounts").location == "/en/start"
    assert one.post_json("/sign-in/key", assertion(one, key)).status_code == 200
    assert one.get("/en/accounts").status_code == 200


def test_an_assertion_that_was_used_is_refused(one: Browser, central: Station) -> None:
    key = SoftKey()
    registered(one, central, key)
    body, before = assertion(one, key), cookie(one)
    assert one.post_json("/sign-in/key", body).status_code == 200
    one.client.set_cookie(one.app.session_interface.cookie, before, domain="localhost", secure=True)
    answer = one.post_json("/sign-in/key", body)
    assert (answer.status_code, answer.json["code"]) == (403, "nonce.spent")
    assert one.get("/en/").location == "/en/start"


def test_an_assertion_counts_in_the_browser_that_asked_alone(one: Browser, central: Station) -> None:
    key = SoftKey()
    registered(one, central, key)
    body = assertion(one, key)
    assert again(one).post_json("/sign-in/key", body).status_code == 403


@pytest.mark.parametrize(
    "changed", [{"origin": "https://evil.example"}, {"origin": "http://localhost:1"}, {"rp": "evil.example"},
                {"flags": PRESENT}, {"flags": 4}, {"user": "AAAAAAAAAAAAAAAAAAAAAA"}, {"id": b"another"}],
    ids=str,
)  # fmt: skip
def test_a_key_that_answers_for_another_page_or_person_is_refused(
    changed: dict[str, Any], one: Browser, central: Station
) -> None:
    key = SoftKey()
    registered(one, central, key)
    for name, value in changed.items():
        setattr(key, name, value)
    answer = one.post_json("/sign-in/key", assertion(one, key))
    assert (answer.status_code, answer.json["code"]) == (403, "account.credential")


@pytest.mark.parametrize("changed", [{"origin": "https://evil.example"}, {"rp": "evil.example"}, {"flags": PRESENT}])
def test_a_key_that_answers_for_another_page_is_not_registered(
    changed: dict[str, Any], one: Browser, central: Station
) -> None:
    assert registered(one, central, SoftKey(**changed)).status_code == 403
    with central.database.reading() as db:
        assert [each.can_sign_in for each in administrators.listed(db)] == [False]


def test_an_answer_to_a_registration_is_none_to_a_sign_in(one: Browser, central: Station) -> None:
    key = SoftKey()
    registered(one, central, key)
    one.post("/en/enrol", {"token": invited(one, central, "boris")})
    asked = one.post_json("/enrol/options", {}).json
    body = {"nonce": asked["nonce"], "credential": json.dumps(key.get(asked["options"]))}
    assert one.post_json("/sign-in/key", body).status_code == 403


def test_a_counter_that_went_back_is_refused_and_written_down(one: Browser, central: Station) -> None:
    key = SoftKey(counter=100)
    registered(one, central, key)
    key.counter = 50
    assert one.post_json("/sign-in/key", assertion(one, key)).status_code == 403
    hold(one, "administrator", "other")
    assert 'data-act="counter"' in one.get("/en/acts").text


def test_a_key_without_a_counter_signs_in_again_and_again(
    one: Browser, central: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = SoftKey()
    monkeypatch.setattr(SoftKey, "_data", lambda self, more=0: _uncounted(self, more))
    registered(one, central, key)
    for _ in range(2):
        assert one.post_json("/sign-in/key", assertion(one, key)).status_code == 200


def _uncounted(key: SoftKey, more: int) -> bytes:
    return hashlib.sha256(key.rp.encode()).digest() + bytes([key.flags | more]) + bytes(4)


@pytest.mark.parametrize(
    "damaged", [{}, {"id": 7}, {"id": "%%"}, {"response": 7}, {"response": {}}, {"rawId": "AA"}, {"type": "other"}]
)
def test_what_no_browser_sends_is_refused_and_not_an_error(
    damaged: dict[str, Any], one: Browser, central: Station
) -> None:
    key = SoftKey()
    registered(one, central, key)
    body = assertion(one, key)
    body["credential"] = json.dumps(json.loads(body["credential"]) | damaged if damaged else {})
    assert one.post_json("/sign-in/key", body).status_code == 403
    for torn in ("signature", "authenticatorData", "clientDataJSON"):
        body = assertion(one, key)
        credential = json.loads(body["credential"])
        credential["response"][torn] = "AAAA"
        body["credential"] = json.dumps(credential)
        assert one.post_json("/sign-in/key", body).status_code == 403
    for given in (7, {}, "", "[]", "[" * 100_000, None):
        assert one.post_json("/sign-in/key", {"nonce": "a", "credential": given}).status_code == 400


def test_password_and_code_sign_in_and_the_code_counts_once(one: Browser, central: Station) -> None:
    secret = with_password(central)
    used, fresh = (account_password.code(secret, at // account_password.STEP) for at in (NOW, LATER))
    assert enter(one, "vera", PASSWORD, used).status_code == 403
    assert enter(one, "vera", PASSWORD, fresh).status_code == 303
    assert one.get("/en/accounts").status_code == 200
    other = again(one)
    assert enter(other, "vera", PASSWORD, fresh).status_code == 403
    assert other.get("/en/").location == "/en/start"


def test_what_was_wrong_is_told_to_nobody(one: Browser, central: Station) -> None:
    secret = with_password(central)
    code = account_password.code(secret, LATER // account_password.STEP)
    invited(one, central, "without")
    answers = [
        enter(again(one), name, password, given)
        for name, password, given in [
            ("vera", "wrong", code), ("vera", PASSWORD, "000000"), ("nobody", PASSWORD, code),
            ("without", PASSWORD, code), ("", "", ""), ("vera", "x" * 5000, code),
            ("ve\0ra", PASSWORD, code), ("vera", "correct\0", code), ("vera", PASSWORD, "0\0"),
        ]
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {403}
    assert len({said(answer) for answer in answers}) == 1
    assert "nobody" in answers[2].text, "a form keeps its text"


@pytest.mark.parametrize("name", ["vera", "nobody"])
def test_who_guesses_waits_whether_there_is_such_an_account_or_not(
    name: str, one: Browser, central: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_password(central)
    monkeypatch.setattr(lockout, "moment", lambda *_: station_clock.Moment("a clock that stands", 1000.0))
    statuses = [enter(one, name, "wrong", "000000").status_code for _ in range(6)]
    assert statuses == [403, 403, 403, 403, 403, 429]
    assert enter(one, name, "wrong", "000000").headers["Retry-After"] == "1"


def test_a_key_never_waits(one: Browser, central: Station) -> None:
    key = SoftKey()
    registered(one, central, key)
    for _ in range(6):
        enter(one, "vera", "wrong", "000000")
    assert one.post_json("/sign-in/key", assertion(one, key)).status_code == 200


def test_a_sign_in_brings_another_cookie_and_the_one_before_is_worth_nothing(one: Browser, central: Station) -> None:
    secret = with_password(central)
    thief = again(one)
    thief.get("/en/sign-in")
    fixed = cookie(thief)
    one.client.set_cookie(one.app.session_interface.cookie, fixed, domain="localhost", secure=True)
    enter(one, "vera", PASSWORD, account_password.code(secret, LATER // account_password.STEP))
    assert cookie(one) != fixed
    assert one.get("/en/").status_code == 200
    assert thief.get("/en/").location == "/en/start"


def test_looking_at_pages_leaves_nothing_in_the_database(one: Browser, central: Station) -> None:
    for path in ("/en/start", "/en/sign-in", "/en/enrol", "/en/"):
        again(one).get(path)
    one.post_json("/sign-in/options", {})
    with central.database.reading() as db:
        assert sessions.listed(central, db, account=None) == []


def test_signing_out_ends_the_session_and_takes_a_post(one: Browser, central: Station) -> None:
    token = hold(one, "observer")
    assert one.get("/sign-out").status_code == 405
    answer = one.post("/sign-out")
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"cache", "cookies"')
    one.client.set_cookie(one.app.session_interface.cookie, token, domain="localhost", secure=True)
    assert one.get("/en/").location == "/en/start"


@pytest.mark.parametrize(
    "path", ["/sign-out", "/sign-in/key", "/enrol/key", "/en/enrol", "/en/sign-in", "/en/accounts"]
)
def test_a_form_of_central_without_its_token_is_refused(path: str, one: Browser) -> None:
    hold(one, "administrator")
    assert one.client.post(path, base_url=one.base).status_code == 400


def test_another_server_of_this_central_takes_the_forms_and_ends_the_sessions_of_this_one(
    one: Browser, central: Station
) -> None:
    hold(one, "administrator", "vera")
    elsewhere = Browser(create_app(STATION=central, CLOCK=lambda: TODAY), "central")
    elsewhere.client = elsewhere.app.test_client()
    token = one.csrf()
    elsewhere.client.set_cookie(one.app.session_interface.cookie, cookie(one), domain="localhost", secure=True)
    answer = elsewhere.client.post(
        "/en/accounts", base_url=one.base, data={"csrf_token": token, "name": "zoe", "role": "observer"}
    )
    assert (answer.status_code, "#" in answer.text) == (200, True)
    with central.database.transaction() as db:
        administrators.remove(db, administrators.id_of(db, "vera"), ACTING, careful=False)
    assert one.get("/en/").location == elsewhere.get("/en/").location == "/en/start"


@pytest.mark.parametrize("url", ["http://central.example", "https://", "ftp://x", "https://a.example/path", "central"])
def test_an_address_at_which_no_browser_offers_keys_stops_the_start(url: str, central: Station) -> None:
    object.__setattr__(central.settings, "public_url", url)
    with pytest.raises(SettingUnusable):
        create_app(STATION=central)


def test_accounts_are_used_at_the_public_address_alone(central: Station) -> None:
    object.__setattr__(central.settings, "public_url", "https://central.example")
    one = Browser(create_app(STATION=central, CLOCK=lambda: TODAY), "central")
    answer = one.get("/en/sign-in")
    assert (answer.status_code, "https://central.example" in answer.text) == (403, True)
    one.base = "https://central.example"
    assert one.get("/en/sign-in").status_code == 200
    assert webauthn.place_of(central.settings).rp == "central.example"


def test_no_role_of_central_is_given_a_sealed_byte(one: Browser, central: Station) -> None:
    for role in ("administrator", "registrar", "observer"):
        with_role = again(one)
        hold(with_role, role)
        assert with_role.get("/sync/feed").status_code == 401
        assert with_role.post_json("/sync/have", {}).status_code in {400, 401}
    before = central.chain.latest
    session(central, "administrator", "newcomer")
    assert central.chain.latest == before, "an account is no entry of the roster"


def test_an_observer_sees_counts_and_no_station(one: Browser, app: Callable[[str], Flask]) -> None:
    hold(one, "observer")
    page = one.get("/en/").text
    assert "sealed testimonies" in page
    assert "data-node" not in page
    assert "node-1" not in page
    assert "/en/stick" not in page
    hold(one, "registrar")
    assert 'data-node="node-1"' in one.get("/en/stations").text


def test_the_secret_key_of_central_follows_from_its_own_and_of_a_desk_from_nothing(
    app: Callable[[str], Flask], central: Station, opened: Callable[[str], Station], tmp_path: Path
) -> None:
    first, second = create_app(STATION=central), create_app(STATION=central)
    assert first.secret_key == second.secret_key
    assert central.signer.seed.hex() not in str(first.secret_key)
    assert create_app(STATION=opened("lawyer")).secret_key != create_app(STATION=opened("lawyer")).secret_key
