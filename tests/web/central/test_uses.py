"""New cases and uses: a form that makes a proposal, gives itself back when something is wrong, and loses nothing."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from testimony.domain.consent.offers import offers
from testimony.domain.consent.purposes import Key, Purpose
from testimony.sealing.roster import proposal
from testimony.services.enrolment.organisation import Organisation
from testimony.services.roster import adoption
from testimony.station.station import Station
from tests.support.services.rosters import root_of
from tests.support.web.browser import Browser

NEW = "/en/uses/new"
CASE = {
    "purpose": "P09",
    "name-en": "the river case",
    "name-ar": "قضية النهر",
    "body": "European Court of Human Rights",
    "application": "12345/26",
    "state": "HRV",
    "deadline": "2026-06-30",
    "lawyers": "lawyer-1",
    "how": "alone",
}


def offered(central: Station) -> dict[Key, object]:
    return {offer.key: offer for offer in offers(central.chain.latest.organisation)}


def published(one: Browser, id: str, organisation: Organisation) -> None:
    """Two roots sign what central gives, and it is handed in."""
    (made,) = proposal.read(one.get(f"/proposals/{id}/file").data, proposal.roster_of(()))
    for name in ("root-1", "root-2"):
        made = made.with_signature(root_of(organisation, name))
    done = one.post(f"/en/proposals/{id}/publish", {"text": made.encode().decode()})
    assert done.status_code == 303, done.text


def sentence_beside(page: str, field: str) -> str:
    found = re.search(rf'id="wrong-{field}">([^<]*)<', page)
    return html.unescape(found[1]) if found else ""


def test_a_case_is_proposed_in_one_step_signed_and_asked(
    signed_in: Callable[..., Browser], central: Station, organisation: Organisation
) -> None:
    one = signed_in("administrator")
    answer = one.post(NEW, CASE)
    assert answer.status_code == 303, answer.text
    id = answer.location.rsplit("/", 1)[1]
    page = re.sub("[\u2068\u2069]", "", html.unescape(one.get(answer.location).text))
    for told in ("Use it in a complaint or in court. For: the river case", "(العربية", "قضية النهر", "12345/26; HRV"):
        assert told.replace("(", "") in page, told
    assert "waits for the roots" in page
    key = Key(Purpose.COURT, "the-river-case")
    before = set(offered(central))
    assert key not in before
    published(one, id, organisation)
    assert set(offered(central)) == before | {key}
    listed = html.unescape(one.get("/en/uses").text)
    for told in ("the river case", "European Court of Human Rights", "Croatia", "30 June 2026", "lawyer-1"):
        assert told in listed


def test_the_phone_asks_the_new_case_and_the_desk_offers_it(
    signed_in: Callable[..., Browser],
    browser: Callable[..., Browser],
    opened: Callable[[str], Station],
    central: Station,
    organisation: Organisation,
) -> None:
    node, desk = browser("field"), browser("lawyer")
    assert "P09-the-river-case" not in node.get("/interview/en/cards").text
    assert "adds one on central’s page" in desk.get("/en/casefile/").text
    one = signed_in("administrator")
    published(one, one.post(NEW, CASE).location.rsplit("/", 1)[1], organisation)
    for role in ("field", "lawyer"):
        station = opened(role)
        with station.database.transaction() as db:
            assert adoption.adopt(station, db, central.chain.records[-1])
    assert "the-river-case" in node.get("/interview/trust").text
    assert "P09-the-river-case" in node.get("/interview/en/cards").text
    assert "قضية النهر" in json.dumps(node.get("/interview/said/ar").json, ensure_ascii=False)
    for page in ("/en/casefile/", "/en/submissions/"):
        assert 'value="P09 the-river-case"' in desk.get(page).text, page


WRONG = [
    ({"purpose": ""}, "purpose", "Choose what"),
    ({"purpose": "P01"}, "purpose", "Choose what"),
    ({"name-en": "", "name-ar": ""}, "name-en", "Write the name"),
    ({"name-en": "a" * 301}, "name-en", "301 characters, and 300 fit"),
    ({"name-en": "the \u202eriver"}, "name-en", "invisible signs"),
    ({"name-ar": "\u2067قضية"}, "name-ar", "invisible signs"),
    ({"name-en": "…"}, "name-en", "no letter"),
    ({"months": "many"}, "months", "from 1 to 1200"),
    ({"months": "1201"}, "months", "from 1 to 1200"),
    ({"application": "1\r\n2"}, "application", "line break"),
    ({"state": "XYZ"}, "state", "Choose a State"),
    ({"deadline": "30.6.2026"}, "deadline", "such as 2027-03-31"),
    ({"deadline": "2026-01-19"}, "deadline", "This day is over"),
    ({"lawyers": "lawyer-9"}, "lawyers", "lawyer-9 is no active lawyer"),
    ({"also": "P08b"}, "also", "United Nations"),
    ({"purpose": "P05"}, "body", "Only a case"),
    ({"purpose": "P13"}, "name-en", "has no name"),
]


@pytest.mark.parametrize(("changed", "field", "sentence"), WRONG)
def test_what_is_wrong_stands_beside_its_field_and_all_that_was_typed_stays(
    changed: dict[str, str], field: str, sentence: str, signed_in: Callable[..., Browser], central: Station
) -> None:
    one = signed_in("registrar")
    typed = CASE | changed
    answer = one.post(NEW, typed)
    assert answer.status_code == 422
    assert sentence in sentence_beside(answer.text, field)
    assert f'href="#{field}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    page = html.unescape(answer.text)
    for name, value in typed.items():
        if value and name not in ("how", "purpose", "also"):
            kept = value.replace("\u202e", "").replace("\u2067", "")  # what a page shows of such a sign closes again
            assert kept in re.sub("[\u202c\u202e\u2067\u2069]", "", page), name
    for value in (typed["purpose"], typed["state"], typed["lawyers"]):
        if value not in ("", "P01"):
            assert re.search(rf'value="{value}"[^>]*( checked| selected)', answer.text), value
    assert "Open proposal" not in one.get("/en/roster").text


def test_a_deadline_that_is_over_is_kept_when_somebody_confirms_it(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("registrar")
    asked = one.post(NEW, CASE | {"deadline": "2026-01-19"})
    assert 'name="past"' in asked.text
    assert one.post(NEW, CASE | {"deadline": "2026-01-19", "past": "yes"}).status_code == 303


def test_a_name_that_exists_is_refused_also_while_it_is_only_proposed(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("registrar")
    assert one.post(NEW, CASE).status_code == 303
    again = one.post(NEW, CASE | {"name-en": "The  RIVER case", "name-ar": ""})
    assert again.status_code == 422
    assert "A use has this name already" in sentence_beside(again.text, "name-en")
    other = one.post(NEW, {"purpose": "P05", "name-en": "the river case"})  # of another kind: with an id of its own
    assert "the-river-case-2" in one.get(other.location).text


def test_changes_gather_in_the_open_proposal_when_asked(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("registrar")
    first = one.post(NEW, CASE | {"how": "open"})
    clinic = {"purpose": "P05", "name-en": "the clinic", "how": "open"}
    assert one.post(NEW, clinic).location == first.location
    page = one.get(first.location).text
    assert page.count("From now on witnesses are asked") == 2
    assert "Prepare it for signing" in page


def test_observers_see_no_form_and_propose_nothing(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("observer")
    assert one.get(NEW).status_code in (303, 403)
    assert one.post(NEW, CASE).status_code in (303, 403)


def test_a_roster_that_ended_says_that_the_proposal_renews_it(
    signed_in: Callable[..., Browser],
) -> None:
    one = signed_in("registrar")
    assert "gives it new dates, too" not in one.get(NEW).text
    one.app.config["CLOCK"] = lambda: datetime(2026, 4, 20, 9, tzinfo=UTC)
    late = signed_in("registrar")
    assert "The roster ended on 7 April 2026. This proposal gives it new dates, too." in late.get(NEW).text
    assert late.post(NEW, CASE).status_code == 303
