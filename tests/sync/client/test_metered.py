"""On a metered link text and withdrawals go and media wait, until it is switched off or somebody sends them once."""

from __future__ import annotations

from dataclasses import replace

from testimony.services.intake.intake import take_in
from testimony.services.link import metered as link_metered
from testimony.services.link import throughput
from testimony.services.monitoring import safety_counts
from testimony.station.station import Station
from testimony.sync.client.exchange import at_desk
from testimony.sync.client.pull_wordings import WordingReport
from testimony.sync.client.push import push
from testimony.sync.jobs.sync import exchange_as_told
from tests.support.sync.world import World, all_names, bring, held, text_of, to, waiting

SIZE = 600_000


def names_of_text(sealed: object) -> int:
    return len(text_of(sealed))  # type: ignore[arg-type]


def metered(node: Station, *, on: bool) -> None:
    with node.database.transaction() as session:
        link_metered.switch(session, on=on)


def test_text_goes_and_media_wait_until_it_is_switched_off(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(SIZE)
    bring(node, sealed)
    metered(node, on=True)
    exchange_as_told(node, to(central, world.station))
    assert len(held(central, sealed)) == names_of_text(sealed)
    with node.database.reading() as session:
        left = safety_counts.look(node, session)
    assert (left.text, left.whole) == (1, 0)
    assert left.text_left == 0
    assert left.media_left > SIZE
    metered(node, on=False)
    exchange_as_told(node, to(central, world.station))
    assert held(central, sealed) == all_names(sealed)
    with node.database.reading() as session:
        left = safety_counts.look(node, session)
    assert (left.text, left.whole, left.media_left, left.pieces) == (0, 1, 0, 0)


def test_a_withdrawal_goes_on_a_metered_link(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(SIZE)
    bring(node, sealed)
    metered(node, on=True)
    exchange_as_told(node, to(central, world.station))
    from testimony.services.records.types import Incoming

    take_in(node, [Incoming("record", world.withdraw(sealed).encode())])
    exchange_as_told(node, to(central, world.station))
    assert held(central, sealed) == set()
    assert waiting(node) == []


def test_media_go_once_when_somebody_says_so_and_then_wait_again(world: World) -> None:
    node, central = world.node(), world.central()
    first, second = world.with_media(SIZE), world.with_media(SIZE)
    metered(node, on=True)
    bring(node, first)
    with node.database.transaction() as session:
        link_metered.ask_once(session)
    exchange_as_told(node, to(central, world.station))
    assert held(central, first) == all_names(first)
    bring(node, second)
    exchange_as_told(node, to(central, world.station))
    assert len(held(central, second)) == names_of_text(second)


def test_the_setting_holds_until_the_worker_switches(world: World) -> None:
    node = world.node()
    node.settings = replace(node.settings, metered=True)
    with node.database.reading() as session:
        assert not link_metered.may_go(node, session)
    metered(node, on=False)
    with node.database.reading() as session:
        assert link_metered.may_go(node, session)


def test_a_desk_that_must_not_be_heavy_fetches_text_alone(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.with_media(SIZE)
    bring(central, sealed)
    way = to(central, world.lawyer_signer)
    report = at_desk(desk, way, audience="lawyers", seconds=60, heavy=False)
    assert (report.failure, report.media.pieces, report.wordings) == (None, 0, WordingReport())
    assert 0 < len(held(desk, sealed)) <= names_of_text(sealed)
    assert at_desk(desk, way, audience="lawyers", seconds=60).media.pieces > 0


def test_a_delivery_measures_how_fast_it_went(world: World) -> None:
    """By a clock that goes on by a second with each look: a batch takes one."""
    node, central = world.node(), world.central()
    bring(node, world.testimony(size=150_000))
    transport, ticks = to(central, world.station), iter(range(10_000))
    transport.clock = lambda: float(next(ticks))
    report = push(node, transport)
    with node.database.reading() as session:
        assert throughput.rate(session) == round(report.bytes_sent / report.seconds)
    assert report.seconds >= 1
