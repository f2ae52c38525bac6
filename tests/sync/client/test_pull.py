"""Fetching: each asker gets no more than theirs, nothing is believed that the log does not prove."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from testimony import canonical
from testimony.sealing.log import merkle
from testimony.sealing.parts.part import rewrap
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements.statements import grant
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.continuity.reoffer import forget_mirrors
from testimony.services.custody import log as custody_log
from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.roster import adoption
from testimony.station.station import Station
from testimony.store.errors import StoreFull
from testimony.sync.client.exchange import exchange
from testimony.sync.client.pull import pull
from testimony.sync.client.push import push
from testimony.sync.errors import LogForeign, NotTheStation, StationRefused
from testimony.sync.http.channel import Answer
from testimony.sync.wire.frames import Frame
from tests.support.damage import last_byte_changed
from tests.support.sync.world import (
    Changed,
    World,
    all_names,
    bring,
    feed_changed,
    held,
    in_process,
    in_the_epoch_of,
    objects_of,
    tid_of,
    to,
    waiting,
)

FOR_COORDINATORS = {"coded", "consent"}


def take(station: Station, *records: SignedRecord) -> None:
    outcome = take_in(station, [Incoming("record", record.encode()) for record in records])
    assert {status.status for status in outcome.statuses} <= {"stored", "duplicate"}, outcome.statuses


def feed_of(world: World, central: Station, signer: object, after: int = 0) -> list[Frame]:
    return to(central, signer).feed(after)  # type: ignore[arg-type]


def names_for(sealed: SealedTestimony, audience: str) -> set[str]:
    parts = [part for part in sealed.record.value["parts"] if audience in part["heads"]]
    return {name for part in parts for name in (part["heads"][audience], part["body"])}


def test_a_lawyers_desk_gets_the_lawyers_heads_and_every_body(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.testimony()
    bring(central, sealed)
    report = pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert report.refused == {}
    assert held(desk, sealed) == names_for(sealed, "lawyers")
    assert report.objects == len(names_for(sealed, "lawyers")) == 12


def test_a_coordinators_desk_gets_coded_and_consent_and_never_a_byte_of_the_rest(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.testimony()
    bring(central, sealed)
    sent = [frame for frame in feed_of(world, central, world.coordinator_signer) if frame.kind == "object"]
    allowed = [
        data
        for part in sealed.parts
        if part.part in FOR_COORDINATORS
        for data in (part.heads["coordinators"], part.body)
    ]
    assert sorted(frame.payload for frame in sent) == sorted(allowed)
    pull(desk, to(central, world.coordinator_signer), audience="coordinators")
    assert held(desk, sealed) == names_for(sealed, "coordinators")


def test_a_coordinators_desk_takes_no_more_than_that_whatever_is_sent(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.testimony()
    bring(central, sealed)
    pull(desk, to(central, world.lawyer_signer), audience="coordinators")  # the other side sends all that lawyers get
    coded, consent = (
        {part["body"] for part in sealed.record.value["parts"] if part["part"] == name} for name in ("coded", "consent")
    )
    assert held(desk, sealed) == coded | consent


def test_a_node_gets_leaves_and_rosters_and_not_one_object(world: World) -> None:
    central = world.central()
    bring(central, world.testimony(), world.testimony())
    adoption.adopt_all(central, [world.next_roster()])
    frames = feed_of(world, central, world.station)
    assert [frame.kind for frame in frames[2:]] == ["entry", "record", "leaf", "leaf", "entry", "record", "end"]


def test_a_node_hears_of_the_withdrawal_of_what_it_delivered_and_of_no_other(world: World) -> None:
    node, other, central, sealed = world.node(), world.other_node(), world.central(), world.testimony()
    bring(node, sealed)
    push(node, to(central, world.station))
    withdrawn = world.withdraw(sealed)
    take(central, withdrawn)
    assert withdrawn.encode() in [frame.payload for frame in feed_of(world, central, world.station)]
    assert withdrawn.encode() not in [frame.payload for frame in feed_of(world, central, world.second_node)]
    pull(node, to(central, world.station))
    pull(other, to(central, world.second_node))
    assert held(node, sealed) == set()
    with node.database.reading() as session:
        assert not record_queries.is_served(session, tid_of(sealed))
    with other.database.reading() as session:
        assert record_queries.record_of(session, withdrawn.id) is None


def test_a_desk_that_holds_a_testimony_hears_of_its_withdrawal(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.testimony()
    bring(central, sealed)
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    take(central, world.withdraw(sealed))
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert held(desk, sealed) == set()


def test_what_was_withdrawn_is_not_given_any_more(world: World) -> None:
    central, sealed = world.central(), world.testimony()
    bring(central, sealed)
    take(central, world.withdraw(sealed))
    frames = feed_of(world, central, world.lawyer_signer)
    assert not [frame for frame in frames if frame.kind == "object"]


def test_a_granted_head_goes_to_those_who_may_open_the_part(world: World) -> None:
    central, sealed = world.central(), world.testimony()
    bring(central, sealed)
    for part in ("identity", "coded"):
        found = next(each for each in sealed.parts if each.part == part)
        readers = [world.lawyer_b.recipient]
        head = rewrap(found.heads["lawyers"], key=world.lawyer_a, recipients=readers, slots=4)
        granted = grant(
            manifest=sealed.record.id,
            part=part,
            head=canonical.sha256_hex(head),
            day="2026-11-24",
            signer=world.lawyer_signer,
        )
        outcome = take_in(central, [Incoming("record", granted.encode()), Incoming("object", head)])
        assert [status.status for status in outcome.statuses] == ["stored", "stored"]
        sent = {
            role: head in [frame.payload for frame in feed_of(world, central, signer)]
            for role, signer in (("lawyer", world.lawyer_signer), ("coordinator", world.coordinator_signer))
        }
        assert sent == {"lawyer": True, "coordinator": part == "coded"}


def test_a_damaged_copy_at_central_holds_back_no_other(world: World) -> None:
    central, desk, damaged, sound = world.central(), world.desk(), world.testimony(), world.testimony()
    bring(central, damaged, sound)
    name = damaged.parts[0].describe()["body"]
    next(path for path in (central.settings.home / "parts").rglob(name)).write_bytes(b"x")
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert held(desk, sound) == names_for(sound, "lawyers")
    assert held(desk, damaged) == names_for(damaged, "lawyers") - {name}


def test_rosters_come_with_the_feed(world: World) -> None:
    central, node, desk = world.central(), world.node(), world.desk()
    adoption.adopt_all(central, [world.next_roster(), world.next_roster()])
    bring(central, world.testimony())
    pull(node, to(central, world.station))
    report = pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert (node.chain.latest.no, desk.chain.latest.no) == (3, 3)
    assert report.refused == {}


def test_pulling_again_fetches_nothing_again(world: World) -> None:
    central, desk = world.central(), world.desk()
    bring(central, world.testimony())
    first = pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    again = pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert (first.entries, again.entries, again.records, again.objects) == (2, 0, 0, 0)
    assert again.size == first.size == 2


def test_a_long_feed_comes_in_pieces_each_proved(world: World) -> None:
    central, desk = world.central(), world.desk()
    all_sealed = [world.testimony(size=30_000) for _ in range(6)]
    bring(central, *all_sealed)
    asked: list[str] = []

    def remember(path: str, answer: Answer) -> Answer:
        asked.append(path)
        return answer

    report = pull(desk, to(central, world.lawyer_signer, Changed(in_process(central), remember)), audience="lawyers")
    assert report.entries == 7
    assert len([path for path in asked if path.startswith("/sync/feed")]) > 2
    assert all(held(desk, sealed) == names_for(sealed, "lawyers") for sealed in all_sealed)
    with desk.database.reading() as mine, central.database.reading() as theirs:
        assert custody_log.mirror_size(mine, central.kid) == custody_log.size(theirs)
        for position in range(7):
            note, size, proof = custody_log.mirror_inclusion(mine, central.kid, position) or ("", 0, [])
            entry = custody_log.entries(theirs, position, 1)[0][1]
            root = bytes.fromhex(custody_log.root(theirs, size))
            merkle.verify_inclusion(merkle.leaf_hash(entry), position, size, proof, root)
            assert note.startswith(f"testimony/1/log/{central.kid}\n")


def other_entry(frames: list[Frame]) -> list[Frame]:
    """The last entry says another day."""
    number = max(n for n, frame in enumerate(frames) if frame.kind == "entry")
    said = {**canonical.decode(frames[number].payload), "day": "2020-01-01"}
    return [*frames[:number], Frame("entry", canonical.encode(said)), *frames[number + 1 :]]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (other_entry, LogForked),
        (lambda frames: [Frame("checkpoint", b"garbage"), *frames[1:]], LogForeign),
        (lambda frames: [Frame("checkpoint", frames[0].payload.replace(b"log/", b"log/0")), *frames[1:]], LogForeign),
        (lambda frames: [Frame("checkpoint", b"\xff"), *frames[1:]], NotTheStation),
        (lambda frames: frames[1:], NotTheStation),
        (lambda frames: [*frames, Frame("leaf", b"\0" * 32)], NotTheStation),
        (lambda frames: [*frames, Frame("leaf", b"\0" * 31)], NotTheStation),
        (lambda frames: [*frames[:2], Frame("record", b"{}"), *frames[2:]], NotTheStation),
        (lambda frames: [*frames, Frame("status", b"{}")], NotTheStation),
        (lambda frames: [frame for frame in frames if frame.kind != "entry"], NotTheStation),
    ],
)
def test_a_feed_that_the_signed_log_does_not_prove_moves_nothing(
    world: World, change: Callable[[list[Frame]], list[Frame]], error: type[Exception]
) -> None:
    central, desk = world.central(), world.desk()
    bring(central, world.testimony())
    channel = Changed(in_process(central), feed_changed(change))
    with pytest.raises(error):
        pull(desk, to(central, world.lawyer_signer, channel), audience="lawyers")
    with desk.database.reading() as session:
        assert custody_log.mirror_size(session, central.kid) == 0
    assert pull(desk, to(central, world.lawyer_signer), audience="lawyers").entries == 2


def test_a_log_signed_by_a_node_is_not_centrals(world: World) -> None:
    node, desk = world.node(), world.desk()
    with pytest.raises(LogForeign):
        pull(desk, to(node, world.lawyer_signer), audience="lawyers")


def test_objects_that_nobody_asked_for_are_not_kept(world: World) -> None:
    central, desk, sealed, stray = world.central(), world.desk(), world.testimony(), world.testimony()
    bring(central, sealed)
    extra = [Frame("object", data) for data in (*objects_of(stray), b"x" * 1000)]
    channel = Changed(in_process(central), feed_changed(lambda frames: [*frames, *extra] if frames[2:] else frames))
    report = pull(desk, to(central, world.lawyer_signer, channel), audience="lawyers")
    assert report.objects == 12
    assert not any(desk.parts.holds(canonical.sha256_hex(frame.payload)) for frame in extra)


def test_an_altered_object_is_not_kept(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.testimony()
    bring(central, sealed)

    def alter(frames: list[Frame]) -> list[Frame]:
        return [Frame("object", last_byte_changed(f.payload)) if f.kind == "object" else f for f in frames]

    pull(desk, to(central, world.lawyer_signer, Changed(in_process(central), feed_changed(alter))), audience="lawyers")
    assert held(desk, sealed) == set()


def test_a_piece_is_asked_for_again_when_it_could_not_be_stored(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    central, desk, sealed = world.central(), world.desk(), world.testimony()
    bring(central, sealed)

    def full(*_: object) -> None:
        raise StoreFull

    with monkeypatch.context() as patch:
        patch.setattr("testimony.sync.client.pull.intake.take_in", full)
        with pytest.raises(StoreFull):
            pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert held(desk, sealed) == names_for(sealed, "lawyers")


def restore(world: World, central: Station, *again: SealedTestimony) -> Station:
    """The central server as it was before anything was delivered, plus what came `again`."""
    restored = world.central("restored")
    bring(restored, *again)
    return restored


def test_a_restored_central_is_noticed_and_everything_is_offered_again(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    exchange(node, to(central, world.station))
    assert waiting(node) == []
    restored = restore(world, central)
    in_the_epoch_of(central, restored)
    with pytest.raises(LogWentBack) as error:
        exchange(node, to(restored, world.station))
    assert central.kid in str(error.value)
    assert waiting(node) == [sealed.record.id]
    assert push(node, to(restored, world.station)).delivered == 1
    assert held(restored, sealed) == all_names(sealed)


def test_a_log_that_grew_differently_is_noticed(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    exchange(node, to(central, world.station))
    restored = restore(world, central, world.testimony(), world.testimony())
    in_the_epoch_of(central, restored)
    with pytest.raises(LogForked):
        pull(node, to(restored, world.station))
    with node.database.transaction() as session:
        forget_mirrors(node, session)
    assert pull(node, to(restored, world.station)).entries == 3


def test_strangers_interviewers_and_revoked_readers_get_nothing(world: World) -> None:
    central = world.central()
    rules = {}
    for who, signer in {"stranger": World(world.folder / "x").lawyer_signer, "interviewer": world.interviewer}.items():
        with pytest.raises(StationRefused) as refused:
            feed_of(world, central, signer)
        rules[who] = refused.value.rule
    people = [{**each, "status": "revoked"} if each["id"] == "lawyer-a" else each for each in world.roster["people"]]
    adoption.adopt_all(central, [world.next_roster(people=people)])
    with pytest.raises(StationRefused) as refused:
        feed_of(world, central, world.lawyer_signer)
    assert (rules, refused.value.rule) == (
        {"stranger": "signer.unknown", "interviewer": "signer.role"},
        "signer.inactive",
    )
