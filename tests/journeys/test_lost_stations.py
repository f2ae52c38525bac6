"""The pages about backups, command by command: each station is set up, burns, and comes back by what the page says.

A command is run as the page has it; only its folders, and the address of the database server, are the test's.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.services.backup import last_backup
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.startup import open_station
from testimony.settings import Settings
from tests.support.cli.program import ROOT, run, serving
from tests.support.services.batches import told
from tests.support.settings import ISSUED
from tests.support.store import backend, postgres

BACKUP, CENTRAL = ROOT / "docs" / "backup.md", ROOT / "docs" / "central.md"
PROGRAM = "sudo -u testimony .venv/bin/python -m testimony "
SOCKET = "postgresql:///testimony?host=/var/run/postgresql"
MANY = int(os.environ.get("TESTIMONY_DRILL_TESTIMONIES", "1"))
"""How many testimonies central on PostgreSQL holds: more than one to see how long a restoration takes."""
LAST_STEP, EVERY_DAY = "The last step of setting up a station", "Every day"


def commands(page: Path, beginning: str, ending: str) -> list[str]:
    """The commands of ours between two sentences of a page."""
    text = page.read_text("utf-8")
    part = text[text.index(beginning) :]
    part = part[: part.index(ending)]
    found = [line.strip().removeprefix(PROGRAM) for line in part.splitlines() if line.startswith("    ")]
    return [
        f"testimony {line.removeprefix('testimony ')}" for line in found if re.match("testimony |restore|serve", line)
    ]


@dataclass
class Place:
    """Where the page's folders are here, and what was told to a person."""

    folder: Path
    server: str = ""
    passphrase: str = ""
    said: str = ""

    def at(self, path: str) -> Path:
        return self.folder / path.lstrip("/")

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run it, with the passphrase typed, which costs the person who reads it from the paper nothing here."""
        words = [self.server if word == SOCKET else self._here(word) for word in shlex.split(command)[1:]]
        done = run(*words, typed=f"{self.passphrase}\n")
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        if shown := re.search(r"passphrase +(\S.*)", done.stdout):
            self.passphrase = shown[1]
        self.said = done.stdout
        return done

    def serve(self, command: str, port: int) -> None:
        """Start it as the page has it, and see a page of it."""
        _, _, role, _, home = shlex.split(command)
        with (
            serving(role, self.at(home), port) as process,
            urllib.request.urlopen(process.address, timeout=30) as answer,  # type: ignore[attr-defined]
        ):
            assert answer.status == 200

    def _here(self, word: str) -> str:
        return str(self.at(word)) if re.match("/(media|srv|var)/", word) else word


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    for folder in ("media/safe", "media/disk", "media/stick", "srv", "var/lib/testimony"):
        made.at(folder).mkdir(parents=True)
    return made


@pytest.fixture
def server() -> Iterator[str]:
    with backend.on(backend.SQLITE), postgres.running(*postgres.CAREFUL) as one:
        one.execute("CREATE DATABASE testimony")
        yield one.url("testimony")


def tell(organisation: Organisation, home: Path) -> str:
    """A testimony that this station alone has."""
    return tell_many(organisation, home, 1)


def tell_many(organisation: Organisation, home: Path, number: int) -> str:
    """So many; the last one."""
    with open_station(home) as station:
        for _ in range(number):
            sealed = demo.seal_invented(
                organisation,
                station.chain,
                told(0, ("P01", "P04")),
                number=0,
                taken_down=datetime.combine(ISSUED, datetime.min.time(), UTC),
                withdraw=None,
            )
            take_in(station, demo.incoming(sealed))
    return str(sealed.record.value["tid"])


def set_up(place: Place, name: str, home: str) -> None:
    """By the page's two commands, which name a node; and by the command of each day."""
    page = [*commands(BACKUP, LAST_STEP, "Both ask"), *commands(BACKUP, EVERY_DAY, "The station may be running")]
    assert len(page) == 3
    for command in page:
        place.run(command.replace("node-1", name).replace("/srv/testimony", home))
    assert last_backup.last_tested(Settings.load(place.at(home))) is not None


@pytest.mark.parametrize(
    ("name", "source", "home", "beginning", "ending"),
    [
        ("node-1", "field", "/srv/testimony", "A field node, from a folder", "Central, with its rows"),
        ("central", "central", "/var/lib/testimony/central", "Central, with its rows", "Central on a PostgreSQL"),
        ("desk-1", "desk-lawyer", "/srv/desk", "A desk; its reader", "From one sealed file"),
    ],
)
def test_what_burnt_is_there_again_after_the_two_commands_of_the_page(
    homes: Path,
    organisation: Organisation,
    place: Place,
    free_port: Callable[[], int],
    name: str,
    source: str,
    home: str,
    beginning: str,
    ending: str,
) -> None:
    shutil.move(homes / source, place.at(home))
    shutil.copytree(homes / "keys", place.at(home).parent / "keys")
    tid = tell(organisation, place.at(home))
    set_up(place, name, home)
    shutil.rmtree(place.at(home))
    shutil.rmtree(place.at(home).parent / "keys")
    restore, serve = commands(BACKUP, beginning, ending)
    began = time.monotonic()
    place.run(restore)
    print(f"{name}: {time.monotonic() - began:.1f} s")
    assert "it is sound" in place.said
    with open_station(place.at(home)) as station:
        assert station.shred_keys.find(tid) is not None
    place.serve(serve, free_port())


def test_central_on_postgresql_is_there_again_after_the_two_commands_of_its_page(
    homes: Path, organisation: Organisation, place: Place, server: str, free_port: Callable[[], int]
) -> None:
    home = "/var/lib/testimony/central"
    shutil.move(homes / "central", place.at(home))
    tid = tell_many(organisation, place.at(home), MANY)
    set_up(place, "central", home)
    shutil.rmtree(place.at(home))
    restore, serve = commands(CENTRAL, "On a new server, after sections 1 and 2", "The database that section 2 made")
    place.server = server
    began = time.monotonic()
    place.run(restore.replace("--from /media/disk/central-2026-11-26.age", "/media/disk/central"))
    print(f"central on PostgreSQL, {MANY} testimonies: {time.monotonic() - began:.1f} s")
    assert "it is sound" in place.said
    assert Settings.load(place.at(home), {}).database_url == server
    with open_station(place.at(home)) as station:
        assert station.shred_keys.find(tid) is not None
    place.serve(serve, free_port())


def test_what_a_burnt_node_alone_had_reaches_central_by_the_command_of_the_page(
    homes: Path, organisation: Organisation, place: Place
) -> None:
    shutil.move(homes / "field", place.at("srv/testimony"))
    shutil.move(homes / "central", place.at("/var/lib/testimony/central"))
    tid = tell(organisation, place.at("/srv/testimony"))
    set_up(place, "node-1", "/srv/testimony")
    shutil.rmtree(place.at("/srv/testimony"))
    (hand_over,) = [
        line.strip() for line in BACKUP.read_text("utf-8").splitlines() if line.startswith("    testimony hand-over")
    ]
    place.run(hand_over)
    with open_station(place.at("/var/lib/testimony/central")) as central:
        assert central.shred_keys.find(tid) is not None
