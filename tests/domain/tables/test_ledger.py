"""What two coordinators said about published tables, and what came too late or from one alone."""

from __future__ import annotations

from datetime import date

import pytest

from testimony.domain.tables.acts import Act
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.ledger import ProposedNumbers, Settled, require_may_agree, require_may_follow
from testimony.domain.tables.plan import Plan
from tests.support.domain.tables_entries import DAY, PLAN, Log, begun, contents


def refusal(log: Log, name: str) -> str:
    held = log.fold()
    proposal = held.proposed[name]
    assert isinstance(proposal, ProposedNumbers)
    with pytest.raises(TablesRefused) as refused:
        require_may_follow(held, proposal)
    return refused.value.reason


def test_a_secret_is_of_two_people_and_of_none_alone() -> None:
    log = Log()
    log.secret("anna", "anna")
    assert log.fold().masters == {}
    with pytest.raises(TablesRefused) as refused:
        log.fold().master()
    assert refused.value.reason == "secret"
    log.secret("boris")
    master = log.fold().master()
    assert len(master) == 32
    log.secret("clara")
    assert log.fold().master() == master, "a third share changes nothing"


def test_a_share_that_has_not_come_back_makes_no_secret() -> None:
    log = Log()
    log.secret("anna")
    log.secret("boris", logged=False)
    assert log.fold().masters == {}
    assert set(log.fold().shared[1]) == {"anna", "boris"}


def test_a_new_secret_follows_and_what_was_published_stays() -> None:
    log = begun()
    log.published(contents("2026-01", range(5)))
    first = log.fold().master()
    log.secret("anna", generation=3)
    assert log.fold().generation == 1, "none is passed over"
    log.secret("boris", "anna", generation=2)
    held = log.fold()
    assert held.generation == 2
    assert held.master() != first
    assert held.masters[1] == first
    assert set(held.files) == {("2026-01", 1)}


def test_a_plan_counts_when_another_person_agrees_and_the_first_one_stays() -> None:
    log, other = Log(), Plan.fitting(2026, 100, borders=[], codebook="1")
    mine, theirs = log.plan("anna"), log.plan("boris", other)
    log.agree("anna", mine)
    log.agree("boris", mine, logged=False)
    assert log.fold().plans == {}
    assert set(log.fold().proposed) == {mine, theirs}
    log.agree("anna", theirs)
    log.agree("boris", mine)
    held = log.fold()
    assert held.plans == {2026: other}
    assert held.proposed == {}
    assert held.plan_of(2026) == other
    with pytest.raises(TablesRefused) as refused:
        held.plan_of(2027)
    assert refused.value.reason == "unagreed"


def test_somebody_who_is_no_coordinator_says_nothing() -> None:
    log = Log()
    log.secret("anna")
    log.secret("boris", may=False)
    log.agree("boris", log.plan("anna"), may=False)
    assert log.fold().masters == {}
    assert log.fold().plans == {}


def test_numbers_are_published_when_another_person_made_them_too() -> None:
    log = begun()
    name = log.numbers("anna", contents("2026-01", range(5)))
    log.agree("anna", name)
    assert log.fold().files == {}
    log.agree("boris", name, day=date(2027, 2, 1))
    held = log.fold()
    assert set(held.files) == {("2026-01", 1)}
    assert held.last == date(2027, 2, 1)
    assert held.proposed == {}


def test_numbers_that_have_not_come_back_cannot_be_agreed_to() -> None:
    log = begun()
    name = log.numbers("anna", contents("2026-01", range(5)), logged=False)
    log.agree("boris", name)
    assert log.fold().files == {}


def test_a_period_has_its_numbers_once() -> None:
    log = begun()
    log.published(contents("2026-01", range(5)))
    second = log.numbers("boris", contents("2026-01", range(5), number=65))
    log.agree("anna", second)
    assert log.fold().files["2026-01", 1].contents.published.number({}) == 60


def test_no_account_is_counted_in_two_months_whatever_two_desks_agree_to() -> None:
    log = begun()
    log.published(contents("2026-01", range(5)))
    name = log.numbers("anna", contents("2026-02", range(4, 9)))
    log.agree("boris", name)
    assert set(log.fold().files) == {("2026-01", 1)}
    assert refusal(log, name) == "once"
    log.published(contents("2026-02", range(5, 9)))
    log.published(contents("2026-Q1", range(9)))
    assert len(log.fold().files) == 3


def test_numbers_need_the_plan_that_stands_and_a_secret() -> None:
    log = Log()
    name = log.numbers("anna", contents("2026-01", range(5)))
    assert refusal(log, name) == "unagreed"
    log.agree("boris", log.plan("anna"))
    assert refusal(log, name) == "secret"
    log.secret("anna", "boris")
    log.agree("boris", name)
    assert len(log.fold().files) == 1
    other = log.numbers("anna", contents("2026-02", [7], plan=Plan.fitting(2026, 2000, borders=[], codebook="1")))
    assert refusal(log, other) == "unagreed"
    assert refusal(log, log.numbers("anna", contents("2026-02", [7], layer=3))) == "unagreed"


def test_only_a_year_is_counted_again_and_once() -> None:
    log = begun()
    assert refusal(log, log.numbers("anna", contents("2026", range(5), edition=2))) == "recount"
    log.published(contents("2026", range(5)))
    log.published(contents("2026-01", range(2)))
    log.published(contents("2026", range(1, 6), edition=2))
    assert set(log.fold().files) == {("2026", 1), ("2026", 2), ("2026-01", 1)}
    assert refusal(log, log.numbers("anna", contents("2026-01", range(2), edition=2))) == "recount"


def test_after_a_settlement_no_period_that_was_over_is_agreed_to_and_what_two_agreed_to_stays() -> None:
    """What nobody can open may have published it: the same cell could get a second number. What a desk of an earlier
    version published after a settlement stays published.
    """
    log = begun()
    log.published(contents("2026-01", range(5)))
    settled = Settled(place=(0, len(log.entries)), day=date(2026, 4, 1), words=("ab" * 32, "cd" * 32))
    log.say("clara", Act.SECRET, generation=2, share="ab" * 32, reason="lost")
    log.published(contents("2026-02", range(5, 9)))
    march, april = (log.numbers("anna", contents(period, range(9, 12))) for period in ("2026-03", "2026-04"))
    held = log.fold(settled)
    assert held.files == log.fold().files
    assert set(held.files) == {("2026-01", 1), ("2026-02", 1)}
    proposals = {name: one for name, one in held.proposed.items() if isinstance(one, ProposedNumbers)}
    require_may_agree(held, proposals[april])  # it was not over
    with pytest.raises(TablesRefused) as refused:
        require_may_agree(held, proposals[march])
    assert refused.value.reason == "settled"


def test_what_cannot_be_unpacked_is_counted_and_nothing_else() -> None:
    log = begun()
    log.say("anna", Act.NUMBERS, generation=1, parts=("ab" * 32,), sha256="cd" * 32)
    assert log.fold().unread == 1
    assert log.fold().proposed == {}


def test_no_text_of_the_ledger_has_the_secret() -> None:
    held = begun().fold()
    assert "masters" not in repr(held)
    assert "shared" not in repr(held)
    assert DAY.year == PLAN.year + 1


def test_who_agreed_is_known_before_it_came_back_and_it_counts_for_nothing_yet() -> None:
    log = begun()
    name = log.numbers("anna", contents("2026-01", range(5)))
    log.agree("boris", name, logged=False)
    held = log.fold()
    assert held.underway == {(name, "boris")}
    assert held.files == {}
