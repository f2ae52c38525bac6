"""The demonstration's start page shows every role, and opens each desk, on this machine alone."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from testimony import qr
from testimony.services.demo import secrets
from testimony.web.factory import create_tour_app
from testimony.web.tour.roles import Phone, Running

PORT = 9400
DESKS = ("desk-lawyer", "desk-lawyer-2", "desk-coordinator", "desk-coordinator-2")
PEOPLE = ("interviewer-1", "lawyer-1", "lawyer-2", "coordinator-1", "coordinator-2")
README = """A demonstration.

{people}

Withdrawal codes:

  11111 22222 33333 44444 55555  the first
  99999 88888 77777 66666 55555  one of those who are counted
"""


class OwnAddress(FlaskClient):
    """Asks at the address that was printed."""

    def open(self, *args: Any, **options: Any) -> Any:
        return super().open(*args, **{"base_url": f"http://localhost:{PORT}", **options})


@pytest.fixture
def running(tmp_path: Path) -> Running:
    people = "\n".join(f"  {person:<15} words of {person:<30} keys/{person}.key" for person in PEOPLE)
    (tmp_path / secrets.FILE).write_text(README.format(people=people), encoding="utf-8")
    addresses = {
        home: f"http://localhost:{PORT + place}/#old" for place, home in enumerate(("field", "central", *DESKS), 1)
    }
    for home in DESKS:
        (tmp_path / home).mkdir()
    return Running(folder=tmp_path, addresses=addresses)


@pytest.fixture
def client(running: Running) -> FlaskClient:
    app = create_tour_app(running, PORT)
    app.test_client_class = OwnAddress
    return app.test_client()


@pytest.mark.parametrize("lang", ["en", "fr", "es", "ar", "fa"])
def test_every_role_stands_there_with_its_passphrase(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/{lang}/").text
    for person in PEOPLE:
        assert f"words of {person}" in page
    assert "99999 88888 77777 66666 55555" in page
    for home in DESKS:
        assert f'href="/open/{home}"' in page
    assert f"http://localhost:{PORT + 1}/interview/{lang}/#sign-in" in page
    assert f"http://localhost:{PORT + 2}/#old" in page, "central's address is good until the end"
    assert ('dir="rtl"' in page) is (lang in ("ar", "fa"))


def test_a_phone_is_shown_the_way_in_with_the_words_that_it_compares(running: Running) -> None:
    phone = Phone(
        guide="http://192.168.1.5:8409/",
        interview="https://192.168.1.5:8408/",
        words=("one", "two", "three", "four", "five", "six"),
        authority="Demonstration ab12cd",
    )
    app = create_tour_app(replace(running, phone=phone), PORT)
    app.test_client_class = OwnAddress
    page = app.test_client().get("/en/").text
    said = "sign in. The name and the passphrase are filled in:"
    for shown in (phone.guide, said, phone.interview, "one two three four five six", phone.authority):
        assert shown in page
    assert qr.draw(phone.guide).path in page


def test_without_a_door_for_phones_nothing_is_said_of_one(client: FlaskClient) -> None:
    assert "data-phone" not in client.get("/en/").text


def test_a_desk_is_opened_with_a_new_token_each_time(client: FlaskClient, running: Running) -> None:
    tokens = set()
    for _ in range(2):
        answer = client.get("/open/desk-lawyer")
        address, _, token = str(answer.headers["Location"]).partition("#")
        assert (answer.status_code, address) == (303, f"http://localhost:{PORT + 3}/")
        token, _, then = token.partition(".")
        assert then == "unlock"
        kept = (running.folder / "desk-lawyer" / "start-token").read_text()
        assert kept == hashlib.sha256(token.encode()).hexdigest()
        tokens.add(token)
    assert len(tokens) == 2


@pytest.mark.parametrize("home", ["field", "central", "desk-nobody", "..", "keys"])
def test_nothing_but_a_desk_is_opened(client: FlaskClient, running: Running, home: str) -> None:
    assert client.get(f"/open/{home}").status_code == 404
    assert not list(running.folder.rglob("start-token"))


@pytest.mark.parametrize("host", ["evil.example", f"localhost:{PORT + 1}", "192.0.2.7:9400"])
def test_it_answers_to_its_own_address_alone(client: FlaskClient, host: str) -> None:
    assert client.get("/en/", headers={"Host": host}).status_code == 400
