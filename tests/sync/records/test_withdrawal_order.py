"""Withdrawals that come to a station before, after or beside what they are about, by another way than it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.canonical import sha256_hex
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import statements
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.consent import contests as consent_contests
from testimony.services.feed.feed import Asker
from testimony.services.records import queries as record_queries
from testimony.station.station import JOURNAL, Station
from testimony.sync.client.exchange import exchange
from testimony.sync.client.pull import pull
from testimony.sync.client.push import push
from testimony.sync.http.adaptive_batch import Pace
from testimony.sync.http.transport import Transport
from testimony.sync.server.server import piece_of_feed
from testimony.sync.wire.frames import Frame
from tests.support.services.world import World, objects_of, take, tid_of
from tests.support.sync.homes import kept, opened
from tests.support.sync.partial_withdrawals import CODE, said
from tests.support.sync.partial_withdrawals import coded as of_a_code
from tests.support.sync.partial_withdrawals import take as take_annex
from tests.support.sync.world import all_names, bring, held, to, waiting

LAWYER = Asker(kid="0" * 16, role="lawyer")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def one_head(sealed: SealedTestimony) -> str:
    """A lawyer's, of the narrative."""
    return next(str(part["heads"]["lawyers"]) for part in sealed.record.value["parts"] if part["part"] == "narrative")


def is_readable(station: Station, head: str) -> bool:
    with station.database.reading() as session:
        return record_queries.read_head(station, session, head) is not None


def is_served(station: Station, sealed: SealedTestimony) -> bool:
    with station.database.reading() as session:
        return record_queries.is_served(session, tid_of(sealed))


def fed(central: Station) -> list[Frame]:
    return piece_of_feed(central, LAWYER, 0)[0]


def by_hand(station: Station, home: Path) -> None:
    """Somebody puts an older home in the place of this one; what it wrote of withdrawals outlived it."""
    (home / JOURNAL).write_bytes((station.settings.home / JOURNAL).read_bytes())
    (home / "incarnation").unlink()
    station.close()


class OneByOne(Pace):
    """A link on which an object travels at a time."""

    @property
    def batch_bytes(self) -> int:
        return 1


def by_one(world: World, central: Station) -> Transport:
    way = to(central, world.station)
    way.pace = OneByOne()
    return way


