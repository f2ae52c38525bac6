"""Published tables through two coordinators' desks: what is printed was counted at one and made again at the other."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from testimony import canonical
from testimony.domain.errors import ReleaseClock
from testimony.domain.review.review import ReviewState
from testimony.domain.tables import admission, periods
from testimony.domain.tables import membership as tables_membership
from testimony.domain.tables import plan as tables_plan
from testimony.domain.tables.acts import Act, Reason
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.ledger import ProposedNumbers, TablesLedger
from testimony.domain.tables.periods import Kind, Period
from testimony.questionnaire.codebook import Codebook
from testimony.services.ledger import settlement as ledger_settlement
from testimony.services.review import reviews
from testimony.services.tables import accounts, membership, moments, tables
from testimony.services.tables import ledger as tables_ledger
from tests.support.services import clocks
from tests.support.services.batches import bring
from tests.support.services.desks import TODAY
from tests.support.services.release.releases import BOTH, Centre, ReleaseDesk, account, refreshed
from tests.support.services.release.settlement import to_a_lost_key

YEAR = TODAY.year
BACKLOG = f"until {YEAR - 1}-12"
PLANNED = YEAR - 1


@pytest.fixture
def at(releasing_desks: Centre, monkeypatch: pytest.MonkeyPatch) -> Centre:
    """Two dozen accounts are enough here, so that sealing them takes seconds."""
    monkeypatch.setattr(tables_plan, "LEAST", dict.fromkeys(tables_plan.LEAST, 6))
    monkeypatch.setattr(tables_plan, "LEAST_INCIDENTS", 2)
    monkeypatch.setattr(tables_plan, "TIMETABLE", [(0, tables_plan.TIMETABLE[0][1])])
    return releasing_desks


def held(desk: ReleaseDesk) -> TablesLedger:
    return tables_ledger.read(desk.by)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(TablesRefused) as refused:
        act()
    assert str(refused.value).endswith(".")
    return refused.value.reason


def with_secret(at: Centre) -> None:
    for number in (1, 2):
        tables.make_secret(at[number].by)
    at.meet()


def with_plan(at: Centre, *years: int) -> None:
    with_secret(at)
    for year in years or (PLANNED,):
        tables.propose_plan(at[1].by, year, ["HRV-BIH"])
        at.meet()
        (name,) = held(at[2]).proposed
        tables.agree(at[2].by, name)
        at.meet()


def published(at: Centre, label: str = BACKLOG, edition: int = 1) -> None:
    tables.make(at[1].by, label, edition=edition)
    at.meet()
    (name,) = [name for name, one in held(at[2]).proposed.items() if one.subject == f"numbers of {label}"]
    tables.agree(at[2].by, name)
    at.meet()


def proposed_again(at: Centre) -> None:
    """The proposal that waits is refused, and one that is made anew is agreed to."""
    (name,) = held(at[2]).proposed
    assert refusal(lambda: tables.agree(at[2].by, name)) == "differs"
    tables.make(at[1].by, BACKLOG)
    at.meet()
    (again,) = held(at[2]).proposed.keys() - {name}
    tables.agree(at[2].by, again)


def arrive(at: Centre, some: list[dict[str, Any]]) -> list[str]:
    """Sealed, at central and at both desks; no lawyer cleared them."""
    sealed = bring(at.organisation, at.central, some)
    at.meet()
    return [str(one.record.value["tid"]) for one in sealed]


def test_the_file_is_the_same_at_both_desks_and_every_time(at: Centre) -> None:
    with_plan(at)
    published(at)
    files = {tables.printed(desk.by, BACKLOG) for desk in (at[1], at[2], at[1])}
    (data,) = files
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        reports = [f"report-{lang}.html" for lang in ("en", "es", "fr")]
        tagged = ["hxl/tables.csv", "hxl/themes.csv"]
        sheets = ["tables.csv", "tables.json", "tables.xlsx", "themes.csv"]
        assert zipped.namelist() == ["manifest.json", "codebook.csv", *tagged, "read-me.txt", *reports, *sheets]
        value = canonical.decode_object(zipped.read("tables.json"))
    (total,) = [
        one for one in value["lines"] if (one["table"], one["row"], one["unit"]) == ("border", "all", "accounts")
    ]
    assert abs((total["number"] or 0) - 24) < 5
    assert value["period"] == BACKLOG


def test_lines_that_left_for_named_recipients_take_no_account_from_the_tables(at: Centre) -> None:
    with_plan(at)
    before = tables.look(at[1].by, BACKLOG).accounts
    at.left(replace(BOTH, recipients=("P07",)))
    assert tables.look(at[1].by, BACKLOG).accounts == before == len(at.tids)
    published(at)


def test_an_event_that_one_person_tells_again_is_counted_once(at: Centre) -> None:
    with_plan(at)
    at.same_person(*at.tids[:2])
    at.meet()
    assert tables.look(at[1].by, BACKLOG).accounts == len(at.tids), "one person may live through two events"
    at.same_event(*at.tids[:2])
    at.meet()
    seen = tables.look(at[1].by, BACKLOG)
    assert (seen.accounts, seen.told_again) == (len(at.tids) - 1, 1)
    published(at)
    assert len(held(at[2]).files[BACKLOG, 1].contents.members) == len(at.tids) - 1


def test_what_was_printed_stays_and_what_tells_of_it_again_is_in_no_later_file(at: Centre) -> None:
    with_plan(at)
    published(at, f"{PLANNED}-11")
    (late, *_) = at.bring([account(number) for number in range(24, 48)])
    at.same_person(late, at.tids[0])
    at.same_event(late, at.tids[0])
    at.meet()
    published(at, f"{PLANNED}-12")
    assert len(held(at[2]).files[f"{PLANNED}-12", 1].contents.members) == 23
    published(at, f"{PLANNED}-Q4")
    assert len(held(at[2]).files[f"{PLANNED}-Q4", 1].contents.members) == 47


def test_what_tells_again_of_a_printed_event_does_not_count_when_the_printed_account_is_on_hold(at: Centre) -> None:
    with_plan(at)
    published(at, f"{PLANNED}-11")
    at.hold(at.tids[0])
    (late, *_) = at.bring([account(number) for number in range(24, 48)])
    at.same_person(late, at.tids[0])
    at.same_event(late, at.tids[0])
    at.meet()
    assert tables.look(at[2].by, f"{PLANNED}-12").told_again == 1
    published(at, f"{PLANNED}-12")
    assert len(held(at[2]).files[f"{PLANNED}-12", 1].contents.members) == 23


def test_nothing_is_published_by_one_person(at: Centre) -> None:
    tables.make_secret(at[1].by)
    assert refusal(lambda: tables.make_secret(at[1].by)) == "shared"
    tables.propose_plan(at[1].by, PLANNED, [])
    (name,) = held(at[1]).proposed
    assert refusal(lambda: tables.agree(at[1].by, name)) == "twice"
    at.meet()
    assert refusal(lambda: tables.make(at[1].by, BACKLOG)) == "unagreed"
    tables.agree(at[2].by, name)
    at.meet()
    assert refusal(lambda: tables.make(at[1].by, BACKLOG)) == "secret"
    tables.make_secret(at[2].by)
    at.meet()
    tables.make(at[1].by, BACKLOG)
    at.meet()
    assert refusal(lambda: tables.printed(at[1].by, BACKLOG)) == "unprinted"
    (name,) = held(at[1]).proposed
    assert refusal(lambda: tables.agree(at[1].by, name)) == "twice"


def test_a_printed_number_stays_when_somebody_withdraws_and_they_are_counted_in_nothing_later(at: Centre) -> None:
    with_plan(at, PLANNED)
    published(at, f"{PLANNED}-12")
    before = tables.printed(at[1].by, f"{PLANNED}-12")
    at.withdraw(at.tids[0])
    at.meet()
    at.destroy_what_is_due()
    assert tables.printed(at[1].by, f"{PLANNED}-12") == before
    tables.make(at[1].by, f"{PLANNED}")
    (proposal,) = held(at[1]).proposed.values()
    earlier = held(at[1]).files[f"{PLANNED}-12", 1].contents.members
    assert len(earlier) == 24
    assert len(proposal.contents.members) == 23  # type: ignore[union-attr]


def test_an_account_of_one_month_is_in_no_other_and_what_comes_later_waits_for_the_next(at: Centre) -> None:
    with_plan(at)
    published(at, f"{PLANNED}-11")
    assert refusal(lambda: tables.make(at[1].by, f"{PLANNED}-12")) == "small"
    at.bring([account(number) for number in range(24, 48)])  # so many that each secret gives the border a row
    published(at, f"{PLANNED}-12")
    assert len(held(at[2]).files[f"{PLANNED}-12", 1].contents.members) == 24
    published(at, f"{PLANNED}-Q4")
    assert len(held(at[2]).files[f"{PLANNED}-Q4", 1].contents.members) == 48


def test_a_desk_that_counts_otherwise_does_not_agree(at: Centre) -> None:
    with_plan(at)
    tables.make(at[1].by, BACKLOG)
    at.meet()
    at.withdraw(at.tids[0], at[2].station)
    (name,) = held(at[2]).proposed
    assert refusal(lambda: tables.agree(at[2].by, name)) == "differs"
    assert held(at[2]).files == {}


def test_what_comes_between_a_proposal_and_the_agreement_waits_for_the_next_year(at: Centre) -> None:
    """Ten without public consent, ten without review and ten to count come; one that waited for review is cleared."""
    with_plan(at)
    (waited,) = arrive(at, [account(30)])
    tables.make(at[1].by, str(PLANNED))
    at.meet()
    arrive(at, [account(number, "P07") for number in range(31, 41)])
    arrive(at, [account(number) for number in range(41, 51)])
    at.bring([account(number) for number in range(51, 61)])
    at.lawyers_clear([waited])
    at.meet()
    assert tables.look(at[2].by, str(PLANNED)).accounts == 35
    (name,) = held(at[2]).proposed
    tables.agree(at[2].by, name)
    at.meet()
    assert held(at[1]).files[str(PLANNED), 1].contents == held(at[2]).files[str(PLANNED), 1].contents
    made = held(at[2]).files[str(PLANNED), 1].contents
    assert len(made.members) == 24
    assert made.published.number({"held": "review"}) in (0, 5), "of one, and not of eleven"
    assert made.published.number({"held": "consent"}) == 0


def test_nobody_leaves_an_account_out_of_what_they_propose(at: Centre) -> None:
    with_plan(at)
    until = moments.newest(at[1].by)
    made = tables._count(at[1].by, held(at[1]), Period.of(BACKLOG), 1, until)
    fewer = replace(made, members=frozenset(sorted(made.members)[1:]))
    tables_ledger.say_numbers(at[1].by, fewer, 1)
    at.meet()
    (name,) = held(at[2]).proposed
    assert refusal(lambda: tables.agree(at[2].by, name)) == "differs"


def test_nobody_leaves_out_who_is_held_back(at: Centre) -> None:
    with_plan(at)
    made = tables._count(at[1].by, held(at[1]), Period.of(str(PLANNED)), 1, moments.newest(at[1].by))
    arrive(at, [account(number, "P07") for number in range(31, 41)])
    later = replace(made, until=moments.newest(at[1].by))
    tables_ledger.say_numbers(at[1].by, later, 1)
    at.meet()
    (name,) = held(at[2]).proposed
    assert refusal(lambda: tables.agree(at[2].by, name)) == "differs"


def test_what_came_during_a_period_is_in_its_file(at: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where somebody made the numbers before their desk had heard of it."""
    with_plan(at)
    before = moments.newest(at[1].by)
    arrive(at, [account(30)])
    cut = tables._count(at[1].by, held(at[1]), Period.of(BACKLOG), 1, before)
    tables_ledger.say_numbers(at[1].by, cut, 1)
    at.meet()
    (name,) = held(at[2]).proposed
    with monkeypatch.context() as longer:
        longer.setattr(Period, "last_day", property(lambda _: date(2099, 12, 31)))
        longer.setattr(periods, "require_closed", lambda period, day: None)
        assert refusal(lambda: tables.agree(at[2].by, name)) == "differs"
    tables.agree(at[2].by, name)


