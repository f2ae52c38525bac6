"""Backups on sticks: the names of their files, which sticks go together, and what is asked for before one begins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from testimony.canonical import sha256_hex
from testimony.sealing.age.errors import KeyTextWrong
from testimony.sealing.age.recipients import OpeningKey
from testimony.services.backup import key_files, last_backup, own_files, trial
from testimony.services.backup.errors import BackupRefused, BackupUnready
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.store.errors import StickRefused
from testimony.store.files import removable
from testimony.sync.backup import writer
from testimony.sync.backup.format import Sum
from testimony.sync.backup.writer import Sealed
from testimony.sync.jobs import station_backup
from testimony.sync.jobs.station_backup import BackupWork
from tests.support.sync.world import World

KEY, OTHER = OpeningKey.generate(), OpeningKey.generate()
SEALED = Sealed(
    damaged=(),
    left_out=(),
    unkeyed=0,
    sum=Sum(entries=1, bytes=12, parts=1, withdrawn=0, sha256="e" * 64),
    size=12,
    sha256="f" * 64,
)


@pytest.fixture
def sticks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Two mounted sticks; a folder in the first one, and a link to it, are there too."""
    folders = [tmp_path / "media" / name for name in ("one", "two", "one/inside")]
    for folder in folders:
        folder.mkdir(parents=True)
    link = tmp_path / "media" / "link"
    link.symlink_to(folders[0])
    monkeypatch.setattr(removable, "writable_mounts", lambda *_: [*folders, link])
    return str(folders[0]), str(folders[1])


@pytest.fixture
def desk(world: World) -> Station:
    return world.desk()


