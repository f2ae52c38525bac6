"""A phone asks its node how far its testimony has come; the node learned it from central, and central from a desk."""

from __future__ import annotations

from typing import Any

import pytest

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from testimony.sync.client.pull import pull
from testimony.sync.server.server import ASKED_LIMIT, answer_whereabouts
from tests.support.sync.world import World, api, bring, to


def ask(node: Station, *sealed: SealedTestimony) -> dict[str, Any]:
    question = canonical.encode({"names": [each.record.id for each in sealed]})
    return canonical.decode_object(answer_whereabouts(node, question))


def state(node: Station, sealed: SealedTestimony) -> str:
    return str(ask(node, sealed)[sealed.record.id]["state"])


def test_node_then_headquarters_then_a_lawyers_desk(world: World) -> None:
    node, central, desk, sealed = world.node(), world.central(), world.desk(), world.testimony()
    bring(node, sealed)
    assert ask(node, sealed) == {sealed.record.id: {"state": "node"}}
    exchange(node, to(central, world.station))
    assert state(node, sealed) == "headquarters"
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert state(node, sealed) == "headquarters"
    exchange(node, to(central, world.station))
    assert state(node, sealed) == "desk"
    later = world.testimony()
    bring(node, later)
    exchange(node, to(central, world.station))
    assert (state(node, sealed), state(node, later)) == ("desk", "headquarters")


def test_a_coordinators_desk_is_not_the_lawyers(world: World) -> None:
    node, central, desk, sealed = world.node(), world.central(), world.desk(), world.testimony()
    bring(node, sealed)
    exchange(node, to(central, world.station))
    pull(desk, to(central, world.coordinator_signer), audience="coordinators")
    exchange(node, to(central, world.station))
    assert state(node, sealed) == "headquarters"


def test_the_receipt_that_comes_with_it_is_the_one_that_central_gave(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    exchange(node, to(central, world.station))
    [given] = bring(central, sealed).receipts
    assert ask(node, sealed)[sealed.record.id]["receipt"] == canonical.decode_object(given.encode())


def test_one_testimony_at_two_nodes_is_one_testimony_at_central_and_both_learn_of_it(world: World) -> None:
    node, other, central, sealed = world.node(), world.other_node(), world.central(), world.testimony()
    for station, signer in ((node, world.station), (other, world.second_node), (node, world.station)):
        bring(station, sealed)
        exchange(station, to(central, signer))
    assert state(node, sealed) == state(other, sealed) == "headquarters"
    assert ask(node, sealed) == ask(other, sealed)  # the very same receipt
    with central.database.reading() as session:
        assert [record.id for _, record in record_queries.records_of_kind(session, "manifest")] == [sealed.record.id]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{}", Refused),
        (b'{"names":["x"]}', Refused),
        (b'{"names": []}', NotCanonical),
        (canonical.encode({"names": ["0" * 64] * (ASKED_LIMIT + 1)}), Refused),
    ],
)
def test_what_is_no_question_is_refused(world: World, body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        answer_whereabouts(world.node(), body)


def test_a_field_node_answers_at_the_door_and_central_has_no_such_door(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    question = canonical.encode({"names": [sealed.record.id]})
    answer = api(node).test_client().post("/sync/whereabouts", data=question)
    assert (answer.status_code, answer.json) == (200, {sealed.record.id: {"state": "node"}})
    assert api(central).test_client().post("/sync/whereabouts", data=question).status_code == 404
