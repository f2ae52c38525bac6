"""Opening and making a station's home: what is kept, and each thing that can be wrong with it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text, update

from testimony.errors import HomeMissing, SettingsDamaged, SettingsNewer, SettingUnusable
from testimony.sealing.roster.errors import RosterRefused
from testimony.services import startup
from testimony.services.startup import open_station
from testimony.settings import Settings
from testimony.station.errors import HomeTaken, ShredKeysGone, StationKeyless
from testimony.station.station import Station
from testimony.store.errors import StoreDamaged, StoreNewer, StoreUnwritable
from testimony.store.models.outbox import OutboxRow
from tests.support.programs import lacking
from tests.support.services import clocks
from tests.support.services.world import World, take


def reopen(station: Station) -> Station:
    station.close()
    return open_station(station.settings.home)


def test_what_was_made_is_opened_again(world: World) -> None:
    node = world.node()
    again = reopen(node)
    world.opened.append(again)
    assert (again.kid, again.incarnation) == (node.kid, node.incarnation)
    assert again.chain.latest.sha256 == world.chain.latest.sha256
    assert again.settings == node.settings


def test_secrets_are_readable_by_this_user_alone(world: World) -> None:
    home = world.node().settings.home
    for name in ("station.key", "shred.keys"):
        assert (home / name).stat().st_mode & 0o077 == 0, name
    assert home.stat().st_mode & 0o077 == 0


def test_a_desk_has_no_key_of_its_own(world: World) -> None:
    desk = world.desk()
    assert desk.kid == ""
    with pytest.raises(StationKeyless):
        _ = desk.signer
    assert not (desk.settings.home / "station.key").exists()


def test_no_home_is_said_with_its_folder(tmp_path: Path) -> None:
    with pytest.raises(HomeMissing) as caught:
        open_station(tmp_path / "nowhere")
    assert str(tmp_path / "nowhere") in str(caught.value)


def test_a_folder_in_use_is_not_overwritten(world: World) -> None:
    node = world.node()
    before = (node.settings.home / "station.key").read_bytes()
    with pytest.raises(HomeTaken):
        world.create("node", "field", world.second_node)
    assert (node.settings.home / "station.key").read_bytes() == before


def test_a_roster_of_another_organisation_makes_no_home(world: World, tmp_path: Path) -> None:
    other = World(tmp_path / "other")
    settings = Settings(home=tmp_path / "mixed", role="field", name="mixed")
    with pytest.raises(RosterRefused):
        startup.create_station(settings, root=world.root.data, rosters=other.chain.records, signing_seed=b"1" * 32)
    assert not settings.home.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("station.json", b"{"), ("station.json", b'{"v":"other"}'), ("station.key", b"zz"), ("station.key", b"00")],
)
def test_a_damaged_file_is_named(world: World, name: str, content: bytes) -> None:
    node = world.node()
    node.close()
    (node.settings.home / name).write_bytes(content)
    with pytest.raises(SettingsDamaged) as caught:
        open_station(node.settings.home)
    assert name in str(caught.value)


def test_a_missing_root_is_named(world: World) -> None:
    node = world.node()
    node.close()
    (node.settings.home / "root.json").unlink()
    with pytest.raises(SettingsDamaged) as caught:
        open_station(node.settings.home)
    assert "root.json" in str(caught.value)


def test_a_home_of_a_newer_version_is_left_alone(world: World) -> None:
    node = world.node()
    with node.database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    node.close()
    with pytest.raises(StoreNewer):
        open_station(node.settings.home)


def test_settings_of_a_newer_version_are_said_to_be_newer_and_not_damaged(world: World) -> None:
    node = world.node()
    node.close()
    file = node.settings.home / "station.json"
    before = file.read_text("utf-8")
    file.write_text(before.replace("testimony/1/station", "testimony/2/station"), "utf-8")
    with pytest.raises(SettingsNewer, match="newer version"):
        open_station(node.settings.home)
    for none in ("testimony/0/station", "testimony/1/desk", "station"):
        file.write_text(before.replace("testimony/1/station", none), "utf-8")
        with pytest.raises(SettingsDamaged, match="Restore it from a backup"):
            open_station(node.settings.home)


def test_a_damaged_database_is_not_used(world: World) -> None:
    node = world.node()
    node.close()
    (node.settings.home / "testimony.db").write_bytes(b"damaged " * 4096)
    with pytest.raises(StoreDamaged):
        open_station(node.settings.home)


@pytest.mark.parametrize("left", [None, 0, 50, 4096, "half"])
def test_a_database_that_is_gone_or_cut_is_never_taken_for_an_empty_one(world: World, left: int | str | None) -> None:
    """A station that began anew in silence would look as if nothing had ever come."""
    node = world.node()
    node.close()
    home = node.settings.home
    data = (home / "testimony.db").read_bytes()
    (home / "testimony.db").unlink()
    if left is not None:
        (home / "testimony.db").write_bytes(data[: len(data) // 2 if left == "half" else int(left)])
    for _ in range(2):
        with pytest.raises(StoreDamaged) as caught:
            open_station(home)
        assert "restore the last backup" in str(caught.value)
    (home / "testimony.db").write_bytes(data)
    again = open_station(home)
    world.opened.append(again)
    assert again.incarnation == node.incarnation


@pytest.mark.parametrize("left", [None, b"", b"\0" * 4096, b"half a li"])
def test_shred_keys_that_are_gone_are_never_taken_for_none(world: World, left: bytes | None) -> None:
    """A station that began a new file of keys in silence would have nothing but noise, and back that up."""
    node = world.node()
    take(node, world.testimony())
    home, keys = node.settings.home, node.settings.home / "shred.keys"
    node.close()
    data = keys.read_bytes()
    keys.unlink()
    if left is not None:
        keys.write_bytes(left)
    for _ in range(2):
        with pytest.raises(ShredKeysGone) as caught:
            open_station(home)
        assert "put the newest copy of shred.keys back" in str(caught.value)
    assert keys.exists() == (left is not None)
    keys.write_bytes(data)
    again = open_station(home)
    world.opened.append(again)
    assert again.incarnation == node.incarnation


def test_a_station_that_holds_nothing_needs_no_shred_key(world: World) -> None:
    node = world.node()
    sealed = world.coded()
    take(node, sealed)
    take(node, world.withdrawal(sealed))
    node.close()
    assert (node.settings.home / "shred.keys").read_bytes() == b""
    world.opened.append(open_station(node.settings.home))


def test_a_node_whose_power_went_while_it_dropped_its_last_delivered_copy_opens(world: World) -> None:
    """Its key goes before its heads."""
    node = world.node()
    take(node, world.testimony())
    with node.database.transaction() as session:
        session.execute(update(OutboxRow).values(delivered=True))
    node.shred_keys.shred(sorted(node.shred_keys.ids()))
    node.close()
    world.opened.append(open_station(node.settings.home))


@pytest.fixture
def read_only(world: World) -> Iterator[Path]:
    """A home on a disk that was mounted read-only."""
    if os.geteuid() != 0:
        lacking("mounting needs root")
    node = world.node()
    node.close()
    home = node.settings.home
    if subprocess.run(["mount", "--bind", home, home], check=False).returncode:
        lacking("bind mounts are not allowed here")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", home], check=True)
        yield home
    finally:
        subprocess.run(["umount", home], check=True)


def test_a_home_that_cannot_be_written_is_named(read_only: Path) -> None:
    with pytest.raises(StoreUnwritable) as caught:
        open_station(read_only)
    assert str(read_only) in str(caught.value)


def test_a_database_that_was_restored_alone_makes_a_new_incarnation(world: World) -> None:
    node = world.node()
    home = node.settings.home
    node.close()
    kept = (home / "testimony.db").read_bytes()
    (home / "incarnation").unlink()
    second = open_station(home)
    second.close()
    assert second.incarnation != node.incarnation
    (home / "testimony.db").write_bytes(kept)
    third = open_station(home)
    world.opened.append(third)
    assert third.incarnation not in (node.incarnation, second.incarnation)
    assert reopen(third).incarnation == third.incarnation


def test_the_day_is_that_of_the_roster_only_where_the_clock_is_not_set(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = world.next_roster(issued="2099-01-01", expires="2099-04-01")
    node = world.node()
    clocks.show(monkeypatch, "2026-11-29", {})
    assert node.today() == "2026-11-29"
    clocks.show(monkeypatch, "1970-01-01", {})
    assert far.value["issued"] == node.today() == "2099-01-01"


def test_settings_come_from_the_file_and_the_environment_wins(world: World, tmp_path: Path) -> None:
    home = world.node().settings.home
    given = {
        "TESTIMONY_PORT": "9000",
        "TESTIMONY_CENTRAL_URL": "https://central.example",
        "TESTIMONY_NAME": "Evros",
        "HOME": "/root",
    }
    loaded = Settings.load(home, given)
    assert (loaded.port, loaded.central_url, loaded.name) == (9000, "https://central.example", "Evros")
    assert Settings.load(home, {}).port == 8401
    with pytest.raises(SettingsDamaged):
        Settings.load(home, {"TESTIMONY_PORT": "eighty"})


@pytest.mark.parametrize(
    "change",
    [{"role": "pirate"}, {"port": "8401"}, {"port": 70000}, {"demonstration": "yes"}, {"name": 3}, {"extra": 1}],
)
def test_settings_that_this_program_did_not_write_are_refused(world: World, change: dict[str, object]) -> None:
    home = world.node().settings.home
    file = home / "station.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(SettingsDamaged):
        Settings.load(home, {})


def test_a_station_whose_database_is_in_use_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from testimony.store.errors import StoreLocked
    from testimony.store.sql import database

    node = world.node()
    node.close()
    other = sqlite3.connect(node.settings.home / "testimony.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    defaults = database.Database.__init__.__kwdefaults__
    monkeypatch.setattr(database.Database.__init__, "__kwdefaults__", defaults | {"busy_seconds": 0.05})
    with pytest.raises(StoreLocked):
        open_station(node.settings.home)
    other.close()
    open_station(node.settings.home).close()


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("METERED", "1", ("metered", True)),
        ("METERED", "no", ("metered", False)),
        ("BYTES_PER_SECOND", "0", ("bytes_per_second", 0)),
        ("BYTES_PER_SECOND", "256", ("bytes_per_second", 256)),
        ("KEPT_DAYS", "3650", ("kept_days", 3650)),
        ("PROXY", "none", ("proxy", "none")),
        ("MONITOR_PORT", "9100", ("monitor_port", 9100)),
    ],
)
def test_a_setting_is_read_from_the_environment_and_kept_in_the_file(
    name: str, given: str, read: tuple[str, object], world: World
) -> None:
    home = world.node().settings.home
    loaded = Settings.load(home, {f"TESTIMONY_{name}": given})
    assert getattr(loaded, read[0]) == read[1]
    loaded.save()
    assert Settings.load(home, {}) == loaded


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("METERED", "perhaps"),
        ("BYTES_PER_SECOND", "255"),
        ("BYTES_PER_SECOND", "-1"),
        ("BYTES_PER_SECOND", "fast"),
        ("KEPT_DAYS", "0"),
        ("KEPT_DAYS", "9999"),
        ("MONITOR_PORT", "70000"),
    ],
)
def test_a_setting_with_a_wrong_value_is_named(name: str, given: str, world: World) -> None:
    home = world.node().settings.home
    with pytest.raises(SettingUnusable, match=f"TESTIMONY_{name}"):
        Settings.load(home, {f"TESTIMONY_{name}": given})
    file = home / "station.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {name.lower(): given}))
    with pytest.raises(SettingUnusable, match=name.lower()):
        Settings.load(home, {})


def test_what_was_not_set_is_not_written_so_that_an_older_program_reads_the_file(world: World) -> None:
    written = json.loads((world.node().settings.home / "station.json").read_text())
    assert written.keys() == {"v", "role", "name", "port", "central_url", "key_file", "database_url", "demonstration"}