@pytest.fixture
def work(desk: Station) -> Iterator[BackupWork]:
    work = BackupWork(desk)
    yield work
    assert work.wait(60)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What would be written, without writing it."""
    calls: list[tuple[Any, ...]] = []

    def back_up(_: Station, file: Path, recipients: Any, *, shred_keys: Path, told: Any) -> Sealed:
        calls.append((file, list(recipients), shred_keys))
        told(7)
        told(5)
        return SEALED

    monkeypatch.setattr(writer, "back_up", back_up)
    return calls


def reason(error: pytest.ExceptionInfo[Any]) -> str:
    return str(error.value.reason)


def test_files_bear_the_station_and_whose_they_are(world: World, sticks: tuple[str, str]) -> None:
    names = dict[tuple[str, str], str]()
    for station, owner in (("Café №1!", "ana"), ("Café №1!", "bo"), ("...", "ana"), ("desk-2_a.b", "ana")):
        settings = Settings(home=world.folder / f"home-{len(names)}", role="desk", name=station)
        desk = world.desk(f"desk-{len(names)}")
        desk.settings = settings
        run = BackupWork(desk)._on(*sticks, owner, testing=False)
        whose = sha256_hex(b"\0".join((world.root.data, owner.encode(), station.encode())))[:8]
        names[station, owner] = run.file.name
        assert run.file.parent == Path(sticks[0])
        assert run.copy.parent == Path(sticks[1])
        assert run.copy.name == run.file.name.replace("backup", "shred").replace(".age", ".keys")
        assert run.file.name.endswith(f"-{whose}.age")
    said = [name.rpartition("-")[0] for name in names.values()]
    assert said == [
        "testimony-backup-Caf-1",
        "testimony-backup-Caf-1",
        "testimony-backup-...",
        "testimony-backup-desk-2_a.b",
    ]
    assert len(set(names.values())) == 4


def test_a_name_without_a_plain_letter_is_called_desk(world: World, desk: Station, sticks: tuple[str, str]) -> None:
    desk.settings = Settings(home=world.folder / "x", role="desk", name="مكتب")
    assert BackupWork(desk)._on(*sticks, "ana", testing=False).file.name.startswith("testimony-backup-desk-")


@pytest.mark.parametrize(
    ("folder", "apart", "why"),
    [
        ("one", "one", "same"),
        ("one", "link", "same"),
        ("one", "one/inside", "together"),
        ("one/inside", "one", "together"),
        ("one", "three", "folder"),
        ("three", "two", "folder"),
        ("", "two", "folder"),
    ],
)
@pytest.mark.usefixtures("sticks")
def test_backup_and_copy_lie_on_two_sticks_that_are_there(
    work: BackupWork, tmp_path: Path, folder: str, apart: str, why: str
) -> None:
    one, other = (str(tmp_path / "media" / name) if name else "" for name in (folder, apart))
    with pytest.raises((BackupUnready, StickRefused)) as error:
        work.make(one, other, "ana", [KEY.recipient])
    assert reason(error) == why
    with pytest.raises((BackupUnready, StickRefused)) as error:
        work.test(one, other, "ana", KEY)
    assert reason(error) == why


def test_a_backup_is_written_for_whom_it_names_and_the_next_ones_too(
    work: BackupWork, desk: Station, sticks: tuple[str, str], written: list[tuple[Any, ...]]
) -> None:
    told: list[Any] = []
    work.make(*sticks, "ana", [KEY.recipient], told.append)
    assert work.wait(60)
    run = work.last
    assert run is not None
    assert (run.testing, run.done, run.error) == (False, 12, None)
    assert run.made is SEALED
    assert written == [(run.file, [KEY.recipient], run.copy)]
    assert told == [[KEY.recipient]]
    assert work.recipients() == [KEY.recipient]
    work.make(*sticks, "ana", (), told.append)  # the same as before: nobody is told again
    assert work.wait(60)
    assert len(told) == 1
    assert written[1][1] == [KEY.recipient]
    work.make(*sticks, "ana", [OTHER.recipient], told.append)
    assert work.wait(60)
    assert told[1:] == [[OTHER.recipient]]
    with desk.database.reading() as session:
        assert last_backup.is_last(desk, session, day=desk.today(), sha256="f" * 64)


def test_no_backup_begins_for_nobody_beside_its_key_or_over_strange_files(
    work: BackupWork, sticks: tuple[str, str], written: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BackupUnready) as error:
        work.make(*sticks, "ana")
    assert reason(error) == "key"
    key = work._file_name("key", "ana", ".key")
    for stick in sticks:
        (Path(stick) / key).touch()
        with pytest.raises(BackupUnready) as error:
            work.make(*sticks, "ana", [KEY.recipient])
        assert reason(error) == "beside"
        (Path(stick) / key).unlink()
    monkeypatch.setattr(own_files, "are_ours", lambda *_: False)
    with pytest.raises(BackupUnready) as error:
        work.make(*sticks, "ana", [KEY.recipient])
    assert reason(error) == "strange"
    assert written == []


def test_a_note_of_who_opens_backups_that_is_damaged_is_said_and_replaced(
    work: BackupWork, sticks: tuple[str, str], written: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(_: Station) -> list[Any]:
        raise KeyTextWrong

    told: list[Any] = []
    monkeypatch.setattr(key_files, "recipients_of", damaged)
    for act in (work.recipients, lambda: work.make(*sticks, "ana")):
        with pytest.raises(BackupUnready) as error:
            act()
        assert reason(error) == "recipients"
    work.make(*sticks, "ana", [KEY.recipient], told.append)
    assert work.wait(60)
    assert (told, len(written)) == ([[KEY.recipient]], 1)


def test_a_test_needs_backup_and_copy_and_names_the_one_that_is_lacking(
    work: BackupWork, sticks: tuple[str, str]
) -> None:
    run = work._on(*sticks, "ana", testing=True)
    for file, why in ((run.file, "backup"), (run.copy, "copy")):
        with pytest.raises(BackupUnready) as error:
            work.test(*sticks, "ana", KEY)
        assert reason(error) == why
        file.touch()


@pytest.mark.parametrize(
    ("root", "role", "last", "why"),
    [
        ("ours", "desk", True, ""),
        ("another", "desk", True, "foreign"),
        ("ours", "field", True, "foreign"),
        ("ours", "desk", False, "older"),
    ],
)
@pytest.mark.parametrize("other", ["", "other keys", "torn"])
def test_only_this_organisation_s_last_backup_is_tried_and_other_keys_are_another_copy(
    work: BackupWork,
    desk: Station,
    sticks: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    root: str,
    role: str,
    last: bool,
    why: str,
    other: str,
) -> None:
    class Source:
        def __init__(self, file: Path, key: OpeningKey, told: Any) -> None:
            self.sha256 = "a" * 64
            self.contents = type("Contents", (), {})()
            self.contents.root = sha256_hex(desk.root.data) if root == "ours" else root
            self.contents.role, self.contents.day = role, "2026-11-24"
            told(3)

    def try_out(*_: object) -> str:
        if other:
            raise BackupRefused(other)
        return "tried"

    monkeypatch.setattr(station_backup, "SealedSource", Source)
    monkeypatch.setattr(last_backup, "is_last", lambda *_, **__: last)
    monkeypatch.setattr(trial, "try_out", try_out)
    run = work._on(*sticks, "ana", testing=True)
    run.file.touch()
    run.copy.touch()
    work.test(*sticks, "ana", KEY)
    assert work.wait(60)
    assert work.last is not None
    assert (work.last.testing, work.last.done) == (True, 3)
    wanted = why or ("other copy" if other == "other keys" else other)
    if wanted:
        assert getattr(work.last.error, "reason", "") == wanted
        assert work.last.tried is None
    else:
        assert work.last.error is None
        assert str(work.last.tried) == "tried"


def test_a_stick_with_a_key_file_is_the_last_to_choose(work: BackupWork, sticks: tuple[str, str]) -> None:
    first = [str(folder) for folder in work.folders()]
    assert first[:2] == list(sticks)
    (Path(sticks[0]) / work._file_name("key", "ana", ".key")).write_text("key")
    assert str(work.folders()[0]) == sticks[1]
