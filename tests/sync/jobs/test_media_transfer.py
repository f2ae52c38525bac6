"""A stick is written and read in the background: which files, for whom, and what became of each."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from testimony.errors import NotCanonical
from testimony.services.custody.errors import CheckpointForeign
from testimony.station.station import Station
from testimony.store.errors import StickRefused
from testimony.store.files import removable
from testimony.sync.bundle import export as bundle_export
from testimony.sync.bundle import heads
from testimony.sync.bundle import import_ as bundle_import
from testimony.sync.bundle.export import ExportReport
from testimony.sync.bundle.writer import Written
from testimony.sync.errors import BundleRefused
from testimony.sync.jobs import media_transfer
from testimony.sync.jobs.media_transfer import StickWork, Work
from testimony.sync.wire.frames import write_frames
from tests.support.sync.removable_media import lawyer
from tests.support.sync.world import World


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only one that is mounted."""
    folder = tmp_path / "stick"
    folder.mkdir()
    monkeypatch.setattr(removable, "writable_mounts", lambda *_: [folder])
    return folder


def ended(work: StickWork) -> Work:
    work.wait()
    assert work.last is not None
    return work.last


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Instead of being written: what would be, and heads that would be left."""
    asked: list[Any] = []
    report = ExportReport()

    def note(name: str) -> Any:
        def write(_: Station, place: Path, *args: Any, **options: Any) -> ExportReport:
            options.pop("told")(7)
            asked.append((name, place.name, *args, options))
            return report

        return write

    monkeypatch.setattr(bundle_export, "deliver", note("deliver"))
    monkeypatch.setattr(bundle_export, "answer", note("answer"))
    monkeypatch.setattr(heads, "leave", lambda _, place: asked.append(("head", place.name)))
    return asked


@pytest.mark.parametrize(("everything", "after"), [(False, None), (True, 0)])
def test_central_answers_from_where_one_asked_or_everything(
    world: World, stick: Path, written: list[Any], everything: bool, after: int | None
) -> None:
    work = StickWork(world.central())
    work.write(str(stick), to="node-1", everything=everything)
    done = ended(work)
    assert written == [("answer", "stick", "node-1", {"after": after}), ("head", "stick")]
    assert (done.error, done.done, done.writing, done.folder) == (None, 7, True, str(stick))
    assert done.written == ExportReport()


def test_central_answers_nobody_unknown(world: World, stick: Path, written: list[Any]) -> None:
    work = StickWork(world.central())
    with pytest.raises(BundleRefused) as error:
        work.write(str(stick), to="node-99")
    assert (error.value.reason, work.last, written) == ("peer", None, [])


@pytest.mark.parametrize("everything", [False, True])
def test_a_desk_signs_with_the_key_of_its_reader(
    world: World, stick: Path, written: list[Any], everything: bool
) -> None:
    work, reader = StickWork(world.desk()), lawyer(world)
    work.write(str(stick), reader=reader, everything=everything)
    ended(work)
    assert written[0] == ("deliver", "stick", {"signer": reader.signer, "everything": everything})
    work.write(str(stick))
    ended(work)
    assert written[2] == ("deliver", "stick", {"signer": None, "everything": False})


def test_a_stick_that_is_full_gets_no_head_too(
    world: World, stick: Path, written: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    full = ExportReport(written=Written(full=True))
    monkeypatch.setattr(bundle_export, "deliver", lambda *_, **__: full)
    work = StickWork(world.node())
    work.write(str(stick))
    assert ended(work).written is full
    assert written == []


def test_only_what_is_offered_is_written_to_or_read(world: World, stick: Path, tmp_path: Path) -> None:
    work = StickWork(world.node())
    for act in (work.write, work.read):
        with pytest.raises(StickRefused) as error:
            act(str(tmp_path))
        assert error.value.reason == "folder"
    assert work.last is None


def test_one_thing_at_a_time(world: World, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def deliver(*_: Any, **__: Any) -> ExportReport:
        begun.set()
        may_end.wait()
        return ExportReport()

    monkeypatch.setattr(bundle_export, "deliver", deliver)
    work = StickWork(world.node())
    work.write(str(stick))
    begun.wait()
    try:
        with pytest.raises(StickRefused) as error:
            work.read(str(stick))
        assert error.value.reason == "busy"
    finally:
        may_end.set()
    assert ended(work).writing


CONTAINER = write_frames([])


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the import of a file gives or raises, by the file's name."""
    said: dict[str, Any] = {}

    def take_in(_: Station, source: Any, *, reader: Any, told: Any) -> Any:
        name = Path(source.name).name
        told(len(CONTAINER))
        if isinstance(said[name], Exception):
            raise said[name]
        return said[name]

    monkeypatch.setattr(bundle_import, "take_in", take_in)
    return said


