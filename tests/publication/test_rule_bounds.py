"""Each rule of a published table at its bound: what may just stand has no fault, and one more or less has its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from testimony.anonymity.class_table import NOT_SHOWN
from testimony.publication import content
from testimony.publication.content import FIRST_FORMAT, WHOLE, Content, Line
from testimony.publication.rules import Fault, faults
from tests.support.publication.editions import usual

SAID = content.content_of(usual())
LINE = SAID.lines[0]
"""It stands for six accounts, at the coarsest step."""
PLACE = next(place for place, count in enumerate(LINE.counts) if isinstance(count, int))
STIGMA = SAID.marks.index(SAID.stigma[0])
Change = Callable[[Content], Content]


def codes(made: Content) -> set[str]:
    return {fault.code for fault in faults(made)}


def with_line(line: Line, number: int = 0) -> Content:
    lines = list(SAID.lines)
    lines[number] = line
    return replace(SAID, lines=tuple(lines))


def with_count(place: int, count: Any, line: Line = LINE) -> Content:
    counts = list(line.counts)
    counts[place] = count
    return with_line(replace(line, counts=tuple(counts)))


def with_total(place: int, total: int | None) -> Content:
    (group, totals), *others = SAID.totals
    changed = list(totals)
    changed[place] = total
    return replace(SAID, totals=((group, tuple(changed)), *others))


def figures(**changes: Any) -> Content:
    return replace(SAID, figures=replace(SAID.figures, **changes))


def waiting(attribute: str, *labels: tuple[str, int | None]) -> Content:
    return replace(SAID, waiting=tuple((name, labels if name == attribute else old) for name, old in SAID.waiting))


def asked(number: int = 0, **changes: Any) -> Content:
    all_asked = list(SAID.asked)
    all_asked[number] = replace(all_asked[number], **changes)
    return replace(SAID, asked=tuple(all_asked))


ACCOUNTS = SAID.accounts
LEAST = -(-WHOLE * len(SAID.lines) // ACCOUNTS)
ALLOWED = [
    SAID,
    replace(SAID, recipient="x" * 200, organisation="", made_with="0"),
    replace(SAID, release="a" * 128, preset="0"),
    replace(SAID, m=100),
    replace(SAID, revoked=(), recalled=("c" + "0" * 32, "c" + "1" * 32)),
    figures(global_risk=LEAST),
    figures(global_risk=2000),
    figures(loss=(WHOLE,) * 7),
    figures(held_back=((0, 5),), published=WHOLE * ACCOUNTS // (ACCOUNTS + 5)),
    figures(held_back=((0, 5), (2, 7)), published=WHOLE * ACCOUNTS // (ACCOUNTS + 12)),
    figures(held_back=((0, None),), published=None),
    figures(held_back=(), published=WHOLE),
    replace(SAID, waiting=()),
    waiting("date", ("2021", 10), ("2022", 1000)),
    waiting("place", ("BGR-TUR", None), ("GRC-TUR", 10), ("HRV-BIH", 20)),
    asked(answered=310, unknown=None, unasked=None),
    asked(answered=300, unknown=10, unasked=30),
]
REFUSED: list[tuple[str, Content]] = [
    ("weak", replace(SAID, k=4)),
    ("weak", replace(SAID, m=1)),
    ("weak", replace(SAID, alpha=5001)),
    ("head", replace(SAID, release="")),
    ("head", replace(SAID, release="a" * 129)),
    ("head", replace(SAID, preset="a b")),
    ("head", replace(SAID, recipient="x" * 201)),
    ("head", replace(SAID, organisation="a\nb")),
    ("head", replace(SAID, made_with="\u202e")),
    ("head", replace(SAID, marks=("NA", *SAID.marks[1:]))),
    ("head", replace(SAID, marks=("a b", *SAID.marks[1:]))),
    ("head", replace(SAID, marks=(SAID.marks[1], *SAID.marks[1:]))),
    ("head", replace(SAID, stigma=("no mark",))),
    ("classes", replace(SAID, revoked=("d" + "0" * 32,))),
    ("classes", replace(SAID, recalled=("c0",))),
    ("class", with_line(replace(LINE, id="c0"))),
    ("small", with_line(replace(LINE, n=4))),
    ("count", with_count(PLACE, 2)),
    ("count", with_count(PLACE, LINE.n + 1)),
    ("count", with_count(PLACE, NOT_SHOWN)),
    ("count", with_count(STIGMA, None)),
    ("count", with_line(replace(LINE, counts=LINE.counts[:-1]))),
    ("stigma", with_count(STIGMA, LINE.n // 2 + 1)),
    ("legend", with_line(replace(LINE, tier=0))),
    ("legend", with_line(replace(LINE, tier=len(SAID.legend) + 1))),
    ("legend", with_line(replace(LINE, tier=7))),
    ("label", with_line(replace(LINE, labels=("2019-02..2022-01", *LINE.labels[1:])))),
    ("twice", replace(SAID, lines=(LINE, *SAID.lines))),
    ("twice", with_line(replace(SAID.lines[1], id=LINE.id), 1)),
    ("order", replace(SAID, lines=(SAID.lines[1], LINE, *SAID.lines[2:]))),
    ("order", replace(SAID, revoked=("c" + "1" * 32, "c" + "0" * 32))),
    ("order", replace(SAID, recalled=("c" + "1" * 32,) * 2)),
    ("totals", replace(SAID, totals=SAID.totals[:1])),
    ("totals", replace(SAID, totals=SAID.totals[::-1])),
    ("totals", replace(SAID, totals=((1, SAID.totals[0][1][:-1]), SAID.totals[1]))),
    ("blank", with_total(STIGMA, 20)),
    ("blank", with_total(PLACE, (SAID.totals[0][1][PLACE] or 0) + 1000)),
    ("risk", figures(fewest_persons=4)),
    ("risk", figures(fewest_persons=6)),
    ("risk", figures(global_risk=LEAST - 1)),
    ("risk", figures(global_risk=2001)),
    ("risk", figures(loss=(WHOLE,) * 6)),
    ("risk", figures(loss=(WHOLE + 1, *SAID.figures.loss[1:]))),
    ("risk", figures(published=(SAID.figures.published or 0) + 1)),
    ("risk", figures(published=None)),
    ("risk", figures(held_back=((0, 4),), published=WHOLE * ACCOUNTS // (ACCOUNTS + 4))),
    ("risk", figures(held_back=((2, 7), (0, 5)), published=WHOLE * ACCOUNTS // (ACCOUNTS + 12))),
    ("risk", figures(held_back=((0, 7), (0, 5)), published=WHOLE * ACCOUNTS // (ACCOUNTS + 12))),
    ("waiting", waiting("date", ("2021", 0))),
    ("waiting", waiting("date", ("2021", 5))),
    ("waiting", waiting("date", ("2021", 15))),
    ("waiting", waiting("date", ("2021-03", 10))),
    ("waiting", waiting("date", ("2022", None), ("2021", None))),
    ("waiting", waiting("date", ("2021", None), ("2021", None))),
    ("waiting", waiting("place", ("BGR-TUR", 10))),
    ("waiting", replace(SAID, waiting=SAID.waiting[:-1])),
    ("waiting", replace(SAID, waiting=SAID.waiting[::-1])),
    ("asked", replace(SAID, asked=SAID.asked[:-1])),
    ("asked", replace(SAID, asked=())),
    ("asked", asked(answered=225)),
    ("asked", asked(answered=0, unknown=310, unasked=None)),
    ("asked", asked(answered=260)),
    ("asked", asked(answered=200)),
    ("asked", asked(len(SAID.marks) - 1, unknown=5)),
]  # fmt: skip


@pytest.mark.parametrize("made", ALLOWED)
def test_what_just_may_stand_has_no_fault(made: Content) -> None:
    assert codes(made) == set()


@pytest.mark.parametrize(("code", "made"), REFUSED)
def test_what_is_one_beyond_has_its_own_fault(code: str, made: Content) -> None:
    assert code in codes(made)


def test_half_of_a_line_may_be_said_to_have_a_stigma() -> None:
    assert "stigma" not in codes(with_count(STIGMA, LINE.n // 2))
    assert "stigma" not in codes(with_count(PLACE, LINE.n)), "of other marks all of it may"


def test_a_fault_names_where_it_is() -> None:
    (small,) = [fault for fault in faults(with_line(replace(LINE, n=4))) if fault.code == "small"]
    assert str(small) == f"The line {LINE.id} stands for fewer than 5 accounts."
    assert str(Fault(code="x", sentence="100 % right.")) == "100 % right."
    (blank,) = [fault for fault in faults(with_total(STIGMA, 20)) if fault.code == "blank"]
    assert blank.values == {"mark": SAID.stigma[0], "group": 1}


def test_a_line_without_a_name_says_nothing_else_of_itself() -> None:
    assert codes(with_line(replace(LINE, id="c0", n=0, tier=0))) >= {"class"}
    assert not {"small", "legend", "count"} & codes(with_line(replace(LINE, id="c0", n=0, tier=0)))


def test_a_table_without_lines_has_no_risk() -> None:
    none = replace(
        SAID, lines=(), totals=(), waiting=(),
        asked=tuple(replace(one, answered=None, unknown=None, unasked=None) for one in SAID.asked),
        figures=replace(SAID.figures, held_back=(), published=None, fewest_persons=0, global_risk=0),
    )  # fmt: skip
    assert codes(none) == set()
    assert codes(replace(none, figures=replace(none.figures, published=0))) == {"risk"}


def test_in_the_first_form_nobody_was_asked_and_nothing_is_limited() -> None:
    first = replace(SAID, form=FIRST_FORMAT, asked=())
    assert "asked" not in codes(first)
    assert "asked" in codes(replace(first, asked=SAID.asked))
    assert "count" in codes(first), "a count that is not shown is of the second form"
