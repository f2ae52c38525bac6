"""A note is read where its own condition says, with the question after it, or after the last one of its group."""

from __future__ import annotations

import pytest

from testimony.questionnaire.definition import parse, require_safe
from testimony.questionnaire.errors import QuestionnaireRefused
from testimony.questionnaire.form import Form, Note
from testimony.questionnaire.form_labels import Wording
from tests.support.questionnaire.small_form import Row, question, refusals, told

LABEL = "label::English (en)"
OPEN, CLOSE = {"type": "begin_group", "name": "inner", LABEL: "Inner", "relevant": "${days} > 5"}, {"type": "end_group"}
DAYS = question("integer", "days")


def note(text: str, name: str = "n", **more: str) -> dict[str, object]:
    return {"type": "note", "name": name, LABEL: text, **more}


def form_of(*rows: Row) -> Form:
    reading = told(*rows)
    assert reading.form is not None, reading.refusals
    require_safe(reading.form)
    return reading.form


def test_a_note_with_a_condition_stands_apart_from_the_hint() -> None:
    form = form_of(DAYS, note("Ask softly.", "m"), note("Long!", relevant="${days} > 3"), question("integer", "nights"))
    assert form.field("nights").hint == "Ask softly."
    assert form.field("nights").notes == (Note(text="Long!", when=["gt", ["of", "days"], 3]),)


def test_the_last_notes_of_a_group_stand_after_its_last_question_and_may_look_at_it() -> None:
    form = form_of(DAYS, note("Thank you."), note("Rest.", "m", relevant="${days} > 3"))
    assert form.field("days").notes == (
        Note(text="Thank you.", after=True),
        Note(text="Rest.", when=["gt", ["of", "days"], 3], after=True),
    )


def test_a_note_waits_for_the_next_question_and_keeps_the_condition_of_its_own_group() -> None:
    form = form_of(DAYS, OPEN, note("Long!"), CLOSE, question("integer", "nights"))
    assert form.field("nights").notes == (Note(text="Long!", when=["gt", ["of", "days"], 5]),)
    inner = form_of(DAYS, OPEN, note("Long!"), question("integer", "nights"), CLOSE)
    assert (inner.field("nights").hint, inner.field("nights").notes) == ("Long!", ())


def test_a_text_that_names_an_answer_of_the_last_form_is_refused_as_unsupported() -> None:
    ((*place, reason),) = refusals(DAYS, note("As on ${last-saved#days}?"))
    assert place == ["survey", 4, "label"]
    assert reason == (
        "${last-saved#days} would be read aloud: values of the last saved form (last-saved) are not supported"
    )


def test_a_note_in_a_repeat_is_read_before_its_rows() -> None:
    repeat, end = {**question("begin_repeat", "people"), LABEL: "People"}, {"type": "end_repeat"}
    assert form_of(repeat, note("One by one."), question("integer", "age"), end).field("people").hint == "One by one."


def test_a_note_in_a_repeat_with_a_condition_is_read_in_each_row() -> None:
    repeat, end = question("begin_repeat", "people"), {"type": "end_repeat"}
    born = {"type": "calculate", "name": "born", "calculation": "2026 - ${age}"}
    form = form_of(
        DAYS,
        repeat,
        note("One by one."),
        question("integer", "age"),
        {**note("Old!", "m", relevant="${age} > 60"), "label::fr": "Vieux !"},
        question("integer", "nights"),
        born,
        note("Long ago, ${days} days.", "k", relevant="${born} < 1950 and ${days} > 3"),
        end,
    )
    people = form.field("people")
    assert people.hint == "One by one."
    assert people.row_notes == (
        Note(text="Old!", when=["gt", ["of", "age"], 60], before="nights"),
        Note(
            text="Long ago, ${days} days.",
            when=["and", ["lt", ["minus", 2026, ["of", "age"]], 1950], ["gt", ["of", "days"], 3]],
        ),
    )
    assert [one.text for one in Wording(form, "fr").row_notes("people")] == ["Vieux !", "Long ago, … days."]
    assert [one.text for one in Wording(form, "en", gaps=True).row_notes("people")][1] == "Long ago, ${days} days."


def test_a_note_in_a_row_looks_back_and_never_ahead() -> None:
    repeat, end = question("begin_repeat", "people"), {"type": "end_repeat"}
    ahead = refusals(repeat, note("x", relevant="${age} > 3"), question("integer", "age"), end)
    assert [(row, column) for _, row, column, _ in ahead] == [(4, "relevant")]


@pytest.mark.parametrize(
    ("rows", "hidden"),
    [
        ((note("Rest."), question("integer", "nights", relevant="${days} > 3")), [5]),
        ((question("integer", "nights", relevant="${days} > 3"), note("Rest.")), [6]),
        ((question("integer", "nights", relevant="${days} > 3"), note("Rest.", relevant="${hours} > 1")), [6]),
        ((question("integer", "nights", relevant="${days} > 3"), note("Rest.", relevant="${days} > 9")), []),
        ((OPEN, question("integer", "nights"), CLOSE, note("Rest.")), [8]),
        ((question("integer", "nights", relevant="${days} > 3"), note("Rest.", relevant="${days} > 3")), []),
        ((question("integer", "nights", relevant="${days} > 3"), note("Rest.", relevant="${nights} > 2")), []),
        ((OPEN, note("Rest."), question("integer", "nights"), CLOSE), []),
    ],
)
def test_a_note_that_is_not_read_because_its_question_is_not_asked_is_warned_of(
    rows: tuple[Row, ...], hidden: list[int]
) -> None:
    reading = told(question("integer", "hours"), DAYS, *rows)
    assert reading.form is not None, reading.refusals
    found = [(one.row, one.column) for one in reading.warnings if "nights is asked" in one.reason]
    assert found == [(row, "relevant") for row in hidden]


def test_a_note_has_its_text_in_each_language_and_an_answer_in_it() -> None:
    french = {"label::Français (fr)": "Repose-toi ${days} jours."}
    form = form_of(DAYS, {**note("Rest for ${days} days.", relevant="${days} > 3"), **french})
    assert [one.text for one in Wording(form, "fr").field_notes("days")] == ["Repose-toi … jours."]
    assert [one.text for one in Wording(form, "en", gaps=True).field_notes("days")] == ["Rest for ${days} days."]


def test_a_note_looks_back_and_never_ahead() -> None:
    ahead = refusals(DAYS, note("x", relevant="${nights} > 3"), question("integer", "nights"))
    assert [(row, column) for _, row, column, _ in ahead] == [(4, "relevant")]
    form = form_of(DAYS, question("integer", "nights"), note("x", relevant="${nights} > 3"))
    early = parse(form.definition.replace(b'"after":true,', b""))
    assert early.field("nights").notes[0].after is False
    with pytest.raises(QuestionnaireRefused):
        require_safe(early)
