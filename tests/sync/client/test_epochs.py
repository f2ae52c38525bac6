"""A restored central says so by another epoch under its signature; stations offer again and go on without a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from testimony import canonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements.statements import contest
from testimony.services import startup
from testimony.services.continuity import central_view, epochs, incarnations, reoffer, restart
from testimony.services.continuity.errors import CentralRestored
from testimony.services.custody import log as custody_log
from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.services.delivery import bundle_contents, outbox
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.roster import adoption
from testimony.station.station import Station
from testimony.store.errors import StoreFull
from testimony.store.models.log import ASIDE, LogHead, LogLeaf
from testimony.store.models.suspensions import Standing, SuspensionRow
from testimony.store.state import epochs as state_epochs
from testimony.sync.client.exchange import at_desk, exchange
from testimony.sync.client.pull import pull
from testimony.sync.errors import BundleRefused, LogForeign
from testimony.sync.http.channel import Answer
from tests.support.services.world import World, take
from tests.support.services.world import entries as entries_of
from tests.support.sync.homes import kept, restored
from tests.support.sync.removable_media import answer, bring_file, export
from tests.support.sync.world import Changed, all_names, bring, held, in_process, tid_of, to, waiting


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def is_gone(station: Station, tid: str) -> bool:
    with station.database.reading() as session:
        return not record_queries.is_served(session, tid) and station.shred_keys.find(tid) is None


def awaited(central: Station) -> list[str]:
    with central.database.reading() as session:
        return restart.missing(central, session)


def test_what_the_backup_lacks_comes_again_and_readers_wait_for_every_node(world: World) -> None:
    node, other, central, desk = world.node(), world.other_node(), world.central(), world.desk()
    early, late = world.coded(), world.testimony()
    bring(node, early)
    exchange(node, to(central, world.station))
    exchange(other, to(central, world.second_node))
    copy = kept(central)
    bring(node, late)
    exchange(node, to(central, world.station))
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    again = restored(world, central, copy, backup=True)
    assert held(again, late) == set()
    assert awaited(again) == ["node-1", "node-2"]
    with pytest.raises(CentralRestored):
        exchange(desk, to(again, world.lawyer_signer), audience="lawyers")
    report = exchange(node, to(again, world.station))
    assert (report.greeting.restored, report.pushed.delivered) == (True, 2)
    assert held(again, late) == all_names(late)
    assert awaited(again) == ["node-2"]
    said = at_desk(desk, to(again, world.lawyer_signer), audience="lawyers", seconds=1)
    assert isinstance(said.failure, CentralRestored)
    exchange(other, to(again, world.second_node))
    assert awaited(again) == []
    exchange(desk, to(again, world.lawyer_signer), audience="lawyers")
    assert [kind for kind, _ in entries_of(again) if kind in ("restored", "resumed")] == ["restored", "resumed"]
    assert not exchange(node, to(again, world.station)).greeting.restored
    assert waiting(node) == []


def say(station: Station, record: SignedRecord) -> None:
    """Somebody says it there."""
    outcome = take_in(station, [Incoming("record", record.encode())], outbound=True)
    assert [status.status for status in outcome.statuses] == ["stored"]


def standings(station: Station) -> list[int]:
    """Of the workers' withdrawals that are known."""
    with station.database.reading() as session:
        return list(session.scalars(select(SuspensionRow.standing)))


@pytest.mark.parametrize("said_at", ["node", "desk"])
def test_a_withdrawal_that_two_called_false_comes_again_and_holds_nothing_back_meanwhile(
    world: World, said_at: str
) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    desks = {
        "lawyers": (world.desk(), world.lawyer_signer),
        "coordinators": (world.desk("2"), world.coordinator_signer),
    }
    copy = kept(central)
    bring(node, sealed)
    exchange(node, to(central, world.station))
    withdrawal = world.withdraw(sealed)
    say({"node": node, "desk": desks["lawyers"][0]}[said_at], withdrawal)

    def meet(there: Station) -> None:
        exchange(node, to(there, world.station))
        for audience, (desk, signer) in desks.items():
            with suppress(CentralRestored):
                exchange(desk, to(there, signer), audience=audience)

    meet(central)
    for desk, signer in desks.values():
        say(desk, contest(withdrawal=withdrawal.id, annex="0" * 64, day="2026-11-24", signer=signer))
    meet(central)
    meet(central)
    assert standings(node) == standings(desks["lawyers"][0]) == [Standing.VOID]
    again = restored(world, central, copy, backup=True)
    exchange(world.other_node(), to(again, world.second_node))
    for _ in range(4):
        meet(again)
        assert standings(again) in ([], [Standing.VOID])
        with again.database.reading() as session:
            assert record_queries.is_served(session, tid_of(sealed))
    assert standings(again) == [Standing.VOID]
    with node.database.reading() as session:
        assert withdrawal.id not in bundle_contents.texts(
            session, everything=True
        )  # a copy of before may read that stick
    assert [waiting(one) for one in (node, *(desk for desk, _ in desks.values()))] == [[], [], []]


