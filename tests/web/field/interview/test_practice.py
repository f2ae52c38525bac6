"""The guide and the quick card as they are served: short, with pictures, kept on phones, no word of who prints them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from testimony.domain.testimony.languages import INTERVIEWERS
from testimony.questionnaire import practice_witness
from testimony.services.startup import open_station
from testimony.web.factory import create_app
from testimony.web.field.interview import practice
from tests.support.each_time import each_time

MOST_WORDS = 35


@pytest.fixture
def client(homes: Path) -> Iterator[FlaskClient]:
    with open_station(homes / "field") as station:
        yield create_app(STATION=station).test_client()


def words_of(markup: str) -> list[str]:
    return re.sub(r"<[^>]+>", " ", markup).split()


def test_the_guide_has_ten_cards_of_a_picture_and_few_words(client: FlaskClient) -> None:
    page = client.get("/interview/en/practice").text
    cards = re.findall(r'<section class="card guide".*?</section>', page, re.DOTALL)
    assert len(cards) == 10
    for card in cards:
        drawing = re.search(r"<svg class=\"guide-picture.*?</svg>", card, re.DOTALL)
        assert drawing
        assert "<path" in drawing[0]
        assert "<text" not in drawing[0]
    with client.application.test_request_context():
        for _, title, text in practice.guide():
            assert len(f"{title} {text}".split()) <= MOST_WORDS, title


def test_a_drawing_belongs_to_each_card_of_the_guide_alone(client: FlaskClient) -> None:
    drawings = re.findall(r"<svg class=\"guide-picture.*?</svg>", client.get("/interview/en/practice").text, re.DOTALL)
    assert len(set(drawings)) == len(drawings)


@pytest.mark.parametrize("lang", each_time(INTERVIEWERS, "ar", "fr"))
def test_phones_keep_the_guide_and_the_quick_card_in_each_language(client: FlaskClient, lang: str) -> None:
    kept = {file["path"] for file in client.get("/interview/files").get_json()["files"]}
    assert {f"/interview/{lang}/practice", f"/interview/{lang}/quick-card"} <= kept
    assert [path for path in kept if path.endswith(("css/practice.css", "css/quick_card.css"))]


@pytest.mark.parametrize("lang", each_time(INTERVIEWERS, "ar", "fr"))
def test_the_quick_card_has_seven_stops_emergencies_and_three_nevers(client: FlaskClient, lang: str) -> None:
    card = client.get(f"/interview/{lang}/quick-card")
    assert card.status_code == 200
    panels = re.findall(r'<section class="panel.*?</section>', card.text, re.DOTALL)
    assert [len(re.findall("<li>", panel)) for panel in panels] == [3, 7, 5, 0]
    assert len(words_of(" ".join(panels))) < 200, "it fits on one side of paper"
    assert "<script" not in card.text


def test_the_quick_card_names_neither_the_organisation_nor_what_is_taken_down(client: FlaskClient) -> None:
    card = " ".join(words_of(client.get("/interview/en/quick-card").text)).lower()
    for told in ("border watch", "testimon", "witness", "border", "pushback"):
        assert told not in card, "somebody else may find the card"


def test_the_home_page_of_the_node_leads_to_the_quick_card(client: FlaskClient) -> None:
    assert 'href="/interview/fr/quick-card"' in client.get("/fr/").text


def test_the_witness_speaks_the_language_of_the_interviewer_or_english_and_says_so(client: FlaskClient) -> None:
    assert [practice_witness.heard_in(lang).lang for lang in ("en", "fr", "ar", "es", "fa")] == [
        *("en", "fr", "ar"),
        *("en", "en"),
    ]
    mark = re.compile(r"data-practice-line.*?<small>", re.DOTALL)
    assert not mark.search(client.get("/interview/ar/practice").text.split("data-comparison-row")[0])
    assert mark.search(client.get("/interview/fa/practice").text.split("data-comparison-row")[0])
