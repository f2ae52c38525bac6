"""An update is put on or refused, and whatever happens the station starts in one of the two versions, whole."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from testimony.sealing.update.errors import UpdateRefused
from testimony.services.integrity import fsck
from testimony.services.startup import open_station
from testimony.services.update import apply, environment, programs, rollback, tables
from testimony.services.update.apply import Machine
from testimony.services.update.programs import Programs
from testimony.settings import Settings
from testimony.station import trials
from testimony.store.errors import StoreNewer
from testimony.store.files import durable
from testimony.store.sql import migrate
from tests.support.each_time import each_time
from tests.support.update import made
from tests.support.update.made import NEWER, RUNS
from tests.support.update.versions import BEFORE, NEXT, Versions, died, revision_of

STEPS = ["verify", "backup", "install", "trial", "switch", "switched", "start", "settled"]
CUT = 200
"""More points than there are."""


@pytest.fixture
def home(homes: Path) -> Path:
    with open_station(homes / "field"):
        pass  # its tables are of today
    return homes / "field"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return made.update(made.small_wheels(tmp_path, revisions=[migrate.HEAD, NEXT]), tmp_path / "new.update")


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Versions:
    made_now = Versions(tmp_path / "programs")
    made_now.begin()
    monkeypatch.setattr(environment, "install", made_now.install)
    monkeypatch.setattr(environment, "ask", made_now.ask)
    monkeypatch.setattr(sys, "prefix", str(made_now.programs.version(RUNS)))
    return made_now


@pytest.fixture
def machine(home: Path, versions: Versions) -> Machine:
    return Machine(home=home, programs=versions.programs, back_up=lambda _: None, is_running=lambda: False)


def nothing(_: str) -> None:
    pass


def is_whole(home: Path) -> bool:
    return not [one for one in fsck.check(home) if one.grave]


def refused(act: Callable[[], object], reason: str) -> str:
    with pytest.raises(UpdateRefused) as found:
        act()
    assert found.value.reason == reason, found.value
    assert str(found.value).endswith(".")
    return str(found.value)


def test_the_new_version_starts_after_a_backup_and_a_trial_with_a_copy(
    machine: Machine, versions: Versions, file: Path
) -> None:
    said: list[str] = []
    backed_up: list[str] = []
    machine = Machine(
        home=machine.home,
        programs=machine.programs,
        back_up=lambda station: backed_up.append(revision_of(station.settings.home)),
        is_running=lambda: False,
    )
    assert apply.apply(file, machine, said.append).version == NEWER
    assert said == STEPS
    assert backed_up == [migrate.HEAD]
    assert versions.asked == [(NEWER, "trial"), (NEWER, "trial")]
    assert (versions.programs.current(), versions.programs.pending()) == (NEWER, None)
    assert versions.programs.installed(NEWER).before == RUNS
    assert versions.programs.installed(RUNS).revision == migrate.HEAD
    assert revision_of(machine.home) == NEXT
    assert list((machine.home / trials.TRIALS).iterdir()) == []
    with pytest.raises(StoreNewer):
        open_station(machine.home)


def test_a_version_that_does_not_start_with_a_copy_never_touches_the_station(
    machine: Machine, versions: Versions, file: Path
) -> None:
    versions.fails = {"copy"}
    said = refused(lambda: apply.apply(file, machine, nothing), "trial")
    assert "no module of this name" in said
    assert (versions.programs.current(), revision_of(machine.home)) == (RUNS, migrate.HEAD)
    assert is_whole(machine.home)


def test_a_version_that_does_not_start_with_the_station_goes_by_itself(
    machine: Machine, versions: Versions, file: Path
) -> None:
    versions.fails = {"home"}
    said = refused(lambda: apply.apply(file, machine, nothing), "start")
    assert f"back at version {RUNS}" in said
    assert (versions.programs.current(), versions.programs.pending()) == (RUNS, None)
    assert revision_of(machine.home) == migrate.HEAD
    assert is_whole(machine.home)
    assert not versions.programs.version(NEWER).exists()


def test_where_the_tables_do_not_come_back_the_next_start_tries_again(
    machine: Machine, versions: Versions, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions.fails = {"home"}

    def ask(python: Path, *command: str, of_home: bool) -> str:
        return "disk full" if command[1] == "tables" else versions.ask(python, *command, of_home=of_home)

    monkeypatch.setattr(environment, "ask", ask)
    assert "Restore the backup" in refused(lambda: apply.apply(file, machine, nothing), "stuck")
    monkeypatch.setattr(environment, "ask", versions.ask)
    refused(lambda: apply.settle(versions.programs, nothing), "start")
    assert (versions.programs.current(), revision_of(machine.home)) == (RUNS, migrate.HEAD)


def test_back_to_the_version_before_while_nothing_would_be_lost(
    machine: Machine, versions: Versions, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(lambda: rollback.roll_back(machine, nothing), "first")
    apply.apply(file, machine, nothing)
    as_the_newer(monkeypatch, versions)
    with closing(sqlite3.connect(machine.home / "testimony.db")) as database, database:
        database.execute("INSERT INTO rivers VALUES ('Drina', 1)")
    assert "(rivers)" in refused(lambda: rollback.roll_back(machine, nothing), "data")
    assert (versions.programs.current(), revision_of(machine.home)) == (NEWER, NEXT)
    with closing(sqlite3.connect(machine.home / "testimony.db")) as database, database:
        database.execute("DELETE FROM rivers")
    assert rollback.roll_back(machine, nothing) == RUNS
    assert (versions.programs.current(), revision_of(machine.home)) == (RUNS, BEFORE)


def as_the_newer(monkeypatch: pytest.MonkeyPatch, versions: Versions) -> None:
    """This process as the newer version: it knows the other table, and how to take it away."""

    def downgrade(connection: object, revision: str) -> None:
        connection.exec_driver_sql("DROP TABLE rivers")  # type: ignore[attr-defined]
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")  # type: ignore[attr-defined]

    known = migrate.is_known
    monkeypatch.setattr(migrate, "is_known", lambda revision: revision == NEXT or known(revision))
    monkeypatch.setattr(migrate, "downgrade", downgrade)
    monkeypatch.setattr(migrate, "HEAD", NEXT)
    monkeypatch.setattr(rollback, "__version__", NEWER)
    monkeypatch.setattr(sys, "prefix", str(versions.programs.version(NEWER)))


def points(act: Callable[[], object], at: int, since: str) -> None:
    """Do it in this process, and die where the point number `at` is: before and after each step and each rename.

    `since`: the step at which counting begins; before it nothing but the backup is written.
    """
    passed = -1

    def pass_by(step: str = "") -> None:
        nonlocal passed
        passed += passed >= 0 or step == since
        if passed == at:
            os.kill(os.getpid(), signal.SIGKILL)

    whole, renamed, swept = durable.replace_file, durable.replace, shutil.rmtree

    def replace_file(path: Path, data: bytes) -> None:
        pass_by()
        whole(path, data)
        pass_by()

    def replace(new: Path, path: Path) -> None:
        pass_by()
        renamed(new, path)

    def rmtree(folder: Path, **options: bool) -> None:
        pass_by()
        swept(folder, **options)
        pass_by()

    durable.replace_file, durable.replace, shutil.rmtree = replace_file, replace, rmtree  # type: ignore[assignment]
    Steps.tell = pass_by
    act()


class Steps:
    """What hears of the steps of the process that is to die."""

    tell: Callable[[str], object] = staticmethod(nothing)


def killed_everywhere(
    restart: Callable[[], object], act: Callable[[], object], since: str, every: int, first: int = 0
) -> Iterator[int]:
    """After each kill: at the point `first`, then every `every` points, until the act ends. `restart` comes before."""
    for at in range(first, CUT, every):
        restart()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                points(act, at, since)
                code = 0
            except UpdateRefused:
                code = 0
            finally:
                os._exit(code)
        if not died(child):
            return
        yield at
    raise AssertionError("it never came to its end")


@pytest.fixture
def restart(machine: Machine, versions: Versions, tmp_path: Path) -> Callable[[], None]:
    """Home and programs as they are now."""
    kept = tmp_path / "kept"

    def again() -> None:
        for place in (machine.home, versions.folder):
            copy = kept / place.name
            if not copy.exists():
                shutil.copytree(place, copy)
            shutil.rmtree(place)
            shutil.copytree(copy, place)

    return again


# every third point is before one step, after the next, and so on
@pytest.mark.parametrize("every", each_time([1, 3], 3))
@pytest.mark.parametrize("fails", [set(), {"home"}], ids=["it starts", "it does not start"])
def test_a_power_cut_at_any_point_leaves_a_station_that_starts(
    machine: Machine, versions: Versions, file: Path, restart: Callable[[], None], fails: set[str], every: int
) -> None:
    versions.fails = fails
    found = set()
    act = partial(apply.apply, file, machine, lambda step: Steps.tell(step))
    first = every - 1 if fails else 0  # so that together they meet the state before a step and the one after it
    for at in killed_everywhere(restart, act, "install", every, first):
        found.add(start_again(machine, versions, at))
    assert found == ({RUNS} if fails else {RUNS, NEWER})


def start_again(machine: Machine, versions: Versions, at: int) -> str:
    """Start what the folder says, as its launcher does; which version that is, after a look at the station."""
    if versions.programs.pending() is not None and versions.fails and versions.programs.current() == NEWER:
        refused(lambda: apply.settle(versions.programs, nothing), "start")
    apply.settle(versions.programs, nothing)
    current = versions.programs.current()
    assert versions.programs.installed(current), at
    python = versions.programs.python(current)
    assert versions.ask(python, "update", "trial", str(machine.home), of_home=True) == "", at
    if (current, migrate.HEAD) == (RUNS, BEFORE):
        open_station(machine.home).close()
    return current


@pytest.mark.parametrize("every", each_time([1, 3], 3))
def test_a_power_cut_on_the_way_back_leaves_a_station_that_starts(
    machine: Machine,
    versions: Versions,
    file: Path,
    restart: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    every: int,
) -> None:
    apply.apply(file, machine, nothing)
    as_the_newer(monkeypatch, versions)
    found = set()
    act = partial(rollback.roll_back, machine, lambda step: Steps.tell(step))
    for at in killed_everywhere(restart, act, "tables", every):
        found.add(start_again(machine, versions, at))
    assert found == {RUNS, NEWER}


def test_what_an_update_that_was_cut_off_left_does_not_disturb_the_next(
    machine: Machine, versions: Versions, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = versions.programs.version(NEWER)
    (half / "bin").mkdir(parents=True)
    (half / "half").write_text("x")
    assert apply.apply(file, machine, nothing).version == NEWER
    assert not (half / "half").exists()


@pytest.mark.parametrize(
    ("version", "options", "reason"),
    [
        (RUNS, {}, "older"),
        ("0.0.1", {}, "older"),
        (NEWER, {"earliest": "90.0.0"}, "too far"),
        (NEWER, {"system": "windows-x86_64 3.12"}, "system"),
    ],
)
def test_an_update_that_does_not_fit_is_refused_before_anything_is_written(
    machine: Machine, versions: Versions, tmp_path: Path, version: str, options: dict[str, str], reason: str
) -> None:
    wheels = made.small_wheels(tmp_path, version, revisions=[migrate.HEAD])
    file = made.update(wheels, tmp_path / "other.update", **options)  # type: ignore[arg-type]
    said: list[str] = []
    refused(lambda: apply.apply(file, machine, said.append), reason)
    assert said == ["verify"]
    assert not versions.asked


def test_the_same_version_is_taken_where_no_folder_of_versions_is_yet(
    home: Path, versions: Versions, tmp_path: Path
) -> None:
    wheels = made.small_wheels(tmp_path, RUNS, revisions=[migrate.HEAD])
    file = made.update(wheels, tmp_path / "same.update")
    fresh = Versions(tmp_path / "fresh")
    machine = Machine(home=home, programs=fresh.programs, back_up=lambda _: None, is_running=lambda: False)
    assert apply.apply(file, machine, nothing).version == RUNS
    assert (fresh.programs.current(), fresh.programs.installed(RUNS).before) == (RUNS, "")


def test_a_database_that_the_update_does_not_know_is_refused(machine: Machine, tmp_path: Path) -> None:
    file = made.update(made.small_wheels(tmp_path, revisions=["0001", "0002"]), tmp_path / "old.update")
    assert f"({migrate.HEAD})" in refused(lambda: apply.apply(file, machine, nothing), "tables")


def test_a_running_station_is_not_updated(machine: Machine, versions: Versions, file: Path) -> None:
    running = Machine(home=machine.home, programs=machine.programs, back_up=lambda _: None, is_running=lambda: True)
    refused(lambda: apply.apply(file, running, nothing), "runs")
    with machine.programs.held():
        refused(lambda: apply.apply(file, machine, nothing), "busy")
    assert not versions.asked


def test_a_disk_without_room_is_said_before_the_backup(
    machine: Machine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(machine.home)._replace(free=50_000_000)
    monkeypatch.setattr(apply.shutil, "disk_usage", lambda _: usage)
    said: list[str] = []
    assert "50 MB are free" in refused(lambda: apply.apply(file, machine, said.append), "room")
    assert said == ["verify"]


def test_nothing_waits_for_a_version_that_lies_elsewhere(tmp_path: Path) -> None:
    assert programs.of_this_process() is None
    assert Programs(tmp_path).current() == ""


def test_the_revision_of_a_home_is_read_without_opening_it(home: Path) -> None:
    assert tables.revision_of(Settings.load(home)) == migrate.HEAD
