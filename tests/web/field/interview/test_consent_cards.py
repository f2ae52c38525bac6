"""The cards of consent: names in every language, each recipient apart, and a consent compartment that names nobody."""

from __future__ import annotations

import html
import json
import random
import re
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from testimony.domain.consent.conditions import judged
from testimony.domain.consent.fold import ConsentEvent, Purpose, prerequisites, standing_purposes
from testimony.domain.consent.guards import NOT_FOR_CHILDREN
from testimony.domain.consent.offers import offers
from testimony.domain.testimony.languages import INTERVIEWERS, SCRIPTS, dir_of
from testimony.questionnaire import expressions
from testimony.services.demo import demo
from testimony.services.enrolment import organisation as enrolment_organisation
from testimony.services.enrolment.organisation import Organisation, Plan
from testimony.services.startup import open_station
from testimony.services.wordings import sentences
from testimony.web.factory import create_app
from testimony.web.field.interview import consent_cards, witness_text
from testimony.web.field.interview.consent_cards import Said
from tests.support.questionnaire.node_js import call_in_browser
from tests.support.settings import FAST, ISSUED

COMPOSED = Path(__file__).parents[3] / "js" / "composed.mjs"
ASKING: dict[str, Any] = json.loads(demo.ASKING.read_text(encoding="utf-8"))
YES: dict[str, Any] = {"value": "yes"}


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """One that asks for everything, of named recipients, and knows places of help."""
    plan = Plan(**ASKING, lawyer_names=("Mara Example", "Ilir Example"), issued=ISSUED, key_file_work=FAST)
    return enrolment_organisation.create(tmp_path_factory.mktemp("organisation") / "org", plan)


@pytest.fixture(scope="module")
def client(organisation: Organisation) -> Iterator[FlaskClient]:
    with open_station(organisation.folder / "field") as station:
        yield create_app(STATION=station).test_client()


class Fields(HTMLParser):
    """What the cards can put into answers: {field: (type, [codes])}."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, list[str]]] = {}
        self._current = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if field := named.get("data-field"):
            self._current = field
            self.found[field] = (named.get("data-type") or "", [])
        if self._current and (code := named.get("data-option")):
            self.found[self._current][1].append(code)


def cards_of(client: FlaskClient, lang: str = "en") -> tuple[str, dict[str, Any]]:
    page = client.get(f"/interview/{lang}/cards").text
    told = re.search(r'id="cards-data">(.*?)</script>', page, re.DOTALL)
    assert told
    data = json.loads(told[1])
    data["lang"] = lang
    data["form"]["definition"] = client.get(f"/interview/form/{data['form']['sha256']}.json").json
    return page, data


def random_answers(fields: dict[str, tuple[str, list[str]]], chance: random.Random) -> dict[str, Any]:
    """An answer to most fields: any of the codes on the card, and what a person could type where one types."""
    answers: dict[str, Any] = {}
    for field, (kind, codes) in fields.items():
        if chance.random() < 0.15:
            continue
        if codes and kind != "text":
            chosen = chance.choice(codes)
            answers[field] = {"value": [chosen] if kind == "multi" else chosen}
        else:
            answers[field] = {"value": f"Typed {field} Example"}
    return answers | {f"purpose_{code}": YES for code in ("P01", "P04") if chance.random() < 0.8}


def strings(value: Any) -> Iterator[str]:
    """Every text in `value`, keys too."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def test_the_consent_compartment_names_nobody_whatever_is_put_into_the_page(client: FlaskClient, node: str) -> None:
    page, data = cards_of(client)
    fields = Fields(page).found
    assert {"guardian_name", "interpreter_name", "adults_names", "w_name", "n_text", "w_not_learn"} <= set(fields)
    chance = random.Random(11)
    cases = [
        {
            "answers": random_answers(fields, chance),
            "started": "s", "finished": "f", "partial": chance.random() < 0.5,
            "help": {"camp-clinic": "accepted"}, "prompted": ["sexual"],
        }
        for _ in range(400)
    ]  # fmt: skip
    asked = json.dumps({"cases": cases, "data": data, "day": "2026-01-05", "person": "interviewer-1"})
    done = subprocess.run([node, COMPOSED], input=asked, capture_output=True, text=True, check=True)
    codes = {code for _, held in fields.values() for code in held}
    plain = re.compile(
        r"[a-z_0-9]{1,24}|[0-9a-f]{32}|[0-9a-f]{64}|\d{4}-\d\d-\d\d|P\d\d[a-d]?|[A-Z]{3,10}|camp-consent"
    )
    recipients = {one["recipient"] for one in ASKING["purposes"]}
    named = 0
    for case, contents in zip(cases, json.loads(done.stdout), strict=True):
        for text in strings(contents["consent"]):
            assert text in codes or text in recipients or plain.fullmatch(text), (text, case["answers"])
        said = json.dumps(contents)
        named += "Typed guardian_name" in said
        assert "Typed" not in json.dumps([contents["consent"], contents["coded"]])
    assert named > 50  # the name is kept, elsewhere


