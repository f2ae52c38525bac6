"""What is safe where: each testimony is counted once, where it has come to, and never by what somebody merely said."""

from __future__ import annotations

from testimony.services.delivery import outbox
from testimony.services.link import throughput
from testimony.services.monitoring import safety_counts
from testimony.services.tracking import readership
from testimony.station.station import Station
from tests.support.services.world import World, take


def look(node: Station) -> safety_counts.Safety:
    with node.database.reading() as session:
        return safety_counts.look(node, session)


def test_a_testimony_is_counted_once_on_its_whole_way(world: World, node: Station, central: Station) -> None:
    sealed = world.testimony()
    assert look(node).total == 0
    take(node, sealed)
    assert (look(node).waiting, look(node).total) == (1, 1)
    assert look(node).text_left > 0
    [given] = take(central, sealed).receipts
    with node.database.transaction() as session:
        outbox.acknowledge(node, session, given)
    assert (look(node).waiting, look(node).whole, look(node).desk, look(node).total) == (0, 1, 0, 1)
    assert look(node).text_left == 0
    with node.database.transaction() as session:
        readership.hear(session, central.kid, given.value["log_size"] - 1)
    assert look(node).desk == 0
    with node.database.transaction() as session:
        readership.hear(session, central.kid, given.value["log_size"])
    assert (look(node).whole, look(node).desk, look(node).total) == (0, 1, 1)


def test_how_long_the_rest_takes_is_said_only_where_it_was_measured(world: World, node: Station) -> None:
    take(node, world.testimony())
    assert look(node).seconds is None
    with node.database.transaction() as session:
        throughput.note(session, 100_000, 10.0)
    left = look(node)
    assert left.seconds == (left.text_left + left.media_left) / 10_000


def test_the_last_delivery_counts_half(node: Station) -> None:
    with node.database.transaction() as session:
        throughput.note(session, 100_000, 10.0)
        throughput.note(session, 100_000, 5.0)
        assert throughput.rate(session) == 15_000
    assert not throughput.says_something(100, 0.1)
    assert not throughput.says_something(100_000, 0.0)
