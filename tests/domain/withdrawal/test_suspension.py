"""A worker's withdrawal destroys after two weeks by itself, five of one signer a day, and never by a revoked key."""

from __future__ import annotations

from datetime import date

import pytest

from testimony.domain.withdrawal.suspension import Voice, due

DAY = date(2026, 11, 29)


@pytest.mark.parametrize(("earlier", "on"), [(0, date(2026, 12, 13)), (4, date(2026, 12, 13)), (5, None), (6, None)])
def test_the_fifth_of_a_day_still_destroys_and_the_sixth_waits_for_a_reader(earlier: int, on: date | None) -> None:
    assert due(DAY, Voice(person="interviewer-1", role="interviewer", active=True), earlier) == on


def test_a_revoked_key_holds_back_and_destroys_nothing() -> None:
    assert due(DAY, Voice(person="interviewer-1", role="interviewer", active=False), 0) is None
