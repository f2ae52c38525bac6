"""A central that tells two stations two stories is found out by what travels around it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from testimony.services import startup
from testimony.services.continuity import reoffer
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.custody.errors import CheckpointForeign, LogForked
from testimony.station.station import Station
from testimony.sync.bundle import heads
from testimony.sync.client.exchange import exchange
from testimony.sync.client.push import push
from tests.support.services.world import entries
from tests.support.sync.removable_media import answer, bring_file
from tests.support.sync.world import World, all_names, bring, held, in_the_epoch_of, to, waiting


class Told(NamedTuple):
    node: Station
    desk: Station
    one: Station
    other: Station


@pytest.fixture
def told(world: World) -> Told:
    """One central that shows the node another log than the desk, of equal length."""
    node, desk, one = world.node(), world.desk(), world.central()
    other = world.central("another story")
    in_the_epoch_of(one, other)
    for story in (one, other):
        bring(story, world.testimony())
    exchange(node, to(one, world.station))
    exchange(desk, to(other, world.lawyer_signer), audience="lawyers")
    return Told(node, desk, one, other)


def note_of(station: Station) -> str:
    with station.database.reading() as session:
        head = split_view.head(station, session)
    assert head is not None
    return head.note


def consider(station: Station, note: str) -> str:
    with station.database.transaction() as session:
        return split_view.consider(station, session, note)


def words(station: Station, size: int) -> str | None:
    with station.database.reading() as session:
        return split_view.words_at(station, session, size)


def test_one_story_is_the_same_at_every_length(world: World) -> None:
    node, desk, central = world.node(), world.desk(), world.central()
    exchange(node, to(central, world.station))
    early = note_of(node)
    bring(node, world.testimony())
    exchange(node, to(central, world.station))
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert {consider(desk, early), consider(desk, note_of(node)), consider(central, note_of(node))} == {"same"}
    assert words(desk, 1) == words(node, 1) == words(central, 1)
    assert words(desk, 10**6) is None


def test_two_stories_are_proved_by_the_head_that_the_other_station_was_shown(world: World, told: Told) -> None:
    kept = held(told.desk, world.testimony())
    assert note_of(told.node) != note_of(told.desk)
    assert consider(told.desk, note_of(told.node)) == "forked"
    with told.desk.database.reading() as session:
        assert split_view.forked_since(session, told.one.kid) == told.desk.today()
    assert entries(told.desk)[-1][0] == "forked"
    with pytest.raises(LogForked) as error:
        exchange(told.desk, to(told.other, world.lawyer_signer), audience="lawyers")
    assert told.one.kid in str(error.value)
    assert held(told.desk, world.testimony()) == kept


def test_of_a_stick_of_a_central_with_two_stories_nothing_is_taken(world: World, told: Told, tmp_path: Path) -> None:
    assert consider(told.node, note_of(told.desk)) == "forked"
    bring(told.one, world.testimony())
    (file,) = answer(told.one, tmp_path / "stick", "node-1")
    with told.node.database.reading() as session:
        size = custody_log.mirror_size(session, told.one.kid)
    with pytest.raises(LogForked):
        bring_file(told.node, file)
    with told.node.database.reading() as session:
        assert custody_log.mirror_size(session, told.one.kid) == size


def test_a_node_that_found_two_stories_still_delivers_and_drops_nothing(world: World, told: Told) -> None:
    assert consider(told.node, note_of(told.desk)) == "forked"
    sealed = world.testimony()
    bring(told.node, sealed)
    for _ in range(2):
        with pytest.raises(LogForked):
            exchange(told.node, to(told.one, world.station))
    assert held(told.one, sealed) == held(told.node, sealed) == all_names(sealed)


def test_a_head_of_later_entries_waits_and_is_compared_when_they_are_read(world: World, told: Told) -> None:
    bring(told.one, world.testimony())
    bring(told.other, world.testimony())
    exchange(told.node, to(told.one, world.station))
    assert consider(told.desk, note_of(told.node)) == "later"
    with pytest.raises(LogForked):
        exchange(told.desk, to(told.other, world.lawyer_signer), audience="lawyers")


def test_of_two_heads_of_one_length_that_both_came_by_hand_the_second_is_the_proof(world: World, told: Told) -> None:
    stranger = world.other_node()
    assert consider(stranger, note_of(told.node)) == "later"
    assert consider(stranger, note_of(told.node)) == "later"
    assert consider(stranger, note_of(told.desk)) == "forked"


def test_what_waited_alarms_nobody_again_when_people_said_that_central_was_restored(world: World, told: Told) -> None:
    for story in (told.one, told.other):
        bring(story, world.testimony())
    exchange(told.desk, to(told.other, world.lawyer_signer), audience="lawyers")
    assert [consider(told.node, note_of(from_)) for from_ in (told.desk, told.one)] == ["later", "forked"]
    startup.begin_anew(told.one)
    with told.node.database.transaction() as session:
        reoffer.forget_mirrors(told.node, session)
    exchange(told.node, to(told.one, world.station))


def test_a_restoration_that_is_only_said_hides_no_fork_of_the_log_that_begins(world: World, told: Told) -> None:
    startup.begin_anew(told.one)
    in_the_epoch_of(told.one, told.other)
    bring(told.other, world.testimony())
    assert consider(told.node, note_of(told.other)) == "later"
    with told.node.database.transaction() as session:
        reoffer.forget_mirrors(told.node, session)
    for _ in range(2):
        bring(told.one, world.testimony())
    with pytest.raises(LogForked):
        exchange(told.node, to(told.one, world.station))


def test_after_a_restoration_the_old_head_is_held_against_the_log_that_was_set_aside(world: World) -> None:
    node, desk, central = world.node(), world.desk(), world.central()
    bring(node, world.testimony())
    exchange(node, to(central, world.station))
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    old = note_of(node)
    replaced = world.central("replaced")
    exchange(node, to(replaced, world.station))
    exchange(desk, to(replaced, world.lawyer_signer), audience="lawyers")
    assert (consider(desk, old), consider(desk, note_of(node))) == ("same", "same")


@pytest.mark.parametrize("change", ["size", "signer", "rubbish"])
def test_nothing_follows_from_a_head_that_central_did_not_sign(world: World, told: Told, change: str) -> None:
    note = note_of(told.node)
    if change == "size":
        note = note.replace("\n2\n", "\n3\n", 1)
    elif change == "signer":
        with told.node.database.reading() as session:
            note = custody_log.checkpoint(told.node.signer, session)
    else:
        note = "testimony/1/log/"
    with pytest.raises(CheckpointForeign):
        consider(told.desk, note)
    exchange(told.desk, to(told.other, world.lawyer_signer), audience="lawyers")


def test_delivering_alone_asks_nothing_about_stories(world: World, told: Told) -> None:
    assert consider(told.node, note_of(told.desk)) == "forked"
    bring(told.node, world.testimony())
    assert push(told.node, to(told.one, world.station)).delivered == 1
    assert waiting(told.node) == []


def test_a_node_and_a_desk_that_share_a_stick_find_two_stories(told: Told, tmp_path: Path) -> None:
    assert heads.leave(told.node, tmp_path) == heads.leave(told.node, tmp_path)
    [path] = heads.found(tmp_path)
    assert heads.take(told.node, path) == "same"
    assert heads.take(told.desk, path) == "forked"
    path.write_bytes(b"\xff")
    with pytest.raises(CheckpointForeign):
        heads.take(told.desk, path)
