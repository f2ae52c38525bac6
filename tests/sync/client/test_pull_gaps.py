"""A record that central's log names and that did not come is noticed, asked for again, and comes from any side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from testimony import canonical
from testimony.sealing.parts.part import rewrap
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import early_withdrawal, statements
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.sealing.verification import Holds
from testimony.services.custody.gaps import HASH_ONLY
from testimony.services.integrity import fsck
from testimony.services.monitoring import overview
from testimony.services.records import queries as record_queries
from testimony.services.testimony import keyless_check
from testimony.services.withdrawal import destruction_receipts, endings, shredding
from testimony.station.station import Station
from testimony.sync.client.exchange import ExchangeReport, exchange
from testimony.sync.errors import BundleRefused
from testimony.sync.wire.frames import write_frames
from tests.support.services import clocks
from tests.support.services.world import World, take
from tests.support.sync.hostile_central import (
    Change,
    found_gaps,
    in_feed,
    only_hashes,
    refs,
    without_records,
)
from tests.support.sync.removable_media import answer, bring_bytes, export_one, frames_of, lawyer
from tests.support.sync.world import Changed, bring, held, in_process, tid_of, to

DAY = "2026-11-24"


@dataclass
class Scene:
    """Central holds a testimony, what is said about it, a refusal, and a testimony that will be withdrawn."""

    world: World
    central: Station
    desk: Station
    records: dict[str, SignedRecord]
    sealed: SealedTestimony

    def exchange(self, change: Change | None = None, station: Station | None = None) -> ExchangeReport:
        channel = in_process(self.central) if change is None else Changed(in_process(self.central), in_feed(change))
        way = to(self.central, self.world.lawyer_signer, channel)
        return exchange(station or self.desk, way, audience="lawyers", heavy=False)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def scene(world: World) -> Scene:
    central, desk = world.central(), world.desk()
    sealed, gone = world.coded(), world.coded()
    bring(central, sealed, gone)
    annex = world.annex(sealed)
    found = next(part for part in sealed.parts if part.part == "narrative")
    head = rewrap(found.heads["lawyers"], key=world.lawyer_a, recipients=[world.lawyer_b.recipient], slots=4)
    grant = statements.grant(
        manifest=sealed.record.id,
        part="narrative",
        head=canonical.sha256_hex(head),
        day=DAY,
        signer=world.lawyer_signer,
    )
    refusal = statements.refusal(day=DAY, signer=world.device)
    roster = world.next_roster()
    withdrawal = world.withdrawal(gone)
    take(central, annex.record, *annex.part.heads.values(), annex.part.body)
    take(central, grant, head)
    take(central, refusal)
    take(central, roster)
    records = {
        "testimony": sealed.record, "annex": annex.record, "grant": grant, "refusal": refusal, "roster": roster,
        "withdrawal": withdrawal,
    }  # fmt: skip
    return Scene(world=world, central=central, desk=desk, records=records, sealed=sealed)


def withdraw(scene: Scene) -> None:
    take(scene.central, scene.records["withdrawal"])


def confirm(scene: Scene) -> None:
    """The field station signs that it destroyed what the withdrawal names."""
    withdrawal = scene.records["withdrawal"].id
    take(scene.central, destruction_receipts.receipt_for(withdrawal, day=DAY, signer=scene.world.station))


def test_nothing_is_lacking_after_an_honest_exchange(scene: Scene) -> None:
    report = scene.exchange()
    withdraw(scene)
    report = scene.exchange()
    assert report.pulled.gaps == found_gaps(scene.desk)
    assert (report.pulled.gaps.wanted, report.pulled.gaps.destroyed) == ((), ())
    assert report.pulled.refused == {}


@pytest.mark.parametrize("how", [without_records, only_hashes])
@pytest.mark.parametrize("what", ["testimony", "annex", "grant", "refusal", "roster"])
def test_what_is_left_out_is_noticed_at_once_and_comes_from_an_honest_central(
    scene: Scene, what: str, how: Callable[..., Change]
) -> None:
    hidden = scene.records[what].id
    report = scene.exchange(how(hidden))
    left_out = report.pulled.gaps.left_out
    assert len(left_out) == (2 if what == "testimony" else 1)  # and the grant to it, which names nothing that is here
    assert left_out[0].kind == HASH_ONLY if how is only_hashes else left_out[0].ref == hidden
    assert {fault.subject for fault in fsck.check(scene.desk.settings.home) if fault.grave} == {"lacking"}
    again = scene.exchange()
    assert again.pulled.gaps.wanted == ()
    assert again.pulled.refused == {}
    assert list(fsck.check(scene.desk.settings.home)) == []
    assert held(scene.desk, scene.sealed)


@pytest.mark.parametrize("how", [without_records, only_hashes])
def test_a_withdrawal_that_is_left_out_is_noticed_and_readers_are_warned(
    scene: Scene, how: Callable[..., Change]
) -> None:
    scene.exchange()
    withdraw(scene)
    record = scene.records["withdrawal"]
    report = scene.exchange(how(record.id))
    assert report.pulled.gaps.left_out
    with scene.desk.database.reading() as session:
        (finding,) = [
            one
            for one in keyless_check.examine(scene.desk, session, tid_of(scene.sealed))
            if one.code.startswith("story.")
        ]
    assert (finding.code, finding.holds) == ("story.lacking", Holds.OPEN)
    assert scene.exchange().pulled.gaps.wanted == ()
    with scene.desk.database.reading() as session:
        assert shredding.is_shredded(session, str(record.value["tid"]))


def test_a_desk_that_joins_later_is_told_that_only_central_says_so_until_another_station_does(scene: Scene) -> None:
    """The code's signature can be checked with the manifest alone, which was destroyed."""
    withdraw(scene)
    late = scene.exchange().pulled.gaps
    assert (late.left_out, late.destroyed) == ((), ())
    assert len(late.unconfirmed) == 1
    confirm(scene)
    later = scene.exchange().pulled.gaps
    assert (later.wanted, len(later.destroyed)) == ((), 1)


