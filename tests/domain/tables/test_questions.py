"""What published tables read of a coded account: codes that the codebook has, and nothing finer."""

from __future__ import annotations

from typing import Any

import pytest

from testimony.domain.coding.coded_account import floor_codes
from testimony.domain.release.columns import FAMILIES
from testimony.domain.tables import questions
from testimony.domain.tables.questions import QUESTIONS
from testimony.questionnaire.form import Form

DEFINITION = Form.load().value


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.id)
def test_every_code_of_a_column_is_one_that_a_coded_account_may_hold(question: Any) -> None:
    codes = [code for column in question.columns.values() for code in column]
    assert set(codes) <= set(floor_codes(question.field, DEFINITION) or ())
    assert len(set(codes)) == len(codes), "an answer stands in one column of its question"


def test_all_families_of_violence_have_a_column_and_other_has_none() -> None:
    assert set(QUESTIONS["act"].columns) == {"none", *FAMILIES}


def test_not_known_and_not_asked_are_not_among_those_who_answered() -> None:
    told = questions.told(
        {"v_acts": {"value": ["dogs", "undress"]}, "a_expr": {"missing": "nask"}, "p_exam": {"value": "unk"}}
    )
    assert told == {"act": frozenset({"dogs", "undress"})}


def test_words_in_the_place_of_a_code_are_not_counted() -> None:
    assert questions.told({"v_acts": {"value": "they hit Mr Example"}, "x_actors": {"value": [["police"], 7]}}) == {}


def test_a_code_of_a_newer_questionnaire_is_no_answer_and_takes_no_known_one_away() -> None:
    assert questions.told({"i_ret": {"value": ["zipline"]}, "a_expr": {"value": "in_writing"}}) == {}
    assert questions.told({"i_ret": {"value": ["zipline", "bus"]}}) == {"return": frozenset({"bus"})}


def test_a_stigmatised_column_is_one_that_exists() -> None:
    assert all(column in QUESTIONS[question].columns for question, column in questions.STIGMATISED)


def test_a_row_of_persons_needs_age_and_gender() -> None:
    assert questions.person_of("a15to17", "f") == "child-f"
    assert questions.person_of("a60plus", "x") == "adult-x"
    assert questions.person_of("missing", "f") == questions.person_of("a15to17", "missing") == ""


def test_the_dead_and_the_missing_are_the_gravest_and_nothing_else_is() -> None:
    assert {question.id for question in QUESTIONS.values() if question.gravest} == {"dead", "missing"}
