"""When keeping ends every station destroys by itself: by two clocks, a month later, and says so to the others."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest

from testimony.domain.time import Clock
from testimony.domain.withdrawal import endings as rules
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import keep, statements
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.consent.contests import say_destroyed
from testimony.services.integrity import fsck
from testimony.services.startup import open_station
from testimony.services.tracking import withdrawal_status
from testimony.services.withdrawal import clock_findings, endings
from testimony.station.station import Station
from testimony.store.files.journal import Journal
from testimony.store.models.records import Progress, RecordRow
from testimony.store.models.suspensions import DestroyedRow
from tests.support.each_time import each_time
from tests.support.services import clocks
from tests.support.services.consent.withdrawals import is_served, raw_disk, readable
from tests.support.services.world import World, entries, said, take, tid_of

UNTIL = "2028-11"
FIRST = rules.destroyed_from(UNTIL)
EVE, DAY = (FIRST - timedelta(days=1)).isoformat(), FIRST.isoformat()
KINDS = ["node", "central", "desk"]
SECONDS = [Clock.CENTRAL, Clock.NODES, Clock.READERS, Clock.PERSON]
TELLING = (("node", Clock.CENTRAL), ("central", Clock.NODES), ("central", Clock.READERS), ("desk", Clock.PERSON))
"""A station, and the clock that agrees with its own: each of them at least once."""


def sealed_until(world: World, until: str | None = UNTIL, **changes: Any) -> SealedTestimony:
    return world.coded(version=2, keep_until=until, **changes)


def kept(world: World, sealed: SealedTestimony, until: str | None, signer: Signer | None = None) -> SignedRecord:
    return keep.keep(tid=tid_of(sealed), until=until, day="2026-11-24", signer=signer or world.lawyer_signer)


def end_of(station: Station, sealed: SealedTestimony) -> str | None:
    with station.database.reading() as session:
        return endings.until(session, tid_of(sealed))


def is_known(station: Station, sealed: SealedTestimony) -> bool:
    with station.database.reading() as session:
        return tid_of(sealed) not in endings.unknown(session)


def is_there(station: Station, sealed: SealedTestimony) -> bool:
    return station.shred_keys.find(tid_of(sealed)) is not None


@pytest.mark.parametrize(("kind", "second"), each_time(itertools.product(KINDS, SECONDS), *TELLING))
def test_it_is_destroyed_on_its_day_by_two_clocks(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str, second: Clock
) -> None:
    clocks.agree(monkeypatch, "2026-11-24")
    station: Station = getattr(world, kind)()
    sealed = sealed_until(world)
    take(station, sealed)
    clocks.show(monkeypatch, EVE, {second: EVE})
    assert endings.sweep(station) == 0, "the month after it is not over"
    clocks.show(monkeypatch, DAY, {})
    assert endings.sweep(station) == 0, "one clock alone"
    with station.database.reading() as session:
        assert endings.held(session, station.clocks()) == 1
        assert [one.kind for one in clock_findings.found(session, station.clocks()) if one.number] == ["ended"]
    clocks.show(monkeypatch, DAY, {second: DAY})
    assert endings.sweep(station) == 1
    assert not is_there(station, sealed)
    assert not is_served(station, sealed)
    assert readable(station, sealed) == set()
    assert endings.sweep(station) == 0, "and not twice"


@pytest.mark.parametrize("far", ["1970-01-01", "2036-01-01", "2106-02-08"])
@pytest.mark.parametrize("kind", KINDS)
def test_one_wrong_clock_destroys_nothing(world: World, monkeypatch: pytest.MonkeyPatch, kind: str, far: str) -> None:
    clocks.agree(monkeypatch, "2026-11-24")
    station: Station = getattr(world, kind)()
    sealed = sealed_until(world)
    take(station, sealed)
    for own, other in ((far, "2026-11-25"), ("2026-11-25", far), (far, "1970-01-01"), ("1970-01-01", far)):
        clocks.show(monkeypatch, own, {Clock.CENTRAL: other})
        assert endings.sweep(station) == 0, (own, other)
    assert is_there(station, sealed)


@pytest.mark.parametrize("kind", KINDS)
def test_without_an_end_it_is_kept(world: World, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    station: Station = getattr(world, kind)()
    sealed = sealed_until(world, None)
    take(station, sealed)
    clocks.agree(monkeypatch, "2190-01-01")
    assert endings.sweep(station) == 0
    assert end_of(station, sealed) is None


def test_a_station_does_not_call_it_withdrawn(world: World, node: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = sealed_until(world)
    take(node, sealed)
    clocks.agree(monkeypatch, DAY)
    endings.sweep(node)
    with node.database.reading() as session:
        fate = withdrawal_status.progress(node, session, tid=tid_of(sealed))
    assert fate is not None
    assert (fate.state, fate.ended) == ("destroyed", True)


def test_nothing_of_it_is_left_on_the_disk_but_names(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = sealed_until(world)
    take(node, sealed)
    body = sealed.parts[0].body
    assert body in raw_disk(node)
    clocks.agree(monkeypatch, DAY)
    assert endings.sweep(node) == 1
    assert body not in raw_disk(node)
    assert sealed.record.data not in raw_disk(node)
    home = node.settings.home
    node.close()
    assert [one.words for one in fsck.check(home) if one.subject in ("withdrawal", "journal")] == []


def test_the_log_names_the_manifest_and_the_station_signs_what_it_destroyed(
    world: World, central: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = sealed_until(world)
    take(central, sealed)
    clocks.agree(monkeypatch, DAY)
    endings.sweep(central)
    assert entries(central)[-1] == ("ended", sealed.record.id)
    with central.database.reading() as session:
        row = session.get_one(DestroyedRow, (sealed.record.id, central.kid))
        record = SignedRecord.decode(session.get_one(RecordRow, row.record).data)
        said_there = statements.verify_shredded(record, central.chain)
    assert record.version == "testimony/2/shredded"
    assert (said_there.withdrawal, said_there.destroyed) == (None, (sealed.record.id,))


def test_a_desk_signs_it_with_the_key_of_its_reader(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, central = world.desk(), world.central()
    sealed = sealed_until(world)
    take(desk, sealed)
    clocks.agree(monkeypatch, DAY)
    endings.sweep(desk)
    [name] = say_destroyed(desk, world.lawyer_signer)
    assert say_destroyed(desk, world.lawyer_signer) == []
    with desk.database.reading() as session:
        record = SignedRecord.decode(session.get_one(RecordRow, name).data)
    assert said(take(central, record)) == ["stored"]
    assert said(take(central, record)) == ["duplicate"]
    other = statements.shredded(withdrawal=None, day=EVE, signer=world.lawyer_signer, destroyed=[sealed.record.id])
    assert said(take(central, other)) == ["stored"], "another desk of that reader"


def test_what_arrives_after_its_end_is_answered_and_not_kept(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = sealed_until(world)
    take(node, sealed)
    clocks.agree(monkeypatch, DAY)
    endings.sweep(node)
    assert set(said(take(node, sealed))) == {"withdrawn"}
    assert not is_there(node, sealed)


def test_a_restored_database_destroys_again_what_the_journal_names(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = sealed_until(world)
    take(node, sealed)
    clocks.agree(monkeypatch, DAY)
    endings.sweep(node)
    lines = Journal(node.settings.home / "withdrawn.log").read()
    assert [(one.word, one.tid, one.record) for one in lines] == [("ended", tid_of(sealed), sealed.record.id.encode())]
    other = world.other_node()
    clocks.agree(monkeypatch, "2026-11-25")
    take(other, sealed)
    other.journal.append(lines)
    home = other.settings.home
    other.close()
    again = open_station(home)
    world.opened.append(again)
    assert not is_there(again, sealed)
    assert not is_served(again, sealed)


def test_of_version_1_nobody_knows_the_end_until_a_lawyer_says_it(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = world.coded()
    take(node, sealed)
    assert not is_known(node, sealed)
    clocks.agree(monkeypatch, "2190-01-01")
    assert endings.sweep(node) == 0, "never by itself"
    assert said(take(node, kept(world, sealed, UNTIL))) == ["stored"]
    assert is_known(node, sealed)
    assert end_of(node, sealed) == UNTIL
    assert endings.sweep(node) == 1


@pytest.mark.parametrize("first", ["testimony", "statement"])
def test_in_whatever_order_they_come_the_latest_month_counts(world: World, node: Station, first: str) -> None:
    sealed = sealed_until(world)
    later, earlier = kept(world, sealed, "2031-02"), kept(world, sealed, "2029-01", world.lawyer_signer)
    for one in (sealed, later, earlier) if first == "testimony" else (later, earlier, sealed):
        take(node, one)
    assert end_of(node, sealed) == "2031-02"
    take(node, kept(world, sealed, None))
    assert end_of(node, sealed) is None, "no end is later than every month"


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("until", ["0001-01", "1999-01", "2026-12"])
def test_one_lawyer_or_one_phone_cannot_shorten_the_life_that_the_roster_gave(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch, version: int, until: str
) -> None:
    """A lawyer who wants evidence gone, and a phone whose page was altered."""
    sealed = sealed_until(world, until) if version == 2 else world.coded()
    take(node, sealed, kept(world, sealed, until))
    assert end_of(node, sealed) == "2028-08", "24 months, less what a draft may wait"
    clocks.agree(monkeypatch, "2028-09-30")
    assert endings.sweep(node) == 0


def test_only_a_lawyer_says_it(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    for signer in (world.coordinator_signer, world.device, world.interviewer, world.station, Signer.generate()):
        [status] = take(node, kept(world, sealed, UNTIL, signer)).statuses
        assert (status.status, status.rule) == ("refused", "signer.unknown")
    assert not is_known(node, sealed)


def test_what_a_lawyer_said_outlives_a_restored_database(world: World, node: Station) -> None:
    sealed = sealed_until(world)
    longer = kept(world, sealed, "2031-02")
    take(node, sealed, longer)
    lines = Journal(node.settings.home / "withdrawn.log").read()
    assert [(one.word, one.record) for one in lines] == [("kept", longer.encode())]
    other = world.other_node()
    take(other, sealed)
    other.journal.append(lines)
    home = other.settings.home
    other.close()
    again = open_station(home)
    world.opened.append(again)
    assert end_of(again, sealed) == "2031-02"
    assert ("kept", longer.id) in entries(again)


def test_it_is_destroyed_with_the_testimony(world: World, node: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = sealed_until(world)
    take(node, sealed, statement := kept(world, sealed, "2029-01"))
    clocks.agree(monkeypatch, "2029-03-01")
    assert endings.sweep(node) == 1
    with node.database.reading() as session:
        row = session.get_one(RecordRow, statement.id)
        assert (row.progress, row.data) == (Progress.SHREDDED, b"")


def test_the_numbers_say_nothing_of_the_content(world: World, node: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = [sealed_until(world, month) for month in ("2028-11", "2028-12", "2029-05")]
    take(node, *ends, world.coded())
    today = date(2028, 12, 5)
    with node.database.reading() as session:
        assert endings.soon(session, today) == [(tid_of(ends[0]), "2028-11"), (tid_of(ends[1]), "2028-12")]
        found = endings.counts(session, today)
    assert (found.soon, found.ended, found.unknown, found.destroyed) == (1, 1, 1, 0)
    clocks.agree(monkeypatch, DAY)
    endings.sweep(node)
    with node.database.reading() as session:
        found = endings.counts(session, FIRST)
    assert (found.soon, found.ended, found.unknown, found.destroyed) == (0, 1, 1, 1)


def test_a_suspended_testimony_ends_too(world: World, node: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks.agree(monkeypatch, "2028-12-30")
    sealed = sealed_until(world)
    take(node, sealed, world.withdrawal(sealed, signer=world.device))
    assert is_there(node, sealed)
    clocks.agree(monkeypatch, DAY)
    assert endings.sweep(node) == 1
    assert not is_there(node, sealed)


@pytest.mark.parametrize("seals", [1, 2])
def test_a_destruction_names_what_it_destroyed_where_the_roster_allows_it(
    world: World, node: Station, seals: int
) -> None:
    if seals == 2:
        take(node, world.next_roster(trust={"files": [], "seals": 2}))
    sealed = world.coded()
    take(node, sealed)
    withdrawn = world.withdrawal(sealed)
    take(node, withdrawn)
    with node.database.reading() as session:
        row = session.get_one(DestroyedRow, (withdrawn.id, node.kid))
        record = SignedRecord.decode(session.get_one(RecordRow, row.record).data)
    made = statements.parse_shredded(record)
    assert made.withdrawal == withdrawn.id
    assert made.destroyed == (None if seals == 1 else (sealed.record.id,))
    assert (
        made.number
        == statements.parse_shredded(
            statements.shredded(withdrawal=withdrawn.id, day=made.day, signer=world.station)
        ).number
    ), "said once, in whichever version"


def test_a_destruction_names_a_withdrawal_or_one_testimony(world: World, node: Station) -> None:
    for names in ([], ["0" * 64, "1" * 64]):
        record = statements.shredded(withdrawal=None, day="2026-11-24", signer=world.station, destroyed=names)
        [status] = take(node, record).statuses
        assert (status.status, status.rule) == ("refused", "structure")
