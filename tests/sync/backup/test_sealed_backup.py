"""A backup that is one sealed file is all that a folder is; what is not whole or not for us restores nothing."""

from __future__ import annotations

import errno
import io
import multiprocessing
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect

from testimony.errors import TestimonyError
from testimony.sealing.age import age
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.age.stream import CHUNK, Decrypting, Encrypting, decrypt, encrypt
from testimony.services.backup import own_files, restore
from testimony.services.backup.errors import BackupRefused
from testimony.services.backup.restore import Given
from testimony.services.integrity import fsck
from testimony.services.startup import open_station
from testimony.station.errors import HomeTaken
from testimony.station.station import INCARNATION, JOURNAL, KEY, Station
from testimony.store.errors import StoreFull
from testimony.store.files import durable
from testimony.store.sql import migrate, row_format
from testimony.sync.backup import format as backup_format
from testimony.sync.backup import writer as backup_writer
from testimony.sync.backup.reader import SealedSource
from tests.support.cli.program import ROOT
from tests.support.services.world import World, names, record, said, take, tid_of
from tests.support.sync.exactly_once import logged
from tests.support.sync.world import held

WE, ANOTHER = OpeningKey.generate(), OpeningKey.generate()
TYPAGE = """
import { Decrypter } from "age-encryption";
import { readFileSync } from "node:fs";
const [file, identity] = process.argv.slice(-2);
const decrypter = new Decrypter();
decrypter.addIdentity(identity);
process.stdout.write(Buffer.from(await decrypter.decrypt(readFileSync(file))));
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "world")
    yield world
    world.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "kept").mkdir()
    return tmp_path / "kept" / "node.age"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere.keys"


def back_up(station: Station, file: Path, **how: Any) -> backup_writer.Sealed:
    return backup_writer.back_up(station, file, [WE.recipient], **how)


def restored(world: World, file: Path, home: Path, **given: Any) -> tuple[restore.Restored, Station]:
    done = restore.restore(SealedSource(file, WE), home, Given(key=WE, **given))
    station = open_station(home)
    world.opened.append(station)
    return done, station


def grave(home: Path) -> list[str]:
    return [finding.words for finding in fsck.check(home) if finding.grave]


def inside(file: Path) -> bytes:
    data = file.read_bytes()
    head = age.read_head(io.BytesIO(data))
    return age.open_body(age.open_head(head, WE), data[len(head) :])


def sealed_again(file: Path, plaintext: bytes) -> None:
    key = age.new_file_key()
    file.write_bytes(age.seal_head(key, [WE.recipient], 1) + age.seal_body(key, plaintext))


@pytest.mark.both_databases
@pytest.mark.parametrize("role", ["node", "central"])
def test_a_lost_station_is_made_again_from_one_file_and_the_keys(
    world: World, file: Path, keys: Path, role: str
) -> None:
    station = world.node() if role == "node" else world.central()
    sealed, gone = [world.testimony(), world.with_media(700_000)], world.coded()
    take(station, *sealed, gone)
    take(station, world.withdrawal(gone))
    made = back_up(station, file, shred_keys=keys)
    assert made.damaged == ()
    entered, incarnation, home = logged(station), station.incarnation, station.settings.home
    station.close()
    shutil.rmtree(home)
    done, again = restored(world, file, home, shred_keys=keys)
    assert done.withdrawn == done.unreadable == 0
    assert [held(again, one) for one in sealed] == [names(one) for one in sealed]
    assert held(again, gone) == set()
    assert logged(again) == entered
    assert (again.kid, again.incarnation != incarnation) == (station.kid, True)
    assert grave(home) == []
    assert set(said(take(again, *sealed))) == {"duplicate"}


def test_a_desk_too(world: World, file: Path, keys: Path, tmp_path: Path) -> None:
    desk = world.desk()
    take(desk, sealed := world.testimony())
    back_up(desk, file, shred_keys=keys)
    done, again = restored(world, file, tmp_path / "again", shred_keys=keys)
    assert done.contents.role == "desk"
    assert held(again, sealed) == names(sealed)


def test_a_stick_that_takes_no_file_of_that_size_says_so_and_the_backup_before_stays(
    world: World, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = world.node()
    back_up(node, file)
    before, write = file.read_bytes(), backup_writer._Flushing.write

    def too_large(self: backup_writer._Flushing, data: bytes) -> int:
        if self.size + len(data) > 4000:
            raise OSError(errno.EFBIG, "File too large")
        return write(self, data)

    monkeypatch.setattr(backup_writer._Flushing, "write", too_large)
    with pytest.raises(StoreFull, match="takes no file of this size"):
        back_up(node, file)
    assert [(one.name, one.read_bytes()) for one in file.parent.iterdir()] == [(file.name, before)]


@pytest.mark.parametrize("failing", ["the copy of the keys", "the backup"])
def test_where_one_of_two_sticks_fails_the_backup_before_restores_with_the_copy_that_is_there(
    world: World, file: Path, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    node = world.node()
    take(node, first := world.testimony())
    back_up(node, file, shred_keys=keys)
    before, copy = file.read_bytes(), keys.read_bytes()
    take(node, world.testimony())
    renamed = durable.replace

    def full(new: Path, path: Path) -> None:
        if path == (keys if failing == "the copy of the keys" else file):
            raise OSError(errno.ENOSPC, "full")
        renamed(new, path)

    with monkeypatch.context() as patched:
        patched.setattr(durable, "replace", full)
        with pytest.raises(StoreFull):
            back_up(node, file, shred_keys=keys)
    assert (file.read_bytes() == before, keys.read_bytes() == copy) == (True, failing == "the copy of the keys")
    done, again = restored(world, file, tmp_path / "again", shred_keys=keys)
    assert done.unreadable == 0
    assert held(again, first) == names(first)
    assert grave(again.settings.home) == []


def test_it_holds_what_a_folder_holds_and_nothing_that_opens_it(
    world: World, file: Path, keys: Path, tmp_path: Path
) -> None:
    node = world.node()
    take(node, sealed := world.coded())
    back_up(node, file, shred_keys=keys)
    home = node.settings.home
    key = node.shred_keys.find(tid_of(sealed))
    assert key is not None
    secrets = [
        key.hex().encode(),
        key,
        (home / KEY).read_bytes().strip(),
        (home / INCARNATION).read_bytes().strip(),
    ]
    plaintext = inside(file)
    assert [number for number, secret in enumerate(secrets) if secret in plaintext] == [2, 3], "as in the folder"
    assert sealed.record.id.encode() in plaintext
    outside = file.read_bytes() + keys.read_bytes()
    assert not any(known in outside for known in (*secrets, tid_of(sealed).encode(), b"SQLite", b"station.json"))
    assert (file.stat().st_mode & 0o777, keys.stat().st_mode & 0o777) == (0o600, 0o600)


def test_nothing_lies_beside_it_meanwhile(
    world: World, file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No copy of the database anywhere: only the file that becomes the backup, and a hash of how it begins."""
    node = world.node()
    take(node, world.with_media(300_000))
    written: list[str] = []
    opened = os.open

    def noticed(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            written.append(os.fspath(path))
        return opened(path, flags, *rest, **more)

    def everything() -> set[str]:
        return {str(path) for path in tmp_path.rglob("*") if not path.name.startswith("testimony.db")}

    before = everything()
    monkeypatch.setattr(os, "open", noticed)
    back_up(node, file)
    noted = str(node.settings.home / own_files.WRITTEN)
    assert [path for path in written if not path.startswith(noted)] == [str(file) + ".part"]
    assert everything() - before == {str(file), noted}


@pytest.mark.node
def test_another_implementation_of_age_opens_it_for_each_recipient(
    world: World, file: Path, node: str, tmp_path: Path
) -> None:
    station = world.node()
    take(station, world.with_media(300_000))
    backup_writer.back_up(station, file, [WE.recipient, ANOTHER.recipient])
    script = ROOT / "tests" / "js" / f".typage-{os.getpid()}.mjs"
    script.write_text(TYPAGE)
    try:
        for key in (WE, ANOTHER):
            command = [node, str(script), str(file), key.text]
            assert subprocess.run(command, capture_output=True, check=True).stdout == inside(file)
    finally:
        script.unlink()


@pytest.mark.both_databases
def test_what_comes_in_or_is_withdrawn_meanwhile_is_in_it_whole_or_not_at_all(
    world: World, file: Path, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    central = world.central()
    take(central, sealed := world.testimony(), gone := world.coded())
    late = [world.testimony() for _ in range(4)]
    pieces, left = backup_writer.transfer.pieces, list(late)

    def busy(*of: Any) -> Iterator[tuple[str, bytes]]:
        for piece in pieces(*of):
            if left:
                take(central, left.pop())
            yield piece
        take(central, record(world.withdrawal(gone)))

    monkeypatch.setattr(backup_writer.transfer, "pieces", busy)
    assert back_up(central, file, shred_keys=keys).damaged == ()
    monkeypatch.undo()
    done, again = restored(world, file, tmp_path / "again", shred_keys=keys)
    assert left == []
    assert done.withdrawn == 1, "the journal is read last"
    assert [held(again, one) for one in (sealed, gone)] == [names(sealed), set()]
    assert all(held(again, one) in (set(), names(one)) for one in late)
    assert grave(tmp_path / "again") == []


def test_what_was_withdrawn_since_stays_destroyed(world: World, file: Path, keys: Path, tmp_path: Path) -> None:
    node = world.node()
    take(node, sealed := world.coded(), other := world.testimony())
    back_up(node, file, shred_keys=keys)
    take(node, record(world.withdrawal(sealed)))
    journal = tmp_path / "saved.log"
    shutil.copy(node.settings.home / JOURNAL, journal)
    done, again = restored(world, file, tmp_path / "again", shred_keys=keys, withdrawals=journal)
    assert done.withdrawn == 1
    assert held(again, sealed) == set()
    assert held(again, other) == names(other)
    assert again.shred_keys.find(tid_of(sealed)) is None


def test_the_keys_beside_it_open_with_the_same_key_and_no_other(
    world: World, file: Path, keys: Path, tmp_path: Path
) -> None:
    node = world.node()
    take(node, world.coded())
    back_up(node, file, shred_keys=keys)
    source = SealedSource(file, WE)
    for key, reason in ((None, "sealed"), (ANOTHER, "key")):
        with pytest.raises(BackupRefused) as refused:
            restore.restore(source, tmp_path / "again", Given(shred_keys=keys, key=key))
        assert refused.value.reason == reason
    keys.write_bytes(keys.read_bytes()[:-1])
    with pytest.raises(BackupRefused) as refused:
        restore.restore(source, tmp_path / "again", Given(shred_keys=keys, key=WE))
    assert refused.value.reason == "file"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere.keys", "kept", "world"]


def test_another_key_is_told_so(world: World, file: Path) -> None:
    back_up(world.node(), file)
    with pytest.raises(BackupRefused) as refused:
        SealedSource(file, ANOTHER)
    assert refused.value.reason == "key"


def test_an_empty_home_and_no_other(world: World, file: Path, keys: Path) -> None:
    node = world.node()
    back_up(node, file, shred_keys=keys)
    before = {path: path.read_bytes() for path in node.settings.home.rglob("*") if path.is_file()}
    with pytest.raises(HomeTaken):
        restore.restore(SealedSource(file, WE), node.settings.home, Given(shred_keys=keys, key=WE))
    assert {path: path.read_bytes() for path in node.settings.home.rglob("*") if path.is_file()} == before


def refused_everywhere(file: Path, changes: Iterator[bytes] | list[bytes], tmp_path: Path) -> int:
    """Of how many damaged files; of each nothing was restored."""
    count = 0
    for data in changes:
        file.write_bytes(data)
        with pytest.raises(BackupRefused) as refused:
            SealedSource(file, WE)
        assert refused.value.reason in ("torn", "key"), refused.value.reason
        count += 1
    assert not (tmp_path / "again").exists()
    return count


def flipped(data: bytes, places: range) -> Iterator[bytes]:
    for place in places:
        yield data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]


def small(world: World, file: Path) -> bytes:
    back_up(world.node(), file)
    return file.read_bytes()


def test_a_flipped_bit_is_found(world: World, file: Path, tmp_path: Path) -> None:
    data = small(world, file)
    assert refused_everywhere(file, flipped(data, range(0, len(data), len(data) // 150)), tmp_path) >= 150


@pytest.mark.long(short="test_a_flipped_bit_is_found")
def test_a_flipped_bit_in_any_byte_is_found(world: World, file: Path, tmp_path: Path) -> None:
    data = small(world, file)
    assert refused_everywhere(file, flipped(data, range(len(data))), tmp_path) == len(data)


def test_a_file_that_was_cut_off_is_found_also_where_a_chunk_ends(world: World, file: Path, tmp_path: Path) -> None:
    node = world.node()
    take(node, world.with_media(300_000))
    back_up(node, file)
    data = file.read_bytes()
    start = len(age.read_head(io.BytesIO(data))) + 16
    chunks = range(start, len(data), CHUNK + 16)
    assert len(chunks) > 3
    cuts = [data[:end] for end in (0, 1, 30, start - 1, *chunks, len(data) - 1)]
    assert refused_everywhere(file, [*cuts, data + b"\0", data + data], tmp_path) > 10


@pytest.mark.parametrize("what", ["version", "revision", "hash", "sum", "order", "body", "paper", "kind", "column"])
def test_what_was_sealed_to_us_but_is_not_what_we_write_is_refused(
    world: World, file: Path, tmp_path: Path, what: str
) -> None:
    """By somebody who knows the recipient, as everybody may."""
    node = world.node()
    take(node, world.coded())
    back_up(node, file)
    reader = backup_format.BackupReader(cast(Any, io.BytesIO(inside(file))), "")
    entries = [(entry.name, entry.data) for entry in reader]
    out = io.BytesIO()
    opening = reader.opening
    if what == "revision":
        opening = type(opening)(**{**vars(opening), "revision": "9999"})
    writer = backup_format.BackupWriter(out, opening)
    change: dict[str, Callable[[], None]] = {
        "order": lambda: entries.reverse(),
        "body": lambda: entries.insert(-2, ("body/" + "0" * 64, b"another")),
        "paper": lambda: entries.insert(0, ("paper/../../etc/passwd", b"root")),
        "kind": lambda: entries.append(("words", b"")),
        "column": lambda: entries.insert(3, ("rows/records", row_format.encode(["none"], [b"-"]))),
    }
    change.get(what, lambda: None)()
    for name, data in entries:
        writer.add(name, data)
    parts = sum(name.startswith("body/") for name, _ in entries)
    assert reader.sum is not None
    writer.finish(parts=parts, withdrawn=reader.sum.withdrawn + (what == "sum"))
    plaintext = out.getvalue()
    if what == "version":
        plaintext = plaintext.replace(b"testimony/2/backup-file", b"testimony/9/backup-file")
    if what == "hash":
        place = plaintext.index(b'"sha256":"') + 10
        plaintext = plaintext[:place] + (b"0" if plaintext[place:][:1] != b"0" else b"1") + plaintext[place + 1 :]
    sealed_again(file, plaintext)
    with pytest.raises(BackupRefused) as refused:
        restore.restore(SealedSource(file, WE), tmp_path / "again", Given(without_keys=True, key=WE))
    newer = what == "revision"  # another word for the version breaks the sum of the frames first, which is as good
    assert refused.value.reason in (("newer",) if newer else ("torn", "newer"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "world"]


def test_a_newer_version_is_told_so(world: World, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_format, "VERSION", newer := "testimony/3/backup-file")
    monkeypatch.setattr(backup_format, "READ", (newer,))
    back_up(world.node(), file)
    monkeypatch.undo()
    with pytest.raises(BackupRefused) as refused:
        SealedSource(file, WE)
    assert refused.value.reason == "newer"


def test_an_older_version_s_tables_are_brought_to_ours(
    world: World, file: Path, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup that a year-old program made: fewer tables, and rows without what came since."""
    node = world.node()
    take(node, sealed := world.coded())
    old = "0008"
    with closing(create_engine("sqlite://").connect()) as empty:
        migrate.build(empty, old)
        looked = inspect(empty)
        known = {name: {one["name"] for one in looked.get_columns(name)} for name in looked.get_table_names()}
    pieces = backup_writer.transfer.pieces

    def of_old(*given: Any) -> Iterator[tuple[str, bytes]]:
        for table, piece in pieces(*given):
            if table in known:
                columns, rows = row_format.decode(piece)
                kept = [number for number, name in enumerate(columns) if name in known[table]]
                made = [b"".join(row_format.value_bytes(row[number]) for number in kept) for row in rows]
                yield table, row_format.encode([columns[number] for number in kept], made)

    monkeypatch.setattr(backup_writer.transfer, "pieces", of_old)
    monkeypatch.setattr(backup_writer.migrate, "HEAD", old)
    monkeypatch.setattr(backup_writer.transfer.migrate, "revision_of", lambda _: old)
    back_up(node, file, shred_keys=keys)
    monkeypatch.undo()
    _, again = restored(world, file, tmp_path / "again", shred_keys=keys)
    assert held(again, sealed) == names(sealed)
    with again.database.reading() as session:
        assert migrate.revision_of(session.connection()) == migrate.HEAD


def test_it_is_written_where_it_does_no_harm(world: World, file: Path, keys: Path) -> None:
    node = world.node()
    file.write_text("somebody's letter")
    for place, how, reason in (
        (file, {}, "other"),
        (node.settings.home / "node.age", {}, "within"),
        (file.with_name("new.age"), {"shred_keys": file.with_name("new.age")}, "together"),
    ):
        with pytest.raises(BackupRefused) as refused:
            back_up(node, place, **how)
        assert refused.value.reason == reason
    with pytest.raises(BackupRefused) as refused:
        backup_writer.back_up(node, file.with_name("new.age"), [])
    assert refused.value.reason == "recipients"
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert file.read_text() == "somebody's letter"


def test_what_the_disk_gives_back_otherwise_is_no_backup(
    world: World, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = world.node()
    back_up(node, file)
    before = file.read_bytes()
    fsync = os.fsync

    def lying(descriptor: int) -> None:
        fsync(descriptor)
        if os.readlink(f"/proc/self/fd/{descriptor}").endswith(".part"):
            os.pwrite(descriptor, b"\0", os.fstat(descriptor).st_size // 2)

    monkeypatch.setattr(os, "fsync", lying)
    with pytest.raises(BackupRefused) as refused:
        back_up(node, file)
    assert refused.value.reason in ("torn", "unread")
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("room", [0, 1000, 70_000, 200_000])
def test_a_full_disk_leaves_the_one_before(
    world: World, file: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    node = world.node()
    back_up(node, file)
    before = file.read_bytes()
    take(node, world.with_media(300_000))
    write, left = backup_writer._Flushing.write, [room]

    def full(self: backup_writer._Flushing, data: bytes) -> int:
        left[0] -= len(data)
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "")
        return write(self, data)

    monkeypatch.setattr(backup_writer._Flushing, "write", full)
    with pytest.raises(StoreFull):
        back_up(node, file)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_kill_9_leaves_the_one_before_and_the_next_is_whole(world: World, file: Path, keys: Path) -> None:
    node = world.node()
    take(node, world.with_media(300_000))
    home = node.settings.home
    back_up(node, file)
    before, size = file.read_bytes(), file.stat().st_size
    node.close()
    killed = 0
    for room in (0, 1, 1500, *range(60_000, size + 70_000, 40_000)):
        killed += _killed(home, file, room)
        assert file.read_bytes() == before
        half = file.with_name(file.name + ".part")
        if half.exists() and room < size - 5000:  # later it may have been whole, and only the renaming was lacking
            with pytest.raises(BackupRefused):
                SealedSource(half, WE)
    assert killed >= 8
    with open_station(home) as again:
        back_up(again, file)
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    SealedSource(file, WE)


def _killed(home: Path, file: Path, room: int) -> bool:
    """A process writes the backup, and is killed behind `room` bytes of it."""
    process = multiprocessing.get_context("fork").Process(target=_back_up_until, args=(home, file, room))
    process.start()
    process.join(60)
    return process.exitcode == -signal.SIGKILL


def _back_up_until(home: Path, file: Path, room: int) -> None:
    write, left = backup_writer._Flushing.write, [room]

    def mortal(self: backup_writer._Flushing, data: bytes) -> int:
        whole = left[0] >= len(data)
        written = write(self, data if whole else data[: left[0]])
        left[0] -= written
        if not whole:
            self._file.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        return written

    backup_writer._Flushing.write = mortal  # type: ignore[method-assign]

    def never(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    durable.replace = never
    with open_station(home) as station:
        back_up(station, file)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.binary(),
)


@given(st.lists(st.tuples(VALUES, VALUES, VALUES)))
def test_a_row_comes_back_as_it_was(rows: list[tuple[Any, ...]]) -> None:
    data = row_format.encode(["a", "b", "c"], [b"".join(map(row_format.value_bytes, row)) for row in rows])
    columns, again = row_format.decode(data)
    assert columns == ["a", "b", "c"]
    assert [tuple(map(type, row)) for row in again] == [tuple(map(type, row)) for row in rows]
    assert again == rows


@given(st.lists(st.tuples(VALUES), min_size=1), st.data())
def test_rows_that_were_cut_off_are_no_rows(rows: list[tuple[Any, ...]], data: st.DataObject) -> None:
    whole = row_format.encode(["a"], [row_format.value_bytes(row[0]) for row in rows])
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    for wrong in (cut, whole + b"-"):
        with pytest.raises((ValueError, row_format.struct.error, TestimonyError)):
            row_format.decode(wrong)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5])
def test_piece_by_piece_is_the_same_age_file(size: int) -> None:
    key, plaintext = age.new_file_key(), os.urandom(size)
    out = io.BytesIO()
    sealing = Encrypting(key, out.write)
    for start in range(0, size, 7001):
        sealing.write(plaintext[start : start + 7001])
    sealing.end()
    assert decrypt(key, out.getvalue()) == plaintext
    opening = Decrypting(key, io.BytesIO(encrypt(key, plaintext)))
    assert b"".join(iter(lambda: opening.read(5003), b"")) == plaintext
