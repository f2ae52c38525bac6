"""What was refused is counted once a day for each sender, object and rule, and no day fills the memory."""

from __future__ import annotations

import pytest

from testimony.station import known_refusals as module
from testimony.station.known_refusals import KnownRefusals


def test_the_same_is_new_once_a_day() -> None:
    known = KnownRefusals()
    assert known.is_new("2026-01-20", "a", "n", "rule")
    assert not known.is_new("2026-01-20", "a", "n", "rule")
    for by, name, rule in (("b", "n", "rule"), ("a", "m", "rule"), ("a", "n", "other")):
        assert known.is_new("2026-01-20", by, name, rule)
        assert not known.is_new("2026-01-20", by, name, rule)
    assert known.is_new("2026-01-21", "a", "n", "rule")


def test_what_has_no_name_is_always_new() -> None:
    known = KnownRefusals()
    assert [known.is_new("2026-01-20", "a", "", "rule") for _ in range(2)] == [True, True]
    assert known.seen == set()


def test_a_day_is_remembered_up_to_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KNOWN", 2)
    known = KnownRefusals()
    assert [known.is_new("2026-01-20", "a", name, "rule") for name in "pqrpqr"] == [
        True,
        True,
        True,
        False,
        False,
        True,
    ]
    assert len(known.seen) == 2
