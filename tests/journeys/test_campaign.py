"""One interview again and again on a slow phone, each time with other blows: killed, cut off, killed while it seals."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from tests.support.canaries import search as canaries_search
from tests.support.journeys.interruptions import Fate
from tests.support.journeys.interviews import DESK, FIRST, LAWYER, Field, look_back, read
from tests.support.journeys.phones import SLOWER
from tests.support.journeys.walkthrough import Walk
from tests.support.journeys.world import World, world
from tests.support.stories import field_stories, sealed_parts

SEEDS = range(5)


@pytest.mark.long(short="tests/journeys/test_journey.py::test_every_testimony_arrives_everywhere_exactly_once")
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_to_a_phone_everything_arrives_once_and_nothing_is_left(
    seed: int, chromium: str, tmp_path: Path
) -> None:
    with sync_playwright() as playwright, world(tmp_path, playwright, chromium, free_port) as made:
        done = _held(made, Fate(made, FIRST, seed=seed, kills=8, rarely=0.12, slowdown=SLOWER))
    held = done.held["dari"]
    for part, answers in sealed_parts.answers(held.walk.given).items():
        assert sealed_parts.comparable(held.opened[part]["answers"]) == sealed_parts.comparable(answers), done.blows
    for home in ("field", "central", DESK):
        with open_station(made.home(home)) as station, station.database.reading() as session:
            assert [record.id for _, record in record_queries.records_of_kind(session, "manifest")] == [held.record], (
                done.blows
            )
    secrets = [*held.walk.story.secrets, made.passphrase(FIRST), made.passphrase(LAWYER)]
    assert (
        canaries_search.search([tmp_path / "profiles", made.logs, *map(made.home, ("field", "central", DESK))], secrets)
        == []
    )


def _held(made: World, fate: Fate) -> Field:
    """One interview to its end, and at the lawyer's desk; everything is stopped by then."""
    done = Field(made)
    made.start(made.central)
    made.start(made.node)
    walk = Walk(field_stories.whole())
    done.blows["dari"] = fate.blows
    phone = fate.seal(fate.hold(walk), walk.story.page)
    done.note("dari", phone, walk, FIRST)
    phone.deliver()
    made.wait_delivered(1)
    read(done)
    made.end()
    look_back(done)
    return done


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
