"""A reader makes their key in the program, at a desk that waits or has joined; nothing opens before its time."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from testimony.domain.testimony.languages import DESKS
from testimony.sealing.keys.key_file import KeyFile
from testimony.services import startup
from testimony.services.enrolment import enrolment, reader_key
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening import reader as opening_reader
from testimony.services.roster import adoption as roster_adoption
from testimony.services.roster import changes as roster_changes
from testimony.services.startup import open_station
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.sync.bundle import trust as bundle_trust
from testimony.web.factory import create_app
from testimony.web.newcomer import create_waiting_app
from tests.support.each_time import each_time
from tests.support.services import rosters
from tests.support.settings import FAST
from tests.support.web.browser import Browser, passphrase_of

WORDS, OTHERS = "ladder unmoved crispy trolley oval mimosa", "stump glacier unpaid reword lilac defy"
BASE = "http://localhost:8403"
SAID = {"id": "lawyer-3", "role": "lawyer", "replaces": False, "passphrase": WORDS, "again": WORDS}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    seal = KeyFile.seal
    monkeypatch.setattr(KeyFile, "seal", lambda self, passphrase, _work=FAST: seal(self, passphrase, FAST))


class Script:
    """What the pages' scripts do, in a browser that has the start-up token."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        assert self.post("/start", {"token": app.config["START_TOKEN"]}).status_code == 200

    def csrf(self) -> str:
        page = self.client.get("/en/start", base_url=BASE).text
        return page.split('data-csrf="')[1].split('"')[0]

    def get(self, path: str) -> Any:
        return self.client.get(path, base_url=BASE)

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(path, base_url=BASE, json=body, headers={"X-CSRFToken": self.csrf()})

    def hand_in(self, path: str, data: bytes) -> Any:
        sent = {"bundle": (BytesIO(data), "roster-2.bundle"), "csrf_token": self.csrf(), "lang": "en"}
        return self.client.post(path, base_url=BASE, data=sent)


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    enrolment.prepare_keyless(Settings(home=tmp_path / "new", role="desk", name="lawyer-3", port=8403))
    return tmp_path / "new"


@pytest.fixture
def joined(tmp_path: Path, organisation: Organisation) -> Iterator[Station]:
    """A desk that belongs to the organisation and whose reader has no key."""
    settings = Settings(home=tmp_path / "joined", role="desk", name="lawyer-3", port=8403)
    records = [organisation.roster]
    with startup.create_station(settings, root=organisation.root.data, rosters=records, signing_seed=None) as station:
        yield station


def bundle(organisation: Organisation, home: Path) -> bytes:
    """By which headquarters admits the reader of `home`."""
    from testimony.sealing.roster.chain import RosterChain

    chain = RosterChain(organisation.root, [organisation.roster])
    draft = roster_changes.admit(chain, enrolment.asked(home))
    record = rosters.after(organisation, organisation.roster, people=draft["people"])
    return bundle_trust.write(organisation.root.data, [organisation.roster, record], [], [])


@pytest.mark.parametrize("lang", each_time(DESKS, "ar", "el"))
def test_a_desk_without_a_key_shows_the_page_that_makes_one(lang: str, waiting: Path, joined: Station) -> None:
    for app in (create_waiting_app(waiting), create_app(STATION=joined)):
        assert app.test_client().get(f"/{lang}/key", base_url=BASE).location == f"/{lang}/start", "only who started it"
        page = Script(app).get(f"/{lang}/key").text
        assert "<form" not in page, "a form that is posted would be kept by the browser"
        assert page.count('autocomplete="off"') == page.count("<input") - page.count('type="radio"') - page.count(
            'type="checkbox"'
        )
        assert 'value="lawyer-3"' in page
        assert "data-first-backup" in page
        assert not re.search(r'name="(own|again|passphrase)"', page)
    assert Script(create_waiting_app(waiting)).get(f"/{lang}/").location == f"/{lang}/key"
    assert Script(create_app(STATION=joined)).get(f"/{lang}/unlock").location == f"/{lang}/key"


def test_a_waiting_desk_makes_its_key_asks_and_joins(waiting: Path, organisation: Organisation) -> None:
    one = Script(create_waiting_app(waiting))
    words = one.post("/key/proposal", {}).json["passphrase"]
    assert len(words.split()) == 6
    assert words != one.post("/key/proposal", {}).json["passphrase"]
    assert one.post("/key/new", SAID | {"passphrase": words, "again": words}).status_code == 201
    page = one.get("/en/").text
    assert "Read these words to headquarters" in page
    assert 'class="code-dark"' in page
    assert one.hand_in("/en/bundle", bundle(organisation, waiting)).status_code == 303
    root = re.search(r'name="root" value="(\w+)"', one.get("/en/words").text)
    assert root
    sent = {"root": root[1], "csrf_token": one.csrf()}
    assert one.client.post("/en/words", base_url=BASE, data=sent).status_code == 303
    with open_station(waiting) as station:
        assert opening_reader.unlock(station, words).id == "lawyer-3"


