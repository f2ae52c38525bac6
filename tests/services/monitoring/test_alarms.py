"""What needs a person at central is found by rules, remembered with its day, seen by somebody, and gone by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from testimony.domain.testimony.alarms import GRAVEST_FIRST, HARMLESS, OF_STATIONS
from testimony.services.backup import last_backup
from testimony.services.custody import split_view
from testimony.services.integrity import database_check
from testimony.services.monitoring import alarm_mail, alarms, heartbeats, overview
from testimony.services.monitoring import health as monitoring_health
from testimony.services.monitoring.alarms import Alarm
from testimony.services.records import scrub
from testimony.station.station import Station
from testimony.store.models.records import RecordRow
from testimony.store.state.nodes import NodeRow
from tests.support.services.alarms import ago, backed_up, content_of, made, silent, tested, unsound, well
from tests.support.sync.world import World, bring, heard_on, keep

NOW = 1_790_000_000
HOUR = 3600
pytestmark = pytest.mark.both_databases(seldom=True)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def central(world: World) -> Station:
    """Both of its nodes spoke today and nothing is wrong with them."""
    station = world.central()
    for kid in (world.station.kid, world.second_node.kid):
        well(station, kid)
    assert kinds(station) == []
    return station


def look(central: Station, now: int = NOW) -> list[Alarm]:
    alarms.look(central, now=now)
    with central.database.reading() as session:
        return alarms.listed(session)[0]


def kinds(central: Station, now: int = NOW) -> list[tuple[str, str]]:
    return [(one.kind, one.about) for one in look(central, now)]


def test_every_kind_of_trouble_that_somebody_must_see_to_is_an_alarm() -> None:
    from typing import get_args

    from testimony.services.monitoring.types import Trouble

    assert set(get_args(Trouble)) - OF_STATIONS == {"roster", "new"}, "these end with the next exchange"
    assert set(GRAVEST_FIRST) >= OF_STATIONS | HARMLESS
    assert len(GRAVEST_FIRST) == len(set(GRAVEST_FIRST))


def test_a_silent_station_is_an_alarm_until_it_speaks(world: World, central: Station) -> None:
    silent(central, world.station.kid)
    (found,) = look(central, NOW)
    assert (found.kind, found.about, found.since, found.gone, found.seen) == ("silent", "node-1", NOW, None, None)
    assert look(central, NOW + HOUR) == [found], "since the first look"
    well(central, world.station.kid)
    assert look(central, NOW + 2 * HOUR) == []
    with central.database.reading() as session:
        ((gone,),) = [alarms.listed(session)[1]]
    assert (gone.handle, gone.since, gone.gone) == (found.handle, NOW, NOW + 2 * HOUR)


def test_what_comes_again_is_another_alarm_that_nobody_has_seen(world: World, central: Station) -> None:
    silent(central, world.station.kid)
    (first,) = look(central, NOW)
    assert see(central, first.handle)
    well(central, world.station.kid)
    look(central, NOW + 60)
    silent(central, world.station.kid)
    (second,) = look(central, NOW + 120)
    assert second.handle != first.handle
    assert (second.since, second.seen, second.seen_by) == (NOW + 120, None, "")
    assert not see(central, first.handle), "a page from before marks nothing that came since"


def see(central: Station, handle: str, by: str = "vera", *, stations_alone: bool = False) -> bool:
    with central.database.transaction() as session:
        return alarms.see(session, handle, by=by, now=NOW + 5, stations_alone=stations_alone)


def test_who_saw_it_first_is_who_has_seen_it(world: World, central: Station) -> None:
    silent(central, world.station.kid)
    (found,) = look(central)
    assert see(central, found.handle)
    assert see(central, found.handle, "ilir")
    (seen,) = look(central)
    assert (seen.seen_by, seen.seen) == ("vera", NOW + 5)


def test_who_sees_stations_alone_marks_nothing_of_the_server(central: Station) -> None:
    unsound(central)
    (found,) = look(central)
    assert (found.kind, found.about) == ("database", "")
    assert not see(central, found.handle, stations_alone=True)
    assert see(central, found.handle)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("forked", lambda c, m: m.setattr(split_view, "is_forked", lambda *_: "kid")),
        (
            "log",
            lambda c, m: m.setattr(overview, "log", lambda *_: overview.LogState(size=1, checkpoint="", holds="no")),
        ),  # type: ignore[arg-type]
        ("database", lambda c, m: m.setattr(database_check, "is_damaged", lambda _: True)),
        ("damaged", lambda c, m: m.setattr(scrub, "count", lambda _: 1)),
        ("disk", lambda c, m: m.setattr(c.space, "free", lambda: 31 * c.space.floor)),
        ("ballast", lambda c, m: m.setattr(c.space, "has_ballast", lambda: False)),
        ("roster", lambda c, m: m.setattr(monitoring_health, "SOON", 10**6)),
    ],
)
def test_what_is_wrong_with_the_server_itself(
    name: str, value: object, central: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as changed:
        value(central, changed)  # type: ignore[operator]
        assert kinds(central) == [(name, "")]
    assert kinds(central) == []


def test_stations_in_trouble_are_alarms_each_and_the_gravest_come_first(world: World, central: Station) -> None:
    one, other = world.station.kid, world.second_node.kid
    keep(central, NodeRow(node=other, quarantine="two", quarantined_since=central.today()))
    heartbeats.note(central, one, {"free": 1, "floor": 32, "roster": 1, "until": "2020-01-01"}, created=NOW * 2)
    assert kinds(central) == [("marked", "node-2"), ("full", "node-1"), ("certificate", "node-1"), ("clock", "node-1")]


def test_a_backup_is_asked_for_when_the_last_one_is_old_or_there_is_something_to_lose(
    world: World, central: Station
) -> None:
    assert kinds(central) == [], "nothing came yet"
    bring(central, world.testimony())
    assert kinds(central) == []
    with central.database.transaction() as session:
        session.execute(update(RecordRow).values(received=ago(central, 8)))
    assert kinds(central) == [("backup", "")]
    backed_up(central, ago(central, 7))
    last_backup.note_tested(central)
    assert kinds(central) == []
    backed_up(central, ago(central, 8))
    assert kinds(central) == [("backup", "")]
    central.settings = replace(central.settings, backup_days=0)
    assert kinds(central) == []


def test_a_backup_that_nobody_ever_restored_is_an_alarm_until_one_was_tested(central: Station) -> None:
    backed_up(central, central.today())
    assert kinds(central) == [("untested", "")]
    letter = take(central, NOW)
    assert letter is not None
    assert (letter.kinds, letter.named) == (("untested",), ()), "it would tell that nothing can be restored"
    sent(central, letter, NOW)
    assert due(central, NOW + 60) is None, "once"
    last_backup.note_tested(central)
    assert kinds(central, NOW + 120) == []
    tested(central, ago(central, 101))
    assert kinds(central) == [("untested", "")], "it was too long ago"
    central.settings = replace(central.settings, backup_days=0)
    assert kinds(central) == [], "the settings ask for none"


def test_a_backup_that_cannot_restore_everything_is_an_alarm_until_one_can(central: Station) -> None:
    last_backup.note_tested(central)
    for lacks in ("station_key", "shred_keys", "whole"):
        made(central, content_of(central, **{lacks: False}))
        assert kinds(central) == [("incomplete", "")]
    made(central, None)
    assert kinds(central) == [], "another program made the next one"
    made(central, content_of(central, station_key=False))
    assert kinds(central) == [("incomplete", "")]
    made(central, content_of(central))
    assert kinds(central) == []


def test_a_station_that_says_that_it_lacks_records_is_an_alarm_until_they_came(world: World, central: Station) -> None:
    kid = world.station.kid
    heartbeats.note(central, kid, {"lacking": 2}, created=None)
    assert kinds(central) == [("lacking", "node-1")]
    letter = take(central, NOW)
    assert letter is not None
    assert (letter.kinds, letter.named) == (("lacking",), ()), "what was left out may be a withdrawal"
    sent(central, letter, NOW)
    assert due(central, NOW + 60) is None, "once"
    keep(central, heard_on(ago(central, 1), kid))
    heartbeats.note_carried(central, kid, day=central.today(), waiting=0)
    assert kinds(central, NOW + 60) == [("lacking", "node-1")], "a stick does not say that they came"
    heartbeats.note(central, kid, {"lacking": 0}, created=None)
    assert kinds(central, NOW + 120) == []


def test_what_is_gone_is_remembered_for_a_month(world: World, central: Station) -> None:
    silent(central, world.station.kid)
    look(central, NOW)
    well(central, world.station.kid)
    look(central, NOW + 1)
    for after, left in ((alarms.KEPT, 1), (alarms.KEPT + 2, 0)):
        look(central, NOW + after)
        with central.database.reading() as session:
            assert len(alarms.listed(session)[1]) == left


def test_a_look_that_finds_nothing_new_writes_nothing(world: World, central: Station) -> None:
    silent(central, world.station.kid)
    look(central)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(type(central.database), "transaction", lambda _: pytest.fail("it wrote"))
        look(central)


def take(central: Station, now: int) -> alarm_mail.Letter | None:
    with central.database.transaction() as session:
        return alarm_mail.take(session, now=now)


def sent(central: Station, letter: alarm_mail.Letter, now: int) -> None:
    with central.database.transaction() as session:
        alarm_mail.sent(session, letter, now=now)


def due(central: Station, now: int) -> tuple[str, ...] | None:
    with central.database.reading() as session:
        letter = alarm_mail.due(session, now=now)
    return None if letter is None else letter.kinds


def test_one_e_mail_an_hour_unless_there_is_a_new_kind(world: World, central: Station) -> None:
    silent(central, world.station.kid)
    look(central, NOW)
    letter = take(central, NOW)
    assert letter is not None
    assert letter.kinds == ("silent",)
    sent(central, letter, NOW)
    assert due(central, NOW + 60) is None
    silent(central, world.second_node.kid)
    look(central, NOW + 300)
    assert due(central, NOW + 300) is None, "another of a kind that was told of just now"
    assert due(central, NOW + HOUR) == ("silent",)
    unsound(central)
    look(central, NOW + 600)
    assert due(central, NOW + 600) == ("database", "silent"), "a new kind does not wait"
    letter = take(central, NOW + 600)
    assert letter is not None
    sent(central, letter, NOW + 600)
    assert due(central, NOW + HOUR) is None


def test_what_comes_and_goes_makes_no_flood(world: World, central: Station) -> None:
    went = 0
    for step in range(24):
        (silent if step % 2 == 0 else well)(central, world.station.kid)
        now = NOW + step * 300
        look(central, now)
        letter = take(central, now)
        if letter is not None:
            went += 1
            sent(central, letter, now)
    assert went == 2, "one in each of two hours"


def test_what_nobody_has_seen_is_told_again_the_next_day_and_what_somebody_has_is_not(
    world: World, central: Station
) -> None:
    silent(central, world.station.kid)
    (found,) = look(central, NOW)
    letter = take(central, NOW)
    assert letter is not None
    sent(central, letter, NOW)
    assert due(central, NOW + 23 * HOUR) is None
    assert due(central, NOW + 24 * HOUR) == ("silent",)
    assert see(central, found.handle)
    assert due(central, NOW + 24 * HOUR) is None


def test_what_is_gone_or_seen_before_an_e_mail_went_needs_none(world: World, central: Station) -> None:
    silent(central, world.station.kid)
    look(central, NOW)
    well(central, world.station.kid)
    look(central, NOW + 60)
    assert due(central, NOW + 60) is None


def test_a_letter_that_was_taken_is_nobody_elses_until_its_lease_lapses(world: World, central: Station) -> None:
    silent(central, world.station.kid)
    look(central, NOW)
    assert take(central, NOW) is not None
    assert take(central, NOW + 1) is None
    assert take(central, NOW + alarm_mail.LEASE - 1) is None
    assert take(central, NOW + alarm_mail.LEASE) is not None, "who took it died before it went"


def test_a_try_that_failed_is_made_again_later_and_later_and_tells_of_everything(
    world: World, central: Station
) -> None:
    silent(central, world.station.kid)
    look(central, NOW)
    now, waits = NOW, []
    for _ in range(10):
        assert take(central, now) is not None
        with central.database.transaction() as session:
            alarm_mail.failed(session, "unreachable", now=now)
        with central.database.reading() as session:
            post = alarm_mail.state(session)
        waits.append(post.next - now)
        assert due(central, post.next - 1) is None
        now = post.next
    assert waits[:4] == [300, 600, 1200, 2400]
    assert waits[-1] == alarm_mail.LONGEST_WAIT
    assert post.error == "unreachable"
    letter = take(central, now)
    assert letter is not None
    sent(central, letter, now)
    with central.database.reading() as session:
        assert alarm_mail.state(session) == alarm_mail.Post(sent=now)


def test_a_clock_that_was_set_back_holds_up_no_e_mail(world: World, central: Station) -> None:
    silent(central, world.station.kid)
    look(central, NOW)
    letter = take(central, NOW + 10**8)
    assert letter is not None
    sent(central, letter, NOW + 10**8)
    assert due(central, NOW) == ("silent",)
    with central.database.transaction() as session:
        alarm_mail.failed(session, "silent", now=NOW + 10**8)
    assert due(central, NOW) == ("silent",)


def test_a_letter_names_its_kinds_only_where_all_of_them_are_harmless() -> None:
    def named(*kinds: str) -> tuple[str, ...]:
        return alarm_mail.Letter(kinds=kinds, handles=()).named

    assert named("disk", "roster") == ("disk", "roster")
    assert named("silent", "roster") == ()
    for kind in set(GRAVEST_FIRST) - HARMLESS:
        assert named(kind) == ()
