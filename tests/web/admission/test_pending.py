"""The page of a station that waits: words for everybody, the bundle only from whoever started it, never silently."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from testimony.domain.testimony.languages import DESKS, INTERVIEWERS
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.services.enrolment import enrolment
from testimony.services.enrolment.organisation import Organisation
from testimony.services.roster import changes as roster_changes
from testimony.services.startup import open_station
from testimony.settings import Settings
from testimony.sync.bundle import trust as bundle_trust
from testimony.sync.errors import StationUnreachable
from testimony.sync.http.transport import Transport
from testimony.web import auth
from testimony.web.audiences import Visitor
from testimony.web.newcomer import create_waiting_app
from tests.support.services import rosters
from tests.support.web.headers import require_protected
from tests.support.web.routes import routes

BASE = "http://localhost:8401"
EVERYBODY = {
    "/",
    "/<lang:lang>/",
    "/enrolment.json",
    "/<lang:lang>/start",
    "/start",
    "/static/<version>/<path:filename>",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    enrolment.prepare(Settings(home=tmp_path / "node-2", role="field", name="node-2"), id="node-2", day="2026-11-26")
    return tmp_path / "node-2"


@pytest.fixture
def app(home: Path) -> Flask:
    return create_waiting_app(home)


@pytest.fixture
def started(app: Flask) -> FlaskClient:
    """The browser of whoever started the station."""
    client = app.test_client()
    answer = client.post("/en/start", data={"token": app.config["START_TOKEN"], **csrf(client)}, base_url=BASE)
    assert answer.status_code == 303
    return client


@pytest.fixture
def bundle(organisation: Organisation, home: Path) -> Callable[..., bytes]:
    """A function that gives the bundle by which headquarters admits the station."""

    def give(*, admitted: bool = True) -> bytes:
        chain = RosterChain(organisation.root, [organisation.roster])
        records: list[SignedRecord] = [organisation.roster]
        if admitted:
            draft = roster_changes.admit(chain, enrolment.asked(home))
            records.append(rosters.after(organisation, organisation.roster, devices=draft["devices"]))
        return bundle_trust.write(organisation.root.data, records, [], [])

    return give


def csrf(client: FlaskClient, path: str = "/en/start") -> dict[str, str]:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path, base_url=BASE).text)
    return {"csrf_token": found[1]} if found else {}


def hand_in(client: FlaskClient, data: bytes) -> tuple[int, str]:
    sent = {"bundle": (BytesIO(data), "roster-2.bundle"), **csrf(client, "/en/")}
    answer = client.post("/en/bundle", data=sent, base_url=BASE)
    return answer.status_code, answer.location or answer.text


def confirm(client: FlaskClient, root: str) -> int:
    return client.post("/en/words", data={"root": root, **csrf(client, "/en/words")}, base_url=BASE).status_code


@pytest.mark.parametrize("lang", INTERVIEWERS)
def test_everybody_sees_the_words_and_the_picture_in_every_language(lang: str, app: Flask, home: Path) -> None:
    page = app.test_client().get(f"/{lang}/", base_url=BASE)
    words = fingerprint_words(enrolment.asked(home).fingerprint).split()
    assert re.findall(r"<li>([a-z-]+)</li>", page.text) == words
    assert 'class="code-dark"' in page.text
    assert 'type="file"' not in page.text
    require_protected(page, f"/{lang}/")


@pytest.mark.parametrize("role", ["central", "desk"])
def test_a_station_of_headquarters_has_the_languages_of_its_pages(role: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / role, role="central", name=role)
    enrolment.prepare(settings, id=role, day="2026-11-26")
    if role == "desk":
        described = json.loads((settings.home / "station.json").read_text())
        (settings.home / "station.json").write_text(json.dumps({**described, "role": "desk"}))
    client = create_waiting_app(settings.home).test_client()
    for lang in INTERVIEWERS:
        assert client.get(f"/{lang}/", base_url=BASE).status_code == (200 if lang in DESKS else 404)


def test_only_whoever_started_it_may_bring_a_bundle(app: Flask) -> None:
    for method, address, rule in routes(app):
        declared = auth.declared(app, rule.endpoint)
        assert declared == {Visitor.ANYONE if rule.rule in EVERYBODY else Visitor.OPERATOR}, rule
        answer = app.test_client().open(address, method=method, base_url=BASE)
        require_protected(answer, address)


def test_a_stranger_s_bundle_is_not_taken(app: Flask, bundle: Callable[..., bytes], home: Path) -> None:
    client = app.test_client()
    status, _ = hand_in(client, bundle())
    assert status in {400, 401, 403}
    assert client.get("/en/words", base_url=BASE).location == "/en/start"
    assert enrolment.waits(home)


def test_the_request_is_given_as_it_is(app: Flask, home: Path) -> None:
    answer = app.test_client().get("/enrolment.json", base_url=BASE)
    assert answer.data == (home / "enrolment.json").read_bytes()


def test_it_joins_after_the_words_were_shown_and_confirmed(
    started: FlaskClient, bundle: Callable[..., bytes], home: Path, organisation: Organisation
) -> None:
    assert hand_in(started, bundle()) == (303, "/en/words")
    assert enrolment.waits(home)
    page = started.get("/en/words", base_url=BASE).text
    assert re.findall(r"<li>([a-z-]+)</li>", page) == fingerprint_words(organisation.root.fingerprint).split()
    assert confirm(started, organisation.root.fingerprint) == 303
    with open_station(home) as station:
        assert station.chain.latest.no == 2
    starting = started.get("/en/", base_url=BASE)
    assert starting.headers["Refresh"] == "2"
    assert "data-first-backup" in starting.text, "the last of the first pages says what comes then"


@pytest.mark.parametrize(
    ("answered", "sentence"),
    [("not yet", "does not name this station"), ("nothing", "cannot be reached")],
)
def test_what_headquarters_answers_too_early_stands_on_the_page_with_the_words(
    answered: str,
    sentence: str,
    started: FlaskClient,
    bundle: Callable[..., bytes],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def trust(self: Transport) -> bytes:
        if answered == "nothing":
            raise StationUnreachable(url=self.base_url)
        return bundle(admitted=False)

    monkeypatch.setattr(Transport, "trust", trust)
    monkeypatch.setenv("TESTIMONY_CENTRAL_URL", "https://central.example")
    answer = started.post("/en/look", data=csrf(started, "/en/"), base_url=BASE)
    assert (answer.status_code, answer.location) == (303, "/en/"), "each language's link on the next page leads on"
    answer = started.get("/en/", base_url=BASE)
    alert = re.search(r'role="alert">([^<]+)<', answer.text)
    assert alert is not None
    assert sentence in alert[1]
    assert fingerprint_words(enrolment.asked(home).fingerprint).split()[0] in answer.text
    assert 'name="bundle"' in answer.text
    assert enrolment.waits(home)


def test_other_words_than_those_of_the_bundle_join_nothing(
    started: FlaskClient, bundle: Callable[..., bytes], home: Path
) -> None:
    assert hand_in(started, bundle())[0] == 303
    assert confirm(started, "ab" * 32) == 422
    assert enrolment.waits(home)


def test_a_bundle_that_does_not_fit_is_said_in_one_sentence(
    started: FlaskClient, bundle: Callable[..., bytes], home: Path
) -> None:
    status, page = hand_in(started, bundle(admitted=False))
    assert status == 422
    assert "does not name this station" in page
    for data in (b"A letter.", bundle()[:-9], b""):
        status, page = hand_in(started, data)
        assert status == 422
        assert "not a whole trust bundle" in page
    assert started.get("/en/words", base_url=BASE).status_code == 422
    assert enrolment.waits(home)
