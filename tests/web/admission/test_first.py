"""The first page of a node: a person with the word makes the station, and nobody else does anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from testimony.certificates.authority import Authority
from testimony.certificates.request import Request
from testimony.domain.testimony.languages import INTERVIEWERS
from testimony.sealing.roster.chain import RosterChain
from testimony.services.certificates import store as certificate_store
from testimony.services.enrolment import enrolment, first_start
from testimony.services.enrolment.organisation import Organisation
from testimony.settings import Settings
from testimony.sync.bundle import trust as bundle_trust
from testimony.web import auth
from testimony.web.audiences import Visitor
from testimony.web.newcomer import create_certificate_app, create_first_app
from tests.support.certificates import authorities
from tests.support.services import rosters
from tests.support.web.first_page import BASE, WORD, csrf, entered
from tests.support.web.headers import require_protected
from tests.support.web.routes import routes

EVERYBODY = {"/", "/<lang:lang>/start", "/start", "/static/<version>/<path:filename>"}
CENTRAL = "https://central.example"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "field"


@pytest.fixture
def app(home: Path) -> Flask:
    return create_first_app(home, START_TOKEN=WORD, FIRST_PAGE=True)


@pytest.fixture
def started(app: Flask) -> FlaskClient:
    return entered(app)


@pytest.fixture
def node(home: Path) -> Path:
    """A node that is made; for its certificate it need not be admitted."""
    first_start.make(Settings(home=home, role="field", name=""), "node-2", None, day="2026-11-26")
    return home


@pytest.fixture
def bundle(organisation: Organisation) -> bytes:
    """The organisation's file, as it was before this station asked. Its roster says where central is."""
    rosters_so_far = [organisation.roster]
    RosterChain(organisation.root, rosters_so_far)
    trust = {**organisation.roster.value.get("trust", {"files": []}), "central": CENTRAL}
    rosters_so_far.append(rosters.after(organisation, organisation.roster, trust=trust))
    return bundle_trust.write(organisation.root.data, rosters_so_far, [], [])


def hand_in(client: FlaskClient, station: str, sent: bytes | None = None, **more: str) -> tuple[int, str]:
    data: dict[str, object] = {"station": station, "csrf_token": csrf(client.get("/en/", base_url=BASE).text), **more}
    if sent is not None:
        data["bundle"] = (BytesIO(sent), "roster-2.bundle")
    answer = client.post("/en/station", data=data, base_url=BASE, headers={"Referer": f"{BASE}/en/"})
    return answer.status_code, answer.text


@pytest.mark.parametrize("make", [create_first_app, create_certificate_app])
def test_a_stranger_on_the_network_sees_a_field_for_the_word_and_nothing_else(
    make: Callable[..., Flask], node: Path
) -> None:
    app = make(node, START_TOKEN=WORD, FIRST_PAGE=True)
    for method, address, rule in routes(app):
        assert auth.declared(app, rule.endpoint) == {Visitor.ANYONE if rule.rule in EVERYBODY else Visitor.OPERATOR}, (
            rule
        )
        answer = app.test_client().open(address, method=method, base_url=BASE)
        assert answer.status_code in {303, 400, 403, 404} or "/start" in rule.rule or "static" in rule.rule, rule
        require_protected(answer, address)


@pytest.mark.parametrize("lang", INTERVIEWERS)
def test_the_form_is_there_in_every_language(lang: str, started: FlaskClient) -> None:
    page = started.get(f"/{lang}/", base_url=BASE)
    assert f'<html lang="{lang}"' in page.text
    for field in ("station", "replaces", "bundle"):
        assert f'name="{field}"' in page.text
    require_protected(page, f"/{lang}/")


def test_a_name_alone_makes_a_station_that_waits_with_its_request(started: FlaskClient, home: Path) -> None:
    assert hand_in(started, " node-2 ")[0] == 303
    asked = enrolment.require_waiting(home)
    assert (asked.id, asked.kind, asked.replaces) == ("node-2", "node", False)
    assert Settings.load(home).central_url == ""


def test_the_organisations_file_says_where_central_is(started: FlaskClient, home: Path, bundle: bytes) -> None:
    assert hand_in(started, "node-2", bundle)[0] == 303
    assert Settings.load(home).central_url == CENTRAL


def test_what_is_wrong_is_said_beside_the_form_that_keeps_the_name_and_makes_nothing(
    started: FlaskClient, home: Path, bundle: bytes
) -> None:
    wrong = [
        ("Node 2", None, {}, "small letters"),
        ("node-1", bundle, {}, "has node-1 already"),
        ("node-7", bundle, {"replaces": "y"}, "no active node-7"),
        ("node-2", bundle[:-9], {}, "not a whole trust bundle"),
        ("node-2", b"a picture", {}, "not a whole trust bundle"),
    ]
    for station, sent, more, words in wrong:
        status, page = hand_in(started, station, sent, **more)
        assert status == 422, (station, page)
        assert words in page
        assert f'value="{station}"' in page
        assert not home.exists()
    assert hand_in(started, "node-1", bundle, replaces="y")[0] == 303, "the one that is broken"


def test_the_certificate_that_headquarters_signs_is_taken_and_no_other(node: Path) -> None:
    client = entered(create_certificate_app(node, START_TOKEN=WORD, FIRST_PAGE=True))
    page = client.get("/en/", base_url=BASE).text
    assert page.count("<li>") == 6
    assert "data-first-backup" in page, "the last of the first pages says what comes then"
    asked = Request.parse(client.get("/node.req", base_url=BASE).data)
    made = authorities.authority()

    def bring(data: bytes) -> int:
        token = csrf(client.get("/en/", base_url=BASE).text)
        sent = {"certificate": (BytesIO(data), "node.crt"), "csrf_token": token}
        return client.post("/en/certificate", data=sent, base_url=BASE).status_code

    for wrong in (b"", b"a picture", authorities.signed(made, authorities.new_key())):
        assert bring(wrong) == 422
        assert first_start.lacks_certificate(node)
    assert bring(signed_now(made, asked)) == 303
    assert not first_start.lacks_certificate(node)


def signed_now(made: Authority, asked: Request) -> bytes:
    return certificate_store.sign(made, asked, now=datetime.now(UTC), days=90)
