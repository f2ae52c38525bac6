"""Small records for the benchmarks: annexes of 3.5 kB, each a signed record, a head and a body."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

from testimony.sealing.testimony.annex import SealedAnnex, seal_annex
from testimony.services.records.types import Incoming
from testimony.sync.wire.frames import Frame
from tests.bench.sync import worlds
from tests.support.sync.world import World

TEXT = 3500
A_BATCH = 46  # so many make 512 kB


def annexes(world: World, number: int) -> list[SealedAnnex]:
    """Sealed on all cores, each about a testimony of its own."""
    worlds[:] = [world]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("fork")) as pool:
        return list(pool.map(_annex, range(number), chunksize=50))


def batches_of(world: World, number: int, *, processes: int | None = None) -> list[list[Frame]]:
    """So many annexes, sealed, in batches as nodes send them; in one of one process nothing is forked."""
    if processes == 1:
        worlds[:] = [world]
        sealed = [_annex(each) for each in range(number)]
    else:
        sealed = annexes(world, number)
    return [
        [Frame(item.kind, item.payload) for one in sealed[start : start + A_BATCH] for item in incoming_of(one)]
        for start in range(0, number, A_BATCH)
    ]


def _annex(_: int) -> SealedAnnex:
    world = worlds[0]
    return seal_annex(
        b'{"x":"%s"}' % (b"x" * TEXT),
        tid=os.urandom(16).hex(),
        day="2026-11-24",
        roster=world.chain.latest.sha256,
        audiences={"lawyers": (world.chain.recipients("lawyers"), 4)},
        signer=world.lawyer_signer,
    )


def incoming_of(annex: SealedAnnex) -> list[Incoming]:
    """As it is taken in, the record first."""
    objects = (*annex.part.heads.values(), annex.part.body)
    return [Incoming("record", annex.record.encode()), *(Incoming("object", data) for data in objects)]
