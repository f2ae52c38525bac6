"""`make run` is one command: seven stations, everything printed, data kept, all of it stopped together."""

from __future__ import annotations

import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from testimony.cli.station.demo import PLACES, SECRETS, STATIONS
from testimony.sealing.roster.chain import Root
from testimony.services.demo.demo_release import MANY
from testimony.services.startup import open_station
from tests.support.cli.demo import demonstration
from tests.support.cli.program import ROOT, free_ports, refused, run, without_privileges

ENOUGH = 60.0  # seconds for what takes ten on an idle machine
HELD = 5 + MANY + 67  # what the node delivers, those for a release, and the two years


class Made(NamedTuple):
    """A demonstration that started over, ran until its testimonies were at central, and lost its supervisor."""

    folder: Path
    printed: str
    outlived: list[int]
    """The ports at which a station was left behind."""


OLD = (SECRETS, "root.json", "keys/lawyer-1.key", "central/testimony.db", "central/parts/00/left", "field/left.json")
"""Of the demonstration that was there before."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder, first_port = tmp_path_factory.mktemp("demonstration") / "demo", free_ports(len(PLACES))
    for name in OLD:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("of the demonstration before")
    with demonstration(folder, first_port, "--reset") as (process, printed):
        until = time.monotonic() + ENOUGH
        while _arrived(folder / "central") < HELD and time.monotonic() < until:
            time.sleep(0.5)
        process.kill()
        process.wait(60)
        until = time.monotonic() + ENOUGH
        while (outlived := [one for one in ports_from(first_port) if not _free(one)]) and time.monotonic() < until:
            time.sleep(0.2)
    return Made(folder, printed, outlived)


def _arrived(home: Path) -> int:
    """How many came in, without a look at what they are: `_held` opens and compares all of it."""
    with closing(sqlite3.connect(f"file:{home / 'testimony.db'}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM records WHERE kind = 'manifest'").fetchone()[0])


def _held(home: Path) -> int:
    return run("verify", "--home", home).stdout.count("  manifest      holds")


def test_starting_over_makes_another_organisation_and_no_station_outlives_its_supervisor(made: Made) -> None:
    for name in OLD:
        assert not (made.folder / name).exists() or b"demonstration before" not in (made.folder / name).read_bytes()
    assert Root.parse((made.folder / "root.json").read_bytes()).fingerprint
    assert made.outlived == []


def test_it_prints_who_signs_in_where_with_which_passphrase(made: Made) -> None:
    folder, printed, _ = made
    for home in STATIONS:
        assert f"  {home} " in printed
    for role in ("interviewer", "lawyer", "coordinator"):
        assert f"{role}-1" in printed
        assert f"{role}-2" in printed
    assert "recovery" in printed
    assert printed.count("#") == 5, "central and the four desks open with a start-up token"
    agrees = next(line for line in printed.splitlines() if "agrees to releases here" in line)
    assert agrees.split()[0] == "desk-coordinator-2"
    assert "not for real testimony" in printed
    secrets = folder / "README-demonstration.txt"
    assert secrets.stat().st_mode & 0o077 == 0
    assert "never use this organisation for real testimony" in " ".join(secrets.read_text().split())


def test_five_testimonies_reach_central_by_themselves(made: Made) -> None:
    assert _held(made[0] / "field") == 5
    assert _held(made[0] / "central") == HELD


def test_three_come_from_the_second_node(made: Made) -> None:
    assert _held(made[0] / "field-2") == 3


def test_every_station_knows_that_it_is_a_demonstration(made: Made) -> None:
    for home in STATIONS:
        with open_station(made[0] / home) as station:
            assert station.settings.demonstration


@dataclass(frozen=True)
class Again:
    """The second start. `root`: root.json as it was before."""

    process: subprocess.Popen[str]
    first_port: int
    root: bytes


@pytest.fixture(scope="module")
def again(made: Made) -> Iterator[Again]:
    root, first_port = (made[0] / "root.json").read_bytes(), free_ports(len(PLACES))
    with demonstration(made[0], first_port) as (process, _):
        yield Again(process, first_port, root)


def test_on_other_ports_too_sync_finds_this_central_by_itself(made: Made, again: Again) -> None:
    """Otherwise it asks whoever listens on the usual port: the central server of another organisation, perhaps."""
    done = run("sync", "--home", made[0] / "field")
    assert done.returncode == 0, done.stderr
    assert "its signature and every hash checked" in done.stdout


def test_the_second_start_keeps_the_data_and_stops_when_asked(made: Made, again: Again) -> None:
    """The last one that `again` runs for."""
    process, first_port = again.process, again.first_port
    for port in ports_from(first_port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
            assert b"not for real testimony" in answer.read()
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    assert (made[0] / "root.json").read_bytes() == again.root
    for port in ports_from(first_port):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, "a station was left behind"


def ports_from(first: int) -> range:
    return range(first, first + len(PLACES))


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_taken_port_is_said_before_anything_is_made(tmp_path: Path) -> None:
    first_port = free_ports(len(PLACES))
    with socket.socket() as other:
        other.bind(("127.0.0.1", first_port + 2))
        other.listen()
        done = run("demo", "--folder", tmp_path / "demo", "--port", first_port)
    assert refused(done, f"Port {first_port + 2} is in use")
    assert list(tmp_path.iterdir()) == []


def test_a_first_port_that_leaves_no_room_for_the_others_is_said(tmp_path: Path) -> None:
    done = run("demo", "--folder", tmp_path / "demo", "--port", 65534)
    assert refused(done, "cannot listen on 127.0.0.1:65536", "1024 to 65535")
    assert list(tmp_path.iterdir()) == []


def test_starting_over_forgets_a_demonstration_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mara.txt").write_text("Dear Mara,")
    done = run("demo", "--folder", tmp_path / "letters", "--reset", "--port", free_ports(len(PLACES)))
    assert refused(done, "nothing was changed")
    assert (tmp_path / "letters" / "mara.txt").exists()


@pytest.mark.parametrize(("said", "meant"), [("RESET=1", True), ("RESET=0", False), ("", False)])
def test_make_forgets_a_demonstration_only_when_told_to(said: str, meant: bool) -> None:
    done = subprocess.run(
        ["make", "--dry-run", "run", *said.split()], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert ("--reset" in done.stdout) is meant


def test_a_demonstration_that_may_not_be_changed_is_said(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(made[0], folder)
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        settled = without_privileges("demo", "--folder", folder, "--port", free_ports(len(PLACES)))
        reset = without_privileges("demo", "--folder", folder, "--reset", "--port", free_ports(len(PLACES)))
    finally:
        for path in paths:
            path.chmod(0o700 if path.is_dir() else 0o600)
    assert refused(settled, "cannot be written", "right to write")
    assert refused(reset, "cannot be written", "right to write")
    assert (folder / "root.json").exists()