def test_a_destruction_that_names_what_it_destroyed_explains_that_testimony_and_no_other(scene: Scene) -> None:
    """Else central could leave out another one, and call it the one that was withdrawn."""
    withdrawal = scene.records["withdrawal"]
    with scene.central.database.reading() as session:
        gone = next(
            one.id
            for one in record_queries.records_about(session, str(withdrawal.value["tid"]))
            if one.kind == "manifest"
        )
    withdraw(scene)
    said = destruction_receipts.receipt_for(withdrawal.id, day=DAY, signer=scene.world.station, destroyed=[gone])
    take(scene.central, said)
    again = destruction_receipts.receipt_for(withdrawal.id, day=DAY, signer=scene.world.station, destroyed=[])
    take(scene.central, again)  # of the station after a restore, when it no longer knows the testimony
    hidden = scene.records["testimony"].id
    found = scene.exchange(without_records(hidden)).pulled.gaps
    assert refs(found.destroyed) == [gone]
    assert hidden in refs(found.wanted)
    assert scene.exchange().pulled.gaps.wanted == ()


def test_what_keeping_ended_for_before_a_desk_joined_needs_the_word_of_another_station(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    central, desk = world.central(), world.desk()
    ended = world.coded(version=2, keep_until="2028-11")
    bring(central, ended)
    clocks.agree(monkeypatch, "2029-01-01")
    assert endings.sweep(central) == 1
    scene = Scene(world=world, central=central, desk=desk, records={}, sealed=ended)
    assert refs(scene.exchange().pulled.gaps.unconfirmed) == [ended.record.id], "only central says so"
    other = destruction_receipts.receipt_for(None, day=DAY, signer=world.station, destroyed=[ended.record.id])
    take(central, other)
    found = scene.exchange().pulled.gaps
    assert (found.wanted, refs(found.destroyed)) == ((), [ended.record.id])


def test_one_withdrawal_explains_one_testimony_that_came_before_it(scene: Scene) -> None:
    withdraw(scene)
    take(
        scene.central,
        destruction_receipts.receipt_for(scene.records["withdrawal"].id, day=DAY, signer=scene.world.station),
    )
    report = scene.exchange(without_records(scene.records["testimony"].id))
    found = report.pulled.gaps
    testimony, grant = (scene.records[name].id for name in ("testimony", "grant"))
    assert len(found.destroyed) == 1
    assert {*refs(found.destroyed), *refs(found.unconfirmed)} >= {testimony, grant}
    assert len(found.unconfirmed) == 2
    after = scene.world.coded()
    bring(scene.central, after)
    report = scene.exchange(without_records(after.record.id))
    assert refs(report.pulled.gaps.left_out) == [after.record.id]


def test_a_withdrawal_that_was_not_carried_out_explains_nothing(scene: Scene) -> None:
    take(scene.central, early_withdrawal.early_withdrawal(day=DAY, signer=Signer.generate()))
    report = scene.exchange(without_records(scene.records["testimony"].id))
    assert refs(report.pulled.gaps.left_out) == [scene.records["testimony"].id, scene.records["grant"].id]


# Sticks.


def stripped(scene: Scene, *ids: str, folder: Path) -> bytes:
    """Central's answer to the lawyer, without these records. They were taken out without a key, so the seal fails."""
    (file,) = answer(scene.central, folder, "lawyer-a")
    return write_frames(without_records(*ids)(frames_of(file.read_bytes())))


def test_a_file_whose_seal_fails_moves_nothing(scene: Scene, tmp_path: Path) -> None:
    hidden = scene.records["testimony"]
    report = bring_bytes(
        scene.desk, stripped(scene, hidden.id, folder=tmp_path / "stick"), tmp_path, lawyer(scene.world)
    )
    assert not report.sealed
    assert (report.entries, report.read) == (0, False)
    with scene.desk.database.reading() as session:
        assert record_queries.record_of(session, scene.records["grant"].id) is None  # its testimony is not here
        assert record_queries.record_of(session, scene.records["annex"].id) is not None  # which proves itself
    (whole,) = answer(scene.central, tmp_path / "stick", "lawyer-a", after=0)
    again = bring_bytes(scene.desk, whole.read_bytes(), tmp_path, lawyer(scene.world))
    assert (again.sealed, again.read, again.left_out.wanted) == (True, True, ())


def test_a_withdrawal_passes_a_central_that_hides_it_on_the_stick_of_another_station(
    scene: Scene, tmp_path: Path
) -> None:
    """From the field station's own delivery, and from central's answer to another reader."""
    scene.exchange()
    node, record = scene.world.node(), scene.records["withdrawal"]
    take(node, record)
    data = export_one(node, tmp_path / "stick")
    report = bring_bytes(scene.desk, data, tmp_path, lawyer(scene.world))
    assert (report.for_another, report.records) == (True, 1)
    with scene.desk.database.reading() as session:
        assert shredding.is_shredded(session, str(record.value["tid"]))
    delivered = scene.exchange()
    assert delivered.pushed.delivered == 2  # it, and that this desk destroyed what it names
    with scene.central.database.reading() as session:
        assert shredding.is_shredded(session, str(record.value["tid"]))


def test_what_is_lacking_comes_from_a_stick_for_somebody_else(scene: Scene, tmp_path: Path) -> None:
    hidden = scene.records["testimony"]
    scene.exchange(without_records(hidden.id))
    assert refs(found_gaps(scene.desk).left_out) == [hidden.id, scene.records["grant"].id]
    (file,) = answer(scene.central, tmp_path / "stick", "coordinator")
    report = bring_bytes(scene.desk, file.read_bytes(), tmp_path, lawyer(scene.world))
    assert report.for_another
    assert report.left_out.wanted == ()
    with scene.desk.database.reading() as session:
        assert record_queries.record_of(session, hidden.id) is not None
    assert scene.exchange().pulled.gaps.wanted == ()
    assert held(scene.desk, scene.sealed)
    with pytest.raises(BundleRefused):  # nothing in it is lacking any more
        bring_bytes(scene.desk, file.read_bytes(), tmp_path, lawyer(scene.world))


def test_a_node_notices_the_withdrawal_that_is_kept_from_it_and_asks_an_honest_central_again(scene: Scene) -> None:
    node, sealed = scene.world.node(), scene.world.coded()
    bring(node, sealed)
    way = to(scene.central, scene.world.station)
    exchange(node, way)
    record = scene.world.withdrawal(sealed)
    take(scene.central, record)
    channel = Changed(in_process(scene.central), in_feed(without_records(record.id)))
    report = exchange(node, to(scene.central, scene.world.station, channel))
    assert refs(report.pulled.gaps.left_out) == [record.id]
    assert exchange(node, way).pulled.gaps.wanted == ()
    with node.database.reading() as session:
        assert shredding.is_shredded(session, tid_of(sealed))


def test_a_node_notices_that_central_signed_for_its_withdrawal_and_does_not_log_it(scene: Scene) -> None:
    """Or gives the node the hash in the place of the entry, which the node cannot tell apart."""
    node, sealed = scene.world.node(), scene.world.coded()
    bring(node, sealed)
    way = to(scene.central, scene.world.station)
    exchange(node, way)
    record = scene.world.withdrawal(sealed)
    take(node, record)
    channel = Changed(in_process(scene.central), in_feed(only_hashes(record.id)))
    report = exchange(node, to(scene.central, scene.world.station, channel))
    assert report.pushed.delivered == 2  # with the record that it was destroyed here
    assert report.pulled.gaps.unlogged == (record.id,)
    assert {fault.subject for fault in fsck.check(node.settings.home) if fault.grave} == {"lacking"}


def test_a_node_where_keeping_ended_says_of_no_withdrawal_that_central_hides_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tombstone names the testimony, for which central signed and whose entry a node never gets whole."""
    node, central, ended = world.node(), world.central(), world.coded(version=2, keep_until="2028-11")
    bring(node, ended)
    way = to(central, world.station)
    exchange(node, way)
    clocks.agree(monkeypatch, "2029-01-01")
    assert endings.sweep(node) == 1
    assert exchange(node, way).pulled.gaps.unexplained == 0
    assert endings.sweep(central) == 1
    assert exchange(node, way).pulled.gaps.unexplained == 0
    assert list(fsck.check(node.settings.home)) == []


def test_a_part_taken_back_of_what_central_ended_meanwhile_alarms_nobody_once_it_ended_here_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Central's log names it as a record that came, and no node gets such an entry whole."""
    node, central, sealed = world.node(), world.central(), world.coded(version=2, keep_until="2028-11")
    bring(node, sealed)
    way = to(central, world.station)
    exchange(node, way)
    clocks.agree(monkeypatch, "2029-01-01")
    assert endings.sweep(central) == 1
    head = next(part["heads"]["lawyers"] for part in sealed.record.value["parts"] if part["heads"])
    take(node, world.withdrawal(sealed, [head]))
    exchange(node, way)
    endings.sweep(node)
    with node.database.reading() as session:
        assert shredding.is_shredded(session, tid_of(sealed))
    assert exchange(node, way).pulled.gaps.unexplained == 0
    assert list(fsck.check(node.settings.home)) == []


def test_a_withdrawal_before_its_testimony_and_one_at_another_node_alarm_nobody(scene: Scene) -> None:
    early, late, sealed = scene.world.node(), scene.world.other_node(), scene.world.coded()
    take(early, scene.world.withdrawal(sealed))
    assert exchange(early, to(scene.central, scene.world.station)).pulled.gaps.unlogged == ()
    bring(late, sealed)
    for _ in range(2):
        assert exchange(late, to(scene.central, scene.world.second_node)).pulled.gaps.unlogged == ()
        assert exchange(early, to(scene.central, scene.world.station)).pulled.gaps.unlogged == ()


def test_a_part_taken_back_of_what_central_destroyed_meanwhile_alarms_nobody(scene: Scene) -> None:
    """Without the manifest central cannot check who signed it, so its log names it as a record that came."""
    node, sealed = scene.world.node(), scene.world.coded()
    bring(node, sealed)
    way = to(scene.central, scene.world.station)
    exchange(node, way)
    head = next(part["heads"]["lawyers"] for part in sealed.record.value["parts"] if part["heads"])
    take(node, scene.world.withdrawal(sealed, [head]))
    take(scene.central, scene.world.withdrawal(sealed))
    for _ in range(2):
        assert exchange(node, way).pulled.gaps.unexplained == 0
    assert list(fsck.check(node.settings.home)) == []


def test_two_withdrawals_at_two_stations_alarm_neither(scene: Scene) -> None:
    """Central carried out the one, and cannot tell any more whose testimony the code signed the other one for."""
    node, sealed = scene.world.node(), scene.world.coded()
    bring(node, sealed)
    way = to(scene.central, scene.world.station)
    exchange(node, way)
    take(node, early_withdrawal.early_withdrawal(day=DAY, signer=scene.world.code))
    take(scene.central, scene.world.withdrawal(sealed))
    for _ in range(2):
        assert exchange(node, way).pulled.gaps.unexplained == 0
    assert list(fsck.check(node.settings.home)) == []


def test_a_part_taken_back_that_was_logged_excuses_no_withdrawal_that_is_hidden(scene: Scene) -> None:
    node, sealed = scene.world.node(), scene.world.coded()
    bring(node, sealed)
    way = to(scene.central, scene.world.station)
    exchange(node, way)
    head = next(part["heads"]["lawyers"] for part in sealed.record.value["parts"] if part["heads"])
    take(node, scene.world.withdrawal(sealed, [head]))
    exchange(node, way)
    record = scene.world.withdrawal(sealed)
    take(node, record)
    channel = Changed(in_process(scene.central), in_feed(only_hashes(record.id)))
    hidden = exchange(node, to(scene.central, scene.world.station, channel)).pulled.gaps
    assert hidden.unlogged == (record.id,)


def test_central_hears_that_a_node_lacks_a_withdrawal_that_somebody_left_out(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.coded()
    bring(node, sealed)
    exchange(node, to(central, world.station))
    withdrawal = world.withdrawal(sealed)
    take(central, withdrawal)
    left_out = Changed(in_process(central), in_feed(without_records(withdrawal.id)))
    for _ in range(2):  # it notices at the end of the first and says so at the beginning of the second
        exchange(node, to(central, world.station, left_out))
    with central.database.reading() as session:
        troubles = {one.id: one.troubles for one in overview.nodes(central, session)}
    assert troubles["node-1"] == ("lacking",)