def test_a_desk_that_comes_late_may_contest_what_is_held_back_and_gets_no_object_of_it(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.testimony()
    bring(central, sealed)
    withdrawal = world.withdraw(sealed)
    take(central, withdrawal)
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    with desk.database.reading() as session:
        assert record_queries.record_of(session, sealed.record.id) is not None
        assert [one.withdrawal for one in consent_contests.suspensions(desk, session, tid_of(sealed))] == [
            withdrawal.id
        ]
    assert not any(frame.kind == "object" for frame in fed(central))
    assert held(desk, sealed) == set()
    for signer in (world.lawyer_signer, world.coordinator_signer):
        take(central, statements.contest(withdrawal=withdrawal.id, annex="0" * 64, day="2026-11-24", signer=signer))
    pull(desk, to(central, world.lawyer_signer), audience="lawyers")
    assert len(held(desk, sealed)) == 12


def test_a_node_whose_testimony_was_narrowed_before_it_came_reads_why_and_delivers(world: World) -> None:
    node, other, central, sealed = world.node(), world.other_node(), world.central(), world.coded()
    take(other, world.withdrawal(sealed, [one_head(sealed)]))
    exchange(other, to(central, world.second_node))
    late = world.testimony()
    bring(node, sealed, late)
    exchange(node, by_one(world, central))
    assert waiting(node) == []
    assert not is_readable(node, one_head(sealed))
    assert held(central, sealed) == all_names(sealed) - {one_head(sealed)}
    assert held(central, late) == all_names(late)


def test_a_node_hears_of_single_heads_that_were_taken_back_before_it_delivered_them(world: World) -> None:
    node, other, central, sealed = world.node(), world.other_node(), world.central(), world.coded()
    take(other, sealed, world.withdrawal(sealed, [one_head(sealed)]))
    exchange(other, to(central, world.second_node))
    exchange(node, to(central, world.station))  # which reads of it, as a mere hash
    bring(node, sealed)
    for _ in range(2):
        exchange(node, to(central, world.station))
    assert not is_readable(node, one_head(sealed))
    assert waiting(node) == []


@pytest.mark.parametrize("contested", [False, True])
def test_a_node_hears_of_what_held_back_a_testimony_before_it_delivered_it(world: World, contested: bool) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(central, sealed)
    withdrawal = world.withdraw(sealed)
    contests = [
        statements.contest(withdrawal=withdrawal.id, annex="0" * 64, day="2026-11-24", signer=signer)
        for signer in (world.lawyer_signer, world.coordinator_signer)
    ]
    take(central, withdrawal, contests[0])
    exchange(node, to(central, world.station))
    bring(node, sealed)
    for _ in range(2):
        exchange(node, to(central, world.station))
    assert not is_served(node, sealed)
    if contested:
        take(central, contests[1])
        exchange(node, to(central, world.station))
    assert is_served(node, sealed) is contested


def contests_of(world: World, withdrawal: SignedRecord) -> list[SignedRecord]:
    return [
        statements.contest(withdrawal=withdrawal.id, annex="0" * 64, day="2026-11-24", signer=signer)
        for signer in (world.lawyer_signer, world.coordinator_signer)
    ]


def test_a_node_that_hears_of_a_withdrawal_after_two_called_it_false_delivers_what_it_held_back(world: World) -> None:
    node, other, central, sealed = world.node(), world.other_node(), world.central(), world.testimony()
    withdrawal = world.withdraw(sealed)
    take(node, withdrawal)
    exchange(node, to(central, world.station))
    take(central, *contests_of(world, withdrawal))
    exchange(other, to(central, world.second_node))  # which reads of all this as mere hashes
    take(other, withdrawal, sealed)
    for _ in range(2):
        exchange(other, to(central, world.second_node))
    assert is_served(other, sealed)
    assert held(central, sealed) == all_names(sealed)


def test_a_node_that_brings_a_withdrawal_after_its_contests_hears_of_them(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    withdrawal = world.withdraw(sealed)
    bring(node, sealed)
    take(central, *contests_of(world, withdrawal))
    exchange(node, to(central, world.station))  # which cannot know yet what they are about
    take(node, withdrawal)
    assert not is_served(node, sealed)
    exchange(node, to(central, world.station))
    assert is_served(node, sealed)


def test_heads_that_come_again_after_the_journal_narrowed_them_are_not_served(world: World) -> None:
    node, sealed = world.node(), world.coded()
    home = kept(node)
    take(node, sealed, world.withdrawal(sealed, [one_head(sealed)]))
    by_hand(node, home)
    again = opened(world, home)
    take(again, sealed)
    assert not is_readable(again, one_head(sealed))
    assert held(again, sealed) == all_names(sealed) - {one_head(sealed)}


def test_a_granted_head_that_comes_after_the_witness_took_it_back_is_not_served(world: World) -> None:
    station, sealed = world.central(), world.coded()
    head = objects_of(world.testimony())[0]
    take(station, sealed)
    granted = statements.grant(
        manifest=sealed.record.id,
        part="narrative",
        head=sha256_hex(head),
        day="2026-11-24",
        signer=world.lawyer_signer,
    )
    take(station, world.withdrawal(sealed, [sha256_hex(head)]))
    take(station, granted, head)
    assert not is_readable(station, sha256_hex(head))


def test_a_withdrawal_that_the_journal_brought_back_is_signed_for_when_it_comes_again(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.coded()
    home = kept(central)
    take(central, sealed, world.withdrawal(sealed, [one_head(sealed)]))
    take(node, world.withdrawal(sealed, [one_head(sealed)]))
    by_hand(central, home)
    push(node, to(opened(world, home), world.station))
    assert waiting(node) == []


def test_an_annex_of_a_code_that_took_everything_back_before_it_was_delivered_waits_for_nothing(world: World) -> None:
    node, central = world.node(), world.central()
    sealed = of_a_code(world)
    bring(node, sealed)
    assert take_annex(node, said(world, sealed)) == {"stored"}
    take(node, world.withdrawal(sealed, signer=CODE))
    for _ in range(2):
        push(node, to(central, world.station))
    assert waiting(node) == []
