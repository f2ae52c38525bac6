"""A stick that is full, locked, worn out or pulled out: one clear sentence, and only whole files have their name."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from testimony.store.errors import StickRefused
from testimony.store.files import removable
from testimony.store.files.removable import NewFile
from testimony.sync.bundle.writer import LARGEST_SPLIT, RESERVE, SMALLEST_SPLIT
from tests.support.sync.removable_media import bring_file, export
from tests.support.sync.world import World, bring


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_full_stick_keeps_whole_files(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node, central = world.node(), world.central()
    bring(node, *(world.testimony(size=40_000) for _ in range(4)))
    room = [2 * RESERVE + 500_000]

    def free(_: Path) -> int:
        room[0] -= 190_000  # each look finds less
        return room[0]

    monkeypatch.setattr(removable, "free", free)
    (file,) = export(node, tmp_path / "small")
    report = bring_file(central, file)
    assert report.sealed
    assert not report.last
    assert 0 < report.held < 4


def test_a_stick_without_any_room_is_called_full(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = world.node()
    bring(node, world.testimony())
    monkeypatch.setattr(removable, "free", lambda _: 100)
    with pytest.raises(StickRefused, match="full"):
        export(node, tmp_path / "stick")
    assert names(tmp_path / "stick") == []


def test_whoever_is_brought_a_stick_can_read_it_whatever_the_service_s_umask_says(world: World, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        [file] = export(world.node(), tmp_path / "stick")
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, "full"),
        (errno.EROFS, "readonly"),
        (errno.EACCES, "readonly"),
        (errno.EIO, "gone"),
        (errno.ENODEV, "gone"),
    ],
)
def test_what_the_system_says_of_a_stick_is_one_of_three_sentences(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, reason: str
) -> None:
    node = world.node()
    bring(node, world.testimony())

    def fail(descriptor: int) -> None:
        raise OSError(code, "as the stick says")

    monkeypatch.setattr(removable.os, "fsync", fail)
    with pytest.raises(StickRefused) as refused:
        export(node, tmp_path / "stick")
    assert refused.value.reason == reason
    assert not any(name.endswith(".bin") for name in names(tmp_path / "stick"))


def test_a_stick_that_gives_back_other_bytes_is_not_trusted(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = world.node()
    bring(node, world.testimony())
    original = NewFile.again

    @contextmanager
    def worn(self: NewFile) -> Iterator[BinaryIO]:
        with original(self) as source:
            data = bytearray(source.read())
        data[len(data) // 2] ^= 1
        yield io.BytesIO(bytes(data))

    monkeypatch.setattr(NewFile, "again", worn)
    with pytest.raises(StickRefused, match="read back"):
        export(node, tmp_path / "stick")
    assert names(tmp_path / "stick") == []


def test_what_an_interrupted_writing_left_is_swept_and_nothing_else(world: World, tmp_path: Path) -> None:
    node, stick = world.node(), tmp_path / "stick"
    stick.mkdir()
    left = "bundle-2026-11-24-0123abcd-1.bin.part"
    for name in (left, "holiday.part", "bundle-2026-11-24-0123abcd-1.bin"):
        (stick / name).write_bytes(b"x")
    export(node, stick)
    assert left not in names(stick)
    assert {"holiday.part", "bundle-2026-11-24-0123abcd-1.bin"} <= set(names(stick))


@pytest.mark.parametrize("split", [SMALLEST_SPLIT - 1, LARGEST_SPLIT + 1, 4 << 30])
def test_no_file_may_be_larger_than_a_stick_can_hold(world: World, tmp_path: Path, split: int) -> None:
    with pytest.raises(StickRefused, match="4095"):
        export(world.node(), tmp_path / "stick", split=split)


def test_a_folder_that_is_not_there_is_named_as_that(world: World, tmp_path: Path) -> None:
    from testimony.sync.bundle import export as bundle_export

    with pytest.raises(StickRefused, match="no such folder"):
        bundle_export.deliver(world.node(), tmp_path / "nothing")
