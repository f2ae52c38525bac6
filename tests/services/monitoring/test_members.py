"""Who is in the roster: since when, until when, and what needs somebody to act before anything else."""

from __future__ import annotations

import pytest

from testimony.services.monitoring import members as monitoring_members
from testimony.services.monitoring.heartbeats import Contact
from testimony.services.monitoring.members import Enrolled
from testimony.services.roster import proposals
from testimony.services.roster.proposals import LOSE, RENEW, REVOKE, Wish
from testimony.station.station import Station
from tests.support.services.release.proposals import VERA, admitting, hand_in, prepare, signed
from tests.support.services.world import World

EARLY, LATE, AFTER = "2026-11-26", "2027-02-01", "2027-02-21"
"""The roster of the world ends on 2027-02-20."""


def lines(central: Station, today: str = EARLY) -> list[Enrolled]:
    with central.database.reading() as db:
        return monitoring_members.enrolled(central, db, today=today)


def line(central: Station, id: str, today: str = EARLY) -> Enrolled:
    return next(one for one in lines(central, today) if one.id == id)


def publish(world: World, central: Station, *wishes: Wish) -> None:
    id = prepare(central, *wishes)
    hand_in(central, id, signed(central, id, world.roots[:2]).encode())


@pytest.mark.parametrize(("today", "state"), [(EARLY, "good"), (LATE, "soon"), (AFTER, "ended")])
def test_keys_end_with_the_roster(today: str, state: str, central: Station) -> None:
    assert {one.state for one in lines(central, today)} == {state}
    assert {one.until for one in lines(central, today)} == {"2027-02-20"}


@pytest.mark.parametrize(("today", "number"), [(EARLY, 0), ("2027-01-21", 0), ("2027-01-22", 9), (AFTER, 9)])
def test_those_that_end_within_a_month_are_named(today: str, number: int, central: Station) -> None:
    assert len(monitoring_members.ending(central, today=today)) == number


def test_readers_come_first_and_who_is_gone_last(world: World, central: Station) -> None:
    publish(world, central, Wish(act=REVOKE, id="lawyer-a"), admitting(), Wish(act=LOSE, id="phone-7"))
    found = lines(central)
    assert [(one.id, one.state) for one in found][:2] == [("lawyer-9", "good"), ("lawyer-b", "good")]
    assert [(one.id, one.state) for one in found][-2:] == [("phone-7", "lost"), ("lawyer-a", "revoked")]
    assert not found[-1].active


def test_a_key_is_there_since_the_roster_that_brought_it_and_a_renewal_changes_nothing(
    world: World, central: Station
) -> None:
    publish(world, central, admitting("lawyer", "lawyer-a", replaces=True))
    publish(world, central, Wish(act=RENEW))
    since = central.chain.rosters[1].issued
    assert (line(central, "lawyer-a").since, line(central, "lawyer-b").since) == (since, "2026-11-20")


def test_who_was_revoked_ended_on_the_day_on_which_that_was_signed(world: World, central: Station) -> None:
    publish(world, central, Wish(act=REVOKE, id="node-1"))
    ended = central.chain.latest.issued
    publish(world, central, Wish(act=RENEW))
    assert (line(central, "node-1").since, line(central, "node-1").until) == ("2026-11-20", ended)


@pytest.mark.parametrize(("until", "state"), [("2026-12-10", "soon"), ("2027-12-10", "good"), ("no day", "good")])
def test_a_station_whose_certificate_ends_comes_before_the_others(
    until: str, state: str, central: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitoring_members.heartbeats, "heard", lambda _, __: Contact(day=EARLY, until=until))
    assert line(central, "node-1").state == state
    assert [one.id for one in lines(central)].index("node-1") == (0 if state == "soon" else 6)


def test_the_words_are_of_the_keys_and_the_same_wherever_they_stand(world: World, central: Station) -> None:
    words = {one.id: one.words for one in lines(central)}
    assert len(set(words.values())) == len(words)
    assert all(len(six.split()) == 6 for six in words.values())
    publish(world, central, Wish(act=REVOKE, id="node-1"))
    assert line(central, "node-1").words == words["node-1"]


def test_a_proposal_that_waits_is_what_renews(central: Station) -> None:
    with central.database.transaction() as db:
        assert proposals.waiting(db) == ""
        id = proposals.wish_alone(central, db, Wish(act=RENEW), VERA)
    with central.database.reading() as db:
        assert proposals.waiting(db) == id