def test_a_joined_desk_makes_its_key_and_opens_once_the_roster_names_it(
    joined: Station, organisation: Organisation
) -> None:
    one = Script(create_app(STATION=joined))
    assert one.post("/key/new", SAID).status_code == 201
    page = one.get("/en/unlock")
    assert page.location == "/en/key/request"
    text = one.get("/en/key/request").text
    assert "Until the roster names you, nothing opens here" in text
    assert 'class="code-dark"' in text
    assert "AGE-SECRET" not in text
    assert "age1pq" not in text
    sheet = one.get("/key/enrolment.json")
    assert sheet.data == enrolment.raw(joined.settings.home)
    assert one.post("/unlock", {"passphrase": WORDS}).json["code"] == "keyfile.foreign"
    assert one.hand_in(
        "/key/bundle", bundle_trust.write(organisation.root.data, [organisation.roster], [], [])
    ).location
    assert "does not name you yet" in one.get("/en/key/request").text
    assert one.hand_in("/key/bundle", bundle(organisation, joined.settings.home)).status_code == 303
    assert one.get("/en/key/request").location == "/en/"
    assert one.post("/unlock", {"passphrase": WORDS}).json == {"role": "lawyer"}
    assert one.post("/key/new", SAID).status_code == 500, "never overwritten"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"again": OTHERS}, 422, "passphrase.refused"),
        ({"passphrase": "qwerty", "again": "qwerty"}, 422, "passphrase.refused"),
        ({"id": "Mara Example"}, 422, "enrolment.refused"),
        ({"role": "recovery"}, 403, "keyfile.role"),
        ({"passphrase": 7}, 400, "http.400"),
        ({"passphrase": "x" * 1001}, 400, "http.400"),
    ],
)
def test_what_is_refused_makes_no_file(changes: dict[str, Any], status: int, code: str, waiting: Path) -> None:
    answer = Script(create_waiting_app(waiting)).post("/key/new", SAID | changes)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert [path.name for path in waiting.iterdir()] == ["station.json"]


def test_the_passphrase_is_in_no_log_page_or_file(waiting: Path, caplog: pytest.LogCaptureFixture) -> None:
    one = Script(create_waiting_app(waiting))
    with caplog.at_level(logging.DEBUG):
        assert one.post("/key/new", SAID).status_code == 201
        assert one.post("/key/new", SAID).status_code == 500
    assert WORDS not in caplog.text + one.get("/en/").text
    for path in waiting.iterdir():
        assert WORDS.encode() not in path.read_bytes()


def test_the_passphrase_is_changed_by_a_script_alone(
    browser: Callable[..., Browser], organisation: Organisation, opened: Callable[[str], Station]
) -> None:
    one, old = browser("lawyer", unlocked=False), passphrase_of(organisation, "lawyer-1")
    page = one.get("/en/key/passphrase").text
    assert "<form" not in page
    assert "Copies of the old file still open with the old passphrase" in page
    wrong = one.post_json("/key/passphrase", {"old": OTHERS, "passphrase": WORDS, "again": WORDS})
    assert (wrong.status_code, wrong.json["code"]) == (403, "passphrase.wrong")
    assert one.post_json("/key/passphrase", {"old": old, "passphrase": WORDS, "again": WORDS}).status_code == 200
    assert one.post_json("/unlock", {"passphrase": old}).status_code == 403
    assert one.post_json("/unlock", {"passphrase": WORDS}).status_code == 200


def test_a_person_who_has_left_is_told_that_the_key_has_ended(
    browser: Callable[..., Browser], organisation: Organisation, opened: Callable[[str], Station]
) -> None:
    one = browser("lawyer")
    people = json.loads(organisation.roster.data)["people"]
    told = [each | {"status": "revoked"} if each["id"] == "lawyer-1" else each for each in people]
    station = opened("lawyer")
    with station.database.transaction() as session:
        assert roster_adoption.adopt(station, session, rosters.after(organisation, organisation.roster, people=told))
    assert one.get("/en/").location == "/en/unlock", "what was unlocked is locked"
    answer = one.post_json("/unlock", {"passphrase": passphrase_of(organisation, "lawyer-1")})
    assert (answer.status_code, answer.json["code"]) == (403, "keyfile.revoked")
    assert "roster 1 was the last that named it" in answer.json["sentence"]
    assert reader_key.waiting(station.settings, station.chain) is None, "nobody is asked to wait for what will not come"


@pytest.mark.parametrize("lang", each_time(DESKS, "ar", "el"))
def test_what_a_lost_key_opens_is_told_without_it(lang: str, browser: Callable[..., Browser]) -> None:
    for role, unlocked in (("lawyer", False), ("lawyer", True), ("coordinator", False)):
        one = browser(role, unlocked=unlocked)
        page = one.get(f"/{lang}/lost").text
        sheets = re.findall(rf'href="(/{lang}/lost/[0-9a-f]{{64}})"', page)
        assert len(sheets) == 3, "two lawyers and a coordinator"
        for address in sheets:
            sheet = one.get(address)
            assert sheet.status_code == 200
            assert re.search(r'data-exposed="\d+"', sheet.text)
            assert "testimony roster revoke" in sheet.text
        assert one.get(f"/{lang}/lost/{'0' * 64}").status_code == 404


def test_an_unlocked_desk_puts_its_own_key_first(browser: Callable[..., Browser]) -> None:
    page = browser("lawyer").get("/en/lost").text
    assert re.findall(r'translate="no">([\w-]+)</bdi>', page)[0] == "lawyer-1"
    assert "the key of this desk" in page
    assert "the key of this desk" not in browser("lawyer", unlocked=False).get("/en/lost").text
