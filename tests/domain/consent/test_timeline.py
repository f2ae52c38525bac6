"""What was said about a consent, in order, and what came of each yes."""

from __future__ import annotations

from datetime import date
from itertools import permutations

from testimony.domain.consent.authority import INTERVIEW, Said, counted
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.purposes import Purpose
from testimony.domain.consent.timeline import Step, timeline

TODAY = date(2026, 5, 20)


def event(id: str, act: Act, day: int, *after: str, months: int | None = None) -> ConsentEvent:
    return ConsentEvent(
        id=id,
        act=act,
        purpose=Purpose.COUNT,
        recipient="public",
        day=date(2026, 5, day),
        after=frozenset(after),
        life_months=months,
    )


def by(one: ConsentEvent, *roles: str) -> list[Said]:
    return [Said(event=one, signer=f"{role}-1", role=role) for role in roles]


def steps(said: list[Said], at: date = TODAY) -> list[Step]:
    return timeline(said, counted(said, at), at)


def test_a_yes_names_what_ended_it_and_the_asking_is_left_out() -> None:
    ask, yes, no = event("a", Act.ASK, 3), event("y", Act.GRANT, 3, "a"), event("n", Act.WITHDRAW, 9)
    said = [*by(no, "lawyer"), *by(yes, INTERVIEW), *by(ask, INTERVIEW)]
    found = steps(said)
    assert [(one.event.id, one.roles) for one in found] == [("y", (INTERVIEW,)), ("n", ("lawyer",))]
    assert (found[0].ended_by, found[0].ended_on, found[1].ended_by) == (no, None, None)


def test_a_yes_that_has_seen_the_no_goes_on() -> None:
    no, yes = event("n", Act.REFUSE, 3), event("y", Act.GRANT, 9, "n")
    assert [one.ended_by for one in steps([*by(no, INTERVIEW), *by(yes, "lawyer")])] == [None, None]


def test_a_yes_whose_life_is_over_says_its_last_day() -> None:
    said = by(event("y", Act.GRANT, 3, months=1), INTERVIEW)
    assert steps(said, date(2026, 6, 3))[0].ended_on is None
    assert steps(said, date(2026, 6, 4))[0].ended_on == date(2026, 6, 3)


def test_what_does_not_count_ends_nothing_and_says_why() -> None:
    yes, lifted = event("y", Act.GRANT, 3), event("r", Act.RELEASE, 9, "y")
    refused = event("i", Act.INVALIDATE, 9)
    said = [*by(yes, INTERVIEW), *by(lifted, "lawyer"), *by(refused, "coordinator")]
    found = {one.event.id: one for one in steps(said)}
    assert found["y"].ended_by is None
    assert found["r"].rule == "second.signature"
    assert found["i"].rule == "signer.role"
    both = {one.event.id: one for one in steps([*said, *by(lifted, "coordinator")])}
    assert (both["r"].rule, both["r"].roles) == ("", ("coordinator", "lawyer"))


def test_the_order_of_arrival_changes_no_line() -> None:
    said = [
        *by(event("y", Act.GRANT, 3), INTERVIEW),
        *by(event("h", Act.HOLD, 3, "y"), "lawyer"),
        *by(event("n", Act.WITHDRAW, 3), "coordinator"),
        *by(event("z", Act.GRANT, 4, "y", "n"), "lawyer"),
    ]
    assert len({tuple(steps(list(order))) for order in permutations(said)}) == 1
