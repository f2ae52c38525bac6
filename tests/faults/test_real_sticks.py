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
from tests.support.cli.program import refused, run
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
        with pytest.raises(StickRefused, match="full") as refused:
            bundle_export.deliver(node, stick, split=SMALLEST_SPLIT)
        assert all(file.name in str(refused.value) for file in stick.iterdir())
        assert "larger stick" in str(refused.value)
    files = sorted(stick.iterdir())
    assert len(files) > 1
    assert all(bring_file(central, file).sealed for file in files)
    assert 0 < len(held(central, sealed[0]) | held(central, sealed[1])) < sum(len(all_names(one)) for one in sealed)


def test_of_a_full_stick_it_is_said_what_is_on_it_what_is_not_and_what_to_do(world: World, stick: Path) -> None:
    node = world.node()
    bring(node, *(world.with_media(3_000_000) for _ in range(3)))
    done = run("bundle", "export", stick, "--split", "2", "--home", node.settings.home)
    assert done.returncode == 1, done.stdout + done.stderr
    assert all(f"written       {file}" in done.stdout for file in stick.iterdir())
    assert "stick full    3 did not fit" in done.stdout
    assert "larger stick" in done.stdout
    assert "rest" not in done.stdout  # another stick of this size would begin with the same records
    for file in stick.iterdir():
        file.unlink()
    (stick / "films").write_bytes(bytes(3 << 20))
    done = run("bundle", "export", stick, "--home", node.settings.home)
    assert refused(done, "full", "Nothing was written")
    assert [file.name for file in stick.iterdir()] == ["films"]


def test_a_stick_that_is_locked_is_called_that(world: World, stick: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", stick], check=True)
    assert str(stick) not in map(str, removable.writable_mounts(str(stick)))
    with pytest.raises(StickRefused, match="cannot be written"):
        export(world.node(), stick)
