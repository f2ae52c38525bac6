"""The words of published tables, one by one as a reader sees them."""

from __future__ import annotations

import pytest

from testimony.domain.tables import times
from testimony.domain.tables.count import ANSWERED, HELD, TAKEN
from testimony.domain.tables.groups import GROUP
from testimony.domain.tables.offsets import Unit
from testimony.domain.tables.periods import Period
from testimony.domain.tables.questions import BORDER, MONTH, NATIONALITY, PERSON
from testimony.domain.tables.rows import ALL, REST
from testimony.domain.tables.shares import Say, Share
from testimony.publication.tables import words as tables_words
from testimony.publication.tables.lines import COVERED
from testimony.publication.tables.vocabulary import Vocabulary
from testimony.publication.text.phrases import Words
from tests.support.domain.told_accounts import population
from tests.support.publication.published_tables import PLAN, publish

VOCABULARY = Vocabulary(Words("en"), lambda number: f"<{number}>")


@pytest.mark.parametrize(
    ("label", "said"),
    [("2026-03", "March <2026>"), ("2026-12", "December <2026>"), ("2026-Q1", "January <2026> – March <2026>"),
     ("2026", "<2026>")],
)  # fmt: skip
def test_a_period_is_named_by_its_months_or_its_year(label: str, said: str) -> None:
    assert VOCABULARY.period(Period.of(label)) == said


@pytest.mark.parametrize(
    ("code", "said"),
    [("GRC-TUR", "Greece to Türkiye"), ("GRC-GRC", "Greece to Greece"), ("GRC-XYZ", "GRC-XYZ"), ("XYZ-GRC", "XYZ-GRC"),
     ("GRC", "GRC"), ("", "")],
)  # fmt: skip
def test_a_border_that_names_no_two_states_is_left_as_it_is(code: str, said: str) -> None:
    assert VOCABULARY.border(code) == said


@pytest.mark.parametrize(
    ("dimension", "code", "said"),
    [
        (BORDER, ALL, "All"),
        (PERSON, ALL, "All"),
        (BORDER, f"{ALL}{REST}GRC-TUR", "All others"),
        (BORDER, "GRC-TUR", "Greece to Türkiye"),
        (NATIONALITY, "AFG", "Afghanistan"),
        (PERSON, "child-f", "Child (under 18), Woman/girl"),
        (PERSON, "adult-z", "adult-z"),
        (PERSON, "adult", "adult"),
        (GROUP, "gender:f", "Woman/girl"),
        (GROUP, "stage:child", "Child (under 18)"),
        (GROUP, "region:m002", "Africa"),
        (GROUP, "region:XXA", "Stateless"),
        (GROUP, "act:yes", "Violence and ill-treatment: Yes"),
    ],
)
def test_a_row_is_named_by_what_its_dimension_is(dimension: str, code: str, said: str) -> None:
    assert VOCABULARY.row(dimension, code) == said


@pytest.mark.parametrize(
    ("rows", "asked", "said"),
    [
        (BORDER, HELD, "What this file does not show"),
        (GROUP, HELD, "What this file does not show"),
        (BORDER, "", "Accounts by border"),
        (GROUP, COVERED, "Part of the accounts taken in that this file counts"),
        (BORDER, "asked", "Asked for protection"),
        (NATIONALITY, "asked", "Nationality · Asked for protection"),
        (PERSON, MONTH, "Age band · Date of the event"),
        (GROUP, "act", "Group of people · Violence and ill-treatment"),
        (NATIONALITY, BORDER, "Nationality · Border"),
    ],
)
def test_a_table_is_named_by_its_question_and_by_its_rows_unless_they_are_borders(
    rows: str, asked: str, said: str
) -> None:
    assert VOCABULARY.title(rows, asked) == said


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        ("", "accounts", "Accounts told"),
        ("", "people", "People of these incidents"),
        (HELD, TAKEN, "Accounts taken in"),
        (COVERED, "counted", "Part of the accounts taken in that this file counts"),
        ("asked", ANSWERED, "Accounts that answer"),
        (BORDER, "GRC-TUR", "Greece to Türkiye"),
        (MONTH, times.EARLIER, "earlier"),
        (MONTH, "2026-03", "March <2026>"),
        ("group", "to10", "<2–10>"),
        ("earlier", "none", "<0>"),
        ("asked", "told", "Accounts that tell of it"),
        ("asked", "yes", "Yes"),
        ("act", "none", "No violence used"),
    ],
)
def test_a_column_is_named_by_its_answer(asked: str, code: str, said: str) -> None:
    assert VOCABULARY.column(asked, code) == said


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [
        (None, Unit.ACCOUNTS, "not shown"),
        (0, Unit.ACCOUNTS, "under <5>"),
        (0, Unit.PEOPLE, "under <25>"),
        (7, Unit.PEOPLE, "<7>"),
    ],
)
def test_a_number_is_said_or_how_small_it_is_or_that_it_is_not_shown(number: int | None, unit: Unit, said: str) -> None:
    assert VOCABULARY.number(number, unit) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (None, ""),
        (Share(say=Say.MOST), "four in five or more"),
        (Share(say=Say.FEW), "fewer than one in five"),
        (Share(say=Say.BETWEEN, low=20, high=35), "between <20> and <35> of 100"),
    ],
)
def test_a_share_is_said_in_words(share: Share | None, said: str) -> None:
    assert VOCABULARY.share(share) == said


def test_notes_end_with_the_borders_that_have_no_row_where_there_are_any(monkeypatch: pytest.MonkeyPatch) -> None:
    made = publish(population(2400, 2))
    monkeypatch.setattr(tables_words, "without_row", lambda *_: [])
    plain = VOCABULARY.notes(made, PLAN)
    assert len(plain) == len(tables_words.of_every_file(made)) + made.capped
    monkeypatch.setattr(tables_words, "without_row", lambda *_: ["GRC-TUR", "XYZ-AAA"])
    named = VOCABULARY.notes(made, PLAN)
    assert named[:-1] == plain
    assert "Greece to Türkiye; XYZ-AAA" in named[-1]


def test_a_plan_lists_each_kind_of_period_with_its_tables_once() -> None:
    found = VOCABULARY.tables_of_plan(PLAN)
    assert [kind for kind, _ in found] == [
        name
        for kind, name in (("month", "Each month"), ("quarter", "Each quarter of the year"), ("year", "The year"))
        if kind in {str(one) for one in PLAN.layers}
    ]
    for _, names in found:
        assert "Accounts by border" in names
        assert len(names) == len(set(names))
