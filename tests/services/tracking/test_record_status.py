"""How far a record has come: what a node says, what proves it, and who may not make it say more."""

from __future__ import annotations

import pytest

from testimony import canonical
from testimony.services.delivery import outbox
from testimony.services.tracking import readership, record_status
from testimony.services.tracking.record_status import Whereabouts
from testimony.station.station import Station
from testimony.sync.server.server import answer_whereabouts
from tests.support.services.consent.suspension import both
from tests.support.services.world import World, objects_of, take


def where(node: Station, *names: str) -> dict[str, Whereabouts]:
    with node.database.reading() as session:
        return record_status.find(node, session, names)


def place(node: Station, name: str) -> str:
    return where(node, name)[name].place


def test_what_came_in_is_on_the_node_and_what_did_not_is_not_spoken_of(world: World, node: Station) -> None:
    sealed, stranger = world.testimony(), world.testimony()
    take(node, sealed)
    assert where(node, sealed.record.id, stranger.record.id) == {sealed.record.id: Whereabouts("node")}


def test_an_incomplete_testimony_is_nowhere_yet(world: World, node: Station) -> None:
    sealed = world.testimony()
    take(node, sealed.record, *objects_of(sealed)[:-1])
    assert where(node, sealed.record.id) == {}


def test_headquarters_is_said_with_its_receipt(world: World, node: Station, central: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    [given] = take(central, sealed).receipts
    with node.database.transaction() as session:
        outbox.acknowledge(node, session, given)
    assert where(node, sealed.record.id) == {sealed.record.id: Whereabouts("headquarters", given)}


def test_the_desk_is_said_once_a_desk_has_read_past_the_receipt(world: World, node: Station, central: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    [given] = take(central, sealed).receipts
    with node.database.transaction() as session:
        outbox.acknowledge(node, session, given)
    for read, expected in ((given.value["log_size"] - 1, "headquarters"), (given.value["log_size"], "desk")):
        with node.database.transaction() as session:
            readership.hear(session, central.kid, read)
        assert place(node, sealed.record.id) == expected


def test_what_another_central_says_is_not_taken_for_this_one(world: World, node: Station, central: Station) -> None:
    sealed = world.testimony()
    take(node, sealed)
    [given] = take(central, sealed).receipts
    with node.database.transaction() as session:
        outbox.acknowledge(node, session, given)
        readership.hear(session, "0" * 16, 1000)
    assert place(node, sealed.record.id) == "headquarters"


def test_a_withdrawn_testimony_is_called_withdrawn(world: World, node: Station) -> None:
    sealed = world.coded()
    take(node, sealed)
    take(node, world.withdrawal(sealed))
    assert place(node, sealed.record.id) == "withdrawn"


def test_central_counts_the_furthest_active_lawyer_and_no_coordinator(world: World, central: Station) -> None:
    def furthest() -> int:
        with central.database.reading() as session:
            return readership.furthest(central, session)

    assert furthest() == 0
    readership.note(central, world.coordinator_signer.kid, 9)
    assert furthest() == 0
    readership.note(central, world.lawyer_signer.kid, 4)
    readership.note(central, world.lawyer_signer.kid, 2)
    assert furthest() == 4


@pytest.mark.parametrize("names", [(), ("0" * 64,)])
def test_nothing_is_said_of_nothing(node: Station, names: tuple[str, ...]) -> None:
    assert where(node, *names) == {}


def test_of_a_withdrawal_itself_it_is_told_where_that_is(world: World, node: Station, central: Station) -> None:
    sealed = world.coded()
    told = world.withdrawal(sealed, signer=world.device)
    take(node, sealed, told)
    assert (place(node, sealed.record.id), place(node, told.id)) == ("withdrawn", "node")
    [given] = take(central, told).receipts
    with node.database.transaction() as session:
        outbox.acknowledge(node, session, given)
    assert place(node, told.id) == "headquarters"


def test_one_whose_withdrawal_is_void_is_where_it_was_with_the_two_contests_that_say_so(
    world: World, node: Station
) -> None:
    sealed = world.coded()
    told = world.withdrawal(sealed, signer=world.device)
    first, second = both(world, told)
    take(node, sealed, told, first)
    assert where(node, sealed.record.id) == {sealed.record.id: Whereabouts("withdrawn")}
    take(node, second)
    found = where(node, sealed.record.id)[sealed.record.id]
    assert (found.place, list(found.void)) == ("node", [told.id])
    assert {one.id for one in found.void[told.id]} == {first.id, second.id}
    said = canonical.decode_object(answer_whereabouts(node, canonical.encode({"names": [sealed.record.id]})))
    assert {one["record"] for one in said[sealed.record.id]["void"][told.id]} == {
        one.data.decode() for one in (first, second)
    }


def test_media_that_are_only_here_are_not_said_to_be_at_headquarters(world: World, node: Station) -> None:
    sealed = world.with_media(1000)
    take(node, sealed)
    found = where(node, sealed.record.id)[sealed.record.id]
    assert found.pieces is not None
    assert (found.place, found.pieces.here, found.pieces.there) == ("node", found.pieces.all, 0)
