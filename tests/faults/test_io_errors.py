"""The disk fails at the n-th call, whichever it is: an error and no receipt, and the next try gives the receipt."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from testimony.errors import StoreFailing, StoreFull, TestimonyError
from testimony.sealing.records import SignedRecord
from testimony.sealing.testimony import SealedTestimony
from testimony.services.collect import Outcome
from testimony.services.station import Station
from testimony.store import disk
from tests.faults import deliveries
from tests.services.world import World, incoming, said, take, tid_of

CALLS: list[tuple[Any, str]] = [
    (disk, "write_new"),
    (disk, "syncfs"),
    (disk, "sync_file"),
    (disk, "sync_folder"),
    (os, "rename"),
    (os, "fsync"),
    (os, "write"),
    (Connection, "commit"),
]


class Failing:
    """Counts the calls to the disk and lets the n-th one fail."""

    def __init__(self, at: int, make: Callable[[str], Exception]) -> None:
        self.at, self.make, self.count = at, make, 0

    @contextmanager
    def disk(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for owner, name in CALLS:
                original = getattr(owner, name)
                if original is not None:
                    patch.setattr(owner, name, self._watched(name, original))
            yield

    @property
    def failed(self) -> bool:
        return self.count >= self.at

    def _watched(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            if self.count == self.at:
                raise self.make(name)
            return original(*args, **kwargs)

        return call


def failing(name: str) -> Exception:
    if name == "commit":
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        return OperationalError(None, None, error)
    return OSError(5, "Input/output error")


def full(name: str) -> Exception:
    if name == "commit":
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        return OperationalError(None, None, error)
    return OSError(28, "No space left on device")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def tried(node: Station, item: SealedTestimony | SignedRecord, failure: Failing) -> Outcome | TestimonyError:
    with failure.disk():
        try:
            return take(node, item)
        except TestimonyError as error:
            return error


@pytest.mark.parametrize("careful_files", [True, False], ids=["one sync for all", "a sync for each"])
@pytest.mark.parametrize(("make", "expected"), [(failing, StoreFailing), (full, StoreFull)], ids=["failing", "full"])
def test_taking_in_fails_whole_at_every_call_and_succeeds_the_next_time(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[str], Exception],
    expected: type[TestimonyError],
    careful_files: bool,
) -> None:
    if not careful_files:
        monkeypatch.setattr(disk, "syncfs", None)
    node, failures = world.node(), 0
    for at in range(1, 400):
        sealed = world.testimony()
        failure = Failing(at, make)
        outcome = tried(node, sealed, failure)
        if not failure.failed:
            break
        failures += 1
        assert isinstance(outcome, expected), f"call {at} failed and nobody said so"
        [receipt] = take(node, sealed).receipts
        assert receipt.value["record"] == sealed.record.id
        assert deliveries.missing(node, [incoming(sealed)]) == []
    assert failures > 10, "the calls of one delivery were not all reached"
    assert isinstance(outcome, Outcome)


def test_shredding_fails_loudly_at_every_call_and_is_finished_the_next_time(world: World) -> None:
    node, failures = world.node(), 0
    for at in range(1, 100):
        sealed = world.coded()
        take(node, sealed)
        withdrawn = world.withdrawal(sealed)
        failure = Failing(at, failing)
        outcome = tried(node, withdrawn, failure)
        if not failure.failed:
            break
        failures += 1
        assert isinstance(outcome, StoreFailing), f"call {at} failed and nobody said so"
        node.close()
        node = Station.open(node.settings.home)
        world.opened.append(node)
        assert said(take(node, withdrawn)) in (["stored"], ["duplicate"])
        assert node.shred_keys.find(tid_of(sealed)) is None
        assert set(said(take(node, sealed))) == {"withdrawn"}
    assert failures > 3
