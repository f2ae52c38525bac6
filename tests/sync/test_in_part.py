"""What a phone left at one node in part, and brought to another whole: it shares the fate of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.sealing.testimony import SealedTestimony
from testimony.services import offering, outbox
from testimony.services.station import Station
from testimony.sync.channel import Answer
from testimony.sync.exchange import exchange
from testimony.sync.messages import Frame, write_frames
from testimony.sync.push import push
from testimony.sync.receive import answer_batch
from tests.services.world import World, take
from tests.sync.truth import require_gone
from tests.sync.world import Changed, bring, held, in_process, objects_of, tid_of, to, waiting


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
        offering.reopen(session)
    assert said() == 1
