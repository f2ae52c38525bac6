"""A bundle that was torn, changed or forged: nothing wrong is believed, and everything before a tear counts."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

from testimony.canonical import sha256_hex
from testimony.sealing.bundle import bundle
from testimony.sealing.bundle.bundle import Header
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.services.continuity import restart
from testimony.services.continuity.errors import CentralRestored
from testimony.services.continuity.reoffer import count_waiting
from testimony.services.custody import log as custody_log
from testimony.services.custody.errors import LogForked
from testimony.services.delivery import deliveries
from testimony.services.records import queries as record_queries
from testimony.services.roster import adoption
from testimony.station.station import Station
from testimony.store.errors import StickRefused
from testimony.sync.bundle import import_ as bundle_import
from testimony.sync.bundle import survey as bundle_survey
from testimony.sync.bundle.survey import survey
from testimony.sync.errors import BundleRefused
from testimony.sync.wire.frames import PREFACE, Frame, encode, write_frames
from tests.support.services.world import take
from tests.support.sync.homes import kept, restored
from tests.support.sync.hostile_central import only_hashes, stripped
from tests.support.sync.manipulations import resealed
from tests.support.sync.removable_media import answer, bring_bytes, bring_file, export, export_one, frames_of, lawyer
from tests.support.sync.world import World, all_names, bring, held, tid_of


def boundaries(data: bytes) -> list[int]:
    """Where each frame ends."""
    ends = [len(PREFACE)]
    for frame in frames_of(data):
        ends.append(ends[-1] + len(encode(frame)))
    return ends


def records(station: Station) -> set[str]:
    with station.database.reading() as session:
        kinds = ("manifest", "annex", "withdraw", "grant")
        return {record.id for kind in kinds for _, record in record_queries.records_of_kind(session, kind)}


def small(world: World, signer: Signer) -> bytes:
    """A sealed bundle of a few invented frames."""
    from testimony.sync.bundle.writer import _OneFile

    header = Header(
        kind=bundle.DELIVERY,
        id="0" * 32,
        no=1,
        by=signer.kid,
        to="",
        organisation=world.chain.fingerprint,
        incarnation="",
        epoch="",
        log="",
        read=0,
        waiting=2,
        day="2026-11-24",
    )
    one = _OneFile(world.folder, header, signer)
    one.add(Frame("object", b"one"))
    one.add(Frame("object", b"two"))
    one.end(last=True, told=lambda _: None)
    return one.file.path.read_bytes()


def test_cut_at_any_byte_the_seal_does_not_hold(world: World) -> None:
    data = small(world, world.station)
    keys = world.station.public_keys
    assert survey(io.BytesIO(data), keys).seal is not None
    first = boundaries(data)[1]
    for cut in range(len(data)):
        if cut < first:
            with pytest.raises(BundleRefused):
                survey(io.BytesIO(data[:cut]), keys)
        else:
            found = survey(io.BytesIO(data[:cut]), keys)
            assert found.torn
            assert found.seal is None


def test_changed_in_any_byte_the_seal_does_not_hold(world: World) -> None:
    data = small(world, world.station)
    for place in range(len(data)):
        other = bytearray(data)
        other[place] ^= 1 << place % 8
        try:
            found = survey(io.BytesIO(bytes(other)), world.station.public_keys)
        except BundleRefused:
            continue
        assert found.seal is None, place


def test_a_seal_over_other_frames_or_by_another_key_does_not_hold(world: World) -> None:
    frames = frames_of(small(world, world.station))
    keys = world.station.public_keys
    assert survey(io.BytesIO(write_frames(frames)), keys).seal is not None
    assert survey(io.BytesIO(write_frames([*frames[:2], *frames[3:]])), keys).seal is None
    assert survey(io.BytesIO(write_frames([*frames, Frame("object", b"behind")])), keys).seal is None
    assert survey(io.BytesIO(write_frames(frames)), world.second_node.public_keys).seal is None
    assert survey(io.BytesIO(write_frames(frames)), ()).seal is None


def cut_and_bring(world: World, folder: Path, cuts: list[int], data: bytes) -> None:
    """Bring ever longer beginnings: what is held is what stood before the cut, and nothing else."""
    central = world.central()
    ends = boundaries(data)
    frames = frames_of(data)
    for cut in cuts:
        whole = frames[: sum(end <= cut for end in ends) - 1] if cut >= ends[0] else []
        if not whole:
            with pytest.raises(BundleRefused):
                bring_bytes(central, data[:cut], folder)
            continue
        report = bring_bytes(central, data[:cut], folder)
        assert report.torn
        assert not report.sealed
        there = {sha256_hex(frame.payload) for frame in whole if frame.kind == "object"}
        manifests = {SignedRecord.decode(frame.payload).id for frame in whole if frame.kind == "record"}
        assert records(central) == manifests - {record.id for record in world.chain.records}
        with central.database.reading() as session:
            found = {
                each.name for name in records(central) for each in record_queries.parts_of(session, name) if each.held
            }
        assert found == there


def test_everything_before_a_tear_counts_and_nothing_behind_it(world: World, tmp_path: Path) -> None:
    node = world.node()
    bring(node, world.testimony(), world.testimony())
    data = export_one(node, tmp_path / "stick")
    ends = boundaries(data)
    every = sorted({cut for end in ends[::7] for cut in (end - 1, end, end + 5)})
    cut_and_bring(world, tmp_path, every, data)


@pytest.mark.long(short="test_everything_before_a_tear_counts_and_nothing_behind_it")
def test_everything_before_a_tear_at_any_byte_counts(world: World, tmp_path: Path) -> None:
    node = world.node()
    bring(node, world.testimony())
    data = export_one(node, tmp_path / "stick")
    cut_and_bring(world, tmp_path, list(range(len(data))), data)


def test_flipped_bits_bring_nothing_that_was_not_sealed_by_a_phone(world: World, tmp_path: Path) -> None:
    node, central = world.node(), world.central()
    sealed = [world.testimony(), world.testimony()]
    bring(node, *sealed)
    data = export_one(node, tmp_path / "stick")
    dice = random.Random(20261126)
    for _ in range(16):
        other = bytearray(data)
        other[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        try:
            report = bring_bytes(central, bytes(other), tmp_path)
        except BundleRefused:
            continue
        assert not report.sealed
        assert records(central) <= {each.record.id for each in sealed}
    assert all(held(central, each) <= all_names(each) for each in sealed)
    assert bring_bytes(central, data, tmp_path).held == 2


def test_a_changed_byte_costs_only_the_testimony_that_it_is_in(world: World, tmp_path: Path) -> None:
    node, central = world.node(), world.central()
    first, second = world.testimony(), world.testimony()
    bring(node, first, second)
    data = bytearray(export_one(node, tmp_path / "stick"))
    data[data.index(first.parts[0].body) + 40] ^= 1
    report = bring_bytes(central, bytes(data), tmp_path)
    assert (report.torn, report.refused) == (True, {first.record.id: "not.named"})
    assert held(central, second) == all_names(second)


def revoke(world: World, *ids: str) -> SignedRecord:
    """The next roster, in which these devices are active no more."""
    devices = [
        {**each, "status": "revoked"} if each["id"] in ids else each for each in world.chain.latest.value["devices"]
    ]
    return world.next_roster(devices=devices)


def test_only_a_whole_bundle_of_an_active_node_vouches_for_a_phone_that_was_revoked_since(
    world: World, tmp_path: Path
) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    data = export_one(node, tmp_path / "stick")
    adoption.adopt_all(central, [revoke(world, "phone-7")])
    end = boundaries(data)[-2]  # all but the seal
    assert bring_bytes(central, data[:end], tmp_path).refused == {sealed.record.id: "signer.inactive"}
    assert held(central, sealed) == set()
    assert bring_bytes(central, data, tmp_path).refused == {}
    assert held(central, sealed) == all_names(sealed)


def test_a_revoked_node_brings_what_proves_itself_and_is_believed_no_further(world: World, tmp_path: Path) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    data = export_one(node, tmp_path / "stick")
    adoption.adopt_all(central, [revoke(world, "node-1")])
    report = bring_bytes(central, data, tmp_path)
    assert (report.sender, report.refused) == ("node-1", {})
    assert held(central, sealed) == all_names(sealed)
    with central.database.reading() as session:
        assert not deliveries.was_delivered_by(session, node.kid, tid_of(sealed))
    with pytest.raises(BundleRefused, match="active"):
        answer(central, tmp_path / "back", "node-1")


def test_a_revoked_node_does_not_vouch_for_a_revoked_phone(world: World, tmp_path: Path) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    data = export_one(node, tmp_path / "stick")
    adoption.adopt_all(central, [revoke(world, "node-1", "phone-7")])
    assert bring_bytes(central, data, tmp_path).refused == {sealed.record.id: "signer.inactive"}


def test_a_file_that_changes_between_the_two_readings_is_torn_there(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stick is a small computer: what it gave when the seal was checked need not be what it gives then."""
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    (file,) = export(node, tmp_path / "stick")
    original = bundle_survey.survey

    def then_changed(source: io.BytesIO, *rest: object, **more: object) -> object:
        found = original(source, *rest, **more)  # type: ignore[arg-type]
        whole = source.getvalue()
        at = whole.index(sealed.parts[0].body)
        source.seek(at)
        source.write(b"other")
        return found

    monkeypatch.setattr(bundle_import.bundle_survey, "survey", then_changed)
    report = bundle_import.take_in(central, io.BytesIO(file.read_bytes()))
    assert report.torn
    assert sha256_hex(sealed.parts[0].body) not in held(central, sealed)


