"""Batches grow fast until one fails, and carefully from then on."""

from __future__ import annotations

from testimony.sync.pace import CREEP, FIRST, LARGEST, SMALLEST, Pace


def test_on_a_good_link_batches_double_to_the_largest() -> None:
    pace = Pace()
    assert pace.batch_bytes == FIRST
    for _ in range(10):
        pace.arrived()
    assert pace.batch_bytes == LARGEST


def test_a_failure_halves_and_nothing_goes_below_the_smallest() -> None:
    pace = Pace()
    for _ in range(10):
        pace.failed()
    assert pace.batch_bytes == SMALLEST


def test_what_failed_is_come_near_again_in_small_steps_up_to_the_largest() -> None:
    pace = Pace()
    pace.failed()
    assert pace.batch_bytes == FIRST // 2
    pace.arrived()
    assert pace.batch_bytes == FIRST // 2 + CREEP
    for _ in range(100):
        pace.arrived()
    assert pace.batch_bytes == LARGEST
