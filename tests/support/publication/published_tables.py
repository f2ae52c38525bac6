"""Published numbers of invented accounts, for tests of what is written from them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Final

from testimony.domain.tables import count
from testimony.domain.tables.account import Counted
from testimony.domain.tables.offsets import Offsets
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from tests.support.domain.told_accounts import account, population

PLAN: Final = Plan.fitting(2026, 2430, borders=["HRV-BIH", "ROU-UKR"], codebook="1")
OFFSETS: Final = Offsets.of(bytes(range(32)))


def publish(accounts: Sequence[Counted], period: str = "2026", plan: Plan = PLAN) -> Published:
    return count.publish(accounts, plan, Period.of(period), OFFSETS)


@functools.cache
def of_year() -> Published:
    """All layers, with a border of which deaths are told."""
    told = {"dead": frozenset({"told"})}
    deaths = [account(9000 + n, border="GRC-TUR", told=told, person=f"p{n}", incident=f"i{n}") for n in range(30)]
    return publish([*population(2400, 2), *deaths])


@functools.cache
def of_backlog() -> Published:
    return publish(population(2400, 2), "until 2026-12")
