"""A stick that is pulled out in the middle: nothing is lost, what has its name is whole, and the next try completes.

The stick is a file system of its own that is shut down: from that moment on nothing can be read from it or written to
it any more, and what its journal did not have is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from testimony.services.integrity import fsck
from testimony.station.station import Station
from testimony.store.errors import StickRefused
from testimony.store.files import removable
from testimony.sync.bundle import export as bundle_export
from testimony.sync.bundle import import_ as bundle_import
from testimony.sync.bundle.writer import SMALLEST_SPLIT
from tests.support.each_time import each_time
from tests.support.faults import deliveries
from tests.support.faults.file_systems import Disk, disk_in
from tests.support.services.world import World, incoming, names, take
from tests.support.sync import removable_media
from tests.support.sync.world import bring, held, waiting

MIB = 1 << 20
MOMENTS = each_time((0.0, 0.05, 0.12, 0.4, 0.7, 0.95), 0.05, 0.7)
"""Of the way; a file is written and read back, or read twice."""


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Disk]:
    made = disk_in(tmp_path / "stick", 64 * MIB)
    yield made
    made.unmount()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


class Pulled:
    """Told how many bytes were written or read, it pulls the stick out after so many. None: never, it only counts."""

    def __init__(self, stick: Disk, after: float | None = None) -> None:
        self.stick, self.after, self.bytes, self.out = stick, after, 0, False

    def __call__(self, size: int) -> None:
        self.bytes += size
        if self.after is not None and self.bytes > self.after and not self.out:
            self.out = True
            self.stick.cut()


def require_sound(*stations: Station) -> None:
    for station in stations:
        found = [finding.words for finding in fsck.check(station.settings.home) if finding.grave]
        assert found == []


def how_far(stick: Disk, act: Callable[[Pulled], object]) -> int:
    """Bytes that are told of when nothing happens."""
    counted = Pulled(stick)
    act(counted)
    return counted.bytes


@pytest.mark.parametrize("moment", MOMENTS)
def test_pulled_out_while_it_is_written_every_file_with_a_name_is_whole_and_the_next_try_completes(
    world: World, stick: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: float
) -> None:
    monkeypatch.setattr(removable, "FLUSHED", 256 << 10)  # else nothing of so small a file is on the stick yet
    node, central = world.node(), world.central()
    everything = [world.testimony(), world.with_media(3_000_000), world.with_media(900_000)]
    bring(node, *everything)
    (tmp_path / "whole").mkdir()

    def write(folder: Path, told: Callable[[int], object]) -> list[Path]:
        return bundle_export.deliver(node, folder, split=SMALLEST_SPLIT, told=told).written.files

    far = how_far(stick, lambda told: write(tmp_path / "whole", told))
    pulled = Pulled(stick, far * moment)
    with pytest.raises(StickRefused) as refused:
        write(stick.mounted, pulled)
    assert pulled.out
    assert refused.value.reason == "gone"
    assert len(waiting(node)) == len(everything), "nothing is delivered by writing"
    stick.again()
    for file in stick.mounted.glob("*.bin"):
        assert removable_media.bring_file(central, file).sealed
    files = write(stick.mounted, lambda _: None)
    assert len(files) > 1
    assert not list(stick.mounted.glob(f"*{removable.HALF}"))
    for file in files:
        assert removable_media.bring_file(central, file).sealed
    assert [held(central, sealed) for sealed in everything] == [names(sealed) for sealed in everything]
    require_sound(node, central)


@pytest.mark.parametrize("moment", MOMENTS)
def test_pulled_out_while_it_is_read_it_is_said_and_the_next_try_completes(
    world: World, stick: Disk, moment: float
) -> None:
    node, central, other = world.node(), world.central(), world.central("central-2")
    everything = [world.testimony(), world.coded(), world.with_media(1_500_000)]
    bring(node, *everything)
    take(node, world.withdrawal(everything[1]))
    [file] = removable_media.export(node, stick.mounted)

    def read(station: Station, told: Callable[[int], object]) -> bundle_import.ImportReport:
        with removable.reading(file) as source:
            return bundle_import.take_in(station, source, told=told)

    pulled = Pulled(stick, how_far(stick, lambda told: read(other, told)) * moment)
    stick.again()  # nothing of the file is in memory any more
    with pytest.raises(StickRefused) as refused:
        read(central, pulled)
    assert pulled.out
    assert refused.value.reason == "gone"
    require_sound(central, node)
    stick.again()
    report = read(central, lambda _: None)
    assert (report.sealed, report.lacking, report.refused) == (True, 0, {})
    stay = [everything[0], everything[2]]
    assert deliveries.missing(central, map(incoming, stay)) == []
    assert deliveries.missing(node, map(incoming, stay)) == []
    require_sound(central)


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_answer_on_a_stick_that_is_pulled_out_moves_the_outbox_by_true_receipts_alone(
    world: World, stick: Disk, moment: float
) -> None:
    node, central = world.node(), world.central()
    everything = [world.testimony() for _ in range(40)]
    bring(node, *everything)
    removable_media.bring_file(central, *removable_media.export(node, stick.mounted))
    [file] = removable_media.answer(central, stick.mounted, "node-1")
    far = 2 * file.stat().st_size
    stick.again()
    pulled = Pulled(stick, far * moment)
    with pytest.raises(StickRefused, match="not there any more"), removable.reading(file) as source:
        bundle_import.take_in(node, source, told=pulled)
    delivered = [sealed for sealed in everything if sealed.record.id not in waiting(node)]
    assert [held(central, sealed) for sealed in delivered] == [names(sealed) for sealed in delivered]
    stick.again()
    assert removable_media.bring_file(node, file).read
    assert waiting(node) == []
    require_sound(node)
