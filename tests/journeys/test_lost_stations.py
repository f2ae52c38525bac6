"""The pages about backups, command by command: each station is set up, burns, and comes back by what the page says.

A command is run as the page has it; only its folders, and the address of the database server, are the test's.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from testimony.services.backup import last_backup
from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from testimony.settings import Settings
from tests.support.cli.page import Step, steps_of
from tests.support.cli.program import run, serving
from tests.support.services.batches import bring, told
from tests.support.store import backend, postgres

PAGE = "backup.md"
SOCKET = "postgresql:///testimony_again?host=/var/run/postgresql"
CENTRAL = "/var/lib/testimony/central"
COMMANDS = 2
"""As many make a lost station again."""
BY_COMMAND, EVERY_DAY = "## By command", "## Every day"


@dataclass
class Place:
    """Where the page's folders are here, and what was told to a person."""

    folder: Path
    server: str = ""
    passphrase: str = ""
    said: str = ""

    def at(self, path: str) -> Path:
        return self.folder / path.lstrip("/")

    def run(self, step: Step, *named: tuple[str, str]) -> subprocess.CompletedProcess[str]:
        """Run it, with the passphrase typed, which costs the person who reads it from the paper nothing here.

        `named`: what the page calls something, and what it is called here.
        """
        words = [self.server if word == SOCKET else self._here(word, named) for word in step.words()]
        done = run(*words, typed=f"{self.passphrase}\n")
        assert done.returncode == 0, (step.command, done.stdout, done.stderr)
        if shown := re.search(r"passphrase +(\S.*)", done.stdout):
            self.passphrase = shown[1]
        self.said = done.stdout
        return done

    def serve(self, step: Step, port: int) -> None:
        """Start it as the page has it, and see a page of it."""
        _, role, _, home = step.words()
        with (
            serving(role, self.at(home), port) as process,
            urllib.request.urlopen(process.address, timeout=30) as answer,  # type: ignore[attr-defined]
        ):
            assert answer.status == 200

    def _here(self, word: str, named: Sequence[tuple[str, str]]) -> str:
        for name, meant in named:
            word = word.replace(name, meant)
        return str(self.at(word)) if re.match("/(etc|media|srv|var)/", word) else word


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    for folder in ("etc/testimony", "media/safe", "media/disk", "media/stick", "srv", "var/lib/testimony"):
        made.at(folder).mkdir(parents=True)
    return made


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    with backend.on(backend.SQLITE), postgres.running(*postgres.CAREFUL) as one:
        one.execute("CREATE DATABASE testimony_again")
        yield one


def tell(organisation: Organisation, home: Path) -> str:
    """A testimony that this station alone has."""
    with open_station(home) as station:
        (sealed,) = bring(organisation, station, [told(0, ("P01", "P04"))])
    return str(sealed.record.value["tid"])


def has(home: Path, tid: str) -> bool:
    """Whether the station can open it."""
    with open_station(home) as station:
        return station.shred_keys.find(tid) is not None


def set_up(place: Place, name: str, home: str) -> None:
    """By the page's two commands, which name a node; and by the command of each day."""
    once, daily = steps_of(PAGE, BY_COMMAND, EVERY_DAY), steps_of(PAGE, EVERY_DAY, "The station may be running")
    assert (len(once), len(daily)) == (2, 1)
    for step in (*once, *daily):
        place.run(step, ("node-1", name), ("/srv/testimony", home))
    assert last_backup.last_tested(Settings.load(place.at(home))) is not None


@pytest.mark.parametrize(
    ("name", "source", "home", "beginning", "ending"),
    [
        pytest.param("node-1", "field", "/srv/testimony", "A field node, from", "Central, with its rows", id="node"),
        pytest.param("central", "central", CENTRAL, "Central, with its rows", "Central on a", id="central"),
        pytest.param("desk-1", "desk-lawyer", "/srv/desk", "A desk; its reader", "From one sealed file", id="desk"),
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
    typed = steps_of(PAGE, beginning, ending)
    assert len(typed) == COMMANDS
    restore, serve = typed
    began = time.monotonic()
    place.run(restore)
    print(f"{name}: {time.monotonic() - began:.1f} s")
    assert "it is sound" in place.said
    assert has(place.at(home), tid)
    place.serve(serve, free_port())


def test_what_burnt_is_there_again_out_of_one_sealed_file(
    homes: Path, organisation: Organisation, place: Place
) -> None:
    home = place.at("/srv/testimony")
    shutil.move(homes / "central", home)
    tid = tell(organisation, home)
    new, _ = steps_of(PAGE, BY_COMMAND, EVERY_DAY)
    place.run(new, ("node-1", "central"))
    show, backup, restore = steps_of(PAGE, "## One sealed file", "## A lost station")
    place.at("/etc/testimony/recipients.txt").write_text(place.run(show).stdout, "utf-8")
    place.run(backup)
    shutil.rmtree(home)
    began = time.monotonic()
    place.run(restore)
    print(f"central, from one sealed file: {time.monotonic() - began:.1f} s")
    assert "it is sound" in place.said
    assert has(home, tid)


def test_central_moves_to_postgresql_and_is_there_again_after_it_burnt(
    homes: Path, organisation: Organisation, place: Place, server: postgres.Server
) -> None:
    old, again = place.at(CENTRAL), place.at(f"{CENTRAL}-again")
    shutil.move(homes / "central", old)
    tid = tell(organisation, old)
    set_up(place, "central", CENTRAL)
    place.server = server.url("testimony_again")
    restore_there, *move = steps_of(PAGE, "## Central on PostgreSQL", "## Check")
    for step in move:
        place.run(step)
    assert (old / "station.json.moved").exists()
    assert Settings.load(again, {}).database_url == place.server
    assert has(again, tid)
    shutil.rmtree(old)
    shutil.rmtree(again)
    server.execute("DROP DATABASE testimony_again")
    server.execute("CREATE DATABASE testimony_again")
    place.run(restore_there)
    assert "it is sound" in place.said
    assert has(old, tid)


def test_what_a_burnt_node_alone_had_reaches_central_by_the_command_of_the_page(
    homes: Path, organisation: Organisation, place: Place
) -> None:
    shutil.move(homes / "field", place.at("srv/testimony"))
    shutil.move(homes / "central", place.at(CENTRAL))
    tid = tell(organisation, place.at("/srv/testimony"))
    set_up(place, "node-1", "/srv/testimony")
    shutil.rmtree(place.at("/srv/testimony"))
    (hand_over,) = steps_of(PAGE, "## A backup without the station's key", "## What is refused")
    place.run(hand_over)
    assert has(place.at(CENTRAL), tid)
