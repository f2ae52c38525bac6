"""What central lost comes back from desks: proved by central's own earlier log, and never what was withdrawn."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.sealing.log import checkpoint as log_checkpoint
from testimony.sealing.log import cosignature, merkle, timestamp, witness_records
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import questions
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.continuity import reoffer
from testimony.services.custody import log as custody_log
from testimony.services.custody.earlier_logs import EarlierLogs, Logged
from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.services.feed.feed import Asker
from testimony.services.intake.intake import take_in
from testimony.services.integrity import fsck
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.roster import adoption
from testimony.services.witnesses import first_seen, witnesses
from testimony.station.station import Station
from testimony.store.models.records import Held, ObjectRow, RecordRow
from testimony.sync.client.exchange import ExchangeReport, exchange
from testimony.sync.errors import StationRefused, StationUnreachable
from testimony.sync.http.channel import Answer
from testimony.sync.server import returned_records
from testimony.sync.wire import returned
from testimony.sync.wire.frames import Frame, read_frames
from tests.support.sealing.timestamp_authority import Authority
from tests.support.services.witnesses import WITNESS, cosign, head, stamp
from tests.support.services.world import World, entries, take
from tests.support.sync.homes import kept, restored
from tests.support.sync.world import all_names, bring, held, in_process, incoming, objects_of, tid_of, to


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def at_lawyers(world: World, desk: Station, central: Station) -> ExchangeReport:
    return exchange(desk, to(central, world.lawyer_signer), audience="lawyers")


def at_coordinators(world: World, desk: Station, central: Station) -> ExchangeReport:
    return exchange(desk, to(central, world.coordinator_signer), audience="coordinators")


def names_for(sealed: SealedTestimony, audience: str) -> set[str]:
    """Heads of the audience, and the bodies that they open."""
    parts = [part for part in sealed.record.value["parts"] if audience in part["heads"]]
    return {name for part in parts for name in (part["heads"][audience], part["body"])}


def lost(central: Station, sealed: SealedTestimony) -> set[str]:
    with central.database.reading() as session:
        of_record = (ObjectRow.record == sealed.record.id, ObjectRow.held == Held.LOST)
        return set(session.scalars(select(ObjectRow.name).where(*of_record)))


def served(world: World, central: Station) -> Station:
    """Central as it serves readers again: its nodes have nothing of what it lost."""
    for name, signer in (("node", world.station), ("node-2", world.second_node)):
        node = world.create(name, "field", signer)
        exchange(node, to(central, signer))
    return central


def lost_with_the_backup(
    world: World, *late: SealedTestimony, desks: tuple[Station, ...] = ()
) -> tuple[Station, Station]:
    """Central, restored from before `late` came to it by stick; and a lawyer's desk that has read them."""
    central, desk = world.central(), world.desk()
    copy = kept(central)
    bring(central, *late)
    at_lawyers(world, desk, central)
    for other in desks:
        at_coordinators(world, other, central)
    return served(world, restored(world, central, copy, backup=True)), desk


@pytest.mark.both_databases
def test_a_lawyers_desk_gives_a_testimony_back_and_other_desks_get_it(world: World) -> None:
    sealed = world.testimony()
    central, desk = lost_with_the_backup(world, sealed)
    assert held(central, sealed) == set()
    report = at_lawyers(world, desk, central)
    ours = names_for(sealed, "lawyers")
    assert (report.returned.records, report.returned.objects, report.returned.refused) == (1, len(ours), {})
    assert held(central, sealed) == ours
    assert lost(central, sealed) == all_names(sealed) - ours
    assert ("received", sealed.record.id) in entries(central)
    other = world.desk("another")
    at_lawyers(world, other, central)
    assert held(other, sealed) == ours


def test_it_is_given_back_once(world: World) -> None:
    sealed = world.testimony()
    central, desk = lost_with_the_backup(world, sealed)
    at_lawyers(world, desk, central)
    asked: list[str] = []

    class Seen:
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            asked.append(url.rsplit("/", 1)[1])
            return in_process(central).send(method, url, headers, body)

    report = exchange(desk, to(central, world.lawyer_signer, Seen()), audience="lawyers")
    assert report.returned.records == 0
    assert "have" not in asked
    assert "batch" not in asked


