"""The pages as they are served: complete, light, closed to other sites, and all that the phone keeps is there."""

from __future__ import annotations

import gzip
import html
import json
import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import url_for
from flask.testing import FlaskClient

from testimony.canonical import sha256_hex
from testimony.domain.testimony.languages import INTERVIEWERS, SCRIPTS, dir_of
from testimony.domain.withdrawal.suspension import GRACE_PERIOD
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.consent_scripts import Script
from testimony.questionnaire.form import Form
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from testimony.web.assets import FOLDER
from testimony.web.factory import create_app
from testimony.web.field.interview import app_shell
from testimony.web.field.interview.app_shell import pack

LANGUAGES = {lang: dir_of(lang) for lang in INTERVIEWERS}
AT_ONCE = re.compile(r"""(?:from|import)\s*["'](\.[^"']+)["']""")
LATER = re.compile(r"""import\(["'](\.[^"']+)["']\)""")
FIRST_LOAD = 40_000  # bytes on the wire until somebody can sign in: page, style, the scripts that start it
BEFORE_SEALING = 20_000  # bytes of scripts, packed, until the worker with the sealing code is asked for
STYLE = 10_000
ONE_PACK = 5_500  # bytes of the words of a witness's language, on average: each phone keeps all of them
REQUESTS = 10


