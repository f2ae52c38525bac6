"""Shred keys: lasting before they are used, gone for good when shredded."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from testimony.store.errors import StoreFailing
from testimony.store.files.shred_keys import ShredKeys

A, B, C = (letter * 32 for letter in "abc")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shred.keys"


def test_each_testimony_has_its_own_key_and_keeps_it(file: Path) -> None:
    keys = ShredKeys(file).ensure([A, B])
    assert len(set(keys.values())) == 2
    assert {len(key) for key in keys.values()} == {32}
    assert ShredKeys(file).ensure([A, B, C]).items() >= keys.items()
    assert ShredKeys(file).find(A) == keys[A]


def test_a_shredded_key_is_nowhere_in_the_file(file: Path) -> None:
    keys = ShredKeys(file)
    made = keys.ensure([A, B, C])
    keys.shred([A, C])
    assert keys.find(A) is None
    assert keys.find(B) == made[B]
    data = file.read_bytes()
    assert made[A].hex().encode() not in data
    assert made[B].hex().encode() in data
    assert ShredKeys(file).find(C) is None


def test_a_testimony_that_comes_again_after_shredding_gets_another_key(file: Path) -> None:
    keys = ShredKeys(file)
    before = keys.ensure([A])[A]
    keys.shred([A])
    assert keys.ensure([A])[A] != before


def test_shredding_what_is_not_there_changes_nothing(file: Path) -> None:
    keys = ShredKeys(file)
    keys.ensure([A])
    before = file.stat()
    keys.shred([B])
    assert file.stat() == before


def test_what_another_process_adds_is_read_without_all_the_rest(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a million testimonies that would take more than a second, for each batch at another server."""
    here, there = ShredKeys(file), ShredKeys(file)
    here.ensure([A])
    there.find(A)
    made = here.ensure([B])[B]
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the whole file was read"))
    assert there.find(B) == made
    assert there.ids() == {A, B}


def test_half_a_line_of_another_process_counts_when_it_is_whole(file: Path) -> None:
    here = ShredKeys(file)
    here.ensure([A])
    line = f"{B} {'7' * 64}\n".encode()
    with file.open("ab", buffering=0) as other:
        other.write(line[:50])
        assert here.find(B) is None
        other.write(line[50:])
    assert here.find(B) == bytes.fromhex("7" * 64)


def test_a_line_that_another_process_took_back_is_not_believed(file: Path) -> None:
    """Its disk did not take it, and others came in its place."""
    here, there = ShredKeys(file), ShredKeys(file)
    here.ensure([A])
    there.ensure([B])
    here.find(B)
    with file.open("r+b") as other:
        other.truncate(file.stat().st_size // 2)
        other.seek(0, os.SEEK_END)
        other.write(f"{C} {'7' * 64}\n{'d' * 32} {'8' * 64}\n".encode())
    assert here.find(B) is None
    assert here.find(C) == bytes.fromhex("7" * 64)
    assert here.ids() == {A, C, "d" * 32}


def test_two_processes_use_one_file(file: Path) -> None:
    """What one adds or shreds the other sees, without a restart."""
    here, there = ShredKeys(file), ShredKeys(file)
    key = here.ensure([A])[A]
    assert there.find(A) == key
    other = there.ensure([A, B])
    assert other[A] == key
    there.shred([A])
    assert here.find(A) is None
    assert here.find(B) == other[B]


def test_another_file_of_the_same_number_and_length_is_read_again(file: Path) -> None:
    """What another process shreds and makes twice may end in the place on the disk where the file was before."""
    mine, other = ShredKeys(file), ShredKeys(file.with_name("other"))
    mine.ensure([A, B])
    keys = other.ensure([A, C])
    before = file.stat()
    file.write_bytes(file.with_name("other").read_bytes())
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000))
    assert (file.stat().st_ino, file.stat().st_size) == (before.st_ino, before.st_size)
    assert mine.find(B) is None
    assert mine.ensure([A, C]) == keys


def test_threads_agree_on_one_key(file: Path) -> None:
    keys = ShredKeys(file)
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(keys.ensure([A])[A])) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert file.read_bytes().count(b"\n") == 1


def test_a_line_that_a_power_cut_tore_is_dropped_and_the_next_is_whole(file: Path) -> None:
    kept = ShredKeys(file).ensure([A])[A]
    with file.open("ab") as torn:
        torn.write(f"{B} 0123".encode())
    keys = ShredKeys(file)
    assert keys.find(B) is None
    added = keys.ensure([B])[B]
    again = ShredKeys(file)
    assert (again.find(A), again.find(B)) == (kept, added)


def test_a_key_that_could_not_be_made_lasting_is_given_to_nobody(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = ShredKeys(file)
    kept = keys.ensure([A])[A]

    def fail(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreFailing):
        keys.ensure([B])
    monkeypatch.undo()
    assert keys.find(B) is None
    assert ShredKeys(file).find(A) == kept
    assert file.read_bytes().count(b"\n") == 1


def test_only_this_user_may_read_the_keys(file: Path) -> None:
    ShredKeys(file).ensure([A])
    assert file.stat().st_mode & 0o777 == 0o600
