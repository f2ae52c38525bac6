"""Who is to see central's log and keeps silent is told of after three days, and no longer when a good answer comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from testimony.sealing.log.errors import CosigningRefused
from testimony.sealing.records.signatures import Signer
from testimony.services import startup
from testimony.services.monitoring import alarms
from testimony.services.witnesses import status as witness_status
from testimony.services.witnesses import witnesses as witnesses_service
from testimony.services.witnesses.status import is_overdue
from testimony.station.station import Station
from testimony.store.models.records import RecordRow
from testimony.store.state import witnesses
from tests.support.sealing.timestamp_authority import Authority
from tests.support.services.witnesses import WITNESS, ahead, cosign, cosigned_by_nobody, head, named, on, stamp
from tests.support.sync.world import World, bring

URL = "https://time.example/tsr"
NOW = 1_790_000_000
pytestmark = pytest.mark.both_databases(seldom=True)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def asking(world: World) -> Station:
    """A central that asks an authority, and has looked once since it does."""
    central = world.central(timestamp_url=URL, timestamp_roots="roots.pem")
    assert silent(central) == []
    return central


def silent(central: Station) -> list[tuple[str, str]]:
    """The alarms about them, after a look."""
    alarms.look(central, now=NOW)
    with central.database.reading() as session:
        found = alarms.listed(session)[0]
    return [(one.kind, one.about) for one in found if one.kind in ("unstamped", "uncosigned")]


def test_three_days_are_counted_from_the_first_that_nobody_saw() -> None:
    assert not is_overdue("", today="2026-11-27", days=3)
    assert not is_overdue("2026-11-25", today="2026-11-27", days=3)
    assert is_overdue("2026-11-24", today="2026-11-27", days=3)
    assert not is_overdue("2020-01-01", today="2026-11-27", days=0)
    assert not is_overdue("2027-01-01", today="2026-11-27", days=3), "a clock that was wrong"


def test_an_authority_that_keeps_silent_for_three_days_is_an_alarm_until_a_stamp_comes(
    world: World, authority: Authority
) -> None:
    central = asking(world)
    with on(ahead(central, 2)):
        assert silent(central) == []
    with on(ahead(central, 3)):
        assert silent(central) == [("unstamped", "")]
        stamp(central, authority)
        assert silent(central) == []
        with central.database.reading() as session:
            gone = alarms.listed(session)[1]
    assert "unstamped" in {one.kind for one in gone}


def test_a_log_that_says_no_more_than_its_stamp_is_waited_for_by_nobody(world: World, authority: Authority) -> None:
    central = asking(world)
    stamp(central, authority)
    with on(ahead(central, 300)):
        assert silent(central) == []
        bring(central, world.testimony())
        assert silent(central) == [], "the wait begins with what came last"
    with on(ahead(central, 303)):
        assert silent(central) == [("unstamped", "")]


def test_what_came_while_a_stamp_was_on_its_way_waits_for_the_next_stamp(world: World, authority: Authority) -> None:
    central = asking(world)
    note = head(central)
    bring(central, world.testimony())
    stamp(central, authority, note)
    with on(ahead(central, 1)):
        with central.database.reading() as session:
            again = witnesses_service.note_to_stamp(central, session)
        assert again is not None
        stamp(central, authority, again)
    with on(ahead(central, 2)), central.database.reading() as session:
        assert witnesses_service.note_to_stamp(central, session) is None, "its own entry is nothing new"


def test_an_authority_is_not_silent_on_the_day_on_which_it_is_set_up(world: World) -> None:
    central = world.central()
    with on(ahead(central, 400)):
        assert silent(central) == [], "none is set up"
        central.settings = replace(central.settings, timestamp_url=URL)
        assert silent(central) == [], "a log of a year"
    with on(ahead(central, 403)):
        assert silent(central) == [("unstamped", "")]
        central.settings = replace(central.settings, timestamp_url="https://other.example/")
        assert silent(central) == [], "another one"
        central.settings = replace(central.settings, timestamp_url="")
        assert silent(central) == []
        with central.database.reading() as session:
            assert witnesses.authority(session) is None


def test_the_settings_say_how_many_days_and_none_is_never(world: World) -> None:
    central = asking(world)
    for days, found in ((10, []), (9, [("unstamped", "")]), (0, [])):
        central.settings = replace(central.settings, unseen_days=days)
        with on(ahead(central, 9)):
            assert silent(central) == found


def test_after_a_restoration_the_wait_begins_with_the_last_stamp_of_the_life_before(
    world: World, authority: Authority
) -> None:
    central = asking(world)
    with on(ahead(central, 5)):
        stamp(central, authority)
        startup.begin_anew(central)
        assert silent(central) == []
    with on(ahead(central, 8)):
        assert silent(central) == [("unstamped", "")]


def test_a_partner_that_keeps_silent_is_named_until_it_cosigns(world: World) -> None:
    world.next_roster(witnesses=[WITNESS.describe()])
    central = world.central()
    with on(ahead(central, 2)):
        assert silent(central) == []
    with on(ahead(central, 3)):
        assert silent(central) == [("uncosigned", "partner.example/w1")]
        cosign(central)
        assert silent(central) == []


def test_a_cosignature_that_does_not_hold_is_none_and_its_reason_is_kept(world: World) -> None:
    world.next_roster(witnesses=[WITNESS.describe()])
    central = world.central()
    with on(ahead(central, 3)):
        with pytest.raises(CosigningRefused):
            cosign(central, signer=Signer.generate())
        assert silent(central) == [("uncosigned", "partner.example/w1")]
        with central.database.reading() as session:
            found = witness_status.onlookers(central, session)
        assert found.unkept_cosignature is not None
        assert (found.unkept_cosignature.day, found.unkept_cosignature.reason) == (central.today(), "other")
        assert (found.partners[0].last, found.partners[0].silent) == (None, True)
        cosign(central)
        with central.database.transaction() as session:
            data = cosigned_by_nobody(central).encode()
            session.execute(update(RecordRow).where(RecordRow.kind == "cosigned").values(data=data))
        assert silent(central) == [("uncosigned", "partner.example/w1")], "nor one that the disk makes up"


def test_a_partner_is_waited_for_from_the_day_on_which_a_roster_named_it(world: World) -> None:
    central = world.central()
    with on(ahead(central, 30)):
        named(central, world.next_roster(witnesses=[WITNESS.describe()]))
        assert silent(central) == [], "a log of a month"
    with on(ahead(central, 32)):
        named(central, world.next_roster(witnesses=[WITNESS.describe()]))
    with on(ahead(central, 33)):
        assert silent(central) == [("uncosigned", "partner.example/w1")], "a roster that names it still is no new day"
        named(central, world.next_roster(witnesses=[]))
        assert silent(central) == [], "nobody waits for it any more"


def test_what_is_shown_is_the_last_of_each_and_how_many_heads_are_stamped(world: World, authority: Authority) -> None:
    world.next_roster(witnesses=[WITNESS.describe()])
    central = asking(world)
    stamp(central, authority)
    bring(central, world.testimony())
    stamp(central, authority)
    cosign(central)
    with central.database.reading() as session:
        found = witness_status.onlookers(central, session)
    assert found.stamped == 2
    assert found.authority is not None
    assert found.authority.last is not None
    assert (found.authority.last.by, found.authority.waiting) == ("Invented Time", "")
    (partner,) = found.partners
    assert partner.last is not None
    assert (partner.name, partner.last.time, partner.waiting) == ("partner.example/w1", "2026-11-25T12:00:00Z", "")
    assert (found.unkept_stamp, found.unkept_cosignature) == (None, None)
