"""A field node that was copied or restored is recognised at central; what it brings is taken in and marked."""

from __future__ import annotations

import pytest

from testimony.sealing.log import checkpoint
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.services.continuity import central_view, incarnations
from testimony.services.continuity.incarnations import Quarantine
from testimony.services.custody import log as custody_log
from testimony.services.monitoring.overview import nodes
from testimony.station.station import Station
from testimony.sync.client.exchange import ExchangeReport, exchange
from testimony.sync.client.push import push
from testimony.sync.errors import StationRefused
from tests.support.services.world import World as Statements
from tests.support.services.world import entries
from tests.support.sync.homes import kept, opened, restored
from tests.support.sync.world import World, all_names, bring, held, to, waiting


def meet(world: World, node: Station, central: Station) -> ExchangeReport:
    return exchange(node, to(central, world.station))


def marked(world: World, central: Station) -> Quarantine | None:
    with central.database.reading() as session:
        return incarnations.quarantine(session, world.station.kid)


def lift(world: World, central: Station) -> bool:
    with central.database.transaction() as session:
        return incarnations.lift(central, session, world.station.kid)


def said_of(world: World, central: Station) -> list[str]:
    """What central's log says about the node."""
    return [kind for kind, ref in entries(central) if ref == world.station.kid]


def test_a_node_that_only_grows_is_never_marked(world: World) -> None:
    node, central = world.node(), world.central()
    for _ in range(3):
        bring(node, world.testimony())
        assert not meet(world, node, central).greeting.quarantined
    assert marked(world, central) is None
    with central.database.reading() as session:
        (life,) = incarnations.lives(session, world.station.kid)
    assert life.incarnation == node.incarnation


def test_of_a_copied_card_both_deliver_everything_and_the_node_is_marked(world: World) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    meet(world, node, central)
    clone = opened(world, kept(node))
    assert clone.incarnation == node.incarnation
    of_node, of_clone = world.testimony(), world.testimony()
    bring(node, of_node)
    bring(clone, of_clone)
    assert not meet(world, node, central).greeting.quarantined
    report = meet(world, clone, central)
    assert (report.greeting.quarantined, report.greeting.renewed) == (True, True)
    assert held(central, of_node) == all_names(of_node)
    assert held(central, of_clone) == all_names(of_clone)  # evidence is never refused for it
    assert marked(world, central) == Quarantine(reason="forked", since=central.today())
    assert clone.incarnation != node.incarnation
    assert meet(world, node, central).greeting.quarantined  # the other card is told too
    assert said_of(world, central) == ["quarantined"]


def test_two_cards_do_not_chase_each_other_into_ever_new_incarnations(world: World) -> None:
    node, central = world.node(), world.central()
    clone = opened(world, kept(node))
    for _ in range(3):
        for one in (node, clone):
            bring(one, world.testimony())
            meet(world, one, central)
    with central.database.reading() as session:
        assert len(incarnations.lives(session, world.station.kid)) == 2
    assert said_of(world, central) == ["quarantined"]


def test_when_one_card_is_retired_an_operator_lifts_it_and_the_retired_one_marks_it_again(world: World) -> None:
    node, central = world.node(), world.central()
    clone = opened(world, kept(node))
    for one in (node, clone):
        bring(one, world.testimony())
        meet(world, one, central)
    assert lift(world, central)
    assert not lift(world, central)
    assert not meet(world, clone, central).greeting.quarantined  # it has the incarnation that counts
    assert meet(world, node, central).greeting.quarantined
    assert marked(world, central) == Quarantine(reason="two", since=central.today())
    assert said_of(world, central) == ["quarantined", "lifted", "quarantined"]


def test_a_whole_home_that_was_restored_is_told_and_takes_a_new_incarnation(world: World) -> None:
    node, central = world.node(), world.central()
    copy = kept(node)
    bring(node, world.testimony(), world.testimony())
    meet(world, node, central)
    again = restored(world, node, copy)
    before = again.incarnation
    report = meet(world, again, central)
    assert (report.greeting.renewed, report.greeting.quarantined) == (True, True)
    assert again.incarnation != before
    assert marked(world, central) == Quarantine(reason="back", since=central.today())
    with again.database.reading() as session:
        assert central_view.quarantined_since(session) == again.today()
    assert lift(world, central)
    assert not meet(world, again, central).greeting.quarantined
    with again.database.reading() as session:
        assert central_view.quarantined_since(session) == ""


