"""The lawyers' page on which colleagues are let in; and asking late in the words that were checked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from testimony.domain.testimony.languages import DESKS
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.signatures import Signer
from testimony.services.access.grant_job import Progress
from testimony.services.enrolment.organisation import Organisation
from testimony.services.roster import adoption as roster_adoption
from testimony.services.wordings import wordings
from testimony.station.station import Station
from tests.support.each_time import each_time
from tests.support.services import rosters
from tests.support.services.checked_wordings import wording_of
from tests.support.services.desks import reader_of
from tests.support.web.browser import LAWYERS, Browser, Filled
from tests.support.web.desk.acts import late, page, standing
from tests.support.web.desk.colleagues import Opened, reached

__all__ = ["reached"]


@pytest.fixture
def joined(opened: Opened, organisation: Organisation) -> None:
    """lawyer-3 is in the roster in force, known at central."""
    entry = {
        "id": "lawyer-3",
        "role": "lawyer",
        "status": "active",
        "age": OpeningKey.generate().recipient.text,
        "keys": [key.describe() for key in Signer.generate().public_keys],
    }
    people = [*json.loads(organisation.roster.data)["people"], entry]
    adopt(opened("central"), organisation, people=people)


def adopt(station: Station, made: Organisation, **changes: Any) -> None:
    record = rosters.after(made, made.roster, **changes)
    with station.database.transaction() as session:
        assert roster_adoption.adopt(station, session, record)


def left(desk: Browser) -> dict[str, str]:
    found = desk.get("/en/colleagues/")
    assert found.status_code == 200
    return dict(re.findall(r'data-reader="([\w-]+)" data-testimonies="(\d+)"', found.text))


@pytest.mark.usefixtures("reached", "joined")
def test_the_page_says_who_cannot_read_how_much_and_lets_them_in(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    lawyer = browser("lawyer")
    assert left(lawyer) == {"lawyer-2": "0", "coordinator-1": "0", "recovery": "0"}
    assert 'action="/colleagues/let-in"' not in lawyer.get("/en/colleagues/").text, "nothing to press"
    lawyer.post("/pull", {"lang": "en"})
    number = int(left(lawyer)["lawyer-3"])
    assert number >= 3, "all but the one that was only to be kept"
    assert number < len(filled.sealed)
    answer = lawyer.post("/colleagues/let-in", {"lang": "en"})
    assert (answer.status_code, answer.location) == (303, "/en/colleagues/progress")
    lawyer.app.extensions["testimony.letting"].wait()
    text = lawyer.get("/en/colleagues/progress").text
    assert re.search(rf'data-let-in="{number}" data-heads="[1-9]', text)
    assert "the witness agreed to keeping alone: 1." in text
    assert left(lawyer)["lawyer-3"] == "0"
    lawyer.post("/colleagues/let-in", {"lang": "en"})
    lawyer.app.extensions["testimony.letting"].wait()
    assert 'data-let-in="0" data-heads="0"' in lawyer.get("/en/colleagues/progress").text


@pytest.mark.usefixtures("reached", "joined")
def test_one_testimony_alone_is_opened_from_its_page(browser: Callable[..., Browser], filled: Filled) -> None:
    lawyer, tid = browser("lawyer"), filled.tid(LAWYERS)
    act = f'action="/testimony/{tid}/let-in"'
    assert act not in lawyer.get(f"/en/testimony/{tid}").text, "nobody lacks it yet"
    lawyer.post("/pull", {"lang": "en"})
    number = int(left(lawyer)["lawyer-3"])
    assert act in lawyer.get(f"/en/testimony/{tid}").text
    assert lawyer.post(f"/testimony/{tid}/let-in", {"lang": "en"}).status_code == 303
    lawyer.app.extensions["testimony.letting"].wait()
    told = lawyer.get("/en/colleagues/progress").text
    assert "<li>Looked at 1 of 1 testimony.</li>" in told
    assert "<li>1 testimony was opened to colleagues, and signed. Parts of them: " in told
    assert act not in lawyer.get(f"/en/testimony/{tid}").text
    assert int(left(lawyer)["lawyer-3"]) == number - 1
    assert lawyer.post(f"/testimony/{'0' * 32}/let-in", {"lang": "en"}).status_code == 404


@pytest.mark.parametrize("lang", each_time(DESKS, "ar", "el"))
def test_while_it_is_under_way_the_page_shows_how_far_and_a_button_stops_it(
    lang: str, browser: Callable[..., Browser]
) -> None:
    lawyer = browser("lawyer")
    assert lawyer.get(f"/{lang}/colleagues/progress").location == f"/{lang}/colleagues/", "nothing was begun"
    work = lawyer.app.extensions["testimony.letting"]
    run = work.start(Progress(total=40, done=10), lambda run: run._stop.wait(60))
    text = lawyer.get(f"/{lang}/colleagues/progress").text
    assert '<progress max="40" value="10"' in text
    assert 'action="/colleagues/stop"' in text
    assert lawyer.get("/colleagues/state").json == {"running": True, "done": 10, "total": 40}
    lawyer.post("/colleagues/stop", {"lang": lang})
    assert run.stopping
    work.last = Progress(total=40, done=10, stopped=True)
    work.last.end()
    assert 'action="/colleagues/let-in"' in lawyer.get(f"/{lang}/colleagues/progress").text, "it goes on from there"


@pytest.mark.usefixtures("reached", "joined")
def test_locking_the_key_stops_what_works_with_it(browser: Callable[..., Browser]) -> None:
    lawyer = browser("lawyer")
    lawyer.post("/pull", {"lang": "en"})
    work = lawyer.app.extensions["testimony.letting"]
    run = work.start(Progress(), lambda run: run._stop.wait(60))
    assert not run.stopping
    lawyer.post("/lock", {"lang": "en"})
    assert run.stopping
    assert run.wait(30)


@pytest.mark.usefixtures("reached")
def test_who_left_is_said_with_what_that_does(
    browser: Callable[..., Browser], opened: Opened, organisation: Organisation
) -> None:
    lawyer = browser("lawyer")
    assert "No longer in the roster" not in lawyer.get("/en/colleagues/").text
    people = json.loads(organisation.roster.data)["people"]
    told = [one | {"status": "revoked"} if one["id"] == "lawyer-2" else one for one in people]
    adopt(opened("lawyer"), organisation, people=told)
    text = lawyer.get("/en/colleagues/").text
    assert 'data-left="lawyer-2"' in text
    assert "ended by roster 2" in text
    assert "its desk does not unlock" in text


@pytest.mark.parametrize("lang", each_time(DESKS, "ar", "el"))
def test_it_comes_up_in_every_language_for_lawyers_alone(lang: str, browser: Callable[..., Browser]) -> None:
    lawyer, coordinator = browser("lawyer"), browser("coordinator")
    shelf = lawyer.get(f"/{lang}/").text
    assert f'href="/{lang}/colleagues/"' in shelf
    assert lawyer.get(f"/{lang}/colleagues/").status_code == 200
    assert coordinator.get(f"/{lang}/colleagues/").status_code == 403
    for address in ("/colleagues/let-in", "/colleagues/stop", f"/testimony/{'0' * 32}/let-in"):
        assert coordinator.post(address, {"lang": lang}).status_code == 403
    assert f'href="/{lang}/colleagues/"' not in coordinator.get(f"/{lang}/").text


def test_without_headquarters_for_a_week_nobody_is_let_in(browser: Callable[..., Browser]) -> None:
    lawyer = browser("lawyer")
    assert "Nobody gets access until it is reached." in lawyer.get("/en/colleagues/").text
    assert lawyer.post("/colleagues/let-in", {"lang": "en"}).status_code == 409
    assert lawyer.client.post("/colleagues/let-in", base_url=lawyer.base, data={"lang": "en"}).status_code == 400


@pytest.mark.usefixtures("reached")
def test_late_words_that_were_checked_need_no_interpreter(
    browser: Callable[..., Browser], filled: Filled, opened: Opened, organisation: Organisation
) -> None:
    lawyer, tid = browser("lawyer"), filled.tid(LAWYERS)
    asked = f"/en/testimony/{tid}/ask"
    assert re.search(r'<option value="ps"[^>]*>[^<]* \*</option>', lawyer.get(asked).text), "a draft, and marked"
    signer = reader_of(organisation, "lawyer-1").signer
    assert signer is not None
    told = json.loads(organisation.roster.data)["organisation"]
    record, _ = wording_of(told, signer, "ps")
    adopt(opened("central"), organisation, organisation=told | {"wordings": {"ps": record.id}})
    lawyer.post("/pull", {"lang": "en"})
    wordings.keep(opened("lawyer"), record)
    assert not re.search(r'<option value="ps"[^>]*>[^<]* \*</option>', lawyer.get(asked).text)
    assert lawyer.post(f"/testimony/{tid}/consent/ask", late(script="ps")).status_code == 303
    text = page(lawyer, tid)
    assert "Written down and signed: yes." in text
    assert standing(text)["P06"] == "yes"


def test_the_form_says_why_voice_and_pictures_are_not_on_it(browser: Callable[..., Browser], filled: Filled) -> None:
    text = browser("lawyer").get(f"/en/testimony/{filled.tid(LAWYERS)}/ask").text
    assert "A recording of the voice, or pictures, cannot be asked for here." in text
    assert 'value="P02"' not in text
    assert 'value="P03"' not in text
