"""A station that runs carries out by itself what is due, and goes on when that fails once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from testimony.background.scheduler import Scheduler
from testimony.domain.time import Clock
from testimony.services.intake.uploads import LEAST, Chunk
from testimony.services.integrity import database_check
from testimony.services.withdrawal import suspension
from testimony.station.station import Station
from testimony.store.errors import StoreLocked
from testimony.store.state import clocks
from testimony.sync.jobs.maintenance import EVERY, MaintenanceJob
from tests.support.background.manual_clock import Hands
from tests.support.store import hostile_s3
from tests.support.sync.world import World, to


def test_it_looks_again_and_again_whatever_went_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world, done = World(tmp_path), threading.Event()
    raised: list[Exception] = [StoreLocked(), ValueError("nobody foresaw this")]

    def sweep(_: object) -> int:
        if raised:
            raise raised.pop(0)
        done.set()
        return 1

    hands = Hands()
    MaintenanceJob(world.desk()).add_to(hands.scheduler)
    monkeypatch.setattr(suspension, "sweep", sweep)
    for _ in range(3):
        assert not done.is_set()
        assert hands.move(EVERY) == EVERY
    assert done.is_set()
    world.close()
    assert "nobody foresaw this" not in caplog.text
    assert caplog.text.count("could not be carried out") == 2


def test_of_several_processes_only_the_one_that_leads_destroys_what_is_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, leads, swept = World(tmp_path), [False], list[object]()
    central = world.central()
    job = MaintenanceJob(central, leads=lambda: leads[0])
    monkeypatch.setattr("testimony.services.withdrawal.endings.sweep", lambda station: swept.append(station) or 0)
    central.others = {}
    with central.database.transaction() as session:
        clocks.keep(session, Clock.PERSON, "2026-11-24")
    job.all_of_it()
    assert swept == []
    assert central.others, "what other clocks showed counts in every process"
    leads[0] = True
    job.all_of_it()
    assert swept == [central]
    world.close()


def test_it_forgets_what_was_begun_and_never_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    central = world.central()
    to(central, world.station).upload(Chunk("0" * 64, 2 * LEAST, 0, bytes(LEAST)))
    job = MaintenanceJob(central)
    assert job.tidy() == 0
    monkeypatch.setattr(type(central), "today", lambda _: "2099-01-02")
    assert job.tidy() == 1
    world.close()


def test_it_ends_before_its_first_look(tmp_path: Path) -> None:
    world = World(tmp_path)
    scheduler = Scheduler()
    MaintenanceJob(world.desk()).add_to(scheduler)
    scheduler.start()
    assert scheduler.stop() == []
    world.close()


@pytest.mark.parametrize(
    ("act", "where", "given", "failed"),
    [
        ("once", "testimony.services.withdrawal.endings.sweep", 3, 0),
        ("look", "testimony.services.records.scrub.look", 3, 0),
        ("tidy", "testimony.services.intake.uploads.forget_old", 3, 0),
        ("sweep_trials", "testimony.station.trials.sweep", 3, 0),
        ("check_integrity", "testimony.services.integrity.database_check.look", True, None),
        ("ask_after_start", "testimony.store.blobs.folder.PartStore.require_reachable", None, None),
        ("check_after_start", "testimony.services.integrity.database_check.look_after_start", None, None),
        ("read_clocks", "testimony.services.withdrawal.clock_readings.read_again", None, None),
        ("lay_ballast", "testimony.store.files.free_space.Space.lay_ballast", True, False),
    ],
)
def test_each_act_says_what_it_did_and_logs_what_it_could_not(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    act: str,
    where: str,
    given: object,
    failed: object,
) -> None:
    world = World(tmp_path)
    job = MaintenanceJob(world.central())

    def locked(*_: object) -> None:
        raise StoreLocked

    monkeypatch.setattr(where, lambda *_: given)
    assert getattr(job, act)() == given
    assert caplog.text == ""
    monkeypatch.setattr(where, locked)
    assert getattr(job, act)() is failed
    assert caplog.text.count(StoreLocked.code) == 1
    world.close()


def test_a_start_names_the_bucket_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hostile_s3.with_credentials(monkeypatch)
    world, hands = World(tmp_path), Hands()
    with hostile_s3.lying() as store:
        store.lie = hostile_s3.says(404, "NoSuchBucket")
        central = world.central(parts_url=hostile_s3.URL, parts_endpoint=store.endpoint)
        caplog.clear()
        MaintenanceJob(central).add_to(hands.scheduler)
        hands.move(0)
    world.close()
    assert "bucket.refused: The object store refuses this station the bucket liar." in caplog.text


@pytest.mark.parametrize("leads", [True, False])
def test_all_of_it_is_every_act_in_the_process_that_leads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leads: bool
) -> None:
    world, done = World(tmp_path), list[str]()
    job = MaintenanceJob(world.central(), leads=lambda: leads)
    acts = ["once", "lay_ballast", "look", "check_integrity", "tidy", "sweep_trials"]
    for act in [*acts, "read_clocks"]:
        monkeypatch.setattr(job, act, lambda act=act: done.append(act))
    job.all_of_it()
    assert done == (acts if leads else ["read_clocks"])
    world.close()


def test_a_check_of_a_large_file_does_not_keep_a_station_from_stopping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = threading.Event()
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    def check(station: Station) -> bool:
        with station.database.reading_whole_file() as session:
            began.set()
            return bool(session.execute(text(endless)).scalar())

    monkeypatch.setattr(database_check, "look_after_start", check)
    world, scheduler = World(tmp_path), Scheduler()
    MaintenanceJob(world.desk()).add_to(scheduler)
    scheduler.start()
    assert began.wait(30)
    stopping = threading.Thread(target=scheduler.stop, daemon=True)
    stopping.start()
    stopping.join(30)
    assert not stopping.is_alive()
    world.close()
