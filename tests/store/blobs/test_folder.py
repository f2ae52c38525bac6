"""Bodies as files: whole and lasting under their hash, or not there. What every store promises is in test_blobs.py."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from testimony.store.blobs.folder import PartStore, clear_half_written
from testimony.store.errors import StoreFull, StoreUnwritable
from testimony.store.files import durable


def named(*bodies: bytes) -> dict[str, bytes]:
    return {hashlib.sha256(body).hexdigest(): body for body in bodies}


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture(params=["one call for the file system", "an fsync for each file"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PartStore:
    """Both ways of making files last."""
    if request.param == "an fsync for each file":
        monkeypatch.setattr(durable, "syncfs", None)
    elif durable.syncfs is None:
        pytest.skip("this kernel has no syncfs that reports errors")
    return PartStore(tmp_path / "parts")


def test_nothing_is_left_beside_the_bodies(store: PartStore) -> None:
    bodies = named(b"one", b"two")
    store.put_all(bodies)
    store.put_all(bodies)
    assert sorted(path.name for path in files(store.folder)) == sorted(bodies)


def test_only_this_user_may_read_them(store: PartStore) -> None:
    store.put_all(named(b"one"))
    assert {path.stat().st_mode & 0o777 for path in files(store.folder)} == {0o600}


def test_what_a_crash_left_half_written_can_be_cleared(store: PartStore) -> None:
    (store.folder / "incoming" / "abcd-half").write_bytes(b"half")
    clear_half_written(store.folder)
    assert files(store.folder) == []


def test_a_full_disk_leaves_nothing_half_written(store: PartStore, monkeypatch: pytest.MonkeyPatch) -> None:
    written = 0
    write_new = durable.write_new

    def fill(path: Path, data: bytes) -> None:
        nonlocal written
        written += 1
        if written == 3:
            raise OSError(28, "No space left on device")
        write_new(path, data)

    monkeypatch.setattr(durable, "write_new", fill)
    with pytest.raises(StoreFull):
        store.put_all(named(b"1", b"2", b"3", b"4"))
    assert files(store.folder) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreUnwritable) as caught:
        PartStore(tmp_path / "file" / "parts")
    assert str(tmp_path / "file" / "parts") in str(caught.value)


def test_bodies_and_their_names_are_both_on_the_disk_before_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes before the rename, names after it, with the folders that are new: the order that a power cut asks for."""
    store = PartStore(tmp_path / "parts")
    steps: list[str] = []
    rename, sync = os.replace, durable.sync_file

    def renaming(old: Path, new: Path) -> None:
        steps.append("rename")
        rename(old, new)

    def syncing(path: Path) -> None:
        steps.append("sync folder" if path.is_dir() else "sync file")
        sync(path)

    monkeypatch.setattr(durable, "syncfs", None)
    monkeypatch.setattr(durable, "sync_file", syncing)
    monkeypatch.setattr(durable, "replace", renaming)
    store.put_all(named(b"one", b"two"))
    of_names = ["sync folder"] * 2
    assert steps == ["sync file", "sync file", "rename", "rename", *of_names, "sync folder"]
    steps.clear()
    store.put_all(named(b"one", b"two"))
    assert steps == ["sync file", "sync file", "rename", "rename", *of_names], "no folder was new"
