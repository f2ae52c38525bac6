"""Which period coordinators make next: the one that just ended, or the next longer one where that was too small."""

from __future__ import annotations

from datetime import date

from testimony.domain.tables import due
from testimony.domain.tables.acts import Contents
from testimony.domain.tables.ledger import ProposedNumbers, ProposedPlan, Settled, TablesLedger
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.plan import Plan
from tests.support.domain.tables_entries import DAY, contents

APRIL = date(2026, 4, 2)


def ledger(*printed: str, layers: dict[Kind, int] | None = None) -> TablesLedger:
    layers = layers or {Kind.MONTH: 1, Kind.QUARTER: 1, Kind.YEAR: 3}
    held = TablesLedger(plans={2026: Plan(year=2026, layers=layers, borders=(), codebook="1")})
    held.files = {(label, 1): numbers(contents(label, range(5))) for label in printed}
    return held


def numbers(made: Contents, by: str = "anna", name: str = "", *, pending: bool = False) -> ProposedNumbers:
    return ProposedNumbers(name=name, by=by, day=DAY, pending=pending, generation=1, contents=made)


def following(held: TablesLedger, day: date = APRIL, refused: str = "") -> str:
    found = due.next_period(held, day, refused=Period.of(refused) if refused else None)
    return found.label if found else ""


def test_everything_told_before_the_first_file_is_one_backlog() -> None:
    assert following(ledger()) == "until 2026-03"
    assert following(ledger(), date(2026, 1, 20)) == "", "nothing is over yet"
    assert following(TablesLedger()) == ""


def test_who_has_files_of_years_alone_makes_the_backlog_before_the_first_year_is_over() -> None:
    """Else the accounts of all years before would wait until January."""
    held = ledger(layers={Kind.YEAR: 2})
    assert following(held) == "until 2026-03"
    assert following(held, date(2026, 1, 20)) == ""
    assert following(held, refused="until 2026-03") == ""


def test_what_was_over_when_the_ledger_was_settled_is_not_offered() -> None:
    held = ledger()
    held.settled = (Settled(place=(0, 9), day=date(2026, 3, 15), words=("ab" * 32, "cd" * 32)),)
    assert [one.label for one in due.makeable(held, APRIL)] == ["until 2026-03", "2026-03", "2026-Q1"]
    held.settled = (Settled(place=(0, 9), day=date(2026, 4, 1), words=("ab" * 32, "cd" * 32)),)
    assert due.makeable(held, APRIL) == []


def test_the_month_comes_first_then_the_quarter_that_ended_with_it() -> None:
    assert following(ledger("2026-02")) == "2026-03"
    assert following(ledger("2026-02", "2026-03")) == "2026-Q1"
    assert following(ledger("2026-03", "2026-Q1")) == "", "an older month is made by hand alone"
    assert [one.label for one in due.makeable(ledger("2026-03", "2026-Q1"), APRIL)] == ["2026-02", "2026-01"]


def test_after_a_period_that_was_too_small_the_next_longer_one_is_offered() -> None:
    assert following(ledger("2026-01"), refused="2026-03") == "2026-Q1"
    assert following(ledger("2026-01"), refused="2026-Q1") == ""
    assert following(ledger(), refused="until 2026-03") == "", "it holds all that shorter ones could"


def test_what_a_printed_backlog_counts_is_offered_no_more() -> None:
    assert following(ledger("until 2026-03")) == ""
    assert following(ledger("until 2026-03"), date(2026, 5, 1)) == "2026-04"


def test_what_waits_for_a_second_person_is_not_offered_and_can_be_made_anew() -> None:
    held = ledger("2026-02")
    held.proposed = {"n": numbers(contents("2026-03", range(5)), name="n")}
    assert following(held) == "2026-Q1"
    assert "2026-03" in [one.label for one in due.makeable(held, APRIL)]


def test_a_plan_is_wanted_for_this_year_and_in_december_for_the_next() -> None:
    assert due.year_to_plan(TablesLedger(), date(2026, 1, 20)) == 2025
    assert due.year_to_plan(TablesLedger(), date(2026, 2, 1)) == 2026
    assert due.year_to_plan(ledger(), APRIL) is None
    assert due.year_to_plan(ledger(), date(2026, 12, 1)) == 2027
    assert due.year_to_plan(ledger(), date(2027, 1, 5)) == 2027


def test_the_next_end_is_that_of_the_shortest_period_of_the_plan() -> None:
    assert due.next_end(ledger(), APRIL) == date(2026, 4, 30)
    assert due.next_end(ledger(layers={Kind.YEAR: 1}), APRIL) == date(2026, 12, 31)
    assert due.next_end(ledger(), date(2027, 1, 1)) is None


def test_one_agrees_to_what_a_colleague_said_last_and_headquarters_has() -> None:
    held = ledger()
    plan = ProposedPlan(name="p", by="boris", day=DAY, pending=False, plan=held.plans[2026])
    old, new = (numbers(contents("2026-03", range(5)), by="boris", name=name) for name in ("old", "new"))
    mine, pending = (
        numbers(contents("2026-02", range(5)), name="mine"),
        numbers(contents("2026-01", range(5)), by="boris", name="pending", pending=True),
    )
    held.proposed = {one.name: one for one in (old, mine, new, pending, plan)}
    assert [one.name for one in due.proposals_for(held, "anna")] == ["p", "new"]
    held.underway = {("p", "anna"), ("new", "clara")}
    assert [one.name for one in due.proposals_for(held, "anna")] == ["new"], "nobody agrees twice"
