"""Bundles on a stick: node to central and back, desks, and whatever happens to a stick on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.canonical import sha256_hex
from testimony.sealing.records.records import SignedRecord
from testimony.services.continuity import epochs, restart
from testimony.services.continuity.errors import CentralRestored
from testimony.services.continuity.reoffer import count_waiting
from testimony.services.custody import log as custody_log
from testimony.services.delivery import outbox
from testimony.services.intake.intake import take_in
from testimony.services.link import last_sync
from testimony.services.records import media_counts
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.roster import adoption
from testimony.station.station import Station
from testimony.sync.bundle import import_answer
from testimony.sync.bundle.writer import SMALLEST_SPLIT
from testimony.sync.errors import BundleRefused
from testimony.sync.server import server
from tests.support.sync.homes import kept, restored
from tests.support.sync.removable_media import answer, bring_file, coordinator, export, frames_of, lawyer
from tests.support.sync.world import World, all_names, bring, held, incoming, pieces_of, tid_of, waiting


def waits(station: Station) -> int:
    with station.database.reading() as session:
        return count_waiting(session)


def test_from_a_node_to_central_and_back_until_the_outbox_is_empty(world: World, tmp_path: Path) -> None:
    node, central = world.node(), world.central()
    text, media = world.testimony(), world.with_media()
    bring(node, text, media)
    (file,) = export(node, tmp_path / "stick")
    brought = bring_file(central, file)
    assert (brought.sender, brought.sealed, brought.torn, brought.refused) == ("node-1", True, False, {})
    assert (brought.records, brought.held, brought.lacking) == (2, 2, 0)
    assert held(central, text) == all_names(text)
    assert held(central, media) == all_names(media)
    assert waits(node) == 2  # nothing is delivered by writing it on a stick
    (back,) = answer(central, tmp_path / "stick", "node-1")
    told = bring_file(node, back)
    assert (told.receipts, told.refused, told.read) == (2, {}, True)
    assert waits(node) == 0
    with node.database.reading() as session, central.database.reading() as other:
        assert custody_log.mirror_size(session, central.kid) == custody_log.size(other)
        assert {line.state for line in outbox.states(session)} == {"delivered"}


def test_the_same_file_twice_changes_nothing(world: World, tmp_path: Path) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    (file,) = export(node, tmp_path / "stick")
    bring_file(central, file)
    with central.database.reading() as session:
        before = custody_log.size(session)
    again = bring_file(central, file)
    assert (again.records, again.held, again.refused) == (1, 1, {})
    (back,) = answer(central, tmp_path / "stick", "node-1")
    first, second = bring_file(node, back), bring_file(node, back)
    assert (first.receipts, second.receipts, second.entries) == (1, 1, 0)
    with central.database.reading() as session:
        assert custody_log.size(session) == before


def test_what_was_signed_for_goes_only_when_everything_is_asked_for(world: World, tmp_path: Path) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    (file,) = export(node, tmp_path / "stick")
    bring_file(central, file)
    bring_file(node, answer(central, tmp_path / "back", "node-1")[0])
    assert _kinds(export(node, tmp_path / "second")) == {"bundle", "record", "seal"}  # the roster alone
    assert "object" in _kinds(export(node, tmp_path / "third", everything=True))


def test_withdrawals_stand_first_and_act_at_once_before_their_testimony(world: World, tmp_path: Path) -> None:
    node, other, central = world.node(), world.other_node(), world.central()
    earlier, sealed = world.testimony(), world.testimony()
    bring(node, earlier, sealed)
    bring(other, sealed)
    withdrawal = world.withdraw(sealed)
    take_in(node, [Incoming("record", withdrawal.encode())])
    (first,) = export(node, tmp_path / "one")
    carried = [frame for frame in frames_of(first.read_bytes()) if frame.kind == "record"]
    records = [withdrawal.encode(), earlier.record.encode(), sealed.record.encode()]
    assert [frame.payload for frame in carried[1:]] == records
    objects = {sha256_hex(frame.payload) for frame in frames_of(first.read_bytes()) if frame.kind == "object"}
    assert objects == all_names(earlier)  # of what is held back the record alone
    (late,) = export(other, tmp_path / "two")
    bring_file(central, first)
    bring_file(central, late)
    with central.database.reading() as session:
        assert not record_queries.is_served(session, tid_of(sealed))
    (back,) = answer(central, tmp_path / "back", "node-2")
    bring_file(other, back)
    with other.database.reading() as session:
        assert not record_queries.is_served(session, tid_of(sealed))


def test_a_large_delivery_is_split_and_each_file_counts_alone_in_any_order(world: World, tmp_path: Path) -> None:
    node, central = world.node(), world.central()
    text, media, further = world.testimony(), world.with_media(2_500_000), world.with_media(2_500_000)
    bring(node, text, media, further)
    files = export(node, tmp_path / "stick", split=SMALLEST_SPLIT)
    assert len(files) > 3
    assert all(file.stat().st_size <= SMALLEST_SPLIT for file in files)
    assert all(says_whose(file) for file in files)
    reports = [bring_file(central, file) for file in reversed(files)]
    assert all(report.refused == {} and report.sealed for report in reports)
    assert [report.last for report in reports] == [True] + [False] * (len(files) - 1)
    assert held(central, text) == all_names(text)
    assert held(central, media) == all_names(media)
    assert held(central, further) == all_names(further)
    bring_file(node, answer(central, tmp_path / "back", "node-1")[0])
    assert waits(node) == 0


def test_a_lawyers_desk_gets_the_log_its_heads_and_bodies_and_the_media(world: World, tmp_path: Path) -> None:
    central, desk = world.central(), world.desk()
    text, media = world.testimony(), world.with_media()
    bring(central, text, media)
    reader = lawyer(world)
    (file,) = answer(central, tmp_path / "stick", reader.id)
    report = bring_file(desk, file, reader)
    assert (report.refused, report.read) == ({}, True)
    with desk.database.reading() as session:
        assert [record.id for _, record in record_queries.records_of_kind(session, "manifest")] == [
            text.record.id,
            media.record.id,
        ]
        assert media_counts.lacking(session, "lawyers") == {}
    with central.database.reading() as session:
        heads = {each.name for each in record_queries.parts_of(session, media.record.id) if each.audience == "lawyers"}
    assert heads <= held(desk, media)


def test_a_coordinators_answer_holds_nothing_but_codes_and_consent(world: World, tmp_path: Path) -> None:
    central, desk = world.central(), world.desk()
    sealed = world.with_media()
    bring(central, sealed)
    reader = coordinator(world)
    (file,) = answer(central, tmp_path / "stick", reader.id)
    allowed = {name for part in sealed.parts if part.part in ("coded", "consent") for name in _names(part)}
    given = {sha256_hex(frame.payload) for frame in frames_of(file.read_bytes()) if frame.kind == "object"}
    assert given
    assert given <= allowed
    bring_file(desk, file, reader)
    assert held(desk, sealed) == given


def test_what_a_reader_says_goes_to_central_on_a_stick_and_is_signed_for(world: World, tmp_path: Path) -> None:
    central, desk = world.central(), world.desk()
    sealed = world.testimony()
    bring(central, sealed)
    reader = lawyer(world)
    bring_file(desk, answer(central, tmp_path / "first", reader.id)[0], reader)
    take_in(desk, [Incoming("record", world.withdraw(sealed).encode())], outbound=True)
    assert waiting(desk)
    (file,) = export(desk, tmp_path / "stick", signer=world.lawyer_signer)
    report = bring_file(central, file)
    assert (report.sender, report.refused) == ("lawyer-a", {})
    with central.database.reading() as session:
        assert not record_queries.is_served(session, tid_of(sealed))
    (back,) = answer(central, tmp_path / "back", reader.id)
    bring_file(desk, back, reader)
    assert waits(desk) == 0


def test_a_desk_brings_nothing_that_its_reader_did_not_sign(world: World, tmp_path: Path) -> None:
    central, desk = world.central(), world.desk()
    sealed = world.testimony()
    take_in(desk, incoming(sealed), outbound=True)
    (file,) = export(desk, tmp_path / "stick", signer=world.lawyer_signer)
    report = bring_file(central, file)
    assert report.refused == {sealed.record.id: "kind.unknown"}
    assert held(central, sealed) == set()


def test_what_central_refused_comes_back_with_its_rule_and_waits_on(world: World, tmp_path: Path) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    (file,) = export(node, tmp_path / "stick")
    roster = world.next_roster(
        devices=[
            {**each, "status": "revoked"} if each["id"] == "phone-7" else each
            for each in world.chain.latest.value["devices"]
        ]
    )
    adoption.adopt_all(central, [roster])
    torn = tmp_path / "torn.bin"
    torn.write_bytes(file.read_bytes()[:-10])
    assert bring_file(central, torn).refused == {sealed.record.id: "signer.inactive"}
    report = bring_file(node, answer(central, tmp_path / "back", "node-1")[0])
    assert report.refused == {sealed.record.id: "signer.inactive"}
    assert waiting(node) == [sealed.record.id]


def test_a_restored_central_is_followed_by_stick_and_readers_wait_for_what_every_node_keeps(
    world: World, tmp_path: Path
) -> None:
    node, central = world.node(), world.central()
    early, late = world.testimony(), world.with_media()
    bring(node, early)
    stick = tmp_path / "stick"
    bring_file(central, *export(node, stick))
    bring_file(node, *answer(central, stick, "node-1"))
    copy = kept(central)
    bring(node, late)
    bring_file(central, *export(node, stick))
    bring_file(node, *answer(central, stick, "node-1"))
    assert waits(node) == 0
    again = restored(world, central, copy, backup=True)
    with pytest.raises(CentralRestored):
        answer(again, stick, "lawyer-a")
    bring_file(again, *export(node, stick))  # nothing waits yet: but central hears which of its logs the node has read
    told = bring_file(node, *answer(again, stick, "node-1"))
    assert (told.read, waits(node)) == (True, 2)
    with node.database.reading() as session, again.database.reading() as other:
        assert custody_log.mirror_size(session, again.kid) == custody_log.size(other)
        assert custody_log.position_of(session, epochs.followed(session, again.kid), "restored") is not None
    bring_file(again, *export(node, stick))
    assert held(again, late) == all_names(late)
    with again.database.reading() as session:
        assert restart.missing(again, session) == ["node-2"]  # node-1 has offered everything
    bring_file(node, *answer(again, stick, "node-1"))
    assert waits(node) == 0


def says_whose(file: Path) -> bool:
    """Whether every head and body of the file is named by a manifest that stands before it in that file."""
    named: set[str] = set()
    for frame in frames_of(file.read_bytes()):
        if frame.kind == "record":
            value = SignedRecord.decode(frame.payload).value
            for part in value.get("parts", []):
                named |= {*part["heads"].values(), part["body"]}
        elif frame.kind == "object" and sha256_hex(frame.payload) not in named:
            return False
    return True


def _kinds(files: list[Path]) -> set[str]:
    return {frame.kind for file in files for frame in frames_of(file.read_bytes())}


def _names(part: object) -> set[str]:
    return {sha256_hex(data) for data in (*part.heads.values(), part.body)}  # type: ignore[attr-defined]


@pytest.mark.parametrize(("less", "may"), [(0, True), (1, False)])
def test_a_piece_of_the_log_is_as_large_as_is_read_and_no_larger(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, less: int, may: bool
) -> None:
    """Each piece alone: two that fit are more than one that does not."""
    node, central = world.node(), world.central()
    for _ in range(3):
        bring(central, world.testimony())
    monkeypatch.setattr(server, "PAGE", 1)
    (file,) = answer(central, tmp_path / "stick", "node-1", after=0)
    pieces, size = list[int](), 0
    for frame in frames_of(file.read_bytes()):
        size = frame.size if frame.kind == "checkpoint" else size + frame.size if size else 0
        if frame.kind == "page":
            pieces.append(size)
            size = 0
    assert len(pieces) > 3
    monkeypatch.setattr(import_answer, "PAGE_LIMIT", max(pieces) - less)
    if may:
        assert bring_file(node, file).read
    else:
        with pytest.raises(BundleRefused) as error:
            bring_file(node, file)
        assert error.value.reason == "log"


def test_a_lawyer_gets_each_piece_of_media_once_and_of_news_alone(world: World, tmp_path: Path) -> None:
    central, media = world.central(), world.with_media()
    bring(central, media)
    with central.database.reading() as session:
        size = custody_log.size(session)
    (file,) = answer(central, tmp_path / "stick", world.lawyer_signer.kid, after=0)
    objects = [sha256_hex(frame.payload) for frame in frames_of(file.read_bytes()) if frame.kind == "object"]
    assert sorted(objects) == sorted(set(objects))
    assert {sha256_hex(data) for piece in pieces_of(media) for data in piece} & set(objects)
    (file,) = answer(central, tmp_path / "later", world.lawyer_signer.kid, after=size)
    assert [frame.kind for frame in frames_of(file.read_bytes()) if frame.kind == "object"] == []


@pytest.mark.parametrize(
    ("before", "today", "after"),
    [
        (None, "2026-11-24", "2026-11-24"),
        ("2026-11-20", "2026-11-24", "2026-11-24"),
        ("2026-11-26", "2026-11-24", "2026-11-26"),
        ("2026-11-20", "2026-11-22", "2026-11-22"),
    ],
)
def test_the_day_of_an_answer_and_no_later_one_is_that_of_the_last_sync(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str | None, today: str, after: str
) -> None:
    node, central = world.node(), world.central()
    monkeypatch.setattr(Station, "today", lambda _: "2026-11-24")
    (file,) = answer(central, tmp_path / "stick", "node-1")
    monkeypatch.setattr(Station, "today", lambda _: today)
    with node.database.transaction() as session:
        if before is not None:
            last_sync.note(session, before)
    assert bring_file(node, file).read
    with node.database.reading() as session:
        assert str(last_sync.last(session)) == after
