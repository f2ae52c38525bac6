"""The page asks the questionnaire that is in force at the node, and one that was in force can still be fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from testimony.questionnaire import definition
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.form import Form
from testimony.questionnaire.xlsform.agreement import RESERVED
from testimony.questionnaire.xlsform.reader import read
from testimony.services.startup import open_station
from testimony.services.wordings import questionnaires
from testimony.station.station import Station
from testimony.web.factory import create_app
from tests.support.questionnaire.sample import WORKBOOK
from tests.support.questionnaire.small_form import question, told


@pytest.fixture
def station(homes: Path) -> Iterator[Station]:
    with open_station(homes / "field") as opened:
        yield opened


@pytest.fixture
def client(station: Station) -> FlaskClient:
    return create_app(STATION=station).test_client()


@pytest.fixture(scope="module")
def sample() -> Form:
    form = read(WORKBOOK.read_bytes()).form
    assert form is not None
    return form


def cards(client: FlaskClient, lang: str = "en") -> str:
    answer = client.get(f"/interview/{lang}/cards")
    assert answer.status_code == 200
    return answer.text


def data_of(page: str) -> dict[str, dict[str, str]]:
    found = re.search(r'id="cards-data">(.*?)</script>', page, re.S)
    assert found is not None
    data: dict[str, dict[str, str]] = json.loads(found[1])
    return data


def test_what_is_installed_while_the_node_runs_is_asked_from_then_on(
    client: FlaskClient, station: Station, sample: Form
) -> None:
    assert 'data-card="days_outside"' not in cards(client)
    questionnaires.install(station, sample)
    english, french = cards(client), cards(client, "fr")
    assert "How many days did you sleep outside?" in english
    assert "Combien de jours avez-vous dormi dehors ?" in french
    assert 'data-card="i_ret"' not in english
    assert data_of(french)["checks"]["days_outside"] == "Plus d’un an n’est pas possible ici."
    assert data_of(french)["form"]["sha256"] == sample.sha256


def test_the_switch_to_the_whole_form_stands_on_the_first_question_after_the_account(
    client: FlaskClient, station: Station, sample: Form
) -> None:
    for first, page in (("w_role", cards(client)), ("w_age", _asked_by(station, sample, client))):
        assert page.count('data-act="pace"') == 1
        assert 'data-act="pace"' in page.split(f'data-card="{first}"')[1].split("</section>")[0]


def _asked_by(station: Station, form: Form, client: FlaskClient) -> str:
    questionnaires.install(station, form)
    return cards(client)


def test_coordinates_are_asked_for_in_the_order_in_which_they_are_kept(client: FlaskClient) -> None:
    page = cards(client)
    told = re.search(r'id="point-i_loc_point">(.*?)</p>', page)
    assert told is not None
    assert told[1].index("latitude") < told[1].index("longitude")
    assert client.get("/interview/en/").text.count(told[1]) + page.count(told[1]) == 2  # and where they are wrong


def test_the_definition_that_the_cards_name_is_served_and_kept(
    client: FlaskClient, station: Station, sample: Form
) -> None:
    before = data_of(cards(client))["form"]["url"]
    questionnaires.install(station, sample)
    after = data_of(cards(client))["form"]["url"]
    served = client.get(after).get_json()
    assert set(served["fields"]) == set(sample.value["fields"])
    for word in ("Water", "De l’eau", "Kind of place", "Nuits"):  # the page shows the words by itself
        assert word not in client.get(after).get_data(as_text=True)
    assert after in [one["path"] for one in client.get("/interview/files").get_json()["files"]]
    assert client.get(before).get_json()["id"] == Form.load().id  # a page from before the change goes on
    assert client.get("/interview/form/" + "0" * 64 + ".json").status_code == 404
    assert client.get("/interview/form/current.json").status_code == 404


def test_a_form_from_before_seals_to_coordinators_no_more_than_the_present_codebook_lets(client: FlaskClient) -> None:
    (before,) = (form for form in definition.all_shipped() if form.id == "camp-interview@3")
    assert "lawyers_only" not in before.value["fields"]["w_vuln"]
    served = client.get(f"/interview/form/{before.sha256}.json").get_json()["fields"]
    kept = {name for name, field in Codebook.load().fields.items() if field.lawyers_only}
    assert {name for name, field in served.items() if field.get("lawyers_only")} == kept & {*served} > {"w_vuln"}


def test_a_form_that_was_damaged_on_the_disk_is_not_asked(client: FlaskClient, station: Station, sample: Form) -> None:
    questionnaires.install(station, sample)
    (station.settings.home / "forms" / f"{sample.sha256}.json").write_bytes(b"{}")
    assert client.get("/interview/en/cards").status_code >= 500


def test_no_own_question_can_take_a_name_that_the_page_uses_itself(client: FlaskClient) -> None:
    page = client.get("/interview/en/").text + cards(client)
    used = {*re.findall(r'data-(?:card|field)="([^"{]+)"', page)}
    asked = {field.id for field in Form.load().fields}
    possible = {name for name in used - asked if re.fullmatch(r"[a-z][a-z0-9_]*", name)}
    assert len(possible) > 20
    assert {name for name in possible if not RESERVED.fullmatch(name)} == set()


def test_a_note_stands_on_the_card_of_its_question_also_of_how_exact_a_date_is(
    client: FlaskClient, station: Station
) -> None:
    precise = question("select_one date_prec", "i_date_prec")
    form = told(
        {"type": "note", "name": "softly", "label::English (en)": "Ask softly."},
        precise,
        question("date", "i_date", disclosure="quasi"),
        question("select_one answered", "tired"),
        {
            "type": "note",
            "name": "rest",
            "label::English (en)": "Offer a <b>pause</b>.",
            "relevant": "${tired} = 'yes'",
        },
    ).form
    assert form is not None
    page = _asked_by(station, form, client)
    date, tired = (page.split(f'data-card="{name}"')[1].split("</section>")[0] for name in ("i_date", "tired"))
    assert "Ask softly." in date
    assert 'aria-live="polite"' not in date
    shown = tired.split('aria-live="polite"')[1]
    assert """data-note-when='["has", "tired", "yes"]' hidden>Offer a &lt;b&gt;pause&lt;/b&gt;.""" in shown
    assert "data-stay" in tired, "nobody would read it if the card went on by itself"