def test_a_withdrawal_that_the_backup_lacks_comes_before_a_reader_is_served(world: World) -> None:
    node, central, desk, sealed = world.node(), world.central(), world.desk(), world.coded()
    bring(node, sealed)
    exchange(node, to(central, world.station))
    copy = kept(central)
    take(node, world.withdrawal(sealed))
    exchange(node, to(central, world.station))
    again = restored(world, central, copy, backup=True)
    assert not is_gone(again, tid_of(sealed))
    with pytest.raises(CentralRestored):
        pull(desk, to(again, world.lawyer_signer), audience="lawyers")
    exchange(node, to(again, world.station))
    assert is_gone(again, tid_of(sealed))


@pytest.mark.parametrize("who", ["desk", "node"])
def test_a_withdrawal_is_brought_again_by_whoever_heard_of_it(world: World, who: str) -> None:
    node, central, desk, sealed = world.node(), world.central(), world.desk(), world.coded()
    bring(node, sealed)
    exchange(node, to(central, world.station))
    copy = kept(central)
    take(node, world.withdrawal(sealed))
    exchange(node, to(central, world.station))
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    again = restored(world, central, copy, backup=True)
    if who == "node":  # a node forgets nothing of a withdrawal, however long ago it was delivered
        with node.database.transaction() as session:
            outbox.drop_delivered(node, session, upto="2099-01-01")
        exchange(node, to(again, world.station))
    else:
        with pytest.raises(CentralRestored):
            exchange(desk, to(again, world.lawyer_signer), audience="lawyers")
    assert is_gone(again, tid_of(sealed))


def test_an_operator_serves_readers_without_waiting(world: World) -> None:
    node, central, desk = world.node(), world.central(), world.desk()
    bring(node, world.testimony())
    exchange(node, to(central, world.station))
    startup.begin_anew(central)
    with pytest.raises(CentralRestored):
        pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    with central.database.transaction() as session:
        assert restart.resume(central, session)
        assert not restart.resume(central, session)
    assert pull(desk, to(central, world.lawyer_signer), audience="lawyers").records > 0


def test_a_revoked_node_is_not_waited_for(world: World) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    exchange(node, to(central, world.station))
    startup.begin_anew(central)
    assert awaited(central) == ["node-1", "node-2"]
    adoption.adopt_all(central, [world.without("node-2")])
    assert awaited(central) == ["node-1"]
    exchange(node, to(central, world.station))
    assert awaited(central) == []


def test_the_log_of_before_is_kept_as_evidence_with_its_last_signed_head(world: World) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    exchange(node, to(central, world.station))
    with node.database.reading() as session:
        before, size = custody_log.mirror_head(session, central.kid), custody_log.mirror_size(session, central.kid)
    replaced = world.central("replaced")
    exchange(node, to(replaced, world.station))
    with node.database.reading() as session:
        aside = session.query(LogHead).filter(LogHead.log.startswith(ASIDE)).one()
        leaves = session.query(LogLeaf).filter(LogLeaf.log == aside.log).count()
        assert (aside.checkpoint, leaves) == (before, size)
        assert custody_log.mirror_head(session, central.kid) != before
    assert ("restored", replaced.incarnation) in entries_of(node)


