"""An organisation's own questionnaire on its whole way: installed, asked on a phone, sealed, read at two desks."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, sync_playwright

from testimony.questionnaire.xlsform.reader import read
from testimony.services.startup import open_station
from testimony.services.wordings import questionnaires
from tests.support.interview.consent import PATH
from tests.support.interview.fast_interview import Hurried
from tests.support.journeys.desks import Desk, Seen
from tests.support.journeys.world import World, world
from tests.support.questionnaire.sample import WORKBOOK

PURPOSES = {"P01", "P04", "P06"}
ANSWERS: dict[str, Any] = {
    "n_text": "They took us back at night.",
    "w_age": "a18to24",
    "i_date_prec": "day",
    "i_date": "2025-11-09",
    "i_segment": "SRB-MKD:all",
    "v_acts": ["beat"],
    "days_outside": 4,
    "missed": ["water", "food"],
    "water_from": "river",
    "nights": [{"night_place": "forest", "night_count": 3}, {"night_place": "street", "night_count": 1}],
    "helped_by": "A baker gave us bread.",
    "w_contact": "through the baker",
}
OWN = {"days_outside", "missed", "water_from", "nights"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was seen: on the phone, and at the lawyer's and the coordinator's desk."""

    title: str  # the first own question on the phone, in French
    filled: str  # one that says an earlier answer
    calculated: str  # a hint that says what is calculated from it
    offered: list[str]  # the sources of water that the phone shows after four days outside
    notes: list[bool]  # whether the phone shows the note of long days, and that of a helper before and after the answer
    asked: list[str]
    english: Seen
    french: Seen
    coordinator: Seen
    formless: Seen  # at the lawyer's desk before the questionnaire was brought there


@pytest.fixture(scope="module")
def told(quick_chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("own")
    with sync_playwright() as playwright, world(folder, playwright, quick_chromium, free_port) as made:
        _install(made.home("field"))
        made.start(made.central)
        made.start(made.node)
        (title, filled, calculated), offered, notes, asked = _interview(made)
        made.wait_delivered(1)
        lawyer, coordinator = _desk(made, 0), _desk(made, 1)
        (tid,) = lawyer.shelf()
        formless = lawyer.open(tid)
        _install(made.home("desk-lawyer"))
        english = lawyer.open(tid)
        french = lawyer.open(tid, lang="fr")
        seen = coordinator.open(tid)
        yield Told(
            title=title,
            filled=filled,
            calculated=calculated,
            offered=offered,
            notes=notes,
            asked=asked,
            english=english,
            french=french,
            coordinator=seen,
            formless=formless,
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _install(home: Path) -> None:
    form = read(WORKBOOK.read_bytes()).form
    assert form is not None
    with open_station(home) as station:
        questionnaires.install(station, form)


def _interview(made: World) -> tuple[tuple[str, str, str], list[str], list[bool], list[str]]:
    phone = made.signed_in("interviewer-1", "fr", hands=Hurried)
    phone.to_account(purposes=PURPOSES)  # in English: the French script is a draft
    title = _come_to(phone, "days_outside").locator("h2").inner_text()
    missed = _come_to(phone, "missed")
    filled = missed.locator("h2").inner_text()
    notes = [missed.get_by_text("proposez une pause").is_visible()]
    options = _come_to(phone, "water_from").locator(".options [data-option]")
    offered = [str(one.get_attribute("data-option")) for one in options.all() if one.is_visible()]
    calculated = _come_to(phone, "nights").locator(".hint").first.inner_text()
    helper = _come_to(phone, "helped_by").get_by_text("si nous pouvons nommer")
    notes.append(helper.is_visible())
    phone.page.locator('[data-field="helped_by"] [data-input]').fill("A baker")
    notes.append(helper.is_visible())
    phone.answer(ANSWERS)
    asked: list[str] = phone.page.evaluate(PATH)
    phone.seal()
    return (title, filled, calculated), offered, notes, asked


def _come_to(phone: Hurried, card: str) -> Locator:
    phone.answer(ANSWERS, until=card)
    return phone.page.locator(f'[data-card="{card}"]')


def _desk(made: World, number: int) -> Desk:
    server = made.desk_servers[number]
    desk = made.desk(server)
    desk.enter(made.passphrase(("lawyer-1", "coordinator-1")[number]))
    desk.pull()
    return desk


def test_the_phone_asks_the_questionnaire_in_the_interviewers_language(told: Told) -> None:
    assert told.title == "Combien de jours avez-vous dormi dehors ?"
    assert [name for name in told.asked if name in ANSWERS] == [name for name in ANSWERS if name != "i_date_prec"]
    assert "trusted_person" not in told.asked  # asked only where there is no contact


def test_an_earlier_answer_stands_in_the_text_of_a_question_on_the_phone_alone(told: Told) -> None:
    assert told.filled == "Qu’est-ce qui a manqué ces 4 jours-là ?"
    assert told.calculated == "Une ligne par lieu, pour environ 0.6 semaines en tout."
    assert "What was missing in these … days?" in told.english.html
    assert "${" not in told.english.html


def test_a_choice_that_an_earlier_answer_leaves_out_is_not_offered(told: Told) -> None:
    assert told.offered[:3] == ["tap", "river", "bought"]
    assert "truck" not in told.offered, "it is offered after a week outside"


def test_a_note_is_shown_where_the_answers_call_for_it_also_while_somebody_types(told: Told) -> None:
    assert told.notes == [True, False, True]


def test_the_lawyer_reads_it_in_two_languages_by_the_questionnaires_own_words(told: Told) -> None:
    english, french = told.english.shown("incident"), told.french.shown("incident")
    assert english["missed"] == ["Water", "Food"]
    assert french["missed"] == ["De l’eau", "À manger"]
    assert english["nights"] == ["Kind of place: Forest · Nights: 3", "Kind of place: Street or park · Nights: 1"]
    assert french["water_from"] == ["Une rivière ou la mer"]
    assert "How many days did you sleep outside?" in told.english.html
    assert "Combien de jours avez-vous dormi dehors ?" in told.french.html
    assert told.english.shown("narrative")["helped_by"] == ["A baker gave us bread."]
    assert told.english.shown("identity")["w_contact"] == ["through the baker"]


def test_the_coordinator_counts_the_codebooks_fields_and_never_sees_the_own_ones(told: Told) -> None:
    coded = told.coordinator.shown("coded")
    assert coded["w_age"] == ["18-24"]
    assert coded["i_date"] == ["November 2025"]
    assert not OWN & {*coded}
    for answer in ("Forest", "forest", "baker", "river"):
        assert answer not in told.coordinator.html


def test_a_desk_without_the_questionnaire_shows_codes_and_says_so_until_it_is_brought(told: Told) -> None:
    assert "is not on this computer" in told.formless.html
    assert told.formless.shown("incident")["missed"] == ["water", "food"]
    assert told.formless.shown("incident")["w_age"] == ["18-24"]
    assert "data-formless" not in told.english.html
    assert "data-formless" not in told.coordinator.html  # all that is counted is the codebook's