@pytest.mark.parametrize("lang", INTERVIEWERS)
def test_recipients_are_named_in_the_language_of_the_page(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/interview/{lang}/cards").text
    for one in ASKING["purposes"]:
        assert one.get("name", {}).get(lang, "") in page
    assert not re.search(r"\{(organisation|lawyers|recipient|life|months|complaints)\}", page)


@pytest.mark.parametrize("lang", SCRIPTS)
def test_recipients_are_named_in_the_language_that_is_spoken(lang: str) -> None:
    words = sentences.sentences(ASKING, lang)
    for one in offers(ASKING):
        name = one.name if isinstance(one.name, dict) else {}
        assert name.get(lang, name.get("en", "")) in words[f"for.{one.id}"]


MONTHS = {
    "en": {1: "for 1 month", 24: "for 24 months"},
    "fr": {24: "pendant 24\xa0mois"},
    "ar": {24: "لمدة 24 شهرًا", 3: "لمدة 3 أشهر"},
}


@pytest.mark.parametrize("lang", SCRIPTS)
def test_how_long_is_said_in_words_of_the_language(lang: str) -> None:
    for months, said in MONTHS.get(lang, {}).items():
        assert sentences.life(months, lang) == said
    lives = [sentences.life(months, lang) for months in range(1, 121)]
    assert len(set(lives)) == len(lives)  # a number that is lost on the way would make two of them one
    assert not any("{" in life for life in lives)
    assert sentences.life(None, lang) not in lives


@pytest.mark.parametrize("lang", SCRIPTS)
def test_the_organisation_and_its_lawyers_are_named_in_the_language_that_is_spoken(lang: str) -> None:
    lawyers = {"en": "Mara and Ilir", "fr": "Mara et Ilir", "ar": "م و إ"}
    names = sentences.names({**ASKING, "lawyers": lawyers}, lang)
    assert names["organisation"] == ASKING["name"].get(lang, ASKING["name"]["en"])
    assert names["complaints"] == ASKING["complaints"].get(lang, ASKING["complaints"]["en"])
    assert names["lawyers"] == lawyers.get(lang, lawyers["en"])
    assert sentences.names({"name": "Everywhere"}, lang)["organisation"] == "Everywhere"


@pytest.mark.parametrize("lang", SCRIPTS)
def test_a_number_behind_a_latin_name_stays_behind_it_in_a_line_from_right_to_left(lang: str) -> None:
    asked = sentences.sentences({**ASKING, "lawyers": "Mara"}, lang)["ask.P04"]
    assert ("Mara\u200f" in asked) == (dir_of(lang) == "rtl")
    written = sentences.sentences({**ASKING, "lawyers": "مارا"}, lang)["ask.P04"]
    assert "\u200f" not in written


def test_a_changed_word_in_any_language_changes_the_digest_of_its_card_alone() -> None:
    before = witness_text.digests(ASKING, {})
    mechanism = {**ASKING["mechanism"], "fr": "un autre mécanisme"}
    after = witness_text.digests({**ASKING, "mechanism": mechanism}, {})
    assert {field for field in before if before[field] != after[field]} == {"purpose_P07"}


def test_two_recipients_of_one_purpose_have_a_card_each(client: FlaskClient) -> None:
    page, data = cards_of(client)
    for id in ("P05-camp-clinic", "P05-legal-desk"):
        assert f'data-card="purpose-{id}"' in page
        assert data["purposes"][id]["purpose"] == "P05"


def test_nothing_is_chosen_beforehand(client: FlaskClient) -> None:
    page, _ = cards_of(client)
    assert not re.search(r"<input[^>]*\schecked", page)


def test_a_card_is_asked_only_when_what_it_needs_was_agreed_to() -> None:
    chance = random.Random(12)
    asked = consent_cards.asked(ASKING, Said(ASKING, "en", {}))
    for _ in range(3_000):
        answers = {f"purpose_{one.id}": {"value": chance.choice(["yes", "no"])} for one in asked}
        answers["cs_age"] = {"value": chance.choice(["adult", "minor", "alone"])}
        if chance.random() < 0.3:
            answers["ask_no_more"] = YES
        given = {one.purpose for one in asked if answers[f"purpose_{one.id}"] == YES}
        for one in asked:
            shown = expressions.evaluate(json.loads(one.when), answers)
            needs = {str(need) for need in prerequisites(Purpose(one.purpose))} <= given
            child = answers["cs_age"]["value"] != "adult" and one.purpose in NOT_FOR_CHILDREN
            assert shown == (needs and not child), one.id


def test_after_ask_no_more_only_what_was_answered_stays() -> None:
    answers = {"purpose_P01": YES, "purpose_P04": YES, "purpose_P06": {"value": "no"}, "ask_no_more": YES}
    shown = [
        one.id
        for one in consent_cards.asked(ASKING, Said(ASKING, "en", {}))
        if expressions.evaluate(json.loads(one.when), answers)
    ]
    assert shown == ["P01", "P04", "P06"]


def test_a_purpose_that_can_never_stand_is_not_asked() -> None:
    without = {"purposes": [one for one in ASKING["purposes"] if one["purpose"] != "P04"]}
    assert [one.id for one in consent_cards.asked(without, Said(without, "en", {}))] == [
        "P01",
        "P06",
        "P07",
        "P10-partners",
    ]


SHORTEST: dict[str, Any] = {
    "safety_private": YES, "safety_officer": {"value": "no"}, "interpreter": {"value": "no"},
    "cs_age": {"value": "adult"}, "purpose_P01": YES, "purpose_P04": {"value": "no"}, "told_before": {"value": "no"},
}  # fmt: skip
"""A witness who agrees to be recorded and to nothing else."""
TALK = ("start", "told", "purposes", "teach", "talk")
CARD = re.compile(r'<section [^>]*data-card="([^"]+)" data-section="([^"]+)"[^>]*>')
WHEN = re.compile(r"data-when='([^']+)'")
HINDERED = ("talk-stopped", "obstacles")
"""Cards that stand there only while something forbids to go on."""


def test_fourteen_cards_stand_before_the_account_on_the_shortest_consent(client: FlaskClient) -> None:
    page, _ = cards_of(client)
    asked = [
        card[1]
        for card in CARD.finditer(page)
        if card[2] in TALK and card[1] not in HINDERED
        for when in [WHEN.search(card[0])]
        if expressions.evaluate(json.loads(html.unescape(when[1])) if when else True, SHORTEST)
    ]
    assert len(asked) <= 14, asked


def test_each_item_that_must_be_told_stands_on_one_card(client: FlaskClient) -> None:
    page, data = cards_of(client)
    assert sorted(re.findall(r'data-told="([^"]+)"', page)) == sorted(data["told"])
    fields = [
        field
        for card in re.findall(r'data-section="told" data-required="(told_[^"]+)"', page)
        for field in card.split()
    ]
    assert sorted(fields) == [f"told_{at:02}" for at in range(1, len(data["told"]) + 1)]


def test_a_thumbprint_is_offered_only_where_the_roster_allows_it(client: FlaskClient) -> None:
    page, _ = cards_of(client)
    assert "thumbprint" not in page


IN_ORDER: dict[str, Any] = {
    **{f"told_{at:02}": {"value": "said"} for at in range(1, 16)},
    **{f"teach_{at}": {"value": "understood"} for at in (1, 2, 3)},
    "witness_language": {"value": "en"}, "cs_present": {"value": ["none"]}, "cs_capacity": {"value": ["none"]},
    "cs_incentive": {"value": "none"}, "cs_age": {"value": "adult"}, "cs_heard": {"value": "read"},
    "interpreter": {"value": "no"},
}  # fmt: skip
"""Nothing stands in the way of a yes."""


@pytest.mark.node
def test_events_composed_on_the_phone_stand_as_the_domain_says(client: FlaskClient, node: str) -> None:
    """What the page asks to seal for and what the desk finds standing are the same purposes."""
    _, data = cards_of(client)
    chance = random.Random(13)
    cases = [
        {
            "answers": {
                f"purpose_{id}": {"value": chance.choice(["yes", "yes", "no"])}
                for id in data["purposes"]
                if chance.random() < 0.8
            } | IN_ORDER | ({} if number % 10 else {"cs_present": {"value": ["officer"]}}),
            "started": "s", "finished": "f", "partial": False,
        }
        for number in range(300)
    ]  # fmt: skip
    asked = json.dumps({"cases": cases, "data": data, "day": "2026-01-05", "person": "i"})
    done = subprocess.run([node, COMPOSED], input=asked, capture_output=True, text=True, check=True)
    granting = [[case["answers"], data["purposes"]] for case in cases]

    standing = call_in_browser("form/contents", "standing", granting)
    for number, (contents, purposes) in enumerate(zip(json.loads(done.stdout), standing, strict=True)):
        consent = contents["consent"]
        found = standing_purposes(consent["events"], ISSUED)
        assert found == ({Purpose(code) for code in purposes} if number % 10 else set())
        events = [ConsentEvent.parse(value) for value in consent["events"]]
        assert list(judged(events, consent, data["told"])) == events  # the desk judges as the phone did
