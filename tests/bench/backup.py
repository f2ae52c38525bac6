"""Backup, check and restoration of a node, and opening it, in processor time: what is left is the disk's."""

from __future__ import annotations

import functools
import multiprocessing
import os
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from testimony.canonical import sha256_hex
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.backup import backup, restore
from testimony.services.backup.restore import Given
from testimony.services.intake.intake import take_in
from testimony.services.integrity import fsck
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.sync.backup import writer as backup_writer
from testimony.sync.backup.reader import SealedSource
from tests.bench.support.figures import Aim, Figure
from tests.support.services.recovery.backups import KEEPER, SEALED
from tests.support.sync.world import World

TESTIMONIES = int(os.environ.get("TESTIMONY_BENCH_TESTIMONIES", "10000"))
A_BATCH = 6
MOST = 100
HELD = "a backup holds more than a piece of its file: look at what it keeps for each row or body"


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            return _measure(world, Path(folder))
        finally:
            world.close()


def _measure(world: World, folder: Path) -> Sequence[Figure]:
    node = world.node()
    home, kept, keys = node.settings.home, folder / "kept", folder / "shred.keys"
    _fill(world, node, TESTIMONIES)
    first = _spent(lambda: backup.back_up(node, kept, shred_keys=keys, recipients=SEALED))
    _fill(world, node, max(1, TESTIMONIES // 100))
    again = _spent(lambda: backup.back_up(node, kept, shred_keys=keys, recipients=SEALED))
    node.close()
    size = (home / "testimony.db").stat().st_size
    opened = _spent(lambda: open_station(home).close())
    quick, whole = (_pragma(home, check) for check in ("quick_check(1)", "integrity_check(1)"))
    looked = _spent(lambda: _require_sound(home))
    shutil.rmtree(home)
    restored = _spent(lambda: restore.restore(kept, home, Given(key=KEEPER, shred_keys=keys)))
    file, reader = folder / "kept.age", OpeningKey.generate()
    sealing, held = _apart(lambda: _seal(home, file, reader))
    shutil.rmtree(home)
    given = Given(shred_keys=keys, key=reader)
    opening, holding = _apart(lambda: restore.restore(SealedSource(file, reader), home, given))
    _require_sound(home)
    large = file.stat().st_size / 1e6
    return [
        Figure("testimonies", TESTIMONIES, "of about 110 kB, 21 records and objects each"),
        Figure("the database", size / 1e6, "MB"),
        Figure("opening the station", opened, "s"),
        Figure("quick_check alone", quick, "s"),
        Figure("integrity_check alone", whole, "s"),
        Figure("the first backup", first, "s"),
        Figure("the next one, a hundredth more testimonies later", again, "s"),
        Figure("check", looked, "s"),
        Figure("restoring: verified, copied, opened", restored, "s"),
        Figure("the same as one sealed file", large, "MB"),
        Figure("sealed, written and read back", large / sealing, "MB/s"),
        Figure("memory (RSS) that this takes more", held, "MB", Aim(most=MOST, cause=HELD)),
        Figure("restoring from it: opened twice, verified, put in place", large / opening, "MB/s"),
        Figure("memory (RSS) that this takes more, restoring", holding, "MB", Aim(most=MOST, cause=HELD)),
    ]


def _seal(home: Path, file: Path, reader: OpeningKey) -> None:
    with open_station(home) as station:
        backup_writer.back_up(station, file, [reader.recipient])


def _apart(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds of one core, and MB of memory at most, of `act` in a process of its own, which begins as this one is."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()

    def run() -> None:
        before, started = _resident(), time.process_time()
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        act()
        theirs.send((time.process_time() - started, (_resident("VmHWM") - before) / 1e6))

    process = context.Process(target=run)
    process.start()
    theirs.close()
    spent, held = ours.recv()
    process.join()
    return spent, held


def _resident(what: str = "VmRSS") -> int:
    """Bytes."""
    said = Path("/proc/self/status").read_text()
    return 1024 * int(next(line.split()[1] for line in said.splitlines() if line.startswith(f"{what}:")))


def _spent(act: Callable[[], object]) -> float:
    """Seconds of one core: waiting for the disk is not among them, and neither is what else the machine does."""
    before = time.process_time()
    act()
    return time.process_time() - before


def _fill(world: World, node: Station, number: int) -> None:
    for start in range(0, number, A_BATCH):
        batches = [_like(world, _model(world)) for _ in range(min(A_BATCH, number - start))]
        take_in(node, [item for batch in batches for item in batch])


@functools.cache
def _model(world: World) -> SealedTestimony:
    return world.testimony(size=1500)


def _like(world: World, model: SealedTestimony) -> Sequence[Incoming]:
    """A signed manifest, and heads and bodies that are as long as the model's and random: no station can tell."""
    value = dict(model.record.value) | {"tid": secrets.token_hex(16)}
    objects: list[bytes] = []
    parts = []
    for part, sealed in zip(value["parts"], sorted(model.parts, key=lambda one: one.part), strict=True):
        heads = {audience: os.urandom(len(head)) for audience, head in sealed.heads.items()}
        body = os.urandom(len(sealed.body))
        named = {audience: sha256_hex(head) for audience, head in heads.items()}
        parts.append({**part, "heads": named, "body": sha256_hex(body), "commit": secrets.token_hex(32)})
        objects += [*heads.values(), body]
    record = SignedRecord.sign(value | {"parts": parts}, world.device)
    return [Incoming("record", record.encode()), *(Incoming("object", data) for data in objects)]


def _pragma(home: Path, check: str) -> float:
    with closing(sqlite3.connect(home / "testimony.db")) as connection:
        return _spent(lambda: connection.execute(f"PRAGMA {check}").fetchall())


def _require_sound(home: Path) -> None:
    found = [finding.words for finding in fsck.check(home) if finding.grave]
    if found:
        raise RuntimeError(found[0])
