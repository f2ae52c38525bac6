"""What is written on a stick, counted by hand: in full, when it fills up at any place, and when a copy is damaged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from testimony.canonical import sha256_hex
from testimony.sealing.bundle.bundle import Header, parse_header
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.custody import log as custody_log
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.sync.bundle import export
from testimony.sync.bundle.export import ExportReport
from testimony.sync.bundle.writer import BundleWriter
from testimony.sync.errors import BundleRefused
from testimony.sync.server import server
from testimony.sync.wire.frames import Frame
from tests.support.sync.removable_media import bring_file, frames_of, lawyer
from tests.support.sync.world import World, bring, objects_of, pieces_of, text_of


def refuse(monkeypatch: pytest.MonkeyPatch, number: int | None) -> list[Sequence[Frame]]:
    """The stick has no room at this call of `put`, though less would fit afterwards. Returns what was put on it."""
    plain, calls, taken = BundleWriter.put, list[int](), list[Sequence[Frame]]()

    def put(writer: BundleWriter, frames: Sequence[Frame], again: Sequence[Frame] = ()) -> bool:
        calls.append(len(calls))
        if calls[-1] == number:
            writer.written.full = True
            return False
        taken.append(frames)
        return plain(writer, frames, again)

    monkeypatch.setattr(BundleWriter, "put", put)
    return taken


def header_of(file: Path) -> Header:
    return parse_header(SignedRecord.decode(frames_of(file.read_bytes())[0].payload))


def pieces(*sealed: SealedTestimony) -> list[int]:
    """How many objects each piece of media has."""
    return [len(piece) for each in sealed for piece in pieces_of(each)]


@pytest.mark.parametrize(
    ("refused", "records", "texts", "media", "left"),
    [
        (None, 3, 3, 6, 0),
        (1, 1, 1, 0, 2),
        (2, 2, 2, 0, 2),
        (3, 3, 3, 0, 2),
        (4, 3, 3, 1, 2),
        (5, 3, 3, 2, 2),
        (6, 3, 3, 3, 1),
        (8, 3, 3, 5, 1),
    ],
)
def test_each_testimony_that_is_not_whole_on_a_full_stick_counts_once(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    refused: int | None,
    records: int,
    texts: int,
    media: int,
    left: int,
) -> None:
    node, sealed = world.node(), [world.testimony(), world.with_media(1000), world.with_media(1000)]
    bring(node, *sealed)
    taken = refuse(monkeypatch, refused)
    report = export.deliver(node, tmp_path)
    objects = sum(len(text_of(each)) for each in sealed[:texts]) + sum(pieces(*sealed)[:media])
    assert len(pieces(*sealed)) == 6
    assert (report.records, report.objects, report.left) == (records, objects, left)
    assert sum(frame.kind == "object" for frames in taken for frame in frames) == objects
    assert (report.damaged, report.receipts, report.entries, report.returned) == ([], 0, 0, 0)
    assert report.written.full is (refused is not None)


def test_a_delivery_begins_with_what_waits_and_by_whom(world: World, tmp_path: Path) -> None:
    node, central = world.node(), world.central()
    withdrawn, media = world.testimony(), world.with_media()
    bring(node, withdrawn, media)
    take_in(node, [Incoming("record", world.withdraw(withdrawn).encode())])
    report = export.deliver(node, tmp_path)
    header = header_of(report.written.files[0])
    # the withdrawal, the testimony, and alone the record of what was withdrawn; media wait with their testimony
    assert (header.waiting, report.records, report.left) == (3, 3, 0)
    assert (header.kind, header.by, header.to, header.no) == ("delivery", node.kid, "", 1)
    assert (header.log, header.read, header.day) == (central.kid, 0, node.today())
    bring_file(central, report.written.files[0])
    (back,) = export.answer(central, tmp_path, "node-1").written.files
    bring_file(node, back)
    with central.database.reading() as session:
        size, epoch = custody_log.size(session), custody_log.epoch(session)
    again = header_of(export.deliver(node, tmp_path).written.files[0])
    # a withdrawn testimony is told of until it is destroyed
    assert (again.waiting, again.log, again.read, again.epoch) == (1, central.kid, size, epoch)


@pytest.mark.parametrize(
    ("refused", "entries", "media", "recovery", "left"),
    [
        (None, True, 6, 2, 0),
        (0, False, 6, 2, 1),
        (1, True, 0, 2, 1),
        (2, True, 1, 2, 1),
        (6, True, 5, 2, 1),
        (7, True, 6, 0, 2),
        (8, True, 6, 1, 1),
    ],
)
def test_of_an_answer_on_a_full_stick_each_kind_says_what_is_left(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    refused: int | None,
    entries: bool,
    media: int,
    recovery: int,
    left: int,
) -> None:
    central, sealed = world.central(), [world.with_media(1000), world.with_media(1000)]
    bring(central, *sealed)
    with central.database.reading() as session:
        size = custody_log.size(session)
    refuse(monkeypatch, None)
    whole = frames_of(export.answer(central, tmp_path, lawyer(world).id, after=0).written.files[0].read_bytes())
    of_log = [frame.kind for frame in whole[: [frame.kind for frame in whole].index("page")]].count("object")
    of_media = _media_for_lawyers(whole, sealed)
    refuse(monkeypatch, refused)
    report = export.answer(central, tmp_path, lawyer(world).id, after=0, recovery=True)
    heads = [len(each.parts) for each in sealed]  # each part has one for the recovery key
    assert (report.entries, report.left) == (size if entries else 0, left)
    assert report.objects == of_log * entries + sum(of_media[:media]) + sum(heads[:recovery])
    assert (report.records, report.receipts, report.damaged) == (0, 0, [])


def _media_for_lawyers(frames: Sequence[Frame], sealed: Sequence[SealedTestimony]) -> list[int]:
    """How many objects of each piece stand behind the log: its body, and the head for lawyers."""
    behind = [frame.kind for frame in frames].index("page")
    given = {sha256_hex(frame.payload) for frame in frames[behind:]}
    return [len(given & set(map(sha256_hex, piece))) for each in sealed for piece in pieces_of(each)]


def test_receipts_that_do_not_fit_are_left_one_by_one(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, central = world.node(), world.central()
    bring(node, *(world.testimony() for _ in range(3)))
    bring_file(central, export.deliver(node, tmp_path).written.files[0])
    refuse(monkeypatch, 1)
    report = export.answer(central, tmp_path, "node-1")
    assert (report.receipts, report.left) == (2, 1)
    assert header_of(report.written.files[0]).waiting == 3


@pytest.mark.parametrize(("refused", "whole"), [(None, None), (1, 1), (2, 2)])
def test_a_log_of_many_pieces_is_written_to_its_end_or_to_where_the_stick_is_full(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: int | None, whole: int | None
) -> None:
    central = world.central()
    bring(central, *(world.testimony() for _ in range(3)))
    with central.database.reading() as session:
        size = custody_log.size(session)
    monkeypatch.setattr(server, "PAGE", 1)  # each piece holds one entry
    taken = refuse(monkeypatch, refused)
    report = export.answer(central, tmp_path, "node-1", after=0)
    assert size > 3
    assert (report.entries, report.left) == ((size, 0) if whole is None else (whole, 1))
    assert len(taken) == report.entries


def test_an_answer_begins_where_the_one_who_asks_is_and_never_behind_the_end(world: World, tmp_path: Path) -> None:
    central = world.central()
    bring(central, world.testimony())
    with central.database.reading() as session:
        size, epoch = custody_log.size(session), custody_log.epoch(session)
    for after, begin in ((None, 0), (1, 1), (size, size), (size + 5, size)):
        report = export.answer(central, tmp_path, "node-1", after=after)
        header = header_of(report.written.files[0])
        assert (header.read, report.entries) == (begin, size - begin)
        assert (header.kind, header.to, header.log, header.epoch) == ("answer", world.station.kid, central.kid, epoch)


@pytest.mark.parametrize("less", [0, 1])
def test_what_is_too_large_for_a_frame_is_named_and_the_rest_goes(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, less: int
) -> None:
    node, sealed = world.node(), world.with_media(100_000)
    bring(node, sealed)
    largest = max(objects_of(sealed), key=len)
    monkeypatch.setattr(export, "PAYLOAD_LIMIT", len(largest) - less)
    report = export.deliver(node, tmp_path)
    assert report.damaged == [sha256_hex(largest)] * less
    assert (report.records, report.objects, report.left) == (1, len(objects_of(sealed)) - less, 0)


@pytest.mark.parametrize("less", [0, 1])
def test_a_record_that_is_too_large_for_a_frame_is_named_and_the_next_ones_go(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, less: int
) -> None:
    node, withdrawn = world.node(), [world.testimony(), world.testimony()]
    bring(node, *withdrawn)
    withdrawals = [world.withdraw(each) for each in withdrawn]
    take_in(node, [Incoming("record", each.encode()) for each in withdrawals])
    smaller = max(len(each.encode()) for each in withdrawals)
    monkeypatch.setattr(export, "PAYLOAD_LIMIT", smaller if less else 1 << 20)
    report = export.deliver(node, tmp_path)
    assert sorted(report.damaged) == sorted(each.record.id for each in withdrawn if less)
    assert report.records == 4 - len(report.damaged)


def test_answers_go_to_nodes_lawyers_and_coordinators_by_name_or_key(world: World) -> None:
    central = world.central()
    for name, key in (
        ("node-1", world.station.kid),
        ("lawyer-a", world.lawyer_signer.kid),
        ("coordinator", world.coordinator_signer.kid),
    ):
        assert [export.peer(central, to)[1] for to in (name, key)] == [key, key]
        assert export.peer(central, name)[0].active
    for stranger in ("", "nobody", "phone-7", "central-1", "0" * 64):
        with pytest.raises(BundleRefused) as error:
            export.peer(central, stranger)
        assert error.value.reason == "peer"


def test_nobody_who_was_revoked_gets_an_answer_and_no_coordinator_heads_for_a_recovery(
    world: World, tmp_path: Path
) -> None:
    devices = [
        {**each, "status": "revoked"} if each["id"] == "node-1" else each
        for each in world.chain.latest.value["devices"]
    ]
    world.next_roster(devices=devices)
    central = world.central()
    for to, reason in (("node-1", "peer"), ("coordinator", "recovery"), ("node-2", "recovery")):
        with pytest.raises(BundleRefused) as error:
            export.answer(central, tmp_path, to, recovery=True)
        assert error.value.reason == reason
    assert list(tmp_path.glob("*.bin*")) == []
    assert ExportReport().unfit == set()