def test_a_stick_that_gives_another_header_each_time_is_not_believed(world: World, tmp_path: Path) -> None:
    """Else one could borrow the name of a node whose header was read first."""
    node, other, central, sealed = world.node(), world.other_node(), world.central(), world.testimony()
    bring(node, sealed)
    theirs, ours = export_one(other, tmp_path / "other"), export_one(node, tmp_path / "stick")

    class Changing(io.BytesIO):
        seeks = 0

        def seek(self, place: int, whence: int = 0, /) -> int:
            self.seeks += 1
            if self.seeks == 4:  # behind the first look at the header and the rosters
                super().seek(0)
                super().truncate()
                super().write(theirs)
            return super().seek(place, whence)

    with pytest.raises(StickRefused, match="read back"):
        bundle_import.take_in(central, Changing(ours))
    assert held(central, sealed) == set()


def test_a_header_that_nobody_known_signed_vouches_for_nothing(world: World, tmp_path: Path) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    frames = frames_of(export_one(node, tmp_path / "stick"))
    said = bundle.parse_header(SignedRecord.decode(frames[0].payload))
    stranger = Signer.generate()
    forged = SignedRecord.sign({"v": "testimony/1/bundle", **vars(said)}, stranger)
    report = bring_bytes(central, write_frames([Frame("bundle", forged.encode()), *frames[1:-1]]), tmp_path)
    assert (report.sender, report.sealed, report.refused) == ("", False, {})
    assert held(central, sealed) == all_names(sealed)  # it proves itself
    with central.database.reading() as session:
        assert not deliveries.was_delivered_by(session, node.kid, tid_of(sealed))


