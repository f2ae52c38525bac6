"""A questionnaire beside a part in clear names questions and codes as the page does, and a broken one names nothing."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from testimony.questionnaire.archived_labels import FormWords
from testimony.questionnaire.form import Form
from tests.support.questionnaire.archived_labels import OWN

TWIN = Path(__file__).parents[2] / "testimony" / "web" / "verifier" / "archive" / "code_labels.js"
ASK = """
const { wordingOf } = await import(process.argv[1]);
const { form, lang, asked } = JSON.parse(process.argv[2]);
const wording = wordingOf(form, lang);
const told = asked.map(([name, code, piece]) => [wording.asks(name, piece), wording.says(name, code, piece)]);
console.log(JSON.stringify(told.map((both) => both.map((one) => one?.words ?? ""))));
"""
ASKED = [
    [name, code, piece]
    for name in ("o_rain", "vio", "age", "p", "nothing")
    for code in ("wet", "dry", "beat", "old", "ref", "constructor")
    for piece in (None, "who", "where")
]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_words_are_those_of_the_page(node: str, lang: str) -> None:
    shipped = json.loads(Form.load().definition)
    codes = [[name, one["code"], None] for name in shipped["fields"] for one in options(shipped, name)]
    for form, asked in ((OWN, ASKED), (shipped, [*codes, ["i_chain", "walk", "method"]])):
        given = json.dumps({"form": form if form is OWN else slim(form, asked), "lang": lang, "asked": asked})
        command = [node, "--input-type=module", "--eval", ASK, TWIN.as_uri(), given]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        words = FormWords(form, lang)
        assert [[words.asks(n, p), words.says(n, c, p)] for n, c, p in asked] == json.loads(done.stdout)
    assert FormWords(OWN, lang).says("o_rain", "wet") == {"en": "It poured", "fr": "À verse"}[lang]


@pytest.mark.parametrize(
    "form",
    [
        None,
        [],
        "words",
        {"fields": []},
        {"fields": {"q": 7}, "lists": {"l": []}},
        {"fields": {"q": {"label": 7, "list": ["l"], "pieces": {"id": "p"}, "band": {}}}, "translations": [1]},
        {"fields": {"q": {"list": "l"}}, "lists": {"l": {"options": {"code": "c"}}}},
    ],
)
def test_what_is_no_questionnaire_names_nothing(form: Any) -> None:
    words = FormWords(form)
    assert {words.asks("q"), words.asks("q", "p"), words.says("q", "c"), words.says("q", "c", "p")} == {""}


def options(form: dict[str, Any], name: str) -> list[dict[str, str]]:
    listed = form["lists"].get(form["fields"][name].get("list"), {})
    return list(listed.get("options", []))[:3]


def slim(form: dict[str, Any], asked: list[list[Any]]) -> dict[str, Any]:
    """What fits on a command line."""
    names = {name for name, _, _ in asked}
    fields = {name: one for name, one in form["fields"].items() if name in names}
    used = {one.get("list") for one in fields.values()} | {one.get("band") for one in fields.values()}
    used |= {piece.get("list") for one in fields.values() for piece in one.get("pieces", [])} | {"yn5", "vio_family"}
    return {**form, "fields": fields, "lists": {name: one for name, one in form["lists"].items() if name in used}}
