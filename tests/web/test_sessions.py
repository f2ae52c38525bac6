"""Sessions: random bits in the cookie, a hash on the server, a new id at sign-in, nothing left at the end."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, session

from testimony.web import sessions
from testimony.web.sessions import MemorySessions, cookie_name


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.session_interface = MemorySessions("__Host-test")

    @app.get("/set")
    def keep() -> str:
        session["seen"] = "yes"
        return ""

    @app.get("/renew")
    def renew() -> str:
        session.renew()  # type: ignore[attr-defined]
        return ""

    @app.get("/end")
    def end() -> str:
        session.end()  # type: ignore[attr-defined]
        return ""

    @app.get("/seen")
    def seen() -> str:
        return str(session.get("seen", "no"))

    return app


def cookie(client: Any) -> str:
    found = client.get_cookie("__Host-test")
    return str(found.value) if found else ""


def test_a_session_is_remembered_under_the_hash_of_its_cookie_only(app: Flask) -> None:
    client = app.test_client()
    client.get("/set")
    token = cookie(client)
    assert len(token) >= 43  # 256 bits in base64
    assert client.get("/seen").text == "yes"
    assert token not in str(vars(app.session_interface))


def test_a_new_id_at_sign_in_makes_the_old_one_worthless(app: Flask) -> None:
    client, thief = app.test_client(), app.test_client()
    client.get("/set")
    old = cookie(client)
    client.get("/renew")
    assert cookie(client) != old
    assert client.get("/seen").text == "yes"
    thief.set_cookie("__Host-test", old)
    assert thief.get("/seen").text == "no"


def test_signing_out_forgets_the_session_and_the_cookie(app: Flask) -> None:
    client, thief = app.test_client(), app.test_client()
    client.get("/set")
    old = cookie(client)
    client.get("/end")
    assert not cookie(client)
    thief.set_cookie("__Host-test", old)
    assert thief.get("/seen").text == "no"


def test_a_cookie_that_we_did_not_give_holds_nothing(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("__Host-test", "chosen-by-somebody")
    assert client.get("/seen").text == "no"


def test_a_session_ends_when_it_was_idle_for_too_long(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    client.get("/set")
    monkeypatch.setattr(sessions, "IDLE", -1.0)
    assert client.get("/seen").text == "no"


def test_many_visitors_do_not_fill_the_memory(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "CAPACITY", 3)
    clients = [app.test_client() for _ in range(5)]
    for client in clients:
        client.get("/set")
    assert [client.get("/seen").text for client in clients] == ["no", "no", "yes", "yes", "yes"]


def test_visitors_throw_nobody_out_who_signed_in_or_was_here_a_moment_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "CAPACITY", 3)
    kept = MemorySessions("__Host-test")
    first, again, *visitors = (sessions.new_token() for _ in range(5))
    kept._keep(first, {"started": True})
    kept._keep(again, {"csrf_token": "x"})
    for one in visitors:
        kept._recall(again)
        kept._keep(one, {"csrf_token": "y"})
    assert kept._recall(first) == {"started": True}
    assert kept._recall(again) == {"csrf_token": "x"}
    assert [bool(kept._recall(one)) for one in visitors] == [False, False, True]


def test_of_those_who_signed_in_the_last_ones_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "CAPACITY", 2)
    kept = MemorySessions("__Host-test")
    tokens = [sessions.new_token() for _ in range(3)]
    for one in tokens:
        kept._keep(one, {"started": True})
    assert [bool(kept._recall(one)) for one in tokens] == [False, True, True]


def test_reading_sets_no_cookie(app: Flask) -> None:
    client = app.test_client()
    client.get("/seen")
    assert not cookie(client)


@pytest.mark.parametrize(
    ("station", "role", "name"),
    [
        ("field", "field", "__Host-field"),
        ("Desk of Léa", "desk", "__Host-desk-of-l-a"),
        ("مكتب", "desk", "__Host-desk"),
    ],
)
def test_a_cookie_is_named_after_its_station(station: str, role: str, name: str) -> None:
    assert cookie_name(station, role) == name


def test_another_process_goes_on_with_who_started_the_desk_and_learns_no_words(app: Flask) -> None:
    with app.test_request_context():
        one = MemorySessions("__Host-test")
        token = sessions.new_token()
        one._keep(token, {"started": True, "csrf_token": "x", "_flashes": [("message", "about a testimony")]})
        two = MemorySessions("__Host-test")
        two.restore(one.kept())
        assert two._recall(token) == {"started": True, "csrf_token": "x"}
        assert token not in str(one.kept())


def test_ending_what_was_started_leaves_other_sessions() -> None:
    kept = MemorySessions("__Host-test")
    started, seen = sessions.new_token(), sessions.new_token()
    kept._keep(started, {"started": True})
    kept._keep(seen, {"csrf_token": "x"})
    kept.end_started()
    assert kept._recall(started) == {}
    assert kept._recall(seen) == {"csrf_token": "x"}