def test_nobody_leaves_accounts_out_by_an_older_entry_of_the_log(at: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten came after the period, and days before the proposal that passes them over."""
    with_plan(at)
    before = moments.newest(at[1].by)
    at.bring([account(number) for number in range(24, 34)])
    cut = tables._count(at[1].by, held(at[1]), Period.of(BACKLOG), 1, before)
    assert len(cut.members) == 24
    clocks.agree(monkeypatch, (date.today() + timedelta(days=2)).isoformat())
    tables_ledger.say_numbers(at[1].by, cut, 1)
    at.meet()
    proposed_again(at)
    at.meet()
    assert len(held(at[1]).files[BACKLOG, 1].contents.members) == 34


def test_lawyers_desks_hear_which_accounts_a_file_counts_before_it_leaves(
    at: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the agreement, once, in as many records as it needs."""
    monkeypatch.setattr(tables_membership, "AT_ONCE", 10)
    with_plan(at)
    tables.make(at[1].by, BACKLOG)
    at.meet()
    (name,) = held(at[2]).proposed
    assert membership.tell(at[1].by, held(at[1])) == 0, "two people have not agreed"
    tables.agree(at[2].by, name)
    at.meet()
    lawyer = at.desks["lawyer-1"]
    lawyer.exchange()
    (file,) = membership.read(lawyer.station.chain, refreshed(lawyer))
    made = held(at[1]).files[BACKLOG, 1].contents
    assert (file.period, file.layer, file.members) == (Period.of(BACKLOG), made.published.layer, made.members)
    tables.printed(at[1].by, BACKLOG)
    assert membership.tell(at[1].by, held(at[1])) == 0, "it was told"


def test_who_agrees_tells_also_what_the_proposer_told_and_may_change_later(at: Centre) -> None:
    with_plan(at)
    tables.make(at[1].by, BACKLOG)
    at.meet()
    ((name, proposal),) = held(at[2]).proposed.items()
    assert isinstance(proposal, ProposedNumbers)
    membership.tell(at[1].by, TablesLedger(), proposal)
    at.meet()
    tables.agree(at[2].by, name)
    more = replace(proposal, contents=replace(proposal.contents, members=frozenset({"0" * 32})))
    membership.tell(at[1].by, TablesLedger(), more)
    at.meet()
    lawyer = at.desks["lawyer-1"]
    lawyer.exchange()
    found = membership.read(lawyer.station.chain, refreshed(lawyer))
    assert proposal.contents.members in [one.members for one in found]


def test_a_file_that_nobody_told_of_leaves_after_the_next_sync(at: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Earlier versions agreed without it, and somebody may tell it falsely."""
    with_plan(at)
    with monkeypatch.context() as earlier:
        earlier.setattr(membership, "tell", lambda *_given: 0)
        earlier.setattr(membership, "is_at_central", lambda *_given: True)
        published(at)
    (proposal,) = held(at[2]).files.values()
    false = replace(proposal, contents=replace(proposal.contents, members=frozenset({"0" * 32})))
    elsewhere = replace(proposal.contents, published=replace(proposal.contents.published, period="until 2019-12"))
    membership.tell(at[2].by, TablesLedger(), false)
    membership.tell(at[1].by, TablesLedger(), replace(proposal, contents=elsewhere))
    at.meet()
    for _ in range(2):
        assert refusal(lambda: tables.printed(at[1].by, BACKLOG)) == "pending"
    at.meet()
    tables.printed(at[1].by, BACKLOG)
    lawyer = at.desks["lawyer-1"]
    lawyer.exchange()
    found = membership.read(lawyer.station.chain, refreshed(lawyer))
    assert [one.members for one in found if one.period.label == BACKLOG] == [proposal.contents.members]


def test_numbers_of_an_earlier_version_that_wait_are_proposed_again(at: Centre) -> None:
    with_plan(at)
    made = tables._count(at[1].by, held(at[1]), Period.of(BACKLOG), 1, moments.newest(at[1].by))
    tables_ledger.say_numbers(at[1].by, replace(made, until=None), 1)
    at.meet()
    proposed_again(at)


def test_a_clearance_that_came_late_or_was_taken_back_does_not_count(at: Centre) -> None:
    with_plan(at)
    before = moments.newest(at[2].by)
    lawyer, tid = at.desks["lawyer-1"], at.tids[0]
    standing = reviews.review_of(lawyer.station.chain, refreshed(lawyer), tid)
    reviews.move(lawyer.station, lawyer.reader, standing, ReviewState.NOT_FOR_RELEASE, day=TODAY)
    lawyer.exchange()
    at.meet()
    for until in (before, moments.newest(at[2].by)):
        assert len(accounts.held(at[2].by, until).admissible) == 23
    at.lawyers_clear([tid])
    at.meet()
    assert [len(accounts.held(at[2].by, one).admissible) for one in (until, moments.newest(at[2].by))] == [23, 24]


def test_a_plan_stands_for_its_year(at: Centre) -> None:
    with_plan(at)
    assert refusal(lambda: tables.propose_plan(at[2].by, PLANNED, [])) == "planned"
    tables.propose_plan(at[2].by, YEAR, [])


def test_of_two_plans_one_is_agreed_to_by_its_name(at: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    tables.propose_plan(at[1].by, PLANNED, ["HRV-BIH"])
    tables.propose_plan(at[2].by, PLANNED, ["GRC-TUR"])
    at.meet()
    assert refusal(lambda: tables.propose_plan(at[1].by, PLANNED, [])) == "plans"
    (theirs,) = [name for name, one in held(at[1]).proposed.items() if one.by == "coordinator-2"]
    assert refusal(lambda: tables.agree(at[1].by, theirs[:7])) == "unknown"
    newer = replace(Codebook.load(), version="2.0")
    with monkeypatch.context() as program:
        program.setattr(Codebook, "load", lambda: newer)
        assert refusal(lambda: tables.agree(at[1].by, theirs[:8])) == "version"
    tables.agree(at[1].by, theirs[:8])
    at.meet()
    assert held(at[2]).plans[PLANNED].borders == ("GRC-TUR",)


def test_after_both_programs_are_updated_a_plan_of_the_new_codebook_is_proposed_and_agreed_to(
    at: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables.propose_plan(at[2].by, PLANNED, ["GRC-TUR"])
    at.meet()
    newer = replace(Codebook.load(), version="2.0")
    monkeypatch.setattr(Codebook, "load", lambda: newer)
    tables.propose_plan(at[1].by, PLANNED, ["GRC-TUR"])
    at.meet()
    (name,) = [name for name, one in held(at[2]).proposed.items() if one.by == "coordinator-1"]
    tables.agree(at[2].by, name)
    at.meet()
    assert held(at[1]).plans[PLANNED].codebook == "2.0"


def test_a_plan_goes_by_the_accounts_of_the_last_year_and_a_desk_that_has_others_does_not_agree(
    at: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(20, {Kind.YEAR: 2}), (0, {Kind.YEAR: 1})]
    with_plan(at, PLANNED - 1)
    published(at, f"{PLANNED - 1}-12")
    monkeypatch.setattr(tables_plan, "TIMETABLE", [*rows, *tables_plan.TIMETABLE])
    assert tables.propose_plan(at[1].by, YEAR, []).layers == {Kind.YEAR: 1}, "those of two years ago count no more"
    at.meet()
    (name,) = held(at[2]).proposed
    monkeypatch.setattr(tables_plan, "TIMETABLE", [(0, {Kind.YEAR: 2}), *rows])
    assert refusal(lambda: tables.agree(at[2].by, name)) == "differs"


def test_what_cannot_be_made_is_refused_with_a_sentence_and_nothing_is_written(at: Centre) -> None:
    with_plan(at)
    before = len(at[1].annexes.of_kind("tables"))
    assert refusal(lambda: tables.make(at[1].by, "March")) == "period"
    assert refusal(lambda: tables.make(at[1].by, f"{YEAR + 1}")) == "early"
    assert refusal(lambda: tables.make(at[1].by, f"{PLANNED - 1}-12")) == "unagreed"
    assert refusal(lambda: tables.propose_plan(at[1].by, YEAR, ["GRC-GRC"])) == "border"
    assert refusal(lambda: tables.propose_plan(at[1].by, YEAR, ["Evros"])) == "border"
    assert refusal(lambda: tables.printed(at[1].by, BACKLOG)) == "unprinted"
    held(at[1])
    assert len(at[1].annexes.of_kind("tables")) == before


def test_a_border_that_is_not_on_the_list_stops_no_table(at: Centre) -> None:
    with_plan(at)
    at.recode(at.tids[0], i_segment={"missing": "unk"}, i_from={"value": "HRV"}, i_to={"value": "MEX"})
    published(at)
    made = held(at[2]).files[BACKLOG, 1].contents
    assert len(made.members) == 24, "it is counted, in the rest"
    assert made.published.rows["border"] == ("HRV-BIH",)


def test_a_clock_behind_the_last_tables_holds_everything_back(at: Centre) -> None:
    with_plan(at)
    published(at)
    with pytest.raises(ReleaseClock):
        tables.printed(replace(at[1].by, day=TODAY - timedelta(days=1)), BACKLOG)


def test_the_look_says_how_many_no_lawyer_has_told_apart(at: Centre) -> None:
    with_plan(at)
    at.same_person(at.tids[0], at.tids[1])
    at.meet()
    seen = tables.look(at[1].by, BACKLOG)
    assert (seen.accounts, seen.no_person, seen.no_incident) == (24, 22, 24)


def test_a_new_secret_serves_for_what_is_not_published(at: Centre) -> None:
    assert refusal(lambda: tables.make_secret(at[1].by, Reason.STOLEN)) == "generation"
    with_plan(at)
    published(at, f"{PLANNED}-11")
    before = tables.printed(at[1].by, f"{PLANNED}-11")
    assert refusal(lambda: tables.make_secret(at[1].by)) == "shared"
    for number in (1, 2):
        tables.make_secret(at[number].by, Reason.STOLEN)
    at.meet()
    assert held(at[1]).generation == held(at[2]).generation == 2
    assert tables.printed(at[2].by, f"{PLANNED}-11") == before
    published(at, f"{PLANNED}-Q4")
    assert held(at[1]).files[f"{PLANNED}-Q4", 1].generation == 2


def test_after_a_settlement_nothing_is_counted_that_had_come_before_it(at: Centre) -> None:
    """Nobody knows which periods the closed entry published, nor whom they count."""
    with_plan(at, PLANNED, YEAR)
    tables.make(at[1].by, BACKLOG)
    at.meet()
    (name,) = held(at[2]).proposed
    to_a_lost_key(at[1].station, at[1].reader)
    at.meet()
    for number in (1, 2):
        desk = at[number]
        ledger_settlement.settle(desk.station, desk.reader, desk.annexes, day=TODAY)
        at.meet()
    assert refusal(lambda: tables.make(at[1].by, BACKLOG)) == "settled"
    assert refusal(lambda: tables.agree(at[2].by, name)) == "settled"
    assert tables.look(at[1].by, str(YEAR)).accounts == 0
    at.bring([account(number) for number in range(24)])
    seen = tables.look(at[2].by, str(YEAR))
    assert (seen.accounts, seen.settled) == (24, 24)
    for number in (1, 2):
        at[number].day = date(YEAR + 1, 1, 5)
    published(at, str(YEAR))
    assert len(held(at[2]).files[str(YEAR), 1].contents.members) == 24


def test_a_year_is_counted_again_where_enough_changed_and_the_first_edition_stays(
    at: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_plan(at)
    published(at, str(PLANNED))
    before = tables.printed(at[1].by, str(PLANNED))
    at.bring([account(number) for number in range(24, 30)])
    assert refusal(lambda: tables.make(at[1].by, str(PLANNED), edition=2)) == "recount"
    monkeypatch.setattr(admission, "LEAST_CHANGED", 6)
    published(at, str(PLANNED), edition=2)
    assert len(held(at[2]).files[str(PLANNED), 2].contents.members) == 30
    assert tables.printed(at[2].by, str(PLANNED)) == before
    assert tables.printed(at[2].by, str(PLANNED), edition=2) != before
    assert refusal(lambda: tables.make(at[1].by, str(PLANNED), edition=3)) == "recount"


def test_the_secret_stands_nowhere_but_in_what_is_sealed_to_coordinators(at: Centre) -> None:
    with_secret(at)
    master, shares = held(at[1]).master(), list(held(at[1]).shared[1].values())
    for station in (at.central, at[1].station, at[2].station):
        for file in station.settings.home.rglob("*"):
            data = file.read_bytes() if file.is_file() else b""
            for secret in (master, master.hex().encode(), *(bytes.fromhex(one) for one in shares)):
                assert secret not in data
            assert not any(share.encode() in data for share in shares)


def test_only_a_coordinator_says_anything_about_tables(at: Centre) -> None:
    lawyer = at.desks["lawyer-1"]
    assert refusal(lambda: tables_ledger.say(lawyer.by, Act.AGREE, {"about": "ab" * 32})) == "role"
