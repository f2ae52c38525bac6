"""A backup alone restores its station: the key is in it, sealed; and what does not fit is one sentence each."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from testimony.canonical import sha256_hex
from testimony.errors import TestimonyError
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.signatures import Signer
from testimony.services.backup import backup, key_files, restore
from testimony.services.backup.errors import BackupRefused
from testimony.services.backup.restore import Given
from testimony.services.opening import reader
from testimony.services.startup import open_station
from testimony.station.errors import HomeTaken
from testimony.station.station import INCARNATION, KEY, Station
from testimony.store.errors import StoreNewer
from tests.support.services.recovery.backups import KEEPER, SEALED
from tests.support.services.world import World, names, take, tid_of
from tests.support.sync.world import held


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "backup"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere.keys"


def as_the_first_version_wrote_it(kept: Path, key: bytes = b"") -> None:
    """Without the key, or with it in the clear."""
    said = json.loads((kept / "backup.json").read_text())
    papers = [one for one in said["papers"] if not one["path"].endswith(".age")]
    if key:
        name = sha256_hex(key)
        (kept / "papers" / name[:2]).mkdir(exist_ok=True)
        (kept / "papers" / name[:2] / name).write_bytes(key)
        papers.append({"path": KEY, "sha256": name})
    said |= {"papers": papers, "v": "testimony/1/backup"}
    (kept / "backup.json").write_text(json.dumps(said, separators=(",", ":"), sort_keys=True))


def seeds(station: Station) -> list[bytes]:
    """The station's signing key, as its file has it and as bytes."""
    text = (station.settings.home / KEY).read_bytes().strip()
    return [text, bytes.fromhex(text.decode())]


@pytest.mark.both_databases
@pytest.mark.parametrize("role", ["node", "central"])
def test_a_station_comes_back_from_its_backup_alone_and_is_another_incarnation(
    world: World, kept: Path, keys: Path, role: str
) -> None:
    station = world.node() if role == "node" else world.central()
    take(station, sealed := world.testimony())
    backup.back_up(station, kept, recipients=SEALED, shred_keys=keys)
    home, kid, incarnation = station.settings.home, station.kid, station.incarnation
    station.close()
    shutil.rmtree(home)
    restore.restore(kept, home, Given(shred_keys=keys, key=KEEPER))
    with open_station(home) as again:
        assert (again.kid, again.incarnation != incarnation) == (kid, True)
        assert held(again, sealed) == names(sealed)


def test_who_has_everything_but_the_recipients_key_has_no_key_of_the_station_and_no_shred_key(
    world: World, kept: Path, keys: Path, tmp_path: Path
) -> None:
    node = world.node()
    take(node, sealed := world.coded())
    backup.back_up(node, kept, recipients=SEALED, shred_keys=keys)
    shred_key = node.shred_keys.find(tid_of(sealed))
    assert shred_key is not None
    secrets = [*seeds(node), shred_key, shred_key.hex().encode()]
    stolen = b"".join(file.read_bytes() for file in (*kept.rglob("*"), keys) if file.is_file())
    assert not any(secret in stolen for secret in secrets)
    for key, reason in ((None, "sealed"), (OpeningKey.generate(), "key")):
        with pytest.raises(BackupRefused) as refused:
            restore.restore(kept, tmp_path / "new", Given(shred_keys=keys, key=key))
        assert refused.value.reason == reason
    with pytest.raises(BackupRefused, match=r"sealed\. Give with --key") as locked:
        restore.restore(kept, tmp_path / "new", Given(without_keys=True))
    assert locked.value.reason == "locked"
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "new.restoring").exists()


def test_without_anybody_to_seal_it_to_the_key_is_in_no_backup(world: World, kept: Path, tmp_path: Path) -> None:
    node = world.node()
    backup.back_up(node, kept)
    assert {paper.path for paper in backup.read(kept).papers} == {"station.json", "root.json"}
    backup.back_up(node, kept, recipients=SEALED, station_key=False)
    assert "station.key.age" not in {paper.path for paper in backup.read(kept).papers}
    with pytest.raises(BackupRefused, match="hand-over") as refused:
        restore.restore(kept, tmp_path / "new", Given(without_keys=True, key=KEEPER))
    assert "node" in str(refused.value)
    assert "enrol a new station" not in str(refused.value)


