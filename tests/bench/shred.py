"""Shredding a testimony with 100 MB of recording, at a node, central and a desk: its key first, then its bodies."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from unittest import mock

from testimony.sealing.parts.manifest import is_media
from testimony.sealing.testimony.media import Medium, cut
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.store.files.shred_keys import ShredKeys
from tests.bench.support.figures import Aim, Figure
from tests.support.services.world import World

SIZE = 100_000_000
A_BATCH = 12
SOON = Aim(
    most=50,
    cause="before the key goes the withdrawal is checked and made to last: in the database, in the journal",
)


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        key = world.code.public_keys[0].pub.hex()
        voice = Medium(kind="voice", type="audio/webm", data=os.urandom(SIZE), seconds=SIZE // 3000)
        sealed = world.seal(cut([voice]), withdraw=key)
        try:
            stations = {"a node": world.node(), "central": world.central(), "a desk": world.desk()}
            return [figure for name, station in stations.items() for figure in _shred(world, sealed, name, station)]
        finally:
            world.close()


def _shred(world: World, sealed: SealedTestimony, name: str, station: Station) -> Sequence[Figure]:
    for batch in _batches(sealed):
        take_in(station, batch)
    before = _bytes(station)
    record = Incoming("record", world.withdrawal(sealed).encode())
    start = time.perf_counter()
    gone: list[float] = []
    with mock.patch.object(ShredKeys, "shred", _noted(ShredKeys.shred, gone)):
        take_in(station, [record])
    done = time.perf_counter()
    return [
        Figure(f"{name}: key destroyed after", (gone[0] - start) * 1000, "ms", SOON),
        Figure(f"{name}: everything destroyed and signed for after", (done - start) * 1000, "ms"),
        Figure(f"{name}: bytes given back", (before - _bytes(station)) / 1e6, "MB"),
    ]


def _noted(shred: Callable[[ShredKeys, Sequence[str]], None], when: list[float]) -> Callable[..., None]:
    def noted(keys: ShredKeys, tids: Sequence[str]) -> None:
        shred(keys, tids)
        when.append(time.perf_counter())

    return noted


def _batches(sealed: SealedTestimony) -> Iterator[list[Incoming]]:
    parts = sorted(sealed.parts, key=lambda part: is_media(part.part))
    yield [Incoming("record", sealed.record.encode())]
    for start in range(0, len(parts), A_BATCH):
        share = parts[start : start + A_BATCH]
        yield [Incoming("object", data) for part in share for data in (*part.heads.values(), part.body)]


def _bytes(station: Station) -> int:
    return sum(file.stat().st_size for file in station.settings.home.rglob("*") if file.is_file())
