"""Why there is no answer is kept apart for the report, and what is no code says only that it is none."""

from __future__ import annotations

from typing import Any

import pytest

from testimony.domain.coding.data_quality import Judge, Status
from testimony.questionnaire.form import Form

JUDGE = Judge(Form.load().value)


def status(field: str, answer: Any, **more: Any) -> Status:
    return dict(JUDGE.said_of({field: answer, **more}))[field]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"value": "f"}, Status.ANSWERED),
        ({"missing": "unk"}, Status.UNKNOWN),
        ({"missing": "ref"}, Status.REFUSED),
        ({"missing": "nask"}, Status.NOT_ASKED),
        ({"value": "ref"}, Status.REFUSED),
        ({}, Status.SILENT),
        ({"value": ""}, Status.SILENT),
        (None, Status.SILENT),
        ({"value": "her name is Noor"}, Status.UNCODED),
        ("f", Status.UNCODED),
    ],
)
def test_each_answer_has_one_status(answer: Any, expected: Status) -> None:
    assert status("w_gender", answer) is expected


def test_what_is_finer_than_its_floor_is_told_from_what_is_no_code() -> None:
    assert status("i_date", {"value": "2025-07-10"}, i_date_prec={"value": "day"}) is Status.FINER
    assert status("v_acts", {"value": ["beat"]}) is Status.FINER
    assert status("g_size", {"value": 7}) is Status.FINER
    assert status("g_size", {"value": "s6to10"}) is Status.ANSWERED
    assert status("i_segment", {"value": "behind the mill"}) is Status.UNCODED


def test_a_contested_code_is_neither_answered_nor_unknown() -> None:
    assert dict(JUDGE.said_of({"w_age": {"missing": "unk"}}, contested={"w_age"}))["w_age"] is Status.CONTESTED


def test_only_fields_that_may_leave_are_told_of_and_without_the_form_none() -> None:
    said = dict(JUDGE.said_of({"n_text": {"value": "words"}}))
    assert "n_text" not in said
    assert "x_groups" not in said
    assert "w_vuln" not in said, "only lawyers get it"
    assert set(said.values()) == {Status.SILENT}
    assert Judge(None).said_of({"w_age": {"value": "a18to24"}}) == ()


def test_no_answer_is_kept() -> None:
    judge = Judge(Form.load().value)
    judge.said_of({"w_gender": {"value": "her name is Noor"}})
    assert "Noor" not in repr(vars(judge)["_sound"])
