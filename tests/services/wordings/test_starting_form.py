"""The questionnaire of the program, downloaded as an XLSForm, compiles again to the same questions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from testimony import catalogues
from testimony.questionnaire import conditions, labels
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.definition import require_safe
from testimony.questionnaire.form import Form
from testimony.questionnaire.form_labels import Wording
from testimony.questionnaire.xlsform.reader import read
from testimony.services.wordings import starting_form

SAME = ("type", "compartment", "export", "required", "most", "band", "precision", "picture", "lawyers_only")
PURPOSES = (("P01", "P04"), ("P01",))
TODAY = "2026-01-05"
ROUNDS = 150
OF_CONSENT = {"age_consent"}
"""The check that looks at an answer about consent: no XLSForm can name it."""


@pytest.fixture(scope="module")
def own() -> Form:
    reading = read(starting_form.content())
    assert reading.form is not None, reading.refusals
    require_safe(reading.form)
    return reading.form


def test_it_asks_the_same_questions_in_the_same_sections(own: Form) -> None:
    shipped = Form.load()
    assert [(one.id, [field.id for field in one.fields]) for one in own.sections] == [
        (one.id, [field.id for field in one.fields]) for one in shipped.sections
    ]
    for field in shipped.fields:
        made = own.field(field.id)
        assert {name: getattr(made, name) for name in SAME} == {name: getattr(field, name) for name in SAME}, field.id
        if field.type != "repeat":  # its lists are those of its pieces
            assert (made.list, made.options) == (field.list, field.options), field.id
        assert [(one.id, one.type, one.list, one.required) for one in made.pieces] == [
            (one.id, one.type, one.list, one.required) for one in field.pieces
        ]


@pytest.mark.parametrize("lang", ["en", *catalogues.languages(labels.DOMAIN)])
def test_it_says_the_same_in_every_language(own: Form, lang: str) -> None:
    said, shipped = Wording(own, lang), Wording(Form.load(), lang)
    for section in own.sections:
        assert said.section_title(section.id) == plain(shipped.section_title(section.id))
    for field in own.fields:
        assert said.field_label(field.id) == plain(shipped.field_label(field.id))
        assert said.field_hint(field.id) == plain(shipped.field_hint(field.id))
        for piece in field.pieces:
            assert said.piece_label(field.id, piece) == plain(shipped.piece_label(field.id, piece))
        for code in field.options:
            assert said.option_label(field.list or "", code) == shipped.option_label(field.list or "", code)


def test_it_asks_and_refuses_the_same_whatever_was_answered(own: Form) -> None:
    asked, refused = 0, 0
    for answers in interviews():
        for purposes in PURPOSES:
            shown = conditions.relevant(Form.load().value, answers, purposes)
            assert conditions.relevant(own.value, answers, purposes) == shown
            wrong = blocked(Form.load(), answers, purposes)
            assert blocked(own, answers, purposes) == wrong
            asked, refused = asked + len(shown), refused + len(wrong)
    assert asked
    assert refused, "no answer was wrong, so this compares no constraint"


def test_the_same_program_writes_the_same_bytes() -> None:
    assert starting_form.content() == starting_form.content()


def plain(text: str | None) -> str | None:
    """A cell of a spreadsheet is read with plain spaces for those at which no line breaks."""
    return None if text is None else text.replace("\xa0", " ")


def blocked(form: Form, answers: dict[str, Any], purposes: tuple[str, ...]) -> list[str]:
    found = conditions.violations(form.value, answers, purposes, TODAY)
    return sorted({one["field"] for one in found if one["kind"] == "block" and one["check"] not in OF_CONSENT})


def interviews() -> Iterator[dict[str, Any]]:
    """Answers to every question, at random and always the same: a value, or that nobody knows it."""
    chance = random.Random(7)
    for _ in range(ROUNDS):
        yield {
            field.id: {"value": answer(chance, field.type, field.list)} if chance.random() < 0.8 else {"missing": "unk"}
            for field in Form.load().fields
        }


def answer(chance: random.Random, kind: str, named: str | None) -> Any:
    codes = Codebook.load().codes(named) if named and named != "bcp47" else ("en",)
    match kind:
        case "int":
            return chance.randrange(4)
        case "date":
            return chance.choice(["1990", "2024-03", "2024-03-07", "2026-02", "2031-01-01"])
        case "geo":
            return "41.675,26.555"
        case "repeat":
            return []
        case "multi" | "multi_code":
            return [chance.choice(codes)]
        case "text":
            return "words"
    return chance.choice(codes)
