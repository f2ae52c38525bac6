"""One machine with several addresses floods a station: everybody else is answered, and memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.node import organisation_of
from tests.bench.support.processes import watched
from tests.support.cli.program import free_ports, serving
from tests.support.each_time import each_time
from tests.support.faults import nginx
from tests.support.faults.flood import ATTACKS, flood
from tests.support.faults.flooded import Node, ask, find, node

MOST = 200.0
"""MB of memory; the unit of a node (docs/samples) allows 300."""
TRIES = 15
LARGE = 400_000  # bytes of an honest delivery


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with node(tmp_path_factory.mktemp("node")) as made:
        yield made


@pytest.mark.parametrize("kind", each_time(ATTACKS, "heads", "connections", "bodies-slow"))
def test_while_it_stands_everybody_else_is_answered_and_memory_stays_bounded(kind: str, served: Node) -> None:
    with watched(served.pid) as most:
        port = served.https if ATTACKS[kind].secure or kind == "handshakes" else served.plain
        with flood(kind, port):
            for secure in (True, False):
                door = served.https if secure else served.plain
                statuses = [ask(door, secure=secure).status for _ in range(TRIES)]
                assert statuses == [200] * TRIES
                assert ask(door, "/nowhere", bytes(LARGE), secure=secure).status == 404, "taken in whole"
        assert most() < MOST


def test_withdrawals_of_others_are_answered_while_one_address_asks_without_end(served: Node) -> None:
    with flood("withdrawals", served.https):
        statuses = [
            find(served.https, number, secure=True, source=f"127.0.0.{3 + number // 5}") for number in range(TRIES)
        ]
        assert statuses == [200] * TRIES
        assert find(served.https, 1, secure=True, source="127.0.0.2") == 429, "who floods is told to do some work"


def test_a_client_at_the_address_of_the_flood_is_answered_after_some_work(served: Node) -> None:
    with flood("withdrawals", served.https):
        statuses = [find(served.https, number, secure=True, source="127.0.0.2", works=True) for number in range(TRIES)]
    assert statuses == [200] * TRIES


def test_behind_nginx_addresses_are_told_apart_and_no_header_of_a_client_counts(tmp_path: Path) -> None:
    home, port = organisation_of(tmp_path).folder / "central", free_ports(2)
    (folder := tmp_path / "nginx").mkdir()
    with (
        serving("central", home, port, TESTIMONY_TRUSTED_PROXY="127.0.0.1"),
        nginx.before([port, port], port + 1, folder),
        flood("withdrawals-plain", port + 1),
    ):
        statuses = [
            find(port + 1, number, secure=False, source=f"127.0.0.{3 + number // 5}") for number in range(TRIES)
        ]
        assert statuses == [200] * TRIES
        assert find(port + 1, 1, secure=False, source="127.0.0.2") == 429


def test_behind_nginx_slow_heads_and_bodies_of_some_hold_up_nobody_else(tmp_path: Path) -> None:
    home, port = organisation_of(tmp_path).folder / "central", free_ports(2)
    (folder := tmp_path / "nginx").mkdir()
    with (
        serving("central", home, port, TESTIMONY_TRUSTED_PROXY="127.0.0.1"),
        nginx.before([port, port], port + 1, folder),
    ):
        for place, kind in enumerate(("heads-plain", "bodies-slow-plain")):
            with flood(kind, port + 1):
                statuses = [
                    find(port + 1, number, secure=False, source=f"127.0.{1 + place}.{3 + number // 5}")
                    for number in range(TRIES)
                ]
                assert statuses == [200] * TRIES, kind


def test_without_a_proxy_of_the_settings_nobody_is_believed_who_says_to_be_another(tmp_path: Path) -> None:
    home, port = organisation_of(tmp_path).folder / "central", free_ports(1)
    with serving("central", home, port), flood("withdrawals-plain", port):
        assert [find(port, number, secure=False) for number in range(8)] == [200] * 8
        assert find(port, 1, secure=False, source="127.0.0.2") == 429
