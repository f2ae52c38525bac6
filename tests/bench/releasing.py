"""Building a release of ten thousand sealed testimonies at a coordinator's desk, and where its time goes."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from testimony.anonymity.field_hierarchies import AGES
from testimony.domain.review.review import Act, ReviewEvent, ReviewState, content_of
from testimony.sealing.roster.chain import RosterChain
from testimony.services import startup
from testimony.services.consent import acts as consent_acts
from testimony.services.demo import demo
from testimony.services.intake.intake import take_in
from testimony.services.ledger import ledger
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.records.types import Incoming
from testimony.services.release import desk as release_desk
from testimony.services.release import plan as release_plan
from testimony.services.release import release
from testimony.services.release.desk import Releaser
from testimony.services.release.plan import Order
from testimony.settings import Settings
from testimony.station.station import Station
from tests.bench.node import organisation_of
from tests.bench.support.figures import Aim, Figure
from tests.support.services.batches import NOW, told
from tests.support.services.desks import TODAY, reader_of

SIZE = int(os.environ.get("BENCH_RELEASE", "10000"))
AT_ONCE = 250
SEGMENTS = ("HRV-BIH:north", "HRV-BIH:south", "GRC-TUR:evros", "GRC-TUR:lesvos", "HUN-SRB:all", "POL-BLR:all")
NATIONS = ("SYR", "AFG", "IRQ", "MAR", "DZA", "PAK", "BGD", "SOM", "ERI", "TUR")
ORDER = Order(recipients=("P06", "P07"), first=4)
CAUSE = "a slower or busier processor: opening is post-quantum, two compartments and three clearings each"
REMEMBERING = "seven entries of each testimony are decrypted and parsed, its reviews folded; the processor was busy"
Result = TypeVar("Result")
made: list[Any] = []


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder, _desk(Path(folder)) as by:
        heard, _ = timed(lambda: _hear(by))
        opened, desk = timed(lambda: release_desk.Desk(by, release_desk.ledger_of(by), ORDER.recipients))
        again, desk = timed(lambda: release_desk.Desk(by, release_desk.ledger_of(by), ORDER.recipients))
        pooled, material = timed(lambda: release_desk.pool(desk))
        searched, _ = timed(lambda: release.pin(by, ORDER))
        held = release_desk.ledger_of(by)
        profile = release_desk.profile_of(held, "public")
        assert profile is not None
        composed, plan = timed(lambda: release_plan.compose(material, ORDER, profile, name=ledger.new_name()))
        next_time = replace(by, annexes=AnnexIndex(remembers=True))
        remembered, second = timed(lambda: release.plan(next_time, ORDER))
        whole, built = timed(lambda: release.build(by, ORDER))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert second.batch.published == built.batch.published
    assert built.batch.published == plan.batch.published
    most = Aim(most=150, cause=CAUSE)
    return [
        Figure(
            f"a release of {SIZE:,} sealed testimonies, from an unlocked key to the proposal",
            heard + opened + searched + whole,
            "s",
            most,
        ),
        Figure(
            "the same at the next unlocking, which remembers what was opened",
            remembered,
            "s",
            Aim(most=10, cause=REMEMBERING),
        ),
        Figure(f"of it: opening {3 * SIZE:,} clearings", heard, "s"),
        Figure("of it: opening consent and coded account of each, and who may leave", opened, "s"),
        Figure("of it: the levels, once (with who may leave, anew)", searched, "s"),
        Figure("of it: the proposal (with who may leave, anew)", whole, "s"),
        Figure("in that: who may leave, anew", again, "s"),
        Figure("in that: the pool", pooled, "s"),
        Figure("in that: classes, table, risk and the files for two", composed, "s"),
        Figure("the files", sum(map(len, built.files.values())) / 1e6, "MB"),
        Figure("published of them", 100 * built.batch.published / SIZE, "%"),
        Figure("most memory", memory, "MB"),
    ]


def _hear(by: Releaser) -> None:
    with by.station.database.reading() as session:
        by.annexes.refresh(by.station, session, by.reader)


@contextmanager
def _desk(folder: Path) -> Iterator[Releaser]:
    organisation = organisation_of(folder)
    settings = Settings(home=folder / "of-coordinator", role="desk", name="coordinator-1")
    root, rosters = organisation.root.data, [organisation.roster]
    with startup.create_station(settings, root=root, rosters=rosters, signing_seed=None) as station:
        lawyers = {person: reader_of(organisation, person) for person in ("lawyer-1", "lawyer-2")}
        made[:] = [organisation, station, lawyers]
        with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("fork")) as pool:
            for start in range(0, SIZE, AT_ONCE):
                numbers = range(start, min(start + AT_ONCE, SIZE))
                batch = [item for items in pool.map(_sealed, numbers, chunksize=10) for item in items]
                take_in(station, batch)
        reader = reader_of(organisation, "coordinator-1")
        yield Releaser(station=station, reader=reader, annexes=AnnexIndex(remembers=True), day=TODAY)


def _sealed(number: int) -> list[Incoming]:
    """One testimony and what two lawyers said to clear it."""
    organisation, station, lawyers = made
    sealed = demo.seal_invented(
        organisation,
        RosterChain(organisation.root, [organisation.roster]),
        _account(number),
        number=number,
        taken_down=NOW,
        withdraw=None,
    )
    return [*demo.incoming(sealed), *_cleared(lawyers, station, str(sealed.record.value["tid"]))]


def _account(number: int) -> dict[str, Any]:
    dice = random.Random(number)
    incident = random.Random(number // 2)
    return told(
        number,
        ("P01", "P06", "P07") if number % 3 else ("P01", "P06"),
        w_age=dice.choice(list(AGES)[3:]),
        w_nat=NATIONS[min(int(dice.paretovariate(0.9)) - 1, 9)],
        w_gender=dice.choice("mmmf"),
        i_date=f"{2023 + incident.randrange(3)}-{1 + incident.randrange(12):02}-10",
        i_segment=SEGMENTS[min(int(incident.paretovariate(0.9)) - 1, 5)],
    )


def _cleared(lawyers: Mapping[str, Reader], station: Station, tid: str) -> Iterator[Incoming]:
    after: frozenset[str] = frozenset()
    for person, to in (
        ("lawyer-1", ReviewState.IN_REVIEW),
        ("lawyer-1", ReviewState.CLEARED),
        ("lawyer-2", ReviewState.CLEARED),
    ):
        event = ReviewEvent(id=os.urandom(16).hex(), act=Act.MOVE, to=str(to), day=TODAY, after=after)
        after |= {event.id}
        _, items = consent_acts.seal_content(station.chain.latest, lawyers[person], tid, content_of(event), day=TODAY)
        yield from items


def timed(act: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds of processor."""
    before = time.process_time()
    found = act()
    return time.process_time() - before, found
