"""Heads of central's log on a stick: one file for each, read back, and no more than a few of what lies there."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from testimony.canonical import sha256_hex
from testimony.services.custody import split_view
from testimony.services.custody.errors import CheckpointForeign
from testimony.services.custody.split_view import Head
from testimony.station.station import Station
from testimony.store.errors import StickRefused
from testimony.store.files.removable import NewFile
from testimony.sync.bundle import heads
from testimony.sync.client.exchange import exchange
from tests.support.sync.world import World, bring, to

NOTE = "an invented note\n"


@pytest.fixture
def node(world: World, monkeypatch: pytest.MonkeyPatch) -> Station:
    monkeypatch.setattr(split_view, "head", lambda *_: Head(central="c", size=7, epoch="e", words="w", note=NOTE))
    return world.node()


def test_a_head_is_a_file_that_bears_its_length_and_its_hash_and_is_written_once(node: Station, tmp_path: Path) -> None:
    path = heads.leave(node, tmp_path / "node")
    assert path == tmp_path / "node" / f"head-0000000007-{sha256_hex(NOTE.encode())[:8]}.note"
    assert path is not None
    assert path.read_text() == NOTE
    before = path.stat().st_mtime_ns, path.stat().st_ino
    assert heads.leave(node, path.parent) == path
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_a_station_that_has_read_no_log_leaves_nothing(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    assert heads.leave(world.desk(), folder) is None
    assert list(folder.iterdir()) == []


def test_a_stick_that_gives_back_something_else_keeps_no_half_a_head(
    node: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    monkeypatch.setattr(NewFile, "again", lambda _: BytesIO(b"another note"))
    with pytest.raises(StickRefused) as error:
        heads.leave(node, folder)
    assert error.value.reason == "damaged"
    assert list(folder.iterdir()) == []


def test_of_what_lies_there_the_newest_heads_come_first_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"head-{size:010}-0123abcd.note" for size in (5, 12, 7)]
    odd = ["head-5-0123abcd.note", "head-0000000009-0123abcd.note.part", "bundle.bin", "head-0000000009-0123ABCD.note"]
    for name in [*names, *odd]:
        (tmp_path / name).write_text("x")
    (tmp_path / "head-0000000099-0123abcd.note").mkdir()
    ordered = [names[1], names[2], names[0]]
    assert [path.name for path in heads.found(tmp_path)] == ordered
    monkeypatch.setattr(heads, "MOST", 2)
    assert [path.name for path in heads.found(tmp_path)] == ordered[:2]
    with pytest.raises(StickRefused):
        heads.found(tmp_path / "gone")


def test_a_head_is_read_as_far_as_a_note_may_be_long(world: World, tmp_path: Path) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    exchange(node, to(central, world.station))
    path = heads.leave(node, tmp_path)
    assert path is not None
    assert heads.take(node, path) == "same"
    path.write_bytes(b"x" * (split_view.NOTE_LIMIT + 1))
    with pytest.raises(CheckpointForeign):
        heads.take(node, path)
    with pytest.raises(CheckpointForeign):
        heads.consider(node, b"\xff")