@pytest.mark.both_databases
def test_a_coordinators_desk_adds_what_it_has_and_a_node_the_rest(world: World) -> None:
    sealed, other_desk = world.testimony(), world.desk("coordinator")
    central, desk = lost_with_the_backup(world, sealed, desks=(other_desk,))
    at_coordinators(world, other_desk, central)
    theirs = names_for(sealed, "coordinators")
    theirs = {name for name in theirs if name in held(other_desk, sealed)}
    assert held(central, sealed) == theirs
    at_lawyers(world, desk, central)
    assert held(central, sealed) == theirs | names_for(sealed, "lawyers")
    node = next(station for station in world.opened if station.settings.name == "node-2")
    bring(node, sealed)
    report = exchange(node, to(central, world.second_node))
    assert (report.pushed.delivered, report.pushed.waiting, report.pushed.refused) == (1, 0, {})
    assert held(central, sealed) == all_names(sealed)
    assert lost(central, sealed) == set()


@pytest.mark.parametrize("size", [1, 3])
def test_a_node_that_has_everything_gets_no_receipt_that_lacks_something(world: World, size: int) -> None:
    """Also when its delivery comes in small batches, each of which fills a part of what is lost."""
    sealed = world.testimony()
    central, desk = lost_with_the_backup(world, sealed)
    at_lawyers(world, desk, central)
    batch = incoming(sealed)
    record, objects = batch[0], batch[1:]
    receipts: list[SignedRecord] = []
    for start in range(0, len(objects), size):
        receipts += take_in(central, [record, *objects[start : start + size]], sender=world.second_node.kid).receipts
    assert [set(one.value["parts"]) for one in receipts][-1] == all_names(sealed)
    assert all(set(one.value["parts"]) == all_names(sealed) for one in receipts)


@pytest.mark.both_databases
def test_what_nobody_has_given_back_is_named_at_central_and_at_the_desk_that_lacks_it(world: World) -> None:
    sealed = world.testimony()
    central, desk = lost_with_the_backup(world, sealed)
    assert [fault for fault in fsck.check(central.settings.home) if fault.subject == "lost"] == []
    at_lawyers(world, desk, central)
    told = [fault for fault in fsck.check(central.settings.home) if fault.subject == "lost"]
    assert [("coordinators" in one.words, one.grave) for one in told] == [(True, False), (False, False)]
    assert "recovery" in told[1].words
    refused = at_coordinators(world, world.desk("new"), central).pulled.refused
    heads = {part["heads"]["coordinators"] for part in sealed.record.value["parts"] if "coordinators" in part["heads"]}
    assert set(refused.values()) == {"head.lost"}
    assert set(refused) <= heads


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_log_that_went_back_without_a_word_is_an_alarm_and_central_gets_everything_all_the_same(
    world: World, goes_on: bool
) -> None:
    """The whole folder of central was put back: no other epoch says so. Where it went on since, its log is another."""
    central, desk, sealed = world.central(), world.desk(), world.testimony()
    bring(central, world.testimony())
    copy = kept(central)
    bring(central, sealed)
    at_lawyers(world, desk, central)
    again = restored(world, central, copy)
    if goes_on:
        bring(again, world.testimony())
    with pytest.raises((LogForked, LogWentBack)):
        at_lawyers(world, desk, again)
    if goes_on:
        with pytest.raises(LogForked):
            at_lawyers(world, desk, again)
    else:
        at_lawyers(world, desk, again)
    assert held(again, sealed) == names_for(sealed, "lawyers")


