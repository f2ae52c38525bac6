"""What a node has and does not deliver, for it has it in part or holds it back: it shares the fate of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.sealing.statements.early_withdrawal import early_withdrawal
from testimony.sealing.statements.statements import contest
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.continuity import reoffer
from testimony.services.delivery import outbox
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from testimony.sync.client.push import push
from testimony.sync.http.channel import Answer
from testimony.sync.server.server import answer_batch
from testimony.sync.wire.frames import Frame, write_frames
from tests.support.services.world import World, take
from tests.support.sync.exactly_once import require_gone
from tests.support.sync.homes import kept, restored
from tests.support.sync.removable_media import answer, bring_file, export
from tests.support.sync.world import Changed, all_names, bring, held, in_process, objects_of, tid_of, to, waiting


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def leave_half(node: Station, sealed: SealedTestimony) -> None:
    """The link to the phone broke off in the middle."""
    objects = objects_of(sealed)
    frames = [Frame("object", data) for data in objects[: len(objects) // 2]]
    answer_batch(node, write_frames([Frame("record", sealed.record.encode()), *frames]))
    assert held(node, sealed)


def state(node: Station) -> str:
    with node.database.reading() as session:
        return outbox.states(session)[0].state


@pytest.mark.parametrize("first", ["the part is said", "it is withdrawn"])
def test_what_is_withdrawn_elsewhere_is_destroyed_where_a_part_of_it_was_left(world: World, first: str) -> None:
    half, whole, central, sealed = world.node(), world.other_node(), world.central(), world.coded()
    leave_half(half, sealed)
    bring(whole, sealed)
    exchange(whole, to(central, world.second_node))
    if first == "the part is said":
        exchange(half, to(central, world.station))
        assert state(half) == "delivered"
    take(whole, world.withdrawal(sealed))
    exchange(whole, to(central, world.second_node))
    for _ in range(2):  # said by the first at the latest, heard of by the second
        exchange(half, to(central, world.station))
    require_gone(half, sealed)
    assert half.journal.read()[-1].tid == tid_of(sealed)


@pytest.mark.parametrize("first", ["the code's", "what is held back"])
@pytest.mark.parametrize("how", ["withdraw", "withdraw-early"])
@pytest.mark.parametrize("held_back", ["a part", "all"])
def test_what_was_held_back_before_it_was_delivered_is_destroyed_when_the_code_says_so_elsewhere(
    world: World, held_back: str, how: str, first: str
) -> None:
    node, other, central, sealed = world.node(), world.other_node(), world.central(), world.coded()
    if held_back == "all":
        bring(node, sealed)
    else:
        leave_half(node, sealed)
    take(node, world.withdraw(sealed))
    if first == "what is held back":
        exchange(node, to(central, world.station))
        assert held(central, sealed) == set()
    of_all = early_withdrawal(day="2026-11-24", signer=world.code)
    take(other, of_all if how == "withdraw-early" else world.withdrawal(sealed))
    exchange(other, to(central, world.second_node))
    for _ in range(2):
        exchange(node, to(central, world.station))
    require_gone(node, sealed)


def test_what_central_holds_back_is_destroyed_too_at_a_node_that_knows_it_from_before_a_restoration(
    world: World,
) -> None:
    node, other, central, sealed = world.node(), world.other_node(), world.central(), world.coded()
    copy = kept(central)
    bring(node, sealed)
    take(node, world.withdraw(sealed))
    exchange(node, to(central, world.station))
    again = restored(world, central, copy, backup=True)
    take(other, early_withdrawal(day="2026-11-24", signer=world.code))
    exchange(other, to(again, world.second_node))
    for _ in range(2):
        exchange(node, to(again, world.station))
    require_gone(node, sealed)


@pytest.mark.parametrize("held_back", [False, True])
def test_a_node_that_only_sticks_reach_hears_of_it_too(world: World, tmp_path: Path, held_back: bool) -> None:
    node, central, sealed = world.node(), world.central(), world.coded()
    leave_half(node, sealed)
    if held_back:
        take(node, world.withdraw(sealed))
    take(central, early_withdrawal(day="2026-11-24", signer=world.code))
    for file in export(node, tmp_path / "there"):
        bring_file(central, file)
    for file in answer(central, tmp_path / "back", "node-1"):
        bring_file(node, file)
    require_gone(node, sealed)


def test_what_was_held_back_goes_whole_to_central_when_two_say_that_it_was_false(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    withdrawal = world.withdraw(sealed)
    take(node, withdrawal)
    exchange(node, to(central, world.station))
    assert held(central, sealed) == set()
    for signer in (world.lawyer_signer, world.coordinator_signer):
        take(central, contest(withdrawal=withdrawal.id, annex="0" * 64, day="2026-11-24", signer=signer))
    for _ in range(2):
        exchange(node, to(central, world.station))
    assert held(central, sealed) == all_names(sealed)
    assert waiting(node) == []


def test_central_has_nothing_of_a_part_but_its_record_and_the_phone_s_rest_completes_it(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    leave_half(node, sealed)
    assert push(node, to(central, world.station)).waiting == 0
    assert (state(node), held(central, sealed)) == ("incomplete", set())
    bring(node, sealed)
    assert waiting(node) == [sealed.record.id]
    assert push(node, to(central, world.station)).delivered == 1


def test_a_part_of_what_central_has_is_kept_for_the_phone_that_may_come_back(world: World) -> None:
    half, whole, central, sealed = world.node(), world.other_node(), world.central(), world.testimony()
    leave_half(half, sealed)
    bring(whole, sealed)
    push(whole, to(central, world.second_node))
    push(half, to(central, world.station))
    assert state(half) == "delivered"
    with half.database.transaction() as session:
        assert outbox.drop_delivered(half, session, upto="2099-01-01") == 0
    (receipt,) = bring(half, sealed).receipts
    assert set(receipt.value["parts"]) == held(half, sealed) == held(central, sealed)
    with half.database.transaction() as session:
        assert outbox.drop_delivered(half, session, upto="2099-01-01") == 1


def test_it_is_said_once_a_day_and_at_once_to_a_central_that_was_restored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, central = world.node(), world.central()
    batches: list[str] = []

    def note(path: str, given: Answer) -> Answer:
        batches.append(path)
        return given

    def said() -> int:
        """Batches of one delivery."""
        batches.clear()
        push(node, to(central, world.station, Changed(in_process(central), note)))
        return batches.count("/sync/batch")

    leave_half(node, world.testimony())
    assert [said(), said()] == [1, 0]
    leave_half(node, world.testimony())
    assert [said(), said()] == [1, 0]
    monkeypatch.setattr(Station, "today", lambda _: "2099-01-01")
    assert [said(), said()] == [1, 0]
    with node.database.transaction() as session:
        reoffer.reopen(session)
    assert said() == 1
