"""`central alarms`: what needs a person, and whether e-mails about it would arrive; and who made the last backup."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from testimony.cli.central import alarms as central_alarms
from testimony.cli.main import main
from testimony.domain.testimony.alarms import GRAVEST_FIRST
from testimony.services.backup import last_backup as backup_last_backup
from testimony.services.monitoring import alarms
from testimony.services.monitoring.errors import MAIL_SENTENCES
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.sync.mail import smtp
from tests.support.cli.program import four_free_ports, serving
from tests.support.services.alarms import backed_up, silent
from tests.support.services.recovery.backups import KEEPER
from tests.support.sync import mail_server
from tests.support.sync.smtp import FROM, TO
from tests.support.sync.world import World, heard_on, keep


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def central(world: World, free_port: Callable[[], int]) -> Station:
    made = world.central(
        mail_host=mail_server.HOST, mail_port=free_port(), mail_ca="mail-ca.pem", mail_from=FROM, mail_to=TO
    )
    made.settings.save()
    return made


def said(capsys: pytest.CaptureFixture[str], *command: object) -> tuple[int, str]:
    code = main([str(part) for part in command])
    shown = capsys.readouterr()
    return code, shown.out + shown.err


def test_open_alarms_are_named_with_their_day_and_who_has_seen_them(
    world: World, central: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    home = central.settings.home
    assert said(capsys, "central", "alarms", "--home", home) == (0, "  alarms        none\n")
    silent(central, world.station.kid)
    code, shown = said(capsys, "central", "alarms", "--home", home)
    assert code == 1
    assert "node-1        was not heard of for a week and more; since 20" in shown
    with central.database.transaction() as session:
        (one,) = alarms.listed(session)[0]
        assert alarms.see(session, one.handle, by="vera", now=one.since, stations_alone=False)
    assert "seen by vera on 20" in said(capsys, "central", "alarms", "--home", home)[1]
    assert set(central_alarms.WORDS) == set(GRAVEST_FIRST)


def test_a_trial_goes_or_one_sentence_says_why_not(
    central: Station, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, port = central.settings.home, central.settings.mail_port
    trial = ("central", "alarms", "--home", home, "--test")
    with mail_server.running(home, port) as server:
        code, shown = said(capsys, *trial)
        assert (code, "took it for 1 recipient;" in shown) == (0, True)
        (message,) = server.messages
        assert message["Subject"] == "Testimony central: a trial."
        monkeypatch.setenv("TESTIMONY_MAIL_CA", "")
        assert said(capsys, *trial) == (1, f"testimony: {MAIL_SENTENCES['certificate']}\n")
        monkeypatch.delenv("TESTIMONY_MAIL_CA")
        monkeypatch.setenv("TESTIMONY_MAIL_TO", f"{TO},gone@watch.example")
        server.refuses = {"gone@watch.example"}
        assert said(capsys, *trial) == (1, f"testimony: {MAIL_SENTENCES['some']}\n")
        monkeypatch.setenv("TESTIMONY_MAIL_USER", "alarms")
        assert said(capsys, *trial) == (1, f"testimony: {MAIL_SENTENCES['password']}\n")
        monkeypatch.setenv(smtp.PASSWORD, "wrong")
        assert said(capsys, *trial) == (1, f"testimony: {MAIL_SENTENCES['login']}\n")
    assert said(capsys, *trial) == (1, f"testimony: {MAIL_SENTENCES['unreachable']}\n")
    monkeypatch.setenv("TESTIMONY_MAIL_HOST", "")
    assert said(capsys, *trial) == (1, f"testimony: {MAIL_SENTENCES['unset']}\n")


def last_backup(central: Station) -> str | None:
    with central.database.reading() as session:
        return backup_last_backup.last(session)


def test_other_tools_say_when_they_made_a_backup(central: Station, capsys: pytest.CaptureFixture[str]) -> None:
    assert last_backup(central) is None
    assert said(capsys, "central", "backed-up", "--home", central.settings.home)[0] == 0
    assert last_backup(central) == central.today()


@pytest.mark.sqlite_file
def test_a_backup_says_when_it_was_made(central: Station, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    backed_up(central, "2020-01-01")
    with mail_server.running(central.settings.home, central.settings.mail_port):  # writes the certificate that is named
        to = ("--recipient", KEEPER.recipient.text)
        assert said(capsys, "backup", tmp_path / "copy", "--home", central.settings.home, *to)[0] == 0
    assert last_backup(central) == central.today()


def test_a_running_central_writes_by_itself_and_not_again_after_a_restart(world: World, central: Station) -> None:
    """The whole program as a service runs it, with a real mail server."""
    silent(central, world.station.kid)
    home, port = central.settings.home, central.settings.mail_port
    central.close()
    with mail_server.running(home, port) as server:
        with serving("central", home, four_free_ports()):
            wait_for(lambda: len(server.taken) == 1)
        with open_station(home) as station:
            keep(station, heard_on("2020-01-01", world.second_node.kid))
        with serving("central", home, four_free_ports()):
            wait_for(lambda: open_alarms(home) == 2)
            time.sleep(1)
    assert [one["Subject"] for one in server.messages] == ["Testimony central: 1 thing needs you."]


def open_alarms(home: Path) -> int:
    with open_station(home) as station, station.database.reading() as session:
        return len(alarms.listed(session)[0])


def wait_for(came: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not came():
        assert time.monotonic() < end
        time.sleep(0.05)
