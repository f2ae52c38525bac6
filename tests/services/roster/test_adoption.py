"""Adopting rosters: only the next one, signed by the roots, and in force when it is on the disk."""

from __future__ import annotations

import pytest

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.errors import RosterRefused
from testimony.services.custody import log as custody_log
from testimony.services.roster import adoption as roster_adoption
from testimony.services.startup import open_station
from testimony.station.station import Station
from tests.support.services.world import World, said, take


def adopt(station: Station, record: SignedRecord) -> bool:
    with station.database.transaction() as session:
        return roster_adoption.adopt(station, session, record)


def test_the_next_roster_is_in_force_and_in_the_log(world: World, node: Station) -> None:
    following = world.next_roster()
    assert adopt(node, following)
    assert node.chain.latest.sha256 == following.id
    with node.database.reading() as session:
        assert custody_log.position_of(session, following.id, "roster") == 1
        assert [held.id for held in roster_adoption.stored_rosters(session)] == [
            record.id for record in world.chain.records
        ]


def test_the_same_roster_again_changes_nothing(world: World, node: Station) -> None:
    following = world.next_roster()
    adopt(node, following)
    assert not adopt(node, following)
    assert said(take(node, following)) == ["duplicate"]
    with node.database.reading() as session:
        assert custody_log.size(session) == 2


def test_a_roster_is_not_in_force_when_its_transaction_was_undone(world: World, node: Station) -> None:
    following = world.next_roster()
    with pytest.raises(ZeroDivisionError), node.database.transaction() as session:
        roster_adoption.adopt(node, session, following) and 1 / 0
    assert node.chain.latest.sha256 != following.id
    assert adopt(node, following)


def test_a_lower_number_is_refused_and_the_newer_stays(world: World, node: Station) -> None:
    first = world.roster_record
    adopt(node, world.next_roster())
    rival = world.sign({**first.value, "issued": "2026-11-21"})
    with pytest.raises(RosterRefused) as caught:
        adopt(node, rival)
    assert caught.value.reason == "older"
    assert said(take(node, rival)) == ["refused: roster.older"]
    assert node.chain.latest.no == 2


def test_too_few_roots_are_refused(world: World, node: Station) -> None:
    lone = world.sign(world.successor(), roots=world.roots[:1])
    assert said(take(node, lone)) == ["refused: signature.bad"]
    assert node.chain.latest.no == 1


def test_a_roster_that_leaves_one_out_waits_for_it(world: World, node: Station) -> None:
    second, third = world.next_roster(), world.next_roster()
    assert said(take(node, third)) == ["refused: roster.unknown"]
    assert said(take(node, second, third)) == ["stored", "stored"]
    assert node.chain.latest.no == 3


def test_a_roster_that_another_process_adopted_is_taken_over(world: World, node: Station) -> None:
    second = open_station(node.settings.home)
    following = world.next_roster()
    adopt(second, following)
    second.close()
    assert node.chain.latest.sha256 != following.id
    assert set(said(take(node, world.testimony()))) == {"stored"}
    assert node.chain.latest.sha256 == following.id


def test_rosters_survive_a_restart(world: World, node: Station) -> None:
    following = world.next_roster()
    adopt(node, following)
    node.close()
    again = open_station(node.settings.home)
    world.opened.append(again)
    assert again.chain.latest.sha256 == following.id


def test_invented_rosters_keep_the_one_writer_from_nothing(
    world: World, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    invented = [SignedRecord.sign({"v": f"testimony/1/{kind}", "no": 9}, world.device) for kind in ("roster", "root")]

    def never(*_: object) -> bool:
        raise AssertionError("a transaction was opened for it")

    monkeypatch.setattr(roster_adoption, "adopt", never)
    assert all(answer.startswith("refused") for answer in said(take(node, *invented)))
    assert said(take(node, *world.chain.records)) == ["duplicate"]
