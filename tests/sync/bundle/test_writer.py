"""A bundle on a stick: in files of a size, each read back, and with room left on the medium."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from testimony.sealing.bundle import bundle
from testimony.sealing.bundle.bundle import Header
from testimony.sealing.records.signatures import Signer
from testimony.store.errors import StickRefused
from testimony.store.files import removable
from testimony.sync.bundle import writer as bundle_writer
from testimony.sync.bundle.survey import survey
from testimony.sync.bundle.writer import LARGEST_SPLIT, RESERVE, SMALLEST_SPLIT, SPLIT, BundleWriter
from testimony.sync.wire.frames import PAYLOAD_LIMIT, Frame

SIGNER = Signer(b"\7" * 32)
HEADER = Header(
    kind=bundle.DELIVERY, id="ab" * 16, no=1, by=SIGNER.kid, to="", organisation="a" * 64, incarnation="", epoch="",
    log="", read=0, waiting=2, day="2026-11-24",
)  # fmt: skip
LARGE = Frame("object", bytes(PAYLOAD_LIMIT))
FIRST = Frame("record", b"first of each file")


def writer(folder: Path, **options: Any) -> BundleWriter:
    return BundleWriter(folder, HEADER, SIGNER, **options)


def kinds(file: Path) -> dict[str, int]:
    with file.open("rb") as source:
        found = survey(source, SIGNER.public_keys)
    assert found.seal is not None
    return found.kinds


def test_limits_of_a_file() -> None:
    assert (SMALLEST_SPLIT, SPLIT, LARGEST_SPLIT, RESERVE) == (2 << 20, 1 << 30, (4 << 30) - (1 << 20), 1 << 20)


@pytest.mark.parametrize(
    ("split", "may"),
    [(SMALLEST_SPLIT, True), (LARGEST_SPLIT, True), (SMALLEST_SPLIT - 1, False), (LARGEST_SPLIT + 1, False)],
)
def test_files_are_not_too_small_and_no_larger_than_a_stick_holds(tmp_path: Path, split: int, may: bool) -> None:
    if may:
        writer(tmp_path, split=split)
    else:
        with pytest.raises(StickRefused) as error:
            writer(tmp_path, split=split)
        assert error.value.reason == "split"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StickRefused) as error:
        writer(tmp_path / "gone")
    assert error.value.reason == "folder"


def test_each_file_is_named_begins_alike_and_is_counted(tmp_path: Path) -> None:
    told: list[int] = []
    one = writer(tmp_path, split=SMALLEST_SPLIT, opening=[FIRST], told=told.append)
    for _ in range(5):
        assert one.put([LARGE])
    done = one.finish()
    assert [file.name for file in done.files] == [f"bundle-2026-11-24-abababab-{no}.bin" for no in (1, 2)]
    assert [kinds(file) for file in done.files] == [
        {"bundle": 1, "record": 1, "object": 3},
        {"bundle": 1, "record": 1, "object": 2},
    ]
    assert done.bytes == sum(file.stat().st_size for file in done.files)
    assert not done.full
    assert sum(told) > 2 * 5 * LARGE.size, "written and read back"
    assert [file.name for file in tmp_path.iterdir() if file not in done.files] == []


def test_only_the_last_file_says_that_it_is_the_last(tmp_path: Path) -> None:
    one = writer(tmp_path, split=SMALLEST_SPLIT)
    for _ in range(5):
        one.put([LARGE])
    said = []
    for file in one.finish().files:
        with file.open("rb") as source:
            found = survey(source, SIGNER.public_keys)
        assert found.seal is not None
        said.append((found.header.no, found.seal.last))
    assert said == [(1, False), (2, True)]


@pytest.mark.parametrize(("room", "files"), [(0, 1), (1, 2)])
def test_a_file_is_full_at_its_last_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int, files: int
) -> None:
    one = writer(tmp_path, split=SMALLEST_SPLIT)
    one.put([FIRST])
    assert one._open is not None
    monkeypatch.setattr(one, "split", one._open.size + LARGE.size + RESERVE - room)
    assert one.put([LARGE])
    assert len(one.finish().files) == files


@pytest.mark.parametrize(("most", "files"), [(11, 1), (10, 2)])
def test_a_file_has_no_more_frames_than_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, files: int
) -> None:
    monkeypatch.setattr(bundle_writer, "MOST_FRAMES", most)
    one = writer(tmp_path)
    one.put([FIRST])
    one.put([FIRST])
    assert len(one.finish().files) == files


def test_what_a_new_file_begins_with_again_stands_in_a_new_file_alone(tmp_path: Path) -> None:
    one = writer(tmp_path, split=SMALLEST_SPLIT)
    for _ in range(5):
        one.put([LARGE], [FIRST])
    assert [kinds(file)["record"] for file in one.finish().files] == [1, 1]


@pytest.mark.parametrize(("lacks", "fits"), [(0, True), (1, False)])
def test_room_stays_free_on_the_stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacks: int, fits: bool) -> None:
    one = writer(tmp_path)
    assert one.put([FIRST])
    monkeypatch.setattr(removable, "free", lambda _: LARGE.size + 2 * RESERVE - lacks)
    assert one.put([LARGE]) is fits
    done = one.finish()
    assert done.full is not fits
    with done.files[0].open("rb") as source:
        found = survey(source, SIGNER.public_keys)
    assert found.seal is not None
    assert found.seal.last is fits, "what did not fit is not said to have gone"


def test_a_stick_without_any_room_is_said_to_be_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removable, "free", lambda _: 0)
    one = writer(tmp_path)
    assert not one.put([FIRST])
    with pytest.raises(StickRefused) as error:
        one.finish()
    assert error.value.reason == "full"
    assert list(tmp_path.iterdir()) == []


def test_without_content_there_is_a_file_too(tmp_path: Path) -> None:
    assert [kinds(file) for file in writer(tmp_path).finish().files] == [{"bundle": 1}]


def test_what_is_abandoned_leaves_no_file(tmp_path: Path) -> None:
    one = writer(tmp_path)
    one.put([FIRST])
    assert len(list(tmp_path.iterdir())) == 1
    one.abandon()
    one.abandon()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("reason", "full"), [("full", True), ("gone", False)])
def test_a_stick_that_is_gone_is_nothing_to_clean_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str, full: bool
) -> None:
    discarded = removable.NewFile.discard

    def discard(file: removable.NewFile) -> None:
        discarded(file)
        raise StickRefused(reason)

    one = writer(tmp_path)
    one.put([FIRST])
    monkeypatch.setattr(removable.NewFile, "discard", discard)
    one.abandon()
    assert one.written.full is full


def test_what_the_medium_gives_back_must_be_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another bundle of the same writer, or one that is torn, has not arrived."""
    (tmp_path / "other").mkdir()
    (other,) = writer(tmp_path / "other").finish().files
    with other.open("rb") as source:
        found = survey(source, SIGNER.public_keys)
    for number, wrong in enumerate((found, replace(found, torn="structure"), replace(found, seal=None))):
        monkeypatch.setattr(bundle_writer, "survey", lambda *_, wrong=wrong, **__: wrong)
        (tmp_path / str(number)).mkdir()
        one = writer(tmp_path / str(number))
        if wrong is found:
            one.put([FIRST])
        with pytest.raises(StickRefused) as error:
            one.finish()
        assert error.value.reason == "damaged"
        one.abandon()
