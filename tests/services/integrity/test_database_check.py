"""Once a week the whole file of the database is looked through, and what is wrong is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from testimony.services.integrity import database_check
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.store.errors import StoreDamaged, StoreFailing
from testimony.store.sql import sqlite
from testimony.sync.jobs.maintenance import MaintenanceJob
from tests.support.background.manual_clock import Hands
from tests.support.services.world import World, take


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the clock show so many days after the first."""

    def set_to(days: int) -> None:
        shown = (date(2026, 11, 25) + timedelta(days)).isoformat()
        monkeypatch.setattr(Station, "today", lambda _: shown)

    set_to(0)
    return set_to


INDEX = "ix_records_arrival"


def spoil(station: Station) -> None:
    """An index and its table part company; no page is torn, so that `quick_check` at the start finds nothing."""
    station.close()
    with closing(sqlite3.connect(station.settings.home / "testimony.db")) as file:
        [whole] = file.execute("SELECT sql FROM sqlite_master WHERE name = ?", (INDEX,)).fetchone()
    for said, change in ((f"{whole} WHERE 0", ""), (whole, "UPDATE records SET arrival = arrival + 1000")):
        with closing(sqlite3.connect(station.settings.home / "testimony.db")) as file, file:
            file.execute(change or "SELECT 1")
            file.execute("PRAGMA writable_schema=ON")
            file.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (said, INDEX))


def is_damaged(station: Station) -> bool:
    with station.database.reading() as session:
        return database_check.is_damaged(session)


def test_it_is_looked_at_at_once_and_then_once_a_week(node: Station, on_day: Callable[[int], None]) -> None:
    said = []
    for day in (0, 0, 1, 6, 7, 8, 14):
        on_day(day)
        said.append(MaintenanceJob(node).check_integrity())
    assert said == [True, None, None, None, True, None, True]
    assert not is_damaged(node)


def test_a_damage_that_the_start_does_not_find_is_told_each_day_until_it_is_mended(
    world: World, node: Station, on_day: Callable[[int], None], caplog: pytest.LogCaptureFixture
) -> None:
    take(node, world.testimony())
    node.close()
    sound = (node.settings.home / "testimony.db").read_bytes()
    spoil(node)
    again = open_station(node.settings.home)
    world.opened.append(again)
    assert not is_damaged(again)
    MaintenanceJob(again).all_of_it()
    assert is_damaged(again)
    assert "the database is damaged" in caplog.text
    assert MaintenanceJob(again).check_integrity() is None
    on_day(1)
    assert MaintenanceJob(again).check_integrity() is False
    again.close()
    (node.settings.home / "testimony.db").write_bytes(sound)
    mended = open_station(node.settings.home)
    world.opened.append(mended)
    assert MaintenanceJob(mended).check_integrity() is True
    assert not is_damaged(mended)


def tear(station: Station) -> None:
    """A page of the receipts, which no start reads, as a disk leaves it that lost a sector."""
    file = station.settings.home / "testimony.db"
    with closing(sqlite3.connect(file)) as opened:
        [page] = opened.execute("SELECT rootpage - 1 FROM sqlite_master WHERE name = 'receipts'").fetchone()
    data = bytearray(file.read_bytes())
    data[page * 4096 : page * 4096 + 512] = bytes(512)
    file.write_bytes(data)


def test_a_torn_page_is_found_after_the_start_and_nothing_is_taken_in_before_or_after(
    world: World, node: Station, caplog: pytest.LogCaptureFixture
) -> None:
    take(node, world.testimony())
    node.close()
    tear(node)
    again = open_station(node.settings.home)
    world.opened.append(again)
    with pytest.raises(StoreDamaged, match="last backup"):
        take(again, world.testimony())
    assert not is_damaged(again)
    hands = Hands()
    MaintenanceJob(again).add_to(hands.scheduler)
    hands.move(0)
    assert is_damaged(again)
    assert "a page is torn" in caplog.text
    with pytest.raises(StoreDamaged):
        take(again, world.testimony())


def test_opening_a_station_does_not_read_all_of_its_database(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.close()
    monkeypatch.setattr(sqlite, "_is_sound", lambda _: pytest.fail("it was read"))
    again = open_station(node.settings.home)
    world.opened.append(again)


def test_a_disk_that_fails_is_no_damage_and_it_is_tried_again(
    node: Station, on_day: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(_: Station) -> bool:
        raise StoreFailing

    with monkeypatch.context() as patch:
        patch.setattr(database_check, "_is_sound", failing)
        assert MaintenanceJob(node).check_integrity() is None
    assert "store.failing" in caplog.text
    assert not is_damaged(node)
    assert MaintenanceJob(node).check_integrity() is True


def test_what_was_deleted_meanwhile_does_not_stay_in_the_write_ahead_log(
    world: World, node: Station, on_day: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Path(f"{node.settings.home / 'testimony.db'}-wal")
    sound = database_check._is_sound

    def meanwhile(station: Station) -> bool:
        with station.database.reading() as session:
            session.connection()
            database_check.is_damaged(session)  # a reader that has begun
            take(station, world.coded())
            return sound(station)

    monkeypatch.setattr(database_check, "_is_sound", meanwhile)
    assert MaintenanceJob(node).check_integrity() is True
    assert log.stat().st_size == 0
