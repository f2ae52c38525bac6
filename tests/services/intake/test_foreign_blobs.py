"""A dishonest phone that names another testimony's sealed bytes in its own manifest harms nobody but itself."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from tests.support.services.consent.withdrawals import readable
from tests.support.services.world import World, names, objects_of, said, take


def body_of(sealed: SealedTestimony, part: str) -> bytes:
    return next(each.body for each in sealed.parts if each.part == part)


def entry_of(value: Mapping[str, Any], part: str) -> dict[str, Any]:
    return next(each for each in value["parts"] if each["part"] == part)


def borrowing(world: World, victim: SealedTestimony, own: SealedTestimony, **changes: Any) -> SignedRecord:
    """The manifest of `own`, signed by an enrolled phone, whose narrative names the body of `victim`."""
    value = copy.deepcopy(dict(own.record.value))
    theirs = entry_of(victim.record.value, "narrative")
    entry_of(value, "narrative").update({"body": theirs["body"], "len": theirs["len"], **changes})
    return SignedRecord.sign(value, world.device)


def test_a_withdrawn_testimony_takes_no_body_along_that_another_one_names(world: World, node: Station) -> None:
    victim, own = world.testimony(), world.coded()
    thief = borrowing(world, victim, own)
    take(node, victim)
    take(node, thief, world.withdrawal(own))
    assert said(take(node, body_of(victim, "narrative"))) != []
    assert readable(node, victim) == names(victim)


def test_nor_when_the_withdrawal_waited_for_its_thief(world: World, node: Station) -> None:
    victim, own = world.testimony(), world.coded()
    take(node, victim)
    take(node, world.withdrawal(own))
    take(node, borrowing(world, victim, own), body_of(victim, "narrative"))
    assert readable(node, victim) == names(victim)


def test_a_wrong_length_in_a_stranger_s_manifest_refuses_no_honest_body(world: World, node: Station) -> None:
    victim = world.testimony()
    length = entry_of(victim.record.value, "narrative")["len"]
    take(node, victim.record, *(borrowing(world, victim, world.testimony(), len=length + 16) for _ in range(6)))
    assert set(said(take(node, *objects_of(victim)))) == {"stored"}
    assert readable(node, victim) == names(victim)


def test_a_body_held_for_one_testimony_is_still_asked_for_by_another_that_lacks_it(world: World, node: Station) -> None:
    victim, own = world.testimony(), world.coded()
    body = body_of(victim, "narrative")
    take(node, borrowing(world, victim, own), body)
    take(node, victim.record)
    with node.database.reading() as session:
        assert record_queries.lacking(session, names(victim)) == names(victim)
    take(node, victim)
    assert readable(node, victim) == names(victim)


def test_the_witness_s_code_removes_the_body_though_a_stranger_s_manifest_waits_for_it(
    world: World, node: Station
) -> None:
    victim, own = world.coded(), world.testimony()
    take(node, victim)
    take(node, borrowing(world, victim, own))
    take(node, world.withdrawal(victim))
    assert record_queries.read_body(node, entry_of(victim.record.value, "narrative")["body"]) is None
