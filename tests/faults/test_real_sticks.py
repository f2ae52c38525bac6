"""A small file system of its own in the place of a stick: really full, really read-only."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.store.errors import StickRefused
from testimony.store.files import removable
from testimony.sync.bundle import export as bundle_export
from testimony.sync.bundle.writer import SMALLEST_SPLIT
from tests.support.programs import lacking
from tests.support.sync.removable_media import bring_file, export
from tests.support.sync.world import World, all_names, bring, held


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    """4 MiB, mounted."""
    if os.geteuid() != 0:
        lacking("mounting a small file system needs root")
    folder = tmp_path / "stick"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=False).returncode:
        lacking("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.mark.parametrize("honest", [True, False])
def test_a_stick_that_fills_up_holds_whole_files_and_no_half_one(
    world: World, stick: Path, monkeypatch: pytest.MonkeyPatch, honest: bool
) -> None:
    node, central, sealed = world.node(), world.central(), [world.with_media(3_000_000) for _ in range(2)]
    bring(node, *sealed)
    if honest:
        assert bundle_export.deliver(node, stick, split=SMALLEST_SPLIT).written.full
    else:  # it says that it has room until it has none
        monkeypatch.setattr(removable, "free", lambda _: 1 << 40)
        with pytest.raises(StickRefused, match="full"):
            bundle_export.deliver(node, stick, split=SMALLEST_SPLIT)
    files = sorted(stick.iterdir())
    assert len(files) > 1
    assert all(bring_file(central, file).sealed for file in files)
    assert 0 < len(held(central, sealed[0]) | held(central, sealed[1])) < sum(len(all_names(one)) for one in sealed)


def test_a_stick_that_is_locked_is_called_that(world: World, stick: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", stick], check=True)
    assert removable.writable_mounts(str(stick), below=()) == []
    with pytest.raises(StickRefused, match="cannot be written"):
        export(world.node(), stick)