def test_what_is_meant_for_somebody_else_is_said_in_one_sentence(world: World, tmp_path: Path) -> None:
    node, other, central = world.node(), world.other_node(), world.central()
    bring(node, world.testimony())
    delivery = export_one(node, tmp_path / "stick")
    (back,) = answer(central, tmp_path / "back", "node-1")
    cases = [
        (node, delivery, "own"),
        (other, delivery, "delivery"),
        (other, back.read_bytes(), "another"),
        (central, back.read_bytes(), "written"),
        (central, b"%PDF-1.7 a holiday", "format"),
        (central, PREFACE, "empty"),
        (central, write_frames([Frame("record", world.testimony().record.encode())]), "carry"),
        (central, _newer(delivery), "newer"),
    ]
    for station, data, reason in cases:
        with pytest.raises(BundleRefused) as refused:
            bring_bytes(station, data, tmp_path)
        assert refused.value.reason == reason


def test_a_bundle_of_another_organisation_is_refused_as_a_whole(world: World, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    theirs = World(tmp_path / "theirs")
    try:
        node, sealed = theirs.node(), theirs.testimony()
        bring(node, sealed)
        data = export_one(node, tmp_path / "stick")
    finally:
        theirs.close()
    central = world.central()
    with pytest.raises(BundleRefused, match="another organisation"):
        bring_bytes(central, data, tmp_path)
    assert records(central) == set()


def test_an_answer_in_the_wrong_order_asks_for_the_one_before_and_an_old_one_changes_nothing(
    world: World, tmp_path: Path
) -> None:
    central, desk, reader = world.central(), world.desk(), lawyer(world)
    bring(central, world.testimony())
    (first,) = answer(central, tmp_path / "first", reader.id)
    with central.database.reading() as session:
        size = custody_log.size(session)
    bring(central, world.testimony())
    (second,) = answer(central, tmp_path / "second", reader.id, after=size)
    with pytest.raises(BundleRefused, match="missing before"):
        bring_file(desk, second, reader)
    assert bring_file(desk, first, reader).read
    assert bring_file(desk, second, reader).entries == 1
    assert bring_file(desk, first, reader).entries == 0


@pytest.mark.parametrize("further", [1, 2])  # a log as long as the one that is known here, and a longer one
def test_an_answer_whose_log_is_another_is_a_fork_and_everything_is_offered_again(
    world: World, tmp_path: Path, further: int
) -> None:
    node, central = world.node(), world.central()
    copy = kept(central)
    bring(node, world.testimony())
    (file,) = export(node, tmp_path / "stick")
    bring_file(central, file)
    bring_file(node, answer(central, tmp_path / "back", "node-1")[0])
    again = restored(world, central, copy)  # the whole folder: nothing says that it is another life
    bring(again, *(world.testimony() for _ in range(further)))
    (back,) = answer(again, tmp_path / "again", "node-1", after=0)
    with pytest.raises(LogForked):
        bring_file(node, back)
    assert count(node) == 1


@pytest.mark.parametrize("seal", [True, False])
def test_an_entry_that_a_desk_knows_by_another_hash_is_a_fork_too(world: World, tmp_path: Path, seal: bool) -> None:
    central, desk, reader = world.central(), world.desk(), lawyer(world)
    gone, hidden = world.testimony(), world.testimony()
    bring(central, gone)
    take(central, world.withdraw(gone))
    copy = kept(central)
    bring(central, hidden)
    (file,) = answer(central, tmp_path / "first", reader.id)
    without = resealed(file.read_bytes(), only_hashes(hidden.record.id), world.central_signer, tmp_path / "made")
    assert bring_bytes(desk, without, tmp_path, reader).read
    before, size = count(desk), mirrored(desk, central)
    again = restored(world, central, copy)
    bring(again, world.testimony(), world.testimony())
    data = answer(again, tmp_path / "again", reader.id, after=0)[0].read_bytes()
    if seal:
        with pytest.raises(LogForked):
            bring_bytes(desk, data, tmp_path, reader)
        assert count(desk) > before, "the withdrawal is offered again"
    else:
        report = bring_bytes(desk, stripped(data, lambda frames: frames), tmp_path, reader)
        assert (report.sealed, count(desk)) == (False, before), "a file without a seal proves no fork"
    assert mirrored(desk, central) == size


def mirrored(station: Station, central: Station) -> int:
    with station.database.reading() as session:
        return custody_log.mirror_size(session, central.kid)


def test_a_restored_central_is_followed_and_offered_everything_and_its_old_answers_count_no_more(
    world: World, tmp_path: Path
) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    bring_file(central, export(node, tmp_path / "one")[0])
    (old,) = answer(central, tmp_path / "back", "node-1")
    bring_file(node, old)
    assert count(node) == 0
    later = world.central("restored")  # from a backup of before; its epoch is another
    bring_file(node, answer(later, tmp_path / "again", "node-1", after=0)[0])
    assert count(node) == 1
    bring_file(later, export(node, tmp_path / "two")[0])
    assert held(later, sealed) == all_names(sealed)
    assert bring_file(node, answer(later, tmp_path / "last", "node-1")[0]).receipts == 1
    assert count(node) == 0
    with pytest.raises(BundleRefused, match="before headquarters' server was restored"):
        bring_file(node, old)


def test_readers_of_a_restored_central_wait_until_every_node_says_by_its_bundle_that_nothing_waits(
    world: World, tmp_path: Path
) -> None:
    central, nodes = world.central(), {"node-1": world.node(), "node-2": world.other_node()}
    with central.database.transaction() as session:
        restart.begin(central, session, custody_log.epoch(session))
    for name, node in nodes.items():
        with pytest.raises(CentralRestored):
            answer(central, tmp_path / "early", "lawyer-a")
        bring_file(node, answer(central, tmp_path / f"to-{name}", name)[0])
        bring_file(central, export(node, tmp_path / f"from-{name}")[0])
    assert answer(central, tmp_path / "desk", "lawyer-a")


def count(node: Station) -> int:
    with node.database.reading() as session:
        return count_waiting(session)


def test_an_answer_that_no_central_signed_is_not_believed(world: World, tmp_path: Path) -> None:
    node, central = world.node(), world.central()
    (back,) = answer(central, tmp_path / "back", "node-1")
    adoption.adopt_all(central, [])
    adoption.adopt_all(node, [revoke(world, "central-1")])
    with pytest.raises(BundleRefused, match="not signed by this organisation's central"):
        bring_file(node, back)
    with node.database.reading() as session:
        assert custody_log.mirror_size(session, central.kid) == 0


def _newer(data: bytes) -> bytes:
    frames = frames_of(data)
    record = SignedRecord.decode(frames[0].payload)
    newer = SignedRecord(record.data.replace(b"testimony/1/bundle", b"testimony/2/bundle"), record.sigs)
    return write_frames([Frame("bundle", newer.encode()), *frames[1:]])
