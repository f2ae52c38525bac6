"""Of which roster an entry of the ledger is, by its place in central's log."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from testimony.sealing.roster.roster import Roster
from testimony.services.ledger.order import Rosters


def roster(no: int, **people: tuple[str, str]) -> Roster:
    """`people`: kid -> (role, status)."""
    entries = {kid: SimpleNamespace(role=role, status=status) for kid, (role, status) in people.items()}
    return cast(Roster, SimpleNamespace(no=no, signer=entries.get))


FIRST = roster(1, a=("coordinator", "active"), b=("lawyer", "active"))
SECOND = roster(2, a=("coordinator", "revoked"), b=("coordinator", "active"))
THIRD = roster(3, a=("coordinator", "active"))
ROSTERS = Rosters(placed=(((0, 4), FIRST), ((0, 9), SECOND), ((1, 0), THIRD)), latest=SECOND)


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ((0, 0), FIRST),
        ((0, 4), FIRST),
        ((0, 8), FIRST),
        ((0, 9), SECOND),
        ((0, 10**6), SECOND),
        ((1, 0), THIRD),
        ((2, 5), THIRD),
        (None, SECOND),
    ],
)
def test_the_roster_in_force_is_the_last_that_the_log_names_before(
    place: tuple[int, int] | None, found: Roster
) -> None:
    assert ROSTERS.at(place) is found


@pytest.mark.parametrize(
    ("kid", "place", "may"),
    [
        ("a", (0, 5), True),
        ("b", (0, 5), False),
        ("a", (0, 9), False),
        ("b", (0, 9), True),
        ("a", (1, 1), True),
        ("b", (1, 1), False),
        ("a", None, False),
        ("b", None, True),
        ("stranger", (0, 5), False),
    ],
)
def test_only_an_active_coordinator_of_that_time_may(kid: str, place: tuple[int, int] | None, may: bool) -> None:
    assert ROSTERS.may(kid, place) is may