@pytest.mark.parametrize("clear", [False, True])
def test_a_backup_of_the_first_version_is_restored_with_the_key_that_somebody_kept_or_with_its_own(
    world: World, kept: Path, tmp_path: Path, clear: bool
) -> None:
    node = world.node()
    take(node, sealed := world.testimony())
    keys = tmp_path / "keys"
    backup.back_up(node, kept, shred_keys=keys)
    copy = shutil.copy(node.settings.home / KEY, tmp_path / "copy.key")
    as_the_first_version_wrote_it(kept, copy.read_bytes() if clear else b"")
    if not clear:
        with pytest.raises(BackupRefused, match=r"holds no key of the station node\. .* --station-key"):
            restore.restore(kept, tmp_path / "new", Given(shred_keys=keys))
    given = Given(shred_keys=keys, station_key=None if clear else copy)
    restore.restore(kept, tmp_path / "new", given)
    with open_station(tmp_path / "new") as again:
        assert again.kid == node.kid
        assert held(again, sealed) == names(sealed)


def test_a_key_of_another_station_is_called_that_and_not_damaged(world: World, kept: Path, tmp_path: Path) -> None:
    backup.back_up(world.node(), kept, recipients=SEALED)
    other = tmp_path / "other.key"
    other.write_bytes(Signer.generate().seed.hex().encode() + b"\n")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    said = {
        other: "the key of another station than node",
        tmp_path / "photo.jpg": "no key of a station",
        tmp_path / "nowhere": "no file",
    }
    for file, words in said.items():
        with pytest.raises(BackupRefused, match=words) as refused:
            restore.restore(kept, tmp_path / "new", Given(without_keys=True, key=KEEPER, station_key=file))
        assert "damaged" not in str(refused.value)
        assert "nothing was changed" in str(refused.value)
    assert not (tmp_path / "new").exists()


def test_what_does_not_fit_is_one_sentence_and_changes_nothing(
    world: World, kept: Path, keys: Path, tmp_path: Path
) -> None:
    node, central = world.node(), world.central()
    take(node, world.testimony())
    take(central, world.testimony())
    backup.back_up(node, kept, recipients=SEALED, shred_keys=keys)
    backup.back_up(central, tmp_path / "of-central", recipients=SEALED, shred_keys=tmp_path / "central.keys")
    stranger = World(tmp_path / "elsewhere")
    foreign = stranger.node()
    backup.back_up(foreign, tmp_path / "foreign", recipients=SEALED, shred_keys=tmp_path / "foreign.keys")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    node.close()
    before = {file: file.read_bytes() for file in node.settings.home.rglob("*") if file.is_file()}
    given, home = {"shred_keys": keys, "key": KEEPER}, node.settings.home
    other_keys = {"shred_keys": tmp_path / "central.keys"}
    cases: list[tuple[Path, Path, dict[str, object], bool, type[TestimonyError], str]] = [
        (tmp_path / "foreign", home, {}, True, BackupRefused, "another organisation"),
        (tmp_path / "of-central", home, {}, True, BackupRefused, "another station than the one in"),
        (kept, home, {}, False, HomeTaken, "lives in"),
        (kept, tmp_path / "photos", {}, False, BackupRefused, "other files in"),
        (kept, tmp_path / "new", other_keys, False, BackupRefused, "No shred key in"),
        (kept, tmp_path / "new", {"shred_keys": tmp_path / "none"}, False, BackupRefused, "no file"),
        (kept, tmp_path / "new", {"withdrawals": tmp_path / "none"}, False, BackupRefused, "no file"),
        (kept, tmp_path / "new", {"key": OpeningKey.generate()}, False, BackupRefused, "does not open"),
    ]
    for source, place, other, over, error, words in cases:
        with pytest.raises(error, match=words) as refused:
            restore.restore(source, place, Given(**(given | other)), over=over)  # type: ignore[arg-type]
        assert "nothing was changed" in str(refused.value)
    assert {file: file.read_bytes() for file in home.rglob("*") if file.is_file()} == before
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.jpg"]
    assert list(tmp_path.glob("new*")) == list(home.parent.glob("node.*")) == []
    stranger.close()


