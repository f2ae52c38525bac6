"""A home that is restored whole, without its journal of withdrawals, hears of them at its next exchange."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.services.delivery import outbox
from testimony.services.records import queries as record_queries
from testimony.services.withdrawal import endings
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from tests.support.services import clocks
from tests.support.services.world import World, take, tid_of
from tests.support.sync.homes import kept, opened, restored
from tests.support.sync.world import all_names, held, to


def _is_gone(station: Station, tid: str) -> bool:
    with station.database.reading() as session:
        return not record_queries.is_served(session, tid) and station.shred_keys.find(tid) is None


@pytest.mark.parametrize("role", ["node", "desk", "central"])
def test_it_is_shredded_again(tmp_path: Path, role: str) -> None:
    world = World(tmp_path)
    try:
        node, central, desk = world.node(), world.central(), world.desk()
        way, reader = to(central, world.station), to(central, world.lawyer_signer)
        sealed = world.coded()
        take(node, sealed)
        exchange(node, way)
        exchange(desk, reader, audience="lawyers")
        copy = kept({"node": node, "desk": desk, "central": central}[role])
        take(node, world.withdrawal(sealed))
        exchange(node, way)
        exchange(desk, reader, audience="lawyers")
        assert all(_is_gone(station, tid_of(sealed)) for station in (node, central, desk))
        if role == "node":
            again = restored(world, node, copy)
            assert held(again, sealed) == all_names(sealed)
            exchange(again, way)
        elif role == "desk":
            again = restored(world, desk, copy)
            exchange(again, reader, audience="lawyers")
        else:
            again = restored(world, central, copy)
            way = to(again, world.station)
            with pytest.raises((LogForked, LogWentBack)):
                exchange(node, way)
            with pytest.raises((LogForked, LogWentBack)):
                exchange(node, way)  # its withdrawal went first
        assert _is_gone(again, tid_of(sealed))
        assert held(again, sealed) == set()
    finally:
        world.close()


@pytest.mark.parametrize(
    ("why", "day", "later"), [("withdrawn", "2026-11-24", "2026-11-26"), ("ended", "2029-01-01", "2029-01-03")]
)
def test_a_node_says_again_on_a_later_day_what_its_journal_let_it_destroy_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str, day: str, later: str
) -> None:
    """Nothing waits for ever, and neither of the two statements counts as left out."""
    world = World(tmp_path)
    try:
        node, central = world.node(), world.central()
        way, sealed = to(central, world.station), world.coded(version=2, keep_until="2028-11")
        clocks.agree(monkeypatch, "2026-11-24")
        take(node, sealed)
        exchange(node, way)
        copy = kept(node)
        clocks.agree(monkeypatch, day)
        if why == "withdrawn":
            take(node, world.withdrawal(sealed))
        assert endings.sweep(node) == (why == "ended")
        exchange(node, way)
        lines = node.journal.read()
        clocks.agree(monkeypatch, later)
        again = restored(world, node, copy, backup=True)
        again.journal.append(lines)
        home = again.settings.home
        again.close()
        again = opened(world, home)
        assert _is_gone(again, tid_of(sealed))
        for _ in range(3):  # the first one tells it that central has read more than it remembers
            report = exchange(again, way)
            assert (report.pushed.refused, report.pulled.refused) == ({}, {})
        assert report.pulled.gaps.unexplained == 0
        with again.database.reading() as session:
            assert outbox.waiting(session) == []
    finally:
        world.close()
