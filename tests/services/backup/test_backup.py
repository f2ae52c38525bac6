"""A backup holds all that a station holds and nothing that opens it; what was withdrawn stays destroyed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from testimony.sealing.age.recipients import OpeningKey
from testimony.services.backup import backup, restore
from testimony.services.backup.errors import BackupRefused
from testimony.services.backup.restore import Given, Restored
from testimony.services.custody import log as custody_log
from testimony.services.integrity import fsck
from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from testimony.station.errors import HomeTaken
from testimony.station.station import INCARNATION, JOURNAL, KEY, SHRED_KEYS, Station
from testimony.store.blobs.folder import names_in
from testimony.sync.backup import writer as backup_writer
from tests.support.services.recovery.backups import KEEPER, SEALED
from tests.support.services.world import World, names, record, said, take, tid_of
from tests.support.sync.world import held


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "backup"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere.keys"


def restored(world: World, kept: Path, home: Path, *, over: bool = False, **given: object) -> tuple[Restored, Station]:
    done = restore.restore(kept, home, Given(key=KEEPER, **given), over=over)  # type: ignore[arg-type]
    station = open_station(home)
    world.opened.append(station)
    return done, station


def grave(home: Path) -> list[str]:
    return [finding.words for finding in fsck.check(home) if finding.grave]


def test_a_lost_station_is_made_again_from_backup_and_keys(world: World, kept: Path, keys: Path) -> None:
    node = world.node()
    sealed = [world.testimony(), world.with_media(300_000)]
    take(node, *sealed)
    backup.back_up(node, kept, shred_keys=keys, recipients=SEALED)
    incarnation = node.incarnation
    node.close()
    shutil.rmtree(node.settings.home)
    done, again = restored(world, kept, node.settings.home, shred_keys=keys)
    assert [held(again, one) for one in sealed] == [names(one) for one in sealed]
    assert done.withdrawn == done.unreadable == 0
    assert again.kid == node.kid
    assert again.incarnation != incarnation, "a restored home is another incarnation"
    assert grave(node.settings.home) == []
    assert set(said(take(again, *sealed))) == {"duplicate"}


def test_what_would_bring_back_the_withdrawn_or_pose_as_the_station_is_not_in_it(world: World, kept: Path) -> None:
    node = world.node()
    sealed = world.coded()
    take(node, sealed)
    backup.back_up(node, kept)
    secrets = [
        node.shred_keys.find(tid_of(sealed)).hex().encode(),  # type: ignore[union-attr]
        (node.settings.home / KEY).read_bytes().strip(),
        (node.settings.home / INCARNATION).read_bytes().strip(),
    ]
    files = [file for file in kept.rglob("*") if file.is_file()]
    papers = {paper.path for paper in backup.read(kept).papers}
    assert papers == {"station.json", "root.json"}
    assert [file for file in files if any(secret in file.read_bytes() for secret in secrets[:2])] == []
    assert not any(file.name in (SHRED_KEYS, "share.keys", INCARNATION) for file in files)


def test_a_withdrawal_after_the_backup_holds_also_where_only_the_journal_is_left(
    world: World, kept: Path, keys: Path, tmp_path: Path
) -> None:
    node = world.node()
    sealed, other = world.coded(), world.testimony()
    take(node, sealed, other)
    backup.back_up(node, kept, shred_keys=keys, recipients=SEALED)
    take(node, world.withdrawal(sealed))
    saved = shutil.copy(node.settings.home / JOURNAL, tmp_path / "saved.log")
    node.close()
    shutil.rmtree(node.settings.home)
    done, again = restored(world, kept, node.settings.home, shred_keys=keys, withdrawals=Path(saved))
    assert done.withdrawn == 1
    assert held(again, sealed) == set()
    assert held(again, other) == names(other)
    assert again.shred_keys.find(tid_of(sealed)) is None, "an older copy of the keys brings none back"
    assert not any(again.parts.holds(part["body"]) for part in sealed.record.value["parts"])
    assert set(said(take(again, sealed))) == {"withdrawn"}
    assert grave(node.settings.home) == []


def test_the_next_backup_forgets_what_was_destroyed_and_keeps_every_withdrawal(world: World, kept: Path) -> None:
    node = world.node()
    sealed, other = world.coded(), world.testimony()
    take(node, sealed, other)
    backup.back_up(node, kept)
    take(node, world.withdrawal(sealed))
    made = backup.back_up(node, kept)
    assert made.added == 0
    assert made.contents.withdrawn == 1
    assert names_in(kept / "parts") == {part["body"] for part in other.record.value["parts"]}
    (node.settings.home / JOURNAL).unlink()
    assert backup.back_up(node, kept).contents.withdrawn == 1, "a home that lost its journal takes none away"


def test_keys_older_than_the_backup_open_nothing_that_it_knows_as_destroyed(
    world: World, kept: Path, keys: Path, tmp_path: Path
) -> None:
    node = world.node()
    sealed = world.coded()
    take(node, sealed)
    backup.back_up(node, tmp_path / "earlier", shred_keys=keys)
    take(node, world.withdrawal(sealed))
    backup.back_up(node, kept, recipients=SEALED)
    _, again = restored(world, kept, tmp_path / "new", shred_keys=keys)
    assert again.shred_keys.find(tid_of(sealed)) is None


@pytest.mark.parametrize("form", ["folder", "file"])
def test_a_copy_of_the_shred_keys_is_not_written_over_by_fewer_than_there_should_be(
    world: World, kept: Path, keys: Path, form: str
) -> None:
    node, key = world.node(), OpeningKey.generate()
    first, second = world.coded(), world.testimony()
    take(node, first, second)

    def backed_up() -> int:
        if form == "file":
            return backup_writer.back_up(node, kept, [key.recipient], shred_keys=keys).unkeyed
        return backup.back_up(node, kept, shred_keys=keys).unkeyed

    assert backed_up() == 0
    copy, present = keys.read_bytes(), node.settings.home / SHRED_KEYS
    damaged = present.read_bytes().replace(tid_of(first).encode(), b"rot")
    present.write_bytes(damaged)
    assert backed_up() == 1
    assert keys.read_bytes() == copy
    keys.unlink()
    assert backed_up() == 1
    assert keys.exists(), "some are better than none"
    take(node, world.withdrawal(first))
    assert backed_up() == 0, "what was destroyed lacks no key"


def test_only_what_lacks_is_written(world: World, kept: Path) -> None:
    node = world.node()
    take(node, world.testimony())
    assert backup.back_up(node, kept).added == 6
    second = world.testimony()
    take(node, second)
    made = backup.back_up(node, kept)
    assert (made.added, made.contents.parts) == (6, 12)
    assert len(list(kept.glob("*.db"))) == 1


def test_a_damaged_body_is_named_and_does_not_take_the_place_of_a_good_copy(world: World, kept: Path) -> None:
    node = world.node()
    sealed = world.testimony()
    take(node, sealed)
    backup.back_up(node, kept)
    [first, second] = [part["body"] for part in sealed.record.value["parts"]][:2]
    (kept / "parts" / second[:2] / second).unlink()
    for name in (first, second):
        (node.settings.home / "parts" / name[:2] / name).write_bytes(b"rot")
    made = backup.back_up(node, kept)
    assert made.damaged == made.contents.lacking == (second,)
    assert backup.file_sha256(kept / "parts" / first[:2] / first) == first


@pytest.mark.parametrize("what", ["body", "database", "paper", "journal", "list"])
def test_a_damaged_backup_is_found_before_anything_changes(
    world: World, kept: Path, keys: Path, tmp_path: Path, what: str
) -> None:
    node = world.node()
    sealed = world.coded()
    take(node, sealed, world.testimony(), world.withdrawal(sealed))
    backup.back_up(node, kept, shred_keys=keys, recipients=SEALED)
    file = {
        "body": next((kept / "parts").glob("??/*")),
        "database": next(kept.glob("*.db")),
        "paper": next((kept / "papers").glob("??/*")),
        "journal": kept / JOURNAL,
        "list": kept / "backup.json",
    }[what]
    data = file.read_bytes()
    file.write_bytes(data[:-20] + bytes([data[-20] ^ 1]) + data[-19:] if what != "journal" else b"")
    with pytest.raises(BackupRefused):
        restore.restore(kept, tmp_path / "new", Given(key=KEEPER, shred_keys=keys))
    assert [path.name for path in tmp_path.glob("new*")] == []


def test_a_home_is_replaced_only_when_that_is_said_and_never_lost(world: World, kept: Path) -> None:
    node = world.node()
    sealed, late = world.testimony(), world.testimony()
    take(node, sealed)
    backup.back_up(node, kept)
    take(node, late)
    home = node.settings.home
    with pytest.raises(HomeTaken):
        restore.restore(kept, home, Given(key=KEEPER))
    with pytest.raises(BackupRefused, match="open"):
        restore.restore(kept, home, Given(key=KEEPER), over=True)
    node.close()
    done, again = restored(world, kept, home, over=True)
    assert held(again, sealed) == names(sealed), "keys and the station's key came from the home that was replaced"
    assert held(again, late) == set()
    assert done.aside is not None
    with open_station(done.aside) as before:
        assert held(before, late) == names(late)


@pytest.mark.sqlite_file
def test_without_keys_heads_count_as_not_arrived_and_are_taken_again(world: World, kept: Path, tmp_path: Path) -> None:
    central = world.central()
    sealed = world.testimony()
    take(central, sealed)
    backup.back_up(central, kept, recipients=SEALED)
    with pytest.raises(BackupRefused, match="--without-keys"):
        restore.restore(kept, tmp_path / "new", Given(key=KEEPER))
    done, again = restored(world, kept, tmp_path / "new", without_keys=True)
    assert done.unreadable == 1
    with again.database.reading() as session:
        bodies = {part["body"] for part in sealed.record.value["parts"]}
        assert record_queries.lacking(session, names(sealed)) == names(sealed) - bodies
    [receipt] = take(again, sealed).receipts
    assert set(receipt.value["parts"]) == names(sealed)
    assert held(again, sealed) == names(sealed)
    assert grave(tmp_path / "new") == []


@pytest.mark.parametrize("cut", ["behind the database", "behind the bodies", "behind the list"])
def test_a_backup_that_was_cut_off_leaves_the_one_before(
    world: World, kept: Path, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    node = world.node()
    sealed = world.testimony()
    take(node, sealed)
    backup.back_up(node, kept, shred_keys=keys, recipients=SEALED)
    take(node, world.testimony())

    def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    step = {"database": "_add_bodies", "bodies": "_add_papers", "list": "_take_away"}[cut.split()[-1]]
    monkeypatch.setattr(backup, step, broken)
    with pytest.raises(KeyboardInterrupt):
        backup.back_up(node, kept, recipients=SEALED)
    monkeypatch.undo()
    _, again = restored(world, kept, tmp_path / "new", shred_keys=keys)
    assert held(again, sealed) == names(sealed)
    assert backup.back_up(node, kept).contents.parts == 12


def test_it_goes_nowhere_where_it_would_do_harm(world: World, kept: Path, tmp_path: Path) -> None:
    node, central = world.node(), world.central()
    with pytest.raises(BackupRefused, match="own folder"):
        backup.back_up(node, node.settings.home / "backup")
    with pytest.raises(BackupRefused, match="shred keys must not lie"):
        backup.back_up(node, kept, shred_keys=kept / "keys")
    backup.back_up(node, kept)
    with pytest.raises(BackupRefused, match="something else"):
        backup.back_up(central, kept)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    with pytest.raises(BackupRefused, match="something else"):
        backup.back_up(node, tmp_path / "photos")


def test_a_list_that_leads_out_of_the_home_is_no_backup(world: World, kept: Path, tmp_path: Path) -> None:
    backup.back_up(world.node(), kept, recipients=SEALED)
    text = (kept / "backup.json").read_text()
    for path in ("../out", "/etc/x", "wordings/../../out", "shred.keys", "testimony.db"):
        (kept / "backup.json").write_text(text.replace("root.json", path))
        with pytest.raises(BackupRefused, match="no whole backup"):
            restore.restore(kept, tmp_path / "new", Given(key=KEEPER, without_keys=True))


def test_a_backup_of_a_newer_version_is_said_to_be_so_and_restores_nothing(
    world: World, kept: Path, tmp_path: Path
) -> None:
    backup.back_up(world.node(), kept, recipients=SEALED)
    text = (kept / "backup.json").read_text()
    (kept / "backup.json").write_text(text.replace("testimony/2/backup", "testimony/3/backup"))
    with pytest.raises(BackupRefused, match="newer version"):
        restore.restore(kept, tmp_path / "new", Given(key=KEEPER, without_keys=True))
    assert not (tmp_path / "new").exists()


def test_what_came_in_beside_a_backup_is_in_the_log_once(world: World, kept: Path, keys: Path, tmp_path: Path) -> None:
    node = world.node()
    sealed = world.testimony()
    take(node, sealed)
    backup.back_up(node, kept, shred_keys=keys, recipients=SEALED)
    _, again = restored(world, kept, tmp_path / "new", shred_keys=keys)
    take(again, record(sealed.record))
    with node.database.reading() as before, again.database.reading() as after:
        size = custody_log.size(before)
        assert custody_log.root(after, size) == custody_log.root(before)
        assert custody_log.size(after) == size + 1, "that it was restored, and nothing twice"
