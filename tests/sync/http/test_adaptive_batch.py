"""How much goes at once: more and more while nothing fails, and then as Young's formula has it."""

from __future__ import annotations

import math

from testimony.sync.http.adaptive_batch import FIRST, HEADERS, LARGEST, SMALLEST, WAITING, Pace


def test_on_a_good_link_pieces_double_to_the_largest() -> None:
    pace = Pace()
    assert pace.batch_bytes == FIRST
    for _ in range(40):
        pace.arrived(pace.batch_bytes)
    assert pace.batch_bytes == LARGEST


def test_while_nothing_failed_no_piece_is_large_beside_what_arrived() -> None:
    """So the first failure of a bad link costs little of a delivery."""
    pace, arrived = Pace(), 0
    for _ in range(100):
        assert pace.batch_bytes <= max(FIRST, arrived // 8)
        pace.arrived(pace.batch_bytes)
        arrived += pace.batch_bytes


def test_after_failures_a_piece_is_the_root_of_twice_its_cost_times_what_arrives_between_two() -> None:
    pace = Pace()
    for _ in range(50):
        for _ in range(10):
            pace.arrived(30_000)
        pace.failed(0)
    assert math.isclose(pace.batch_bytes, math.sqrt(2 * HEADERS * 300_000), rel_tol=0.01)


def test_a_link_is_failing_from_its_first_failure_on() -> None:
    pace = Pace()
    assert not pace.failing
    pace.failed(0)
    assert pace.failing


def test_an_answer_that_took_no_time_by_the_clock_says_nothing_of_the_rate() -> None:
    pace = Pace()
    pace.timed(200, 0.5)
    pace.timed(20_500, 0.0)
    assert pace.overhead == HEADERS


def test_what_waiting_costs_counts_too() -> None:
    pace = Pace()
    pace.timed(200, 0.5)
    pace.timed(200, 0.9)  # waited for something else
    pace.timed(20_500, 1.5)
    assert math.isclose(pace.overhead, HEADERS + 0.5 * 20_500 / WAITING)


def test_however_long_one_waits_bytes_that_go_twice_cost_more() -> None:
    pace = Pace()
    pace.timed(200, 0.6)
    pace.timed(500_000, 4.6)
    assert pace.overhead == 3 * HEADERS


def test_when_the_link_gets_better_pieces_grow_again() -> None:
    pace = Pace()
    for _ in range(20):
        pace.arrived(20_000)
        pace.failed(0)
    assert pace.batch_bytes == SMALLEST
    for _ in range(20_000):
        pace.arrived(pace.batch_bytes)
    assert pace.batch_bytes == LARGEST


def test_a_station_that_is_switched_off_says_nothing_of_the_link() -> None:
    pace = Pace()
    for _ in range(1000):
        pace.arrived(pace.batch_bytes)
    for _ in range(20):
        pace.failed(0)
    assert pace.batch_bytes == SMALLEST
    for _ in range(20):
        pace.arrived(pace.batch_bytes)
    assert pace.batch_bytes == LARGEST


def test_what_something_on_the_way_takes_no_more_of_is_not_tried_again() -> None:
    pace = Pace()
    for _ in range(40):
        pace.arrived(pace.batch_bytes)
    pace.too_large()
    for _ in range(40):
        pace.arrived(pace.batch_bytes)
    assert pace.batch_bytes == LARGEST // 2