def test_each_file_is_read_or_its_error_is_told(world: World, stick: Path, taken: dict[str, Any]) -> None:
    for name in ("a", "b", "c", "d"):
        (stick / f"{name}.bin").write_bytes(CONTAINER)
    (stick / "e.bin").write_bytes(b"no container")
    (stick / "f.txt").write_bytes(CONTAINER)
    (stick / "g.bin").mkdir()
    gap = BundleRefused("gap")
    taken |= {"a.bin": "report", "b.bin": BundleRefused("another"), "c.bin": gap, "d.bin": (broken := NotCanonical())}
    work = StickWork(world.node())
    work.read(str(stick))
    done = ended(work)
    assert [(one.name, one.bundle, one.error) for one in done.read] == [
        ("a.bin", "report", None),
        ("c.bin", None, gap),
        ("d.bin", None, broken),
    ]
    assert (done.passed_by, done.error, done.writing) == (2, None, False)
    assert done.total == 2 * (4 * len(CONTAINER) + len(b"no container")), "each is read twice"
    assert done.done == 4 * len(CONTAINER)


def test_a_stick_that_is_gone_ends_it_all(world: World, stick: Path, taken: dict[str, Any]) -> None:
    for name in ("a", "b"):
        (stick / f"{name}.bin").write_bytes(CONTAINER)
    taken |= {"a.bin": StickRefused("gone"), "b.bin": "report"}
    work = StickWork(world.node())
    work.read(str(stick))
    done = ended(work)
    assert isinstance(done.error, StickRefused)
    assert done.read == []


def test_so_many_files_of_a_stick_are_read(
    world: World, stick: Path, taken: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert media_transfer.MOST_FILES == 500
    monkeypatch.setattr(media_transfer, "MOST_FILES", 2)
    for name in ("a", "b", "c"):
        (stick / f"{name}.bin").write_bytes(CONTAINER)
        taken[f"{name}.bin"] = name
    work = StickWork(world.node())
    work.read(str(stick))
    assert [one.name for one in ended(work).read] == ["a.bin", "b.bin"]


def test_a_stick_with_nothing_for_us_says_so(world: World, stick: Path) -> None:
    work = StickWork(world.node())
    work.read(str(stick))
    error = ended(work).error
    assert isinstance(error, StickRefused)
    assert error.reason == "nothing"


def test_heads_are_compared_last_and_foreign_ones_are_passed_by(
    world: World, stick: Path, taken: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(_: Station, path: Path) -> str:
        if path.name.startswith("head-0000000001"):
            raise CheckpointForeign
        return "verdict"

    monkeypatch.setattr(heads, "take", take)
    for number in (1, 2):
        (stick / f"head-000000000{number}-abababab.note").write_bytes(b"")
    work = StickWork(world.node())
    work.read(str(stick))
    done = ended(work)
    assert [(one.name, one.head) for one in done.read] == [("head-0000000002-abababab.note", "verdict")]
    assert (done.passed_by, done.error) == (1, None)
    (stick / "a.bin").write_bytes(CONTAINER)
    taken["a.bin"] = "report"
    work.read(str(stick))
    assert [one.name for one in ended(work).read][:1] == ["a.bin"]
