"""A running central writes to somebody when something needs them: once, of several servers, and never about whom."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import String

from testimony.domain.testimony.alarms import GRAVEST_FIRST, HARMLESS
from testimony.domain.testimony.languages import INTERVIEWERS
from testimony.services.monitoring import alarm_mail, alarms
from testimony.services.monitoring.alarm_mail import Letter
from testimony.services.monitoring.errors import MAIL_SENTENCES
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.store.models.alarms import AlarmMailRow
from testimony.sync.jobs.alarms import EVERY, JITTER, AlarmJob
from testimony.sync.mail import alarm_message, smtp
from tests.support.background.manual_clock import Hands
from tests.support.services.alarms import silent, unsound
from tests.support.sync import mail_server
from tests.support.sync.smtp import FROM, TO
from tests.support.sync.world import World

NOW = 1_790_000_000


class Clock:
    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def port(free_port: Callable[[], int]) -> int:
    return free_port()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def central(world: World, port: int) -> Station:
    made = world.central(mail_host=mail_server.HOST, mail_port=port, mail_ca="mail-ca.pem", mail_from=FROM, mail_to=TO)
    silent(made, world.station.kid)
    return made


def post(central: Station) -> alarm_mail.Post:
    with central.database.reading() as session:
        return alarm_mail.state(session)


def test_an_alarm_becomes_one_e_mail_that_says_nothing_else(central: Station, port: int, clock: Clock) -> None:
    loop = AlarmJob(central, clock=clock)
    with mail_server.running(central.settings.home, port) as server:
        assert loop.once()
        assert not loop.once()
        clock.now += 3599
        assert not loop.once()
        clock.now += 24 * 3600
        assert loop.once(), "nobody has seen it"
    first, again = server.messages
    assert first["Subject"] == again["Subject"] == "Testimony central: 1 thing needs you."
    assert first.get_content().splitlines() == ["Testimony central: 1 thing needs you.", alarm_message.SIGN_IN]
    assert "node-1" not in bytes(server.taken[0].content or b"").decode()


def test_a_server_that_is_away_costs_nothing_but_time(
    central: Station, port: int, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    (central.settings.home / "mail-ca.pem").touch()
    for _ in range(3):
        assert not AlarmJob(central, clock=clock).once()
        clock.now = max(clock.now, post(central).next)
    assert (post(central).tries, post(central).error) == (3, "authorities")
    with mail_server.running(central.settings.home, port) as server:
        pass  # its certificate is there from now on, and it is away
    assert not AlarmJob(central, clock=clock).once()
    assert (post(central).tries, post(central).error) == (4, "unreachable")
    assert not AlarmJob(central, clock=clock).once(), "not before its time"
    assert post(central).tries == 4
    clock.now = post(central).next
    with mail_server.running(central.settings.home, port) as server:
        assert AlarmJob(central, clock=clock).once(), "after a restart: another loop"
    assert len(server.messages) == 1
    assert post(central) == alarm_mail.Post(sent=int(clock.now))
    assert TO not in caplog.text
    assert mail_server.HOST not in caplog.text


def test_a_wrong_certificate_is_said_on_the_page_and_nothing_is_told(central: Station, port: int, clock: Clock) -> None:
    with mail_server.running(central.settings.home, port, address="127.0.0.9") as server:
        assert not AlarmJob(central, clock=clock).once()
    assert post(central).error == "certificate"
    assert set(server.words) <= {"EHLO"}


def test_where_no_mail_is_set_alarms_are_found_all_the_same(world: World, clock: Clock) -> None:
    central = world.central()
    silent(central, world.station.kid)
    assert not AlarmJob(central, clock=clock).once()
    with central.database.reading() as session:
        assert [one.kind for one in alarms.listed(session)[0]] == ["silent"]
    assert post(central) == alarm_mail.Post()


def test_what_nobody_foresaw_ends_no_loop_and_loses_nothing(
    central: Station, port: int, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fall(*_: object) -> bool:
        raise ValueError("words that nobody foresaw")

    with monkeypatch.context() as changed:
        changed.setattr(smtp, "send", fall)
        changed.setattr(smtp.MailServer, "from_settings", lambda *_: None)
        assert not AlarmJob(central, clock=clock).once()
    assert post(central).tries == 1
    with monkeypatch.context() as changed:
        changed.setattr(alarms, "look", fall)
        assert not AlarmJob(central, clock=clock).once()
    assert "words that nobody foresaw" not in caplog.text
    clock.now = post(central).next
    with mail_server.running(central.settings.home, port) as server:
        assert AlarmJob(central, clock=clock).once()
    assert len(server.taken) == 1


@pytest.mark.both_databases
def test_of_several_servers_one_sends(central: Station, port: int, clock: Clock) -> None:
    """They look in the same moment, again and again, and each has its own connection to the one database."""
    with (
        open_station(central.settings.home) as second,
        open_station(central.settings.home) as third,
        mail_server.running(central.settings.home, port) as server,
    ):
        loops = [AlarmJob(replaced(one, central), clock=clock) for one in (central, second, third)]
        for _ in range(5):
            together(loops)
            clock.now += 300
        assert len(server.taken) == 1
        unsound(central)
        together(loops)
        assert [one["Subject"] for one in server.messages][1:] == ["Testimony central: 2 things need you."]


def replaced(station: Station, like: Station) -> Station:
    station.settings = replace(like.settings, home=station.settings.home)
    return station


def together(loops: list[AlarmJob]) -> None:
    ready = threading.Barrier(len(loops))

    def go(loop: AlarmJob) -> None:
        ready.wait(10)
        loop.once()

    threads = [threading.Thread(target=go, args=(loop,)) for loop in loops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_it_looks_at_once_and_again_until_it_is_stopped(
    central: Station, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    monkeypatch.setattr(alarms, "look", lambda *_, now: looks.append(now))
    hands = Hands()
    AlarmJob(central).add_to(hands.scheduler)
    hands.move(0)
    assert len(looks) == 1
    for _ in range(2):
        wait = hands.move(0)
        assert wait is not None
        assert EVERY <= wait <= EVERY * (1 + JITTER)
        hands.move(wait)
    assert len(looks) == 3
    assert hands.scheduler.stop() == []
    hands.move(0)
    assert len(looks) == 3


@pytest.mark.parametrize("lang", INTERVIEWERS)
def test_no_e_mail_says_what_where_or_whom(lang: str) -> None:
    """Whatever is open: a number of kinds, the harmless ones by name, and where to sign in."""
    for many in (1, 2, 3):
        for kinds in itertools.combinations(GRAVEST_FIRST, many):
            subject, text = alarm_message.of_letter(Letter(kinds=kinds, handles=("a" * 32,)), lang)
            lines = text.splitlines()
            named = len(kinds) if HARMLESS.issuperset(kinds) else 0
            assert len(lines) == 2 + named
            assert lines[0] == subject
            numbers = [digit for line in lines for digit in re.findall(r"\d+", line)]
            assert {int(number) for number in numbers} <= {many}
            assert not re.search(r"https?:|@|a{8}", text)
    grave = {alarm_message.of_letter(Letter(kinds=(kind,), handles=()), lang) for kind in set(GRAVEST_FIRST) - HARMLESS}
    assert len(grave) == 1, "all that may not be named look alike"


def test_an_e_mail_in_another_script_arrives_whole(central: Station, port: int, clock: Clock) -> None:
    central.settings = replace(central.settings, mail_language="fa")
    with mail_server.running(central.settings.home, port) as server:
        assert AlarmJob(central, clock=clock).once()
    (message,) = server.messages
    subject, text = alarm_message.of_letter(Letter(kinds=("silent",), handles=()), "fa")
    assert (message["Subject"], message.get_content().replace("\r\n", "\n")) == (subject, text)
    assert "۱" in subject


def test_an_e_mail_that_runs_from_the_right_says_so() -> None:
    assert all(line.startswith("\u200f") for line in alarm_message.of_trial("ar")[1].splitlines())
    assert "\u200f" not in "".join(alarm_message.of_trial("fr"))


def test_every_reason_has_room_in_the_row_that_is_kept(central: Station, clock: Clock) -> None:
    kept = AlarmMailRow.__table__.columns["error"].type
    assert isinstance(kept, String)
    for reason in MAIL_SENTENCES:
        assert len(reason) <= (kept.length or 0)
        with central.database.transaction() as session:
            for _ in range(3):
                alarm_mail.failed(session, reason, now=10**12)
        with central.database.reading() as session:
            post = alarm_mail.state(session)
        assert (post.error, post.next > 10**12) == (reason, True)
