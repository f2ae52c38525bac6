"""A condition of the form says the same as an expression of an XLSForm, or is refused."""

from __future__ import annotations

from typing import Any

import pytest

from testimony.questionnaire.starting_form import formulas


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (True, ""),
        (["stands", "P04"], ""),
        (["and", ["stands", "P04"], ["gt", ["of", "dead"], 0]], "${dead} > 0"),
        (["not", ["answered", "acts"]], "${acts} = ''"),
        (["missing", "size"], "${size} = ''"),
        (["has", "acts", "hit", "cut"], "selected(${acts}, 'hit') or selected(${acts}, 'cut')"),
        (
            ["and", ["answered", "acts"], ["not", ["has", "acts", "none"]]],
            "${acts} != '' and not(selected(${acts}, 'none'))",
        ),
        (
            ["and", ["has", "acts", "hit", "cut"], ["gt", ["sum", "boys", "girls"], 0]],
            "(selected(${acts}, 'hit') or selected(${acts}, 'cut')) and ${boys} + ${girls} > 0",
        ),
    ],
)
def test_a_condition_is_written_as_authors_write_it(tree: Any, said: str) -> None:
    assert formulas.relevant(tree) == said


def test_a_constraint_is_what_must_hold() -> None:
    wrong = [["gt", ["of", "day"], ["today"]], ["and", ["has", "exact", "year"], ["gt", ["length", ["of", "day"]], 4]]]
    held = ". <= today() and not(selected(${exact}, 'year') and string-length(.) > 4)"
    assert formulas.constraint(wrong, "day") == held


@pytest.mark.parametrize(
    "tree", [["stands", "P06"], ["gt", ["first", "chain", "date"], "2020"], ["eq", ["of", "a"], "'"]]
)
def test_what_an_xlsform_cannot_say_is_refused_and_never_left_out(tree: Any) -> None:
    with pytest.raises(ValueError, match="cannot say"):
        formulas.relevant(tree)
