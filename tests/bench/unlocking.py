"""A desk that remembers: the first opening, and unlocking when everything is known, in processor time of one core."""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import func, insert, select

from testimony.services.coding import counts
from testimony.services.consent import cache as consent_cache
from testimony.services.consent.consent_memory import ConsentMemory
from testimony.services.inbox import list_memory
from testimony.services.inbox.inbox import InboxIndex
from testimony.services.inbox.list_memory import Look
from testimony.services.inbox.search import Text, WordIndex
from testimony.services.opening.annexes import AnnexIndex
from testimony.station.station import OPENED
from testimony.store.models.records import Progress, RecordRow
from tests.bench.node import organisation_of
from tests.bench.support.figures import Aim, Figure
from tests.bench.support.memory import in_memory
from tests.support.services.batches import bring, told
from tests.support.services.desks import Desk, desks

REAL = 200
FEW, KNOWN = 1_000, 10_000
CHUNK = 250
LENGTH = 1_500  # characters, as an account of ten minutes has
DAY = date(2026, 1, 20)
OPENING = "post-quantum decapsulation of six heads, four bodies, the log's proof and the fold of consent, on one core"
READING = "a slower or busier processor: each entry is decrypted, parsed and made into a row"


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder, _desk(Path(folder)) as desk:
        first, again = _unlocked(desk)[0] / REAL, _unlocked(desk)[0] / REAL
        stands, known = _consents(desk) / REAL, _consents(desk) / REAL
        _add_known(desk, REAL, FEW)
        few_spent, few_took, _ = _unlocked(desk)
        few_held = _held(desk)
        _add_known(desk, FEW, KNOWN)
        list_spent, took, grown = _unlocked(desk)
        held = _held(desk)
        consents_spent = _consents(desk)
        size = sum(file.stat().st_size for file in (desk.station.settings.home / OPENED).iterdir())
    return [
        Figure(
            "opened for the first time, for the list and the search, each",
            1000 * first,
            "ms",
            Aim(most=2.5, cause=OPENING),
        ),
        Figure("the same at the next unlocking, each", 1000 * again, "ms"),
        Figure("what stands of its consent, for the overviews, the first time, each", 1000 * stands, "ms"),
        Figure("the same at the next unlocking, each", 1000 * known, "ms"),
        Figure(
            "unlocking with 1,000 known, until list and search have all", few_spent, "s", Aim(most=4, cause=READING)
        ),
        Figure("the same by the clock on the wall", few_took, "s"),
        Figure("objects that this list and search hold, statements of 1,500 characters among them", few_held, "MB"),
        Figure(
            "unlocking with 10,000 known, until list and search have all", list_spent, "s", Aim(most=2, cause=READING)
        ),
        Figure("the same by the clock on the wall", took, "s"),
        Figure("the overviews of these 10,000", consents_spent, "s", Aim(most=2, cause=READING)),
        Figure("objects that this list and search hold, statements of 1,500 characters among them", held, "MB"),
        Figure("memory (RSS) that the process took more", grown, "MB"),
        Figure("the sealed index on the disk", size / 1e6, "MB"),
    ]


@contextmanager
def _desk(homes: Path) -> Iterator[Desk]:
    organisation = organisation_of(homes)
    with desks(homes / "org", organisation) as at:
        desk = at["lawyer-1"]
        bring(organisation, desk.central, [told(number, ("P01", "P04", "P06", "P07")) for number in range(REAL)])
        desk.exchange()
        yield desk


def _unlocked(desk: Desk) -> tuple[float, float, float]:
    """Seconds of the processor, by the clock, and MB of memory, until everything is in an empty list and search."""
    index, annexes = InboxIndex(WordIndex()), AnnexIndex(remembers=True)
    memory, before, began = in_memory(), time.process_time(), time.perf_counter()
    found = index.read_on(desk.station, desk.reader, annexes, day=DAY, seconds=3600)
    spent, took = time.process_time() - before, time.perf_counter() - began
    assert found.read == found.total
    return spent, took, (in_memory() - memory) / 1e6


def _held(desk: Desk) -> float:
    """MB of the objects, as Python counts them: a process that held as much before takes no more memory."""
    index, annexes = InboxIndex(WordIndex()), AnnexIndex(remembers=True)
    tracemalloc.start()
    index.read_on(desk.station, desk.reader, annexes, day=DAY, seconds=3600)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held / 1e6


def _consents(desk: Desk) -> float:
    annexes, before = AnnexIndex(remembers=True), time.process_time()
    with desk.station.database.reading() as session:
        consent_cache.current_consents(desk.station, session, desk.reader, annexes, at=DAY, label=counts.label)
    return time.process_time() - before


def _add_known(desk: Desk, held: int, most: int) -> None:
    """Rows and entries as `most` opened testimonies leave them, of which `held` are here, without hours of sealing."""
    index, annexes = InboxIndex(WordIndex()), AnnexIndex(remembers=True)
    index.read_on(desk.station, desk.reader, annexes, day=DAY, seconds=3600)
    memory = annexes.memory(desk.station, desk.reader)
    assert memory is not None
    with desk.station.database.reading() as session:
        served = {row.tid: row.manifest for row in index.rows()}
        (look, *_) = list_memory.recall(desk.station, session, memory, annexes, served, day=DAY).values()
        consents = ConsentMemory(index=memory, annexes=annexes, at=DAY)
        stands = consents.recall(served, consents.sources(session, served))
    words = (look.texts[0].text + " ") * (LENGTH // len(look.texts[0].text) + 1)
    long = Text.from_text("ar", words[:LENGTH])
    for start in range(held, most, CHUNK):
        numbers = range(start, min(start + CHUNK, most))
        manifests = {f"{number:032x}": f"{number:064x}" for number in numbers}
        desk.station.shred_keys.ensure(list(manifests))
        _add_rows(desk, manifests)
        looks = {tid: _of(look, manifest, long) for tid, manifest in manifests.items()}
        with desk.station.database.reading() as session:
            list_memory.keep(memory, looks, list_memory.made_from(session, annexes, manifests))
            known = dict.fromkeys(manifests, next(iter(stands.values())))
            consents.keep(known, consents.sources(session, manifests))


def _of(look: Look, manifest: str, text: Text) -> Look:
    return Look(replace(look.glimpse, manifest=manifest), (text,), look.codes)


def _add_rows(desk: Desk, manifests: Mapping[str, str]) -> None:
    with desk.station.database.transaction() as session:
        last = session.scalar(select(func.max(RecordRow.arrival))) or 0
        rows = [
            {
                "name": name,
                "kind": "manifest",
                "subject": tid,
                "signer": "",
                "arrival": last + number,
                "received": DAY.isoformat(),
                "progress": Progress.COMPLETE,
                "data": b"synthetic",
            }
            for number, (tid, name) in enumerate(manifests.items(), 1)
        ]
        session.execute(insert(RecordRow), rows)
