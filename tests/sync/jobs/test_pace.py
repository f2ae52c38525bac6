"""When background exchanges come, and what makes one come at once."""

from __future__ import annotations

import logging

import pytest

from testimony.store.errors import StoreLocked
from testimony.sync.jobs import pace
from testimony.sync.jobs.pace import OutboxWatch, back_off
from tests.support.sync.world import World


@pytest.mark.parametrize(
    ("failures", "longest"),
    [(0, 5.0), (1, 10.0), (2, 20.0), (8, 1280.0), (9, 1800.0), (16, 1800.0), (10**6, 1800.0)],
)
def test_each_failure_doubles_the_wait_and_half_of_it_is_chance(
    monkeypatch: pytest.MonkeyPatch, failures: int, longest: float
) -> None:
    bounds: list[float] = []
    monkeypatch.setattr("random.uniform", lambda *given: bounds.extend(given))
    back_off(failures)
    assert bounds == [longest / 2, longest]


def test_only_what_waits_beyond_what_the_last_exchange_left_is_new(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, node, waiting = OutboxWatch(), world.node(), [0]
    monkeypatch.setattr(pace, "count_waiting", lambda _: waiting[0])
    assert not watch.is_new_waiting(node)
    waiting[0] = 1
    assert watch.is_new_waiting(node)
    assert OutboxWatch().is_new_waiting(node)
    watch.known = 2
    seen = []
    for number in (2, 1, 1, 2, 2):  # one goes, withdrawn, before another comes
        waiting[0] = number
        seen.append(watch.is_new_waiting(node))
    assert seen == [False, False, False, True, True]


def test_an_outbox_that_cannot_be_read_is_logged_and_makes_no_exchange_come(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def locked(_: object) -> int:
        raise StoreLocked

    monkeypatch.setattr(pace, "count_waiting", locked)
    with caplog.at_level(logging.WARNING):
        assert not OutboxWatch().is_new_waiting(world.node())
    assert f"the outbox cannot be read: {StoreLocked.code}" in caplog.text
