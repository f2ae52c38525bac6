"""A case file in seven languages: each has every sentence, its names of languages, and letters that can be printed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from testimony.catalogues import SOURCE, translation
from testimony.domain.testimony.languages import DESKS, DOCUMENTS
from testimony.services import casefile
from testimony.services.casefile import document as casefile_document
from testimony.services.casefile.casefile import CaseFile, Order
from testimony.services.casefile.language import Speech
from testimony.services.consent import phrases as consent_phrases
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening import file_sources
from testimony.services.typesetting import glyphs
from tests.support.each_time import each_time
from tests.support.services.casefiles import (
    COURT,
    SAID,
    account,
    brought,
    gathered,
    pdf_of,
    require_pdf_a,
    text_of,
    translate,
)
from tests.support.services.desks import Desk, desks

MODULES = [one for one in Path(casefile.__file__).parent.glob("*.py") if one.name != "errors.py"]
SHARED = [Path(str(one.__file__)) for one in (consent_phrases, file_sources)]


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def sentences() -> set[str]:
    """What a case file can say, as the code has it."""
    calls = (call for one in (*MODULES, *SHARED) for call in ast.walk(ast.parse(one.read_text())))
    return {
        ast.literal_eval(call.args[0])
        for call in calls
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "N_"
    }


def test_the_languages_of_courts_are_there() -> None:
    assert {"en", "fr", "es", "de", "ar", "el"} <= set(DOCUMENTS)
    assert len(sentences()) > 100


@pytest.mark.parametrize("lang", [one for one in DOCUMENTS if one != SOURCE])
def test_the_fonts_have_every_letter_of_each_language(lang: str) -> None:
    """That its catalogue has every sentence is held by `tests/web/text/test_translations.py`."""
    assert lang in DESKS
    said = translation("messages", lang)
    assert all(glyphs.printable(said.gettext(one)) == said.gettext(one) for one in sentences())


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("en", ["Arabic", "Dari", "Kurdish", "Mam", "Fula"]), ("fr", ["arabe", "dari", "kurde", "Mam", "peul"]),
        ("de", ["Arabisch", "Dari", "Kurdisch", "Mam", "Ful"]),
        ("el", ["Αραβικά", "Νταρί", "Κουρδικά", "Mam", "Φουλά"]),
        ("ar", ["العربية", "الدارية", "الكردية", "Mam", "الفولانية"]),
    ],
)  # fmt: skip
def test_languages_are_called_as_the_language_of_the_file_calls_them(lang: str, names: list[str]) -> None:
    speech = Speech(lang, [])
    assert [speech.language(tag) for tag in ("ar", "prs", "kmr", "mam", "ff-Adlm")] == names
    assert speech.language("und") == speech.language("x!") == speech.say("an unknown language")


@pytest.mark.parametrize("lang", each_time(DOCUMENTS, "ar", "el"))
def test_a_file_in_each_language_is_a_valid_pdf_of_that_language(
    lang: str, desk: Desk, organisation: Organisation
) -> None:
    (tid,) = brought(desk, organisation, [account(0, "ar", SAID["ar"])])
    translate(desk, tid, "en", ["We left the camp at night."])
    pdf = pdf_of(desk, tid, lang=lang)
    require_pdf_a(pdf, lang)
    text = text_of(pdf)
    assert "[U+" not in text.replace("[U+…]", "")
    assert "%(" not in text


@pytest.mark.parametrize(
    ("lang", "quoted", "called"), [("fr", "fr", ""), ("sr", "sr", ""), ("de", "sr", "Serbisch"), ("es", "sr", "serbio")]
)
def test_an_organisations_own_questions_are_quoted_as_they_were_written(lang: str, quoted: str, called: str) -> None:
    value = {"language": "sr", "translations": {"fr": {}}}
    form: Any = SimpleNamespace(value=value, fields=(), consent_fields=())
    speech = Speech(lang, [])
    assert speech.wording(form).lang == quoted
    notes = speech.quoting(form)
    assert bool(notes) is bool(called)
    assert called in "".join(notes[0]["words"]["words"] if notes else [])


@pytest.mark.parametrize("lang", ["de", "el"])
def test_the_questions_of_the_program_are_in_the_language_of_the_file(
    lang: str, desk: Desk, organisation: Organisation
) -> None:
    (tid,) = brought(desk, organisation, [account(0, "fr", SAID["fr"])])
    made = gathered(desk, Order(case=COURT, tids=(tid,), lang=lang))
    assert isinstance(made, CaseFile)
    (exhibit,) = casefile_document.data_of(made)["exhibits"]
    title = Speech(lang, []).say("What happened, as it was coded")
    (table,) = next(one["blocks"] for one in exhibit["sections"] if one["title"] == title)
    assert {row["label"]["lang"] for row in table["rows"]} == {lang}
    assert lang in {value["lang"] for row in table["rows"] for value in row["values"]}
