"""How much goes at once: more and more while nothing fails, and then as Young's formula has it."""

from __future__ import annotations

import math

import pytest

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


def test_while_nothing_failed_a_piece_is_an_eighth_of_what_arrived() -> None:
    pace = Pace()
    pace.arrived(8 * 200_000)
    assert pace.batch_bytes == 200_000
    pace.arrived(8 * 300_000)
    assert pace.batch_bytes == 400_000, "no more than twice as much as before"


def test_older_failures_weigh_less_each_time_another_comes() -> None:
    pace = Pace()
    pace.arrived(4_000_000)
    pace.failed(800_000)
    assert pace.batch_bytes == math.isqrt(2 * HEADERS * 4_800_000)
    pace.arrived(2_000_000)
    pace.failed(100_000)
    assert pace.batch_bytes == int(math.sqrt(2 * HEADERS * (4_800_000 * 0.75 + 2_100_000) / 1.75))


def test_a_failure_without_anything_new_halves_the_piece() -> None:
    pace = Pace()
    pace.arrived(4_000_000)
    pace.failed(800_000)
    before = pace.batch_bytes
    pace.failed(0)
    assert pace.batch_bytes == before // 2
    for _ in range(9):
        pace.failed(0)
    assert pace.batch_bytes == SMALLEST


def test_the_rate_is_of_what_is_left_of_the_time_after_the_way() -> None:
    pace = Pace()
    pace.timed(200, 0.1)
    pace.timed(9_000, 1.0)
    assert math.isclose(pace.overhead, HEADERS + 0.1 * 10_000 / WAITING)
    pace.timed(18_000, 1.0)
    assert math.isclose(pace.overhead, HEADERS + 0.1 * 15_000 / WAITING), "the middle of old and new"


def test_the_way_is_never_more_than_half_of_the_time() -> None:
    pace = Pace()
    pace.timed(200, 0.9)
    pace.timed(5_000, 1.0)
    assert math.isclose(pace.overhead, HEADERS + 0.9 * 10_000 / WAITING)


def test_of_the_small_requests_only_the_last_eight_are_remembered() -> None:
    pace = Pace()
    pace.timed(200, 0.1)
    for _ in range(7):
        pace.timed(200, 0.4)
    pace.timed(6_000, 1.0)
    assert math.isclose(pace.overhead, HEADERS + 0.1 * (6_000 / 0.9) / WAITING)
    pace = Pace()
    pace.timed(200, 0.1)
    for _ in range(8):
        pace.timed(200, 0.4)
    pace.timed(6_000, 1.0)
    assert math.isclose(pace.overhead, HEADERS + 0.4 * 10_000 / WAITING)


@pytest.mark.parametrize(("size", "overhead"), [(4096, HEADERS), (4097, HEADERS + 0.5 * 4097 / 0.5 / WAITING)])
def test_up_to_four_kibibytes_a_request_measures_the_way(size: int, overhead: float) -> None:
    pace = Pace()
    pace.timed(200, 0.5)
    pace.timed(size, 1.0)
    assert math.isclose(pace.overhead, overhead)


def test_what_is_too_large_is_halved_and_never_too_small() -> None:
    pace = Pace()
    pace.too_large()
    assert pace.batch_bytes == FIRST // 2
    for _ in range(9):
        pace.too_large()
    assert pace.batch_bytes == SMALLEST


def test_a_piece_has_these_limits() -> None:
    assert (SMALLEST, FIRST, LARGEST) == (16 << 10, 128 << 10, 512 << 10)
    assert (HEADERS, WAITING) == (1500, 8)