def test_without_another_epoch_a_log_that_went_back_stays_an_alarm(world: World) -> None:
    node, central = world.node(), world.central()
    copy = kept(central)
    bring(node, world.testimony())
    exchange(node, to(central, world.station))
    again = restored(world, central, copy)
    bring(again, world.testimony())  # or its log would become the very same one, when everything was offered again
    for _ in range(2):
        with pytest.raises((LogForked, LogWentBack)):
            exchange(node, to(again, world.station))
    startup.begin_anew(again)  # an operator says that it was restored
    assert exchange(node, to(again, world.station)).greeting.restored


def test_an_epoch_that_was_left_is_never_followed_again(world: World) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    exchange(node, to(central, world.station))
    replaced = world.central("replaced")
    exchange(node, to(replaced, world.station))
    with pytest.raises(LogWentBack):
        exchange(node, to(central, world.station))
    with pytest.raises(LogWentBack):
        pull(node, to(central, world.station))
    assert not exchange(node, to(replaced, world.station)).greeting.restored


def test_nothing_follows_from_an_epoch_that_central_did_not_sign(world: World) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    exchange(node, to(central, world.station))
    stranger = world.create("stranger", "central", world.second_node)
    with pytest.raises(LogForeign):
        exchange(node, to(stranger, world.station))
    assert waiting(node) == []
    with node.database.reading() as session:
        assert epochs.followed(session, central.kid) == central.incarnation


def test_a_central_of_an_earlier_version_is_served_and_read_as_before(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    with central.database.transaction() as session:
        state_epochs.edit(session).epoch = None

    def unknown(path: str, answer: Answer) -> Answer:
        body = canonical.encode({"rule": "structure", "sentence": ""})
        return Answer(404, answer.headers, body) if path == "/sync/greeting" else answer

    bring(node, sealed)
    report = exchange(node, to(central, world.station, Changed(in_process(central), unknown)))
    assert (report.greeting.epoch, report.pushed.delivered) == ("", 1)


@pytest.mark.parametrize("full", ["central", "node"])
def test_a_full_disk_that_cannot_note_a_greeting_keeps_no_withdrawal_from_going(
    world: World, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    node, central, sealed = world.node(), world.central(), world.coded()
    bring(node, sealed)
    exchange(node, to(central, world.station))
    take(node, world.withdrawal(sealed))

    def refuse(*_: object, **__: object) -> None:
        raise StoreFull

    module, name = (incarnations, "hear") if full == "central" else (central_view, "note")
    monkeypatch.setattr(module, name, refuse)
    exchange(node, to(central, world.station))
    assert is_gone(central, tid_of(sealed))
    monkeypatch.undo()
    startup.begin_anew(central)
    exchange(node, to(central, world.station))
    assert awaited(central) == ["node-2"]  # what was not heard is said again


def test_a_stick_from_before_the_restoration_delivers_nothing_and_one_from_after_it_is_followed(
    world: World, tmp_path: Path
) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    exchange(node, to(central, world.station))
    bring(node, sealed)
    (file,) = export(node, tmp_path / "stick")
    copy = kept(central)
    bring_file(central, file)
    (old,) = answer(central, tmp_path / "stick", "node-1")
    again = restored(world, central, copy, backup=True)
    exchange(node, to(again, world.station))
    with node.database.transaction() as session:
        reoffer.reopen(session)
    with pytest.raises(BundleRefused) as refused:
        bring_file(node, old)
    assert refused.value.reason == "restored"
    assert waiting(node) == [sealed.record.id]  # its receipts are of a store that is no more
    startup.begin_anew(again)
    with pytest.raises(CentralRestored):
        answer(again, tmp_path / "desk", "lawyer-a")
    (new,) = answer(again, tmp_path / "new", "node-1", after=0)
    assert bring_file(node, new).read
    with node.database.reading() as session:
        assert epochs.followed(session, again.kid) == again.incarnation


def test_an_offer_that_central_did_not_hear_is_said_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    node, central = world.node(), world.central()
    startup.begin_anew(central)

    def refuse(*_: object, **__: object) -> None:
        raise StoreFull

    monkeypatch.setattr(restart, "note_offered", refuse)
    exchange(node, to(central, world.station))
    monkeypatch.undo()
    assert awaited(central) == ["node-1", "node-2"]
    exchange(node, to(central, world.station))
    assert awaited(central) == ["node-2"]
