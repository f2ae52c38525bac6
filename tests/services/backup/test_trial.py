"""A backup is tested by restoring it: in an empty folder, beside a running station, and nothing of it stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from testimony.sealing.age.recipients import OpeningKey
from testimony.services.backup import backup, last_backup, trial
from testimony.services.backup.errors import BackupRefused
from testimony.services.backup.restore import Given
from testimony.services.integrity import fsck
from testimony.services.startup import open_station
from testimony.station import trials
from testimony.station.trials import TRIALS
from testimony.sync.jobs.maintenance import MaintenanceJob
from tests.support.services.recovery.backups import KEEPER, SEALED
from tests.support.services.world import World, take, tid_of
from tests.support.store import hostile_s3


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "backup"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere.keys"


@pytest.mark.both_databases
@pytest.mark.parametrize("role", ["node", "central", "desk"])
def test_a_backup_that_restores_is_sound_and_its_day_is_remembered(
    world: World, kept: Path, keys: Path, role: str
) -> None:
    station = {"node": world.node, "central": world.central, "desk": world.desk}[role]()
    take(station, world.testimony(), gone := world.coded())
    take(station, world.withdrawal(gone))
    backup.back_up(station, kept, recipients=SEALED, shred_keys=keys)
    assert last_backup.last_tested(station.settings) is None
    incarnation = station.incarnation
    found = trial.try_out(station, kept, Given(shred_keys=keys, key=KEEPER))
    assert (found.sound, found.faults) == (True, ())
    said = last_backup.last_tested(station.settings)
    assert said is not None
    assert said.isoformat() == station.today()
    assert list((station.settings.home / TRIALS).iterdir()) == []
    assert station.incarnation == incarnation


def test_a_backup_that_does_not_restore_is_not_remembered_as_tested(world: World, kept: Path, keys: Path) -> None:
    node = world.node()
    take(node, sealed := world.testimony())
    backup.back_up(node, kept, recipients=SEALED, shred_keys=keys)
    given = Given(shred_keys=keys, key=KEEPER)
    for wrong in (Given(shred_keys=keys, key=OpeningKey.generate()), Given(key=KEEPER, without_keys=True)):
        with pytest.raises(BackupRefused):
            trial.try_out(node, kept, wrong)
    body = sealed.record.value["parts"][0]["body"]
    (kept / "parts" / body[:2] / body).unlink()
    with pytest.raises(BackupRefused, match="missing or damaged"):
        trial.try_out(node, kept, given)
    assert last_backup.last_tested(node.settings) is None
    assert list((node.settings.home / TRIALS).iterdir()) == []


def test_a_copy_of_the_shred_keys_that_lacks_some_fails_the_test(world: World, kept: Path, keys: Path) -> None:
    node = world.node()
    first, second = world.testimony(), world.testimony()
    take(node, first)
    backup.back_up(node, kept, recipients=SEALED, shred_keys=keys)
    take(node, second)
    backup.back_up(node, kept, recipients=SEALED)
    found = trial.try_out(node, kept, Given(shred_keys=keys, key=KEEPER))
    assert (found.sound, found.restored.unreadable) == (False, 1)
    assert last_backup.last_tested(node.settings) is None


def test_what_a_killed_test_left_is_gone_soon(world: World, kept: Path) -> None:
    """It holds a copy of the shred keys: a withdrawal today must not leave them there."""
    node = world.node()
    take(node, sealed := world.testimony())
    home = node.settings.home
    backup.back_up(node, kept)

    def left() -> Path:
        (folder := home / TRIALS / "0123" / "station").mkdir(parents=True)
        return Path(shutil.copy(home / "shred.keys", folder))

    copy = left()
    MaintenanceJob(node).all_of_it()
    assert not copy.exists(), "the hourly look of a station that runs on"
    copy = left()
    with open_station(home) as beside:
        assert not copy.exists(), "any command beside it"
        assert beside.shred_keys.find(tid_of(sealed)) is not None
    with trials.folder_of(home) as folder:
        (folder / "mine").touch()
        assert trials.sweep(home) == 0
        assert (folder / "mine").exists(), "what is still in use stays"
    assert list((home / TRIALS).iterdir()) == []


def test_nothing_of_a_test_goes_to_the_bucket_that_the_environment_names(
    world: World, kept: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    central = world.central()
    take(central, world.testimony())
    backup.back_up(central, kept, recipients=SEALED, shred_keys=keys)
    hostile_s3.with_credentials(monkeypatch)
    with hostile_s3.lying() as lying:
        lying.lie = hostile_s3.says(403, "AccessDenied")
        monkeypatch.setenv("TESTIMONY_PARTS_URL", hostile_s3.URL)
        monkeypatch.setenv("TESTIMONY_PARTS_ENDPOINT", lying.endpoint)
        assert trial.try_out(central, kept, Given(shred_keys=keys, key=KEEPER)).sound


def test_a_fault_that_the_station_itself_has_is_not_the_backup_s(world: World, kept: Path, keys: Path) -> None:
    """What is missing here is in no backup either: the backup restores what there is, and the fault is named."""
    node = world.node()
    take(node, sealed := world.testimony())
    body = sealed.record.value["parts"][0]["body"]
    (node.settings.home / "parts" / body[:2] / body).unlink()
    backup.back_up(node, kept, recipients=SEALED, shred_keys=keys)
    grave = [one for one in fsck.check(node.settings.home) if one.grave]
    assert grave
    found = trial.try_out(node, kept, Given(shred_keys=keys, key=KEEPER))
    assert (found.faults, found.shared, found.sound) == ((), tuple(grave), True)
    assert last_backup.last_tested(node.settings) is not None