def test_a_node_restored_from_a_backup_says_so_itself_and_is_not_marked(world: World) -> None:
    node, central = world.node(), world.central()
    copy = kept(node)
    bring(node, world.testimony())
    meet(world, node, central)
    before = node.incarnation
    again = restored(world, node, copy, backup=True)
    assert again.incarnation != before
    assert entries(again)[-1] == ("restored", again.incarnation)
    assert not meet(world, again, central).greeting.quarantined
    assert marked(world, central) is None


def test_but_it_is_when_the_machine_that_it_replaced_speaks_again(world: World) -> None:
    node, central = world.node(), world.central()
    meet(world, node, central)
    copy = kept(node)
    (copy / "incarnation").unlink()
    again = opened(world, copy)
    meet(world, again, central)
    assert meet(world, node, central).greeting.quarantined
    assert marked(world, central) == Quarantine(reason="two", since=central.today())


def test_a_greeting_that_was_late_on_its_way_marks_nobody(world: World) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    way = to(central, world.station)
    with node.database.reading() as session:
        late = {"checkpoint": custody_log.checkpoint(node.signer, session), "since": 0, "proof": [], "offered": None}
    bring(node, world.testimony())
    meet(world, node, central)
    assert way.greeting(late)["standing"] == "prove"
    assert marked(world, central) is None
    assert not meet(world, node, central).greeting.quarantined


def test_the_page_of_central_says_since_when_and_how_many_came_since(world: Statements) -> None:
    node, central = world.node(), world.central()
    clone = opened(world, kept(node))
    for one in (node, clone):
        bring(one, world.testimony())
        meet(world, one, central)
    with central.database.reading() as session:
        line = next(line for line in nodes(central, session) if line.id == "node-1")
    assert line.quarantine == Quarantine(reason="forked", since=central.today())
    assert line.came_since == 2


def test_a_node_that_does_not_greet_is_served_as_before(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    assert push(node, to(central, world.station)).delivered == 1
    assert waiting(node) == []
    assert marked(world, central) is None


def test_a_node_that_invents_lives_fills_nothing_and_keeps_the_one_that_counts(world: World) -> None:
    central, kid = world.central(), world.station.kid
    with central.database.transaction() as session:
        for number in range(3 * incarnations.MOST_LIVES):
            head = Checkpoint(number, bytes(32), f"{number:032x}")
            assert incarnations.hear(central, session, kid, head, since=0, proof=()).standing == "good"
        lives = incarnations.lives(session, kid)
        assert len(lives) == incarnations.MOST_LIVES + 1
        assert head.epoch in {life.incarnation for life in lives}
        assert incarnations.hear(central, session, kid, head, since=head.size, proof=()).standing == "good"


@pytest.mark.parametrize("lie", ["another's head", "no incarnation", "a proof of anything", "no position"])
def test_a_greeting_that_is_none_is_refused_and_changes_nothing(world: World, lie: str) -> None:
    node, other, central = world.node(), world.other_node(), world.central()
    with node.database.reading() as session, other.database.reading() as elsewhere:
        said = {"checkpoint": custody_log.checkpoint(node.signer, session), "since": 0, "proof": [], "offered": None}
        said |= {
            "another's head": {"checkpoint": custody_log.checkpoint(other.signer, elsewhere)},
            "no incarnation": {"checkpoint": checkpoint.sign(custody_log.origin(node.kid), 1, bytes(32), node.signer)},
            "a proof of anything": {"proof": ["00"]},
            "no position": {"since": -1},
        }[lie]
    with pytest.raises(StationRefused) as refused:
        to(central, world.station).greeting(said)
    assert refused.value.rule == "structure"
    with central.database.reading() as session:
        assert incarnations.lives(session, node.kid) == []


def test_every_desk_reads_in_central_s_log_which_stations_are_marked(world: World) -> None:
    node, central, desk = world.node(), world.central(), world.desk()
    clone = opened(world, kept(node))
    for one in (node, clone):
        bring(one, world.testimony())
        meet(world, one, central)

    def told() -> list[str]:
        exchange(desk, to(central, world.coordinator_signer), audience="coordinators")
        with desk.database.reading() as session:
            return incarnations.marked_stations(desk, session)

    assert told() == ["node-1"]
    assert lift(world, central)
    assert told() == []
