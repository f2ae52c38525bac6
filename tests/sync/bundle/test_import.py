"""What a file brings, frame by frame: rosters in front, the statement behind them, receipts, log and media."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.errors import REFUSAL_RULES
from testimony.sealing.records.records import SignedRecord
from testimony.services.continuity.reoffer import count_waiting
from testimony.services.delivery import refusals
from testimony.services.records import media_counts
from testimony.services.roster import adoption, freshness
from testimony.station.station import Station
from testimony.sync.bundle import export, import_answer
from testimony.sync.bundle import import_ as bundle_import
from testimony.sync.bundle.report import ImportReport
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.support.sync import left_behind
from tests.support.sync.left_behind import Three
from tests.support.sync.removable_media import answer, bring_bytes, bring_file, coordinator, frames_of, lawyer
from tests.support.sync.world import World, bring, held, pieces_of, waiting


def test_rosters_in_front_are_adopted_once_by_whoever_reads_the_file_and_nothing_else_of_it(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    adoption.adopt_all(node, [world.next_roster(), world.next_roster()])
    bring(node, sealed)
    (file,) = export.deliver(node, tmp_path).written.files
    assert central.chain.latest.no == 1
    adopted: list[str] = []
    plain = adoption.adopt
    monkeypatch.setattr(adoption, "adopt", lambda *given: adopted.append(given[2].id) or plain(*given))  # type: ignore[func-returns-value]
    with file.open("rb") as source:
        report = bundle_import.inspect(central, source)
    assert (central.chain.latest.no, len(adopted)) == (3, 2)
    assert (report.sender, report.sealed, report.torn, report.last, report.records) == ("node-1", True, False, True, 0)
    assert held(central, sealed) == set()
    assert bring_file(central, file).records == 1
    assert len(adopted) == 2


@pytest.mark.parametrize("there", ["{}", "not json", '{"fresh":"a statement"}'])
def test_a_statement_is_read_behind_the_rosters_and_nowhere_else(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    (file,) = export.deliver(node, tmp_path).written.files
    frames, taken = frames_of(file.read_bytes()), list[object]()
    monkeypatch.setattr(freshness, "take_value", lambda _, value: taken.append(value))
    rosters = 1 + len(node.chain.records)
    said = Frame("status", there.encode())
    wanted = [] if there == "not json" else [canonical.decode_object(there.encode()).get("fresh")]
    for place, heard in ((rosters, wanted), (rosters + 1, [])):
        taken.clear()
        bring_bytes(central, write_frames([*frames[:place], said, *frames[place:]]), tmp_path)
        assert taken == heard


def refused_there(*said: object) -> list[Frame]:
    return [Frame("status", one if isinstance(one, bytes) else canonical.encode(one)) for one in said]


def test_what_central_refused_is_kept_and_what_is_no_such_remark_is_passed_over(world: World, tmp_path: Path) -> None:
    node, central = world.node(), world.central()
    sealed = [world.testimony() for _ in range(5)]
    bring(node, *sealed)
    (file,) = answer(central, tmp_path / "stick", "node-1")
    first, *rest = frames_of(file.read_bytes())
    names = [one.record.id for one in sealed]
    rule = sorted(REFUSAL_RULES)[0]
    remarks = refused_there(
        {"name": names[0], "rule": rule, "status": "refused"},
        {"name": names[1], "rule": "a rule of nobody", "status": "refused"},
        {"name": names[2], "rule": rule, "status": "stored"},
        {"name": 7, "rule": rule, "status": "refused"},
        b"not json",
        {"name": "f" * 64, "rule": rule, "status": "refused"},
    )
    report = bring_bytes(node, write_frames([first, *remarks, *rest]), tmp_path)
    assert report.refused == {names[0]: rule}  # of those that wait here
    with node.database.reading() as session:
        kept = refusals.awaited(session, dict.fromkeys(names, rule))
        known = {one.record: one.rule for one in refusals.standing(session)}
    assert set(kept) == set(names)
    assert known[names[0]] == rule
    assert set(known).isdisjoint(names[1:])


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_receipts_are_believed_in_shares_and_each_counts(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    node, central = world.node(), world.central()
    bring(node, *(world.testimony() for _ in range(3)))
    bring_file(central, export.deliver(node, tmp_path).written.files[0])
    (file,) = answer(central, tmp_path / "back", "node-1")
    monkeypatch.setattr(import_answer, "RECEIPTS", limit)
    report = bring_file(node, file)
    assert (report.receipts, report.refused, waiting(node)) == (3, {}, [])
    with node.database.reading() as session:
        assert count_waiting(session) == 0


def resized(frame: Frame) -> Frame:
    """A receipt that speaks of another length of the log; every other frame as it is."""
    if frame.kind != "record" or b"log_size" not in frame.payload:
        return frame
    record = SignedRecord.decode(frame.payload)
    return Frame("record", SignedRecord(record.data.replace(b'"log_size":', b'"log_size":1'), record.sigs).encode())


def test_a_receipt_that_is_altered_delivers_nothing_and_is_named_while_its_record_waits(
    world: World, tmp_path: Path
) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    bring_file(central, export.deliver(node, tmp_path).written.files[0])
    (file,) = answer(central, tmp_path / "back", "node-1")
    altered = [resized(frame) for frame in frames_of(file.read_bytes())]
    assert altered != frames_of(file.read_bytes())
    report = bring_bytes(node, write_frames(altered), tmp_path)
    assert report.receipts == 0
    assert report.refused == {sealed.record.id: import_answer.UNPROVED}
    assert waiting(node) == [sealed.record.id]


@pytest.mark.parametrize(("role", "torn", "dropped"), [("node", False, 1), ("node", True, 0), ("desk", False, 0)])
def test_only_a_node_drops_old_copies_and_only_after_a_whole_log(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str, torn: bool, dropped: int
) -> None:
    central = world.central()
    bring(central, world.testimony())
    retired: list[Station] = []
    monkeypatch.setattr(import_answer, "retire", retired.append)
    station, to = (world.node(), "node-1") if role == "node" else (world.desk(), "lawyer-a")
    data = answer(central, tmp_path / "stick", to)[0].read_bytes()
    report = bring_bytes(station, data[: -200 if torn else None], tmp_path, lawyer(world) if role == "desk" else None)
    assert (report.read, report.torn) == (not torn, torn)
    assert len(retired) == dropped


@pytest.mark.parametrize("limit", [1, 10**9])
def test_a_lawyer_s_desk_alone_takes_media_and_only_what_is_lacking(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    central, media = world.central(), world.with_media(1000)
    bring(central, media)
    monkeypatch.setattr(import_answer, "PIECES", limit)
    (file,) = answer(central, tmp_path / "stick", "lawyer-a", after=0)
    first, *rest = list(read_frames(file.read_bytes()))[:-1]
    stranger = Frame("object", b"named by nobody")
    data = write_frames([first, *rest[:-1], stranger, rest[-1]])
    desk, other = world.desk(), world.desk("other")
    bring_bytes(desk, data, tmp_path, lawyer(world))
    with desk.database.reading() as session:
        assert media_counts.lacking(session, "lawyers") == {}
    bodies = {sha256_hex(piece[-1]) for piece in pieces_of(media)}
    assert bodies <= held(desk, media)
    (file,) = answer(central, tmp_path / "coordinator", "coordinator", after=0)
    bring_file(other, file, coordinator(world))
    assert bodies.isdisjoint(held(other, media))


def test_progress_is_told_for_every_byte_of_both_readings(world: World, tmp_path: Path) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    data = export.deliver(node, tmp_path).written.files[0].read_bytes()
    told: list[int] = []
    bundle_import.take_in(central, BytesIO(data), told=told.append)
    assert 2 * len(data) - 2000 < sum(told) <= 2 * len(data)


def test_what_went_by_stick_twice_leaves_these_rows_at_node_central_and_desk(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Station, "today", lambda _: left_behind.DAY)
    three = Three(world, tmp_path)
    heard: left_behind.Rows = {"clocks": [("central",)], "centrals": [("central", "central's", None, None, None)]}
    there, back, from_desk, to_desk = three.carry()
    assert [counts(one) for one in (there, back)] == [(4, 3, 55, 0, 0), (0, 0, 0, 3, 5)]
    assert [counts(one) for one in (from_desk, to_desk)] == [(0, 0, 0, 0, 0), (3, 3, 34, 0, 5)]
    assert [one.read for one in (there, back, from_desk, to_desk)] == [False, True, False, True]
    assert three.rows(three.node) == left_behind.EMPTY | heard | left_behind.outbox(0)
    assert three.rows(three.desk) == left_behind.EMPTY | heard
    assert three.rows(three.central) == left_behind.BROUGHT | {
        "log_readers": [("lawyer", None, 0), ("node", None, 0)],
        "node_states": [("node", left_behind.DAY, True, None, 4, None)],
    }
    assert [counts(one) for one in three.carry()] == [(1, 0, 0, 0, 0), *[(0, 0, 0, 0, 0)] * 3]
    assert three.rows(three.node) == left_behind.EMPTY | heard | left_behind.outbox(0), "nothing is done twice"
    assert three.rows(three.central) == left_behind.BROUGHT | {
        "log_readers": [("lawyer", 5, 5), ("node", 5, 5)],
        "node_states": [("node", left_behind.DAY, True, None, 1, None)],
        "nodes": [("lawyer", None, None, "central's"), ("node", None, None, "central's")],
    }


def counts(report: ImportReport) -> tuple[int, ...]:
    return report.records, report.held, report.objects, report.receipts, report.entries