@pytest.fixture(scope="module")
def client(organisation: Organisation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    home = shutil.copytree(organisation.folder / "field", tmp_path_factory.mktemp("shell") / "field")
    with open_station(Path(home)) as station:
        yield create_app(STATION=station).test_client()


def pack_in(client: FlaskClient, tag: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The pack of `tag` as it is served, and its words by the keys that the cards name."""
    data = re.search(r'id="cards-data">(.*?)</script>', client.get("/interview/en/cards").text, re.DOTALL)
    assert data is not None
    pack, keys = client.get(f"/interview/said/{tag}").get_json(), json.loads(data[1])["said"]
    assert pack["keys"] == keys["digest"]
    return pack, dict(zip(keys["list"], pack["words"], strict=True))


class Elements(HTMLParser):
    """The start tags of a page: (tag, attributes)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.found if tag in tags]


def page_in(client: FlaskClient, lang: str) -> str:
    answer = client.get(f"/interview/{lang}/")
    assert answer.status_code == 200
    return answer.text


def whole(client: FlaskClient, lang: str) -> str:
    """The page and the cards that are put into it after somebody signed in."""
    cards = client.get(f"/interview/{lang}/cards")
    assert cards.status_code == 200
    return page_in(client, lang) + cards.text


def weight(client: FlaskClient, names: Iterable[str]) -> int:
    """Bytes of these static files on the wire, as a browser takes them."""
    with client.application.test_request_context():
        addresses = [url_for("static", filename=name) for name in names]
    return sum(len(client.get(each, headers={"Accept-Encoding": "gzip, br"}).data) for each in addresses)


def graph(*names: str, later: bool) -> set[str]:
    """The modules that `names` import in turn, by their path below the static folder; `later`: on demand too."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            path = FOLDER / name
            text = path.read_text("utf-8")
            imported = AT_ONCE.findall(text) + (LATER.findall(text) if later else [])
            waiting += [str((path.parent / each).resolve().relative_to(FOLDER)) for each in imported]
    return found


def test_each_page_is_in_its_own_language_whoever_asks_first(client: FlaskClient) -> None:
    """The first test of this node."""
    client.get("/interview/files", headers={"Accept-Language": "fr"})
    for lang, direction in LANGUAGES.items():
        page = page_in(client, lang)
        assert f'<html lang="{lang}" dir="{direction}"' in page
        assert f'data-language="{lang}" lang="{lang}" dir="{direction}" aria-current="true"' in page


def test_each_thing_to_say_knows_its_language_and_direction(client: FlaskClient) -> None:
    page = whole(client, "fr")
    said = [each for each in Elements(page).all("p") if "data-words" in each]
    assert len(said) > 14 + 4 + 3
    assert {(each["lang"], each["dir"], each["data-words"]) for each in said} == {("fr", "ltr", "fr")}


def test_a_pack_holds_the_words_of_every_place_where_something_is_said(client: FlaskClient) -> None:
    page = whole(client, "en")
    places = {each["data-said"] for each in Elements(page).all("div", "span") if "data-said" in each}
    assert len(places) > 60
    for tag in SCRIPTS:
        pack, words = pack_in(client, tag)
        assert places <= set(words), tag
        assert all(text.strip() for text in words.values()), tag
        assert not re.search(r"\{\w+\}", json.dumps(words)), tag
        assert (pack["lang"], pack["dir"], pack["sha256"]) == (tag, dir_of(tag), Script.load(tag).sha256)


def test_all_packs_are_light_since_the_cards_name_their_words_once(client: FlaskClient) -> None:
    served = [client.get(f"/interview/said/{tag}", headers={"Accept-Encoding": "br"}).data for tag in SCRIPTS]
    assert sum(map(len, served)) / len(SCRIPTS) < ONE_PACK


def test_a_language_without_a_script_has_no_pack(client: FlaskClient) -> None:
    assert client.get("/interview/said/om").status_code == 404


def test_a_page_says_in_its_own_language_what_the_pack_of_that_language_says(client: FlaskClient) -> None:
    _, words = pack_in(client, "fr")
    assert words["told.why"] in html.unescape(whole(client, "fr"))
    assert words["told.why"] not in html.unescape(whole(client, "en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_question_has_its_card_and_no_field_lets_the_browser_keep_what_is_typed(
    client: FlaskClient, lang: str
) -> None:
    elements = Elements(whole(client, lang))
    _every_question_of_the_form_has_its_card(elements)
    typed = [each for each in elements.all("input", "textarea") if each.get("type") not in ("radio", "checkbox")]
    assert len(typed) > 20
    for attributes in elements.all("input", "textarea", "select", "form"):
        assert attributes.get("autocomplete") == "off", attributes
    for attributes in typed:
        assert (attributes.get("autocorrect"), attributes.get("spellcheck")) == ("off", "false"), attributes
    assert not any(set(attributes) & {"action", "method"} for attributes in elements.all("form"))
    assert all(attributes.get("type") == "button" for attributes in elements.all("button"))


def _every_question_of_the_form_has_its_card(elements: Elements) -> None:
    fields = {each.get("data-field") for each in elements.all("fieldset", "div", "p")}
    form = Form.load()
    assert {field.id for field in (*form.fields, *form.consent_fields)} <= fields
    assert len({field.id for field in Codebook.load().fields.values() if field.required} & fields) == 17
    assert {f"told_{number:02d}" for number in range(1, 16)} <= fields
    assert {f"purpose_{code}" for code in ("P01", "P04", "P06", "P07")} <= fields


def test_the_sentence_about_a_withdrawal_follows_the_grace_period(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client.application.test_request_context("/interview/en/"):
        assert f"After {GRACE_PERIOD.days} days it is destroyed" in app_shell.render_page("en").decode()
        monkeypatch.setattr(app_shell, "GRACE_PERIOD", timedelta(days=30))
        assert "After 30 days it is destroyed" in app_shell.render_page("en").decode()


def test_no_answer_is_chosen_beforehand(client: FlaskClient) -> None:
    page = whole(client, "en")
    assert not re.search(r"<input[^>]*\schecked|<option[^>]*\sselected", page)


def test_the_phone_keeps_every_page_and_every_module_and_they_are_there(client: FlaskClient) -> None:
    listed = {one["path"]: one for one in client.get("/interview/files").get_json()["files"]}
    for url, said in listed.items():
        served = client.get(url)
        assert served.status_code == 200, url
        assert (said["sha256"], said["len"]) == (sha256_hex(served.data), len(served.data)), url
    kept = set(listed)
    pieces = ("", "cards", "lists", "list", "manifest.webmanifest")
    assert {f"/interview/{lang}/{piece}" for lang in LANGUAGES for piece in pieces} <= kept
    assert {f"/interview/said/{tag}" for tag in SCRIPTS} <= kept
    assert {"/interview/sw.js", "/interview/words"} <= kept
    names = {url.split("/", 3)[3] for url in kept if url.startswith("/static/")}
    assert graph("js/interview/pages/home/start.js", "js/interview/vault/worker.js", later=True) <= names
    assert "js/interview/pages/home/interview.js" in names
    assert not any(name.startswith(("js/desk", "js/central")) for name in names)
    assert client.get("/interview/sw.js").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("piece", ["page", "cards", "lists", "spoken_script"])
def test_the_list_changes_when_a_page_does_and_the_worker_never(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, piece: str
) -> None:
    before, worker = client.get("/interview/files").data, client.get("/interview/sw.js").data
    assert client.get("/interview/files").data == before
    shell = client.application.extensions["testimony.interview"]
    monkeypatch.setattr(shell, piece, lambda lang: pack(f"another page {lang}".encode()))
    assert client.get("/interview/files").data != before
    assert client.get("/interview/sw.js").data == worker


def test_what_is_outside_an_interview_holds_no_card_of_one(client: FlaskClient) -> None:
    assert [each for each in Elements(page_in(client, "en")).all("section") if "data-section" in each] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_load_is_light(client: FlaskClient, lang: str) -> None:
    style = weight(client, [f"css/{name}.css" for name in ("tokens", "interview", "cards")])
    page = len(client.get(f"/interview/{lang}/", headers={"Accept-Encoding": "gzip, br"}).data)
    start = graph("js/interview/pages/home/start.js", later=False)
    signing_in = graph("js/interview/pages/home/start.js", "js/interview/pages/home/sign_in.js", later=False)
    assert style <= STYLE
    assert page + style + weight(client, start) <= FIRST_LOAD
    assert len(start) + len(("page", "style", "style", "style", "icon", "manifest", "worker")) <= REQUESTS
    assert weight(client, signing_in) <= BEFORE_SEALING


def test_the_policy_lets_the_worker_start_and_nothing_else_in(client: FlaskClient) -> None:
    for url in ("/interview/en/", "/interview/sw.js"):
        policy = client.get(url).headers["Content-Security-Policy"]
        assert "script-src 'self' 'wasm-unsafe-eval';" in policy
        assert "trusted-types interview-worker" in policy
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy


def test_trust_travels_packed_to_whoever_can_unpack_it(client: FlaskClient) -> None:
    plain = client.get("/interview/trust")
    small = client.get("/interview/trust", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    smallest = client.get("/interview/trust", headers={"Accept-Encoding": "gzip, br"})
    assert smallest.headers["Content-Encoding"] == "br"
    assert brotli.decompress(smallest.data) == plain.data
    assert "no-store" in small.headers["Cache-Control"]


def test_trust_is_what_the_organisation_signed(client: FlaskClient, organisation: Organisation) -> None:
    offered = client.get("/interview/trust").get_json()
    root = Root.parse(offered["root"].encode())
    records = [SignedRecord(each["record"].encode(), tuple(each["sigs"])) for each in offered["rosters"]]
    chain = RosterChain(root, records)
    assert chain.latest.sha256 == organisation.roster.id
    entry = chain.signer(offered["station"])
    assert entry is not None
    assert entry.role == "node"


def test_an_unknown_name_is_answered_like_a_known_one_and_always_the_same(client: FlaskClient) -> None:
    known, unknown = (client.get(f"/interview/locked/{name}").get_json() for name in ("interviewer-1", "nobody"))
    assert set(known) == set(unknown)
    assert len(known["ct"]) == len(unknown["ct"])
    assert unknown == client.get("/interview/locked/nobody").get_json()


@pytest.mark.parametrize(("lang", "first"), [("fa", "\u06f1/"), ("ar", "1/"), ("en", "1/")])
def test_counters_are_in_the_digits_of_the_language(client: FlaskClient, lang: str, first: str) -> None:
    counters = re.findall(r'<bdi class="count">([^<]*)</bdi>', client.get(f"/interview/{lang}/cards").text)
    assert counters[0].startswith(first)
    assert len(counters) > 5