def test_an_operator_who_says_that_central_was_restored_has_everything_given_back(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.testimony()
    copy = kept(central)
    bring(central, sealed)
    at_lawyers(world, desk, central)
    again = restored(world, central, copy)
    with desk.database.transaction() as session:
        reoffer.forget_mirrors(desk, session)
    assert at_lawyers(world, desk, again).returned.records == 1
    assert held(again, sealed) == names_for(sealed, "lawyers")
    assert at_lawyers(world, desk, again).returned.records == 0


def test_questions_come_back_beside_those_that_may_be_asked_in_a_day(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = world.testimony()
    asked = questions.question(tid=tid_of(sealed), code="more-detail", day="2026-11-24", signer=world.lawyer_signer)
    central, desk = world.central(), world.desk()
    copy = kept(central)
    bring(central, sealed)
    take(central, asked)
    at_lawyers(world, desk, central)
    central = served(world, restored(world, central, copy, backup=True))
    monkeypatch.setattr("testimony.services.intake.quotas.MOST_ASKED", 0)
    assert at_lawyers(world, desk, central).returned.refused == {}
    with central.database.reading() as session:
        assert record_queries.record_of(session, asked.id) is not None


def test_annexes_grants_and_questions_come_back_with_it(world: World) -> None:
    sealed = world.testimony()
    annexed = world.annex(sealed)
    central, desk = world.central(), world.desk()
    copy = kept(central)
    bring(central, sealed)
    take(central, annexed.record, *annexed.part.heads.values(), annexed.part.body)
    at_lawyers(world, desk, central)
    central = served(world, restored(world, central, copy, backup=True))
    report = at_lawyers(world, desk, central)
    assert report.returned.records == 2
    with central.database.reading() as session:
        assert record_queries.record_of(session, annexed.record.id) is not None


def test_what_a_phone_signed_that_was_revoked_since_comes_back_too(world: World) -> None:
    """Central took it in when the phone was active: its log says so."""
    sealed = world.testimony()
    central, desk = lost_with_the_backup(world, sealed)
    record = world.without("phone-7")
    adoption.adopt_all(central, [record])
    at_lawyers(world, desk, central)
    assert held(central, sealed) == names_for(sealed, "lawyers")


def test_media_come_back_from_a_lawyers_desk(world: World) -> None:
    sealed = world.with_media(size=90_000)
    central, desk = lost_with_the_backup(world, sealed)
    report = at_lawyers(world, desk, central)
    assert held(desk, sealed) == names_for(sealed, "lawyers")
    assert report.returned.refused == {}
    assert held(central, sealed) == names_for(sealed, "lawyers")
    other = world.desk("another")
    at_lawyers(world, other, central)
    assert held(other, sealed) == names_for(sealed, "lawyers")


def test_what_central_keeps_without_its_keys_is_filled(world: World) -> None:
    """A backup is restored without the newest shred keys: the record is there, and its heads are not."""
    sealed = world.testimony()
    central, desk = world.central(), world.desk()
    bring(central, sealed)
    at_lawyers(world, desk, central)
    with central.database.transaction() as session:
        heads = session.scalars(select(ObjectRow).where(ObjectRow.audience.is_not(None)))
        for head in heads:
            head.held, head.sealed = Held.EXPECTED, None
    copy = kept(central)
    again = served(world, restored(world, central, copy, backup=True))
    at_lawyers(world, desk, again)
    assert held(again, sealed) >= names_for(sealed, "lawyers")


def test_a_testimony_that_was_withdrawn_stays_gone(world: World) -> None:
    sealed = world.coded()
    central, desk = lost_with_the_backup(world, sealed)
    take(central, world.withdrawal(sealed))
    report = at_lawyers(world, desk, central)
    assert held(central, sealed) == set()
    assert report.returned.refused == {}
    with central.database.reading() as session:
        assert not record_queries.is_served(session, tid_of(sealed))
    assert central.shred_keys.find(tid_of(sealed)) is None


def test_a_desk_gives_nothing_back_that_was_withdrawn_there(world: World) -> None:
    """Its withdrawal goes first; the testimony does not go at all."""
    sealed, sent = world.coded(), list[str]()
    central, desk = lost_with_the_backup(world, sealed)
    take(desk, world.withdrawal(sealed))

    class Seen:
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            if url.endswith("/sync/batch"):
                sent.extend(frame.kind for frame in read_frames(body))
                assert not any(data in body for data in objects_of(sealed))
            return in_process(central).send(method, url, headers, body)

    report = exchange(desk, to(central, world.lawyer_signer, Seen()), audience="lawyers")
    assert report.returned.records == 0
    assert "object" not in sent
    assert held(central, sealed) == set()


def test_what_is_suspended_waits_until_the_withdrawal_is_void(world: World) -> None:
    sealed = world.testimony()
    central, desk = lost_with_the_backup(world, sealed)
    take(desk, world.withdraw(sealed))
    assert at_lawyers(world, desk, central).returned.records == 0
    with desk.database.reading() as session:
        assert not record_queries.is_served(session, tid_of(sealed))
    assert held(central, sealed) == set()


def test_a_revoked_reader_gives_nothing_back(world: World) -> None:
    sealed = world.testimony()
    central, desk = lost_with_the_backup(world, sealed)
    adoption.adopt_all(central, [world.without("lawyer-a")])
    with pytest.raises(StationRefused) as refused:
        at_lawyers(world, desk, central)
    assert refused.value.rule == "signer.inactive"
    assert held(central, sealed) == set()


def test_a_quota_holds_back_and_nothing_is_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = world.testimony(), world.testimony()
    central, desk = lost_with_the_backup(world, one, two)
    monkeypatch.setattr("testimony.services.continuity.given_back.SHARE", 1)
    monkeypatch.setattr(type(central.settings), "quota_records", 1, raising=False)
    object.__setattr__(central.settings, "quota_records", 1)
    report = at_lawyers(world, desk, central)
    assert report.returned.held_back is not None
    object.__setattr__(central.settings, "quota_records", 100)
    at_lawyers(world, desk, central)
    assert [held(central, each) == names_for(each, "lawyers") for each in (one, two)] == [True, True]


def test_a_link_that_dies_anywhere_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = [world.testimony() for _ in range(3)]
    central, desk = lost_with_the_backup(world, *sealed)
    monkeypatch.setattr("testimony.sync.client.delivery.ATTEMPTS", 1)
    monkeypatch.setattr("testimony.sync.http.transport.PAUSES", ())

    class Dying:
        def __init__(self, requests: int) -> None:
            self.left = requests

        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            self.left -= 1
            if self.left < 0:
                raise StationUnreachable(url=url)
            answer = in_process(central).send(method, url, headers, body)
            if self.left == 0:
                raise StationUnreachable(url=url)
            return answer

    for requests in range(1, 40):
        try:
            exchange(desk, to(central, world.lawyer_signer, Dying(requests)), audience="lawyers")
        except StationUnreachable:
            continue
        break
    assert [held(central, one) == names_for(one, "lawyers") for one in sealed] == [True] * 3


def proof_of(desk: Station, world: World, record: str, kind: str = "received") -> Logged:
    with desk.database.reading() as session:
        return EarlierLogs(session, world.central_signer.kid).prove(kind, [record])[record]


def answers(world: World, central: Station, *payloads: bytes, signer: Signer | None = None) -> list[tuple[str, str]]:
    frames = [Frame("record", payload) for payload in payloads]
    answer = to(central, signer or world.lawyer_signer).batch(frames)
    given = [canonical.decode_object(frame.payload) for frame in answer if frame.kind == "status"]
    return [(said["status"], said["rule"] or "") for said in given]


def rewritten(logged: Logged, **changes: str) -> Logged:
    """The proof for an entry that central never wrote."""
    entry = canonical.encode(canonical.decode_object(logged.entry) | changes)
    return Logged(checkpoint=logged.checkpoint, entry=entry, proof=logged.proof)


def test_only_what_central_itself_logged_is_taken_back(world: World) -> None:
    sealed, never = world.testimony(), world.testimony()
    central, desk = lost_with_the_backup(world, sealed)
    with pytest.raises(StationUnreachable):
        exchange(desk, to(central, world.lawyer_signer, Greeted(central)), audience="lawyers")
    logged, bare = proof_of(desk, world, sealed.record.id), sealed.record.encode()
    forger = Signer.generate()
    entry = canonical.encode({**canonical.decode_object(logged.entry), "no": 0, "ref": never.record.id})
    own = log_checkpoint.sign(custody_log.origin(world.central_signer.kid), 1, merkle.leaf_hash(entry), forger)
    elsewhere = log_checkpoint.sign(custody_log.origin(forger.kid), 1, merkle.leaf_hash(entry), forger)
    short = Logged(checkpoint=logged.checkpoint, entry=logged.entry, proof=logged.proof[:-1])
    wrong = {
        "of another record": returned.encode(never.record.encode(), logged),
        "of a changed entry": returned.encode(never.record.encode(), rewritten(logged, ref=never.record.id)),
        "of another kind": returned.encode(bare, rewritten(logged, kind="dropped")),
        "with a step too few": returned.encode(bare, short),
        "under a forged head": returned.encode(never.record.encode(), Logged(checkpoint=own, entry=entry, proof=())),
        "under the head of a stranger": returned.encode(
            never.record.encode(), Logged(checkpoint=elsewhere, entry=entry, proof=())
        ),
    }
    for what, payload in wrong.items():
        assert answers(world, central, payload) == [("refused", "not.logged")], what
    assert answers(world, central, never.record.encode(), bare) == [("refused", "kind.unknown")] * 2
    assert held(central, sealed) == held(central, never) == set()
    assert answers(world, central, returned.encode(bare, logged)) == [("stored", "")]


def test_a_record_that_was_altered_is_refused_although_its_proof_is_good(world: World) -> None:
    """The name of a record is the hash of its bytes, so that no other has its place in the log."""
    sealed = world.testimony()
    central, desk = lost_with_the_backup(world, sealed)
    with pytest.raises(StationUnreachable):
        exchange(desk, to(central, world.lawyer_signer, Greeted(central)), audience="lawyers")
    logged = proof_of(desk, world, sealed.record.id)
    changed = SignedRecord.decode(sealed.record.encode().replace(b"2026-11-24", b"2026-11-23"))
    assert answers(world, central, returned.encode(changed.encode(), logged)) == [("refused", "not.logged")]
    unsigned = SignedRecord(sealed.record.data, ())
    (answer,) = answers(world, central, returned.encode(unsigned.encode(), logged))
    assert answer[0] == "refused"


def test_from_a_node_a_proof_is_not_understood(world: World) -> None:
    sealed = world.testimony()
    central, desk = lost_with_the_backup(world, sealed)
    with pytest.raises(StationUnreachable):
        exchange(desk, to(central, world.lawyer_signer, Greeted(central)), audience="lawyers")
    payload = returned.encode(sealed.record.encode(), proof_of(desk, world, sealed.record.id))
    assert answers(world, central, payload, signer=world.station) == [("refused", "structure")]


def test_stamps_rosters_and_unknown_kinds_are_not_taken_back(world: World) -> None:
    sealed = world.testimony()
    central, desk = lost_with_the_backup(world, sealed)
    with pytest.raises(StationUnreachable):
        exchange(desk, to(central, world.lawyer_signer, Greeted(central)), audience="lawyers")
    logged = proof_of(desk, world, sealed.record.id)
    roster = world.sign(world.successor())
    assert answers(world, central, returned.encode(roster.encode(), logged)) == [("refused", "kind.unknown")]


class Greeted:
    """A central that can be greeted, and is gone then."""

    def __init__(self, central: Station) -> None:
        self.central = central

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        if not url.endswith(("/sync/greeting", "/sync/nonce")):
            raise StationUnreachable(url=url)
        return in_process(self.central).send(method, url, headers, body)


def test_a_central_that_was_never_restored_is_asked_nothing_more(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.testimony()
    bring(central, sealed)
    at_lawyers(world, desk, central)
    assert at_lawyers(world, desk, central).returned.records == 0
    assert held(desk, sealed) == names_for(sealed, "lawyers")
    assert take_in(desk, [Incoming("record", sealed.record.encode())]).statuses[0].status == "duplicate"


@pytest.mark.both_databases
def test_time_stamps_and_cosignatures_come_back_and_count_where_the_log_is_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cosignature, "of_all", lambda _: (WITNESS,))
    central, desk, authority, early = world.central(), world.desk(), Authority(), world.testimony()
    bring(central, early)
    copy, note = kept(central), head(central)
    cosign(central)
    stamp(central, authority, note)
    bring(central, world.testimony())
    stamp(central, authority)
    at_lawyers(world, desk, central)
    central = served(world, restored(world, central, copy, backup=True))
    assert seen_by(central, early) == []
    stamp(central, authority)
    report = at_lawyers(world, desk, central)
    assert report.returned.refused == {}
    with central.database.reading() as session:
        epochs = [one.head.epoch for one in witnesses.stamps(central, session, central.kid, newest=True)]
        assert len(epochs) == 3
        assert epochs[0] == custody_log.epoch(session), "the last one of the log that there is"
        assert witnesses.last_size(central, session, WITNESS.name) == 0, "the partner has not seen this log"
        assert witnesses.seen(central, session)[0].size > 0
    other = world.desk("another")
    at_lawyers(world, other, central)
    for station in (central, other):
        assert seen_by(station, early) == ["stamped", "cosigned"], "the head before the backup is the same log's"
    assert not [one for one in fsck.check(central.settings.home) if one.grave]


def seen_by(station: Station, sealed: SealedTestimony) -> list[str]:
    """Who first saw the log with it in it, of those who saw it as far as the backup goes."""
    central = station.own_signer if station.settings.role == "central" else None
    with station.database.reading() as session:
        found = first_seen.first_sightings(session, station.chain, sealed.record.id, central=central)
        place = custody_log.position_of(session, sealed.record.id, "received")
    return [one.kind for one in found if place is None or one.size <= place + 2]


def test_a_stamp_that_central_did_not_log_is_not_taken_back(world: World) -> None:
    central, desk = world.central(), world.desk()
    bring(central, world.testimony())
    at_lawyers(world, desk, central)
    note, authority = head(central), Authority()
    query = timestamp.ask(hashlib.sha256(note.encode()).digest(), bytes(16))
    made = witness_records.stamp(
        note=note,
        query=query,
        reply=authority.reply(query),
        roots=authority.roots,
        day=central.today(),
        signer=central.signer,
    )
    with desk.database.reading() as session:
        ((_, logged),) = EarlierLogs(session, central.kid).prove("received", [world_record(session)]).items()
    asker = Asker(kid=world.lawyer_signer.kid, role="lawyer")
    unpacked = returned_records.unpack(central, asker, [Frame("record", returned.encode(made.encode(), logged))])
    assert unpacked.rules == {0: "not.logged"}


def world_record(session: Session) -> str:
    return str(session.scalars(select(RecordRow.name).where(RecordRow.kind == "manifest")).one())
