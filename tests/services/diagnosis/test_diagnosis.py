"""What is not well at a station is a line of the diagnosis, with its level and with what to do; nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from testimony.services.backup import last_backup
from testimony.services.custody import split_view
from testimony.services.diagnosis import diagnosis, home, link
from testimony.services.diagnosis.types import TITLES, Level, Line, Reach, worst
from testimony.services.intake.intake import take_in
from testimony.services.link import clock_skew, last_sync
from testimony.services.monitoring import health as monitoring_health
from testimony.services.monitoring.heartbeats import Contact
from testimony.services.monitoring.types import NodeLine
from testimony.station.station import Station
from testimony.store.errors import BucketRefused
from testimony.store.files.free_space import Space
from testimony.store.models.base import ONLY
from testimony.store.models.records import RecordRow
from testimony.store.state import maintenance
from testimony.store.state.centrals import StandingRow
from testimony.store.state.maintenance import DamagedObjectRow, MaintenanceRow
from testimony.store.state.nodes import NodeSoftwareRow
from testimony.sync.errors import NotTheStation, OrganisationForeign, StationUnreachable, StationUntrusted
from tests.support.services import clocks
from tests.support.services.alarms import ago, backed_up, content_of, made, silent, tested, unsound, well
from tests.support.sync.world import World, bring, incoming, keep

URL = "https://central.example"
REACHED = Reach(url=URL, ahead=0)
pytestmark = pytest.mark.both_databases(seldom=True)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def node(world: World) -> Station:
    station = world.node()
    exchanged(station, station.today())
    last_backup.note_tested(station)
    return station


@pytest.fixture
def central(world: World) -> Station:
    station = world.central()
    for kid in (world.station.kid, world.second_node.kid):
        well(station, kid)
    last_backup.note_tested(station)
    return station


def exchanged(station: Station, day: str) -> None:
    with station.database.transaction() as session:
        last_sync.note(session, day)


def now_at(station: Station) -> datetime:
    return datetime.combine(date.fromisoformat(station.today()), datetime.min.time(), UTC) + timedelta(hours=12)


def lines(station: Station, reach: Reach = REACHED, *, now: datetime | None = None) -> dict[str, Line]:
    with station.database.reading() as session:
        found = diagnosis.diagnose(station, session, reach, now=now or now_at(station))
    assert [one.subject for one in found] == [
        subject for subject in TITLES if subject in {one.subject for one in found}
    ]
    return {one.subject: one for one in found}


def said(line: Line) -> str:
    return " ".join(one.text % one.values if one.values else one.text for one in line.findings)


def unwell(found: dict[str, Line]) -> dict[str, Level]:
    """What is not well; each says what to do, in `do` or in the sentence of the error."""
    return {subject: line.level for subject, line in found.items() if line.level}


def test_a_well_station_of_each_kind_has_about_ten_lines_and_nothing_to_do(
    world: World, node: Station, central: Station
) -> None:
    desk = world.desk()
    exchanged(desk, desk.today())
    last_backup.note_tested(desk)
    for station, number in ((node, 10), (central, 11), (desk, 10)):
        found = lines(station)
        assert len(found) == number
        assert unwell(found) == {}
        assert not any(one.do for line in found.values() for one in line.findings)


@pytest.mark.parametrize(
    ("reach", "level"),
    [
        (Reach(), Level.WARNING),
        (Reach(url=URL, error=StationUnreachable(url=URL)), Level.WARNING),
        (Reach(url=URL, error=StationUntrusted(url=URL)), Level.CRITICAL),
        (Reach(url=URL, error=NotTheStation(url=URL)), Level.CRITICAL),
        (Reach(url=URL, error=OrganisationForeign(url=URL)), Level.CRITICAL),
    ],
)
def test_a_central_that_does_not_answer_is_a_warning_and_a_false_one_is_critical(
    reach: Reach, level: Level, node: Station
) -> None:
    assert unwell(lines(node, reach)) == {"central": level}


def test_the_central_server_that_does_not_answer_itself_is_critical_and_its_certificate_is_watched(
    central: Station,
) -> None:
    day = now_at(central).date()
    assert unwell(lines(central, Reach(url=URL, error=StationUnreachable(url=URL)))) == {"central": Level.CRITICAL}
    assert unwell(lines(central, Reach(url=URL, until=day + timedelta(days=30)))) == {}
    assert unwell(lines(central, Reach(url=URL, until=day + timedelta(days=3)))) == {"central": Level.WARNING}


def test_an_address_that_is_this_machine_itself_is_named_where_nothing_answers(node: Station) -> None:
    url = "http://127.0.0.1:8402"
    (first, *_) = lines(node, Reach(url=url, error=StationUnreachable(url=url)))["central"].findings
    assert "this machine itself" in first.do
    assert lines(node, Reach(url=url, ahead=0))["central"].level == Level.WELL


def test_an_exchange_of_long_ago_is_a_warning(node: Station) -> None:
    exchanged(node, ago(node, 8))
    found = lines(node)
    assert unwell(found) == {"central": Level.WARNING}
    assert ago(node, 8) in said(found["central"])
    assert [one.do for one in lines(node, Reach(url=URL, error=StationUnreachable(url=URL)))["central"].findings] == [
        "",
        "",
    ]


def test_a_roster_that_ends_and_a_newer_one_elsewhere_are_warnings(node: Station) -> None:
    latest = node.chain.latest
    found = lines(node, Reach(url=URL, ahead=0, roster=latest.no + 1))
    assert unwell(found) == {"roster": Level.WARNING}
    assert f"Others have number {latest.no + 1}." in said(found["roster"])
    assert unwell(lines(node, Reach(url=URL, ahead=0, roster=latest.no))) == {}


def test_central_learns_of_a_newer_roster_from_what_stations_report(world: World, central: Station) -> None:
    keep(central, NodeSoftwareRow(node=world.station.kid, roster=central.chain.latest.no + 1, software="0.1"))
    found = lines(central)
    assert found["roster"].level == Level.WARNING
    assert "0.1" in said(found["versions"])


def test_a_key_that_the_newest_roster_does_not_know_is_critical(node: Station) -> None:
    assert unwell(lines(node, Reach(url=URL, ahead=0, active=False))) == {"station": Level.CRITICAL}


def test_a_station_that_central_reports_as_copied_is_a_warning(node: Station) -> None:
    keep(node, StandingRow(id=ONLY, quarantined_since=node.today()))
    assert unwell(lines(node)) == {"station": Level.WARNING}


@pytest.mark.parametrize(
    ("ahead", "level"),
    [(5, Level.WELL), (-5, Level.WELL), (6, Level.WARNING), (-125, Level.WARNING), (3 * 24 * 60, Level.CRITICAL)],
)
def test_a_clock_that_differs_from_centrals_is_said_with_its_sign(ahead: int, level: Level, node: Station) -> None:
    found = lines(node, Reach(url=URL, ahead=ahead))["clock"]
    assert found.level == level
    if level:
        assert ("ahead of" if ahead > 0 else "behind") in said(found)
        assert found.findings[0].do
    with node.database.transaction() as session:
        clock_skew.note(session, ahead)
    assert lines(node, Reach(url=URL, error=StationUnreachable(url=URL)))["clock"] == found, "remembered, offline"


def test_a_clock_before_the_day_of_the_roster_is_critical_without_any_network(node: Station) -> None:
    found = lines(node, Reach(), now=datetime(1970, 1, 1, tzinfo=UTC))["clock"]
    assert found.level == Level.CRITICAL
    assert "1970-01-01" in said(found)
    assert node.chain.latest.issued in said(found)


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        ([90, 91], "not before"),
        ([0, 1, 90], "agrees"),
        ([89, 90, 91], "behind the clock of others"),
        ([-90, -90, 0, -90], "ahead of the clock of others"),
    ],
)
def test_central_compares_its_clock_with_the_middle_of_three_stations_and_more(
    ahead: list[int], words: str, central: Station
) -> None:
    told = [Contact(day=central.today(), clock=minutes) for minutes in ahead]
    nodes = [NodeLine(id="", status="active", testimonies=0, day="", contact=one) for one in told]
    with central.database.reading() as session:
        condition = monitoring_health.look(central, session)
        (finding,) = link.clock(central, session, Reach(url=URL), nodes, condition, now=now_at(central))
    assert words in finding.text


@pytest.mark.parametrize(("days", "level"), [(7, Level.WELL), (8, Level.WARNING)])
def test_a_backup_older_than_the_settings_ask_for_is_a_warning(days: int, level: Level, node: Station) -> None:
    backed_up(node, ago(node, days))
    found = lines(node)["backup"]
    assert found.level == level
    assert ago(node, days) in said(found)


def test_a_new_station_is_warned_until_a_backup_was_tested_and_one_of_a_demonstration_is_not(world: World) -> None:
    node = world.node()
    (finding,) = lines(node)["backup"].findings
    assert (finding.level, finding.text) == (Level.WARNING, "There is no backup yet.")
    assert "restore it into an empty folder as a test" in finding.do
    made(node, content_of(node))
    assert unwell(lines(node))["backup"] == Level.WARNING
    assert "No backup was tested by restoring it." in said(lines(node)["backup"])
    last_backup.note_tested(node)
    assert lines(node)["backup"].level == Level.WELL
    for setting, value in (("backup_days", 0), ("demonstration", True)):
        other = world.create(setting, "field", world.station, **{setting: value})
        assert lines(other)["backup"].level == Level.WELL
        made(other, content_of(other, station_key=False))
        assert lines(other)["backup"].level == Level.WELL
        other.close()


def test_a_station_with_testimonies_and_no_backup_is_warned_after_the_days_of_the_settings(
    world: World, node: Station
) -> None:
    bring(node, world.testimony())
    assert lines(node)["backup"].level == Level.WELL
    _came(node, ago(node, 8))
    assert lines(node)["backup"].level == Level.WARNING
    made(node, content_of(node))
    assert lines(node)["backup"].level == Level.WELL


@pytest.mark.parametrize(
    ("lacks", "words", "do"),
    [
        ("station_key", "The station's key is not in the last backup.", "--recipient"),
        ("shred_keys", "No copy of the shred keys was made with the last backup.", "--shred-keys"),
        ("whole", "The last backup is not whole.", "names what is damaged"),
    ],
)
def test_what_the_last_backup_lacks_is_a_warning_although_it_is_of_today(
    lacks: str, words: str, do: str, node: Station
) -> None:
    made(node, content_of(node, **{lacks: False}))
    found = lines(node)
    assert unwell(found) == {"backup": Level.WARNING}
    assert [one.text for one in found["backup"].findings if one.level] == [words]
    assert do in next(one.do for one in found["backup"].findings if one.level)
    made(node, content_of(node))
    assert unwell(lines(node)) == {}


@pytest.mark.parametrize(("days", "level"), [(100, Level.WELL), (101, Level.WARNING)])
def test_a_test_counts_for_a_hundred_days(days: int, level: Level, node: Station) -> None:
    made(node, content_of(node))
    tested(node, ago(node, days))
    found = lines(node)["backup"]
    assert found.level == level
    assert f"Last tested by restoring it: {ago(node, days)}." in said(found)
    assert ["--test-with" in one.do for one in found.findings] == [False, level == Level.WARNING]


def test_a_test_does_not_count_after_others_open_the_backup(node: Station) -> None:
    made(node, content_of(node))
    last_backup.note_tested(node)
    assert lines(node)["backup"].level == Level.WELL
    made(node, content_of(node, recipients="b" * 64))
    found = lines(node)["backup"]
    assert found.level == Level.WARNING
    assert "The last backup opens with other keys than the backup that was tested." in said(found)
    last_backup.note_tested(node)
    assert lines(node)["backup"].level == Level.WELL


def test_a_date_that_no_second_clock_confirms_is_a_warning(node: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks.show(monkeypatch, "2036-01-01", {})
    found = lines(node)["clock"]
    assert found.level == Level.WARNING
    assert "2036-01-01" in said(found)


def _came(station: Station, day: str) -> None:
    with station.database.transaction() as session:
        session.execute(update(RecordRow).values(received=day))


@pytest.mark.parametrize(("floors", "level"), [(0.5, Level.CRITICAL), (31, Level.WARNING), (33, Level.WELL)])
def test_a_disk_is_critical_below_the_floor_and_a_warning_when_nearly_full(
    floors: float, level: Level, node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Space, "free", lambda space: int(floors * space.floor))
    assert lines(node)["disk"].level == level


def test_a_bucket_that_gives_no_answer_is_critical_and_is_named(central: Station) -> None:
    found = lines(central, Reach(url=URL, bodies=BucketRefused(bucket="bodies")))
    assert unwell(found) == {"records": Level.CRITICAL}
    assert "refuses this station the bucket bodies. Check its name" in said(found["records"])


def test_a_reserve_that_is_used_up_is_a_warning(node: Station) -> None:
    node.space.release_ballast()
    assert unwell(lines(node)) == {"disk": Level.WARNING}


def test_damage_and_a_split_log_are_critical_and_name_their_remedy(
    node: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No record is known to be lacking." in said(lines(node)["records"])
    keep(node, DamagedObjectRow(name="ab" * 32, day=node.today()))
    assert unwell(lines(node)) == {"records": Level.CRITICAL}
    with node.database.transaction() as session:
        maintenance.remove_damaged(session, ["ab" * 32])
    unsound(node)
    assert unwell(lines(node)) == {"records": Level.CRITICAL}
    keep(node, MaintenanceRow(id=ONLY, unsound=False))
    monkeypatch.setattr(split_view, "is_forked", lambda *_: True)
    assert unwell(lines(node)) == {"records": Level.CRITICAL}


def test_records_that_are_lacking_are_counted_and_a_withdrawal_may_be_among_them(node: Station) -> None:
    with node.database.reading() as session:
        condition = monitoring_health.look(node, session)
    (finding,) = home.records(condition, Reach(), lacking=3, log_holds=True)
    assert (finding.level, finding.text % finding.values) == (
        Level.WARNING,
        "Records that a signed log names and that are not here: 3.",
    )
    assert "withdrawal" in finding.do


def test_what_waits_is_counted_and_after_a_week_its_age_is_a_warning(world: World, node: Station) -> None:
    assert "Nothing waits here." in said(lines(node)["age"])
    bring(node, world.testimony(), world.testimony())
    found = lines(node)
    assert "does not have in full: 2." in said(found["waiting"])
    assert node.today() in said(found["age"])
    assert unwell(found) == {}
    _came(node, ago(node, 8))
    assert lines(node)["age"].level == Level.WARNING


def test_what_central_holds_in_part_has_an_age_too(world: World, central: Station) -> None:
    take_in(central, incoming(world.testimony())[:1])
    assert "here in part: 1." in said(lines(central)["waiting"])
    _came(central, ago(central, 8))
    assert lines(central)["age"].level == Level.WARNING


def test_a_station_that_needs_attention_is_a_warning_at_central(world: World, central: Station) -> None:
    silent(central, world.station.kid)
    assert unwell(lines(central)) == {"stations": Level.WARNING}


@pytest.mark.parametrize(
    ("levels", "gravest"),
    [
        ([], Level.WELL),
        ([Level.WELL, Level.UNKNOWN], Level.UNKNOWN),
        ([Level.UNKNOWN, Level.WARNING], Level.WARNING),
        ([Level.WARNING, Level.CRITICAL, Level.UNKNOWN], Level.CRITICAL),
    ],
)
def test_the_gravest_level_counts_and_what_is_not_known_hides_nothing(levels: list[Level], gravest: Level) -> None:
    assert worst(levels) == gravest


def test_what_ends_is_counted_and_a_desk_says_what_to_do(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    central, desk = world.central("ending"), world.desk()
    items = [world.seal({}, version=2, keep_until=month) for month in ("2028-11", "2028-12")]
    for station in (central, desk):
        take_in(station, [one for sealed in (*items, world.seal({})) for one in incoming(sealed)])
    clocks.agree(monkeypatch, "2028-12-05")
    for station in (central, desk):
        text = said(lines(station)["waiting"])
        assert "consent to be kept ends within 30 days: 1." in text
        assert "consent to be kept has ended, to be destroyed after a month: 1." in text
        assert "it is not known yet until when they are kept: 1." in text
    assert lines(central)["waiting"].level == Level.WELL
    assert lines(desk)["waiting"].level == Level.WARNING


@pytest.mark.parametrize(
    ("own", "theirs", "told"),
    [
        ("0.9.0", "0.9.0", ""),
        ("0.10.0", "0.9.0", "still need the new program: node-1"),
        ("0.10.0", "0.10.2", "roster renew --seals 2"),
        ("1.0.0", "0.10.0", "roster renew --seals 2"),
    ],
)
def test_central_says_when_every_station_reads_the_next_version(
    central: Station, own: str, theirs: str, told: str
) -> None:
    with central.database.reading() as session:
        condition = replace(monitoring_health.look(central, session), software=own)
    contact = Contact(day="2026-11-24", software=theirs)
    nodes = [NodeLine(id="node-1", status="active", testimonies=0, day="", contact=contact)]
    text = " ".join(one.text % one.values for one in home.versions(central, condition, nodes))
    assert told in text
    assert bool(told) == ("version 2" in text)