def test_rows_of_a_newer_version_restore_nothing(world: World, kept: Path, keys: Path, tmp_path: Path) -> None:
    made = backup.back_up(world.node(), kept, recipients=SEALED, shred_keys=keys)
    file = kept / made.contents.database
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    newer = f"{backup.file_sha256(file)}.db"
    text = (kept / "backup.json").read_text()
    (kept / "backup.json").write_text(text.replace(file.name, newer))
    file.rename(kept / newer)
    with pytest.raises(StoreNewer):
        restore.restore(kept, tmp_path / "new", Given(shred_keys=keys, key=KEEPER))
    assert list(tmp_path.glob("new*")) == []


def test_a_home_that_was_copied_with_its_incarnation_is_not_what_a_backup_holds(world: World, kept: Path) -> None:
    node = world.node()
    backup.back_up(node, kept, recipients=SEALED)
    incarnation = (node.settings.home / INCARNATION).read_bytes().strip()
    assert not any(incarnation in file.read_bytes() for file in kept.rglob("*") if file.name.endswith(".age"))
    assert not any(paper.path == INCARNATION for paper in backup.read(kept).papers)


def test_no_backup_says_to_whom_the_next_ones_are_sealed(world: World, kept: Path, keys: Path, tmp_path: Path) -> None:
    """Who can change a backup would have the station's key in the next one; so the key that opened it is believed."""
    node, second = world.node(), OpeningKey.generate()
    assert key_files.recipients_of(node) == []
    key_files.remember(node, [*SEALED, second.recipient])
    backup.back_up(node, kept, recipients=key_files.recipients_of(node), shred_keys=keys)
    assert key_files.RECIPIENTS not in {paper.path for paper in backup.read(kept).papers}
    given = Given(shred_keys=keys, key=KEEPER)
    restore.restore(kept, tmp_path / "new", given)
    with open_station(tmp_path / "new") as again:
        assert key_files.recipients_of(again) == list(SEALED)
    node.close()
    restore.restore(kept, node.settings.home, given, over=True)
    with open_station(node.settings.home) as again:
        assert key_files.recipients_of(again) == [*SEALED, second.recipient], "as the replaced home knew"
    text = (kept / "backup.json").read_text()
    (kept / "backup.json").write_text(text.replace("root.json", key_files.RECIPIENTS))
    with pytest.raises(BackupRefused, match="no whole backup"):
        restore.restore(kept, tmp_path / "another", given)


def test_of_a_desk_the_locked_key_file_comes_back_wherever_it_was(
    world: World, kept: Path, keys: Path, tmp_path: Path
) -> None:
    key, desk = KeyFile(opening=OpeningKey.generate()), world.desk()
    desk.close()
    (tmp_path / "lawyer.key").write_bytes(locked := key.seal("correct horse", 10))
    replace(desk.settings, key_file=str(tmp_path / "lawyer.key")).save()
    with open_station(desk.settings.home) as station:
        made = backup.back_up(station, kept, recipients=SEALED, shred_keys=keys)
    assert made.left_out == ()
    assert not any(locked in file.read_bytes() for file in kept.rglob("*") if file.is_file())
    restore.restore(kept, tmp_path / "far" / "new", Given(shred_keys=keys, key=KEEPER))
    with open_station(tmp_path / "far" / "new") as again:
        file = reader.key_path(again.settings)
        assert file is not None
        opened = KeyFile.open(file.read_bytes(), "correct horse").opening
        assert opened is not None
        assert opened.text == key.opening.text  # type: ignore[union-attr]


def test_a_reader_s_key_that_no_passphrase_locks_is_in_no_backup(world: World, kept: Path, tmp_path: Path) -> None:
    desk = world.desk()
    desk.close()
    (tmp_path / "bare.key").write_text(OpeningKey.generate().text)
    replace(desk.settings, key_file=str(tmp_path / "bare.key")).save()
    with open_station(desk.settings.home) as opened:
        made = backup.back_up(opened, kept, recipients=SEALED)
    assert [one.setting for one in made.left_out] == ["key_file"]
    assert "reader.key.age" not in {paper.path for paper in made.contents.papers}


def test_a_backup_opens_with_an_age_identity_or_with_a_key_file_whose_passphrase_is_asked_for() -> None:
    asked: list[bool] = []
    plain = key_files.opening_key(KEEPER.text.encode(), lambda: str(asked.append(True)))
    assert (plain.text, asked) == (KEEPER.text, [])
    sealed = KeyFile(opening=KEEPER).seal("paper boat 7", 4)
    assert key_files.opening_key(sealed, lambda: "paper boat 7").text == KEEPER.text
