"""What central does for one batch, one page or one withdrawal does not grow with what it holds.

Counted in the steps of SQLite's own machine, which are the same at each run and on each computer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from testimony.sealing.testimony.annex import SealedAnnex
from testimony.services.custody import log as custody_log
from testimony.services.feed.feed import Asker
from testimony.services.intake.intake import take_in
from testimony.station.station import Station
from testimony.sync.server.server import answer_feed
from tests.bench.growth import invent
from tests.bench.support.records import annexes, incoming_of
from tests.support.services.world import World, record, take

SHORT, LONG = 400, 8_000
FEW = 20
EACH = 50  # steps that are counted at once


class Steps:
    """How many steps the databases that were opened since took."""

    def __init__(self) -> None:
        self.number = 0

    def watch(self, connection: object, _: object) -> None:
        connection.set_progress_handler(self.count, EACH)  # type: ignore[attr-defined]

    def count(self) -> int:
        self.number += EACH
        return 0

    def of(self, act: Callable[[], object]) -> int:
        before = self.number
        act()
        return self.number - before


@pytest.fixture
def steps() -> Iterator[Steps]:
    counting = Steps()
    event.listen(Engine, "connect", counting.watch)
    yield counting
    event.remove(Engine, "connect", counting.watch)


@pytest.mark.sqlite_file
def test_with_twenty_times_as_much_each_act_takes_hardly_more_steps(tmp_path: Path, steps: Steps) -> None:
    world = World(tmp_path)
    central, sealed = world.central(), annexes(world, 2 * FEW + 1)
    take_in(central, incoming_of(sealed[0]))
    spent = []
    for size, share in ((SHORT, sealed[1 : FEW + 1]), (LONG, sealed[FEW + 1 :])):
        with central.database.reading() as session:
            held = custody_log.size(session)
        invent(central, sealed[0], size - held)
        spent.append({name: steps.of(act) for name, act in _acts(world, central, share, size).items()})
    short, long = spent
    assert min(short.values()) > EACH
    assert {name: (short[name], long[name]) for name in short if long[name] > 2 * short[name]} == {}
    world.close()


def _acts(world: World, central: Station, sealed: Sequence[SealedAnnex], size: int) -> dict[str, Callable[[], object]]:
    lawyer, coded = Asker(kid=world.lawyer_signer.kid, role="lawyer"), world.coded()
    later = world.coded()
    return {
        "a batch of annexes": lambda: take_in(central, [one for each in sealed for one in incoming_of(each)]),
        "a testimony": lambda: take(central, coded),
        "a testimony and its withdrawal": lambda: take(central, later, world.withdrawal(later)),
        "a withdrawal that destroys": lambda: take(central, record(world.withdrawal(coded))),
        "the end of the feed": lambda: answer_feed(central, lawyer, size - FEW),
    }
