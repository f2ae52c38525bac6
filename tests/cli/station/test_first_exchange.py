"""A station that was made as the pages say exchanges with central, also where its folder was copied."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.sealing.roster.chain import RosterChain
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.startup import open_station
from testimony.settings import Settings
from tests.support.architecture.documents import ROOT
from tests.support.cli.organisation_of_today import made_today
from tests.support.cli.program import refused, run, serving

PAGE = ROOT / "docs" / "enrolment.md"
HEADING = "## A second node, in four commands"


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """Pages are typed today: a roster of another day asks for more than they say."""
    return made_today(tmp_path_factory.mktemp("today") / "org")


def shown_below(heading: str) -> list[str]:
    """The command lines of the page between `heading` and the next one, up to the backup (`tests/journeys`)."""
    part = PAGE.read_text(encoding="utf-8").partition(f"{heading}\n")[2].partition("\n## ")[0]
    lines = [line.strip() for line in part.splitlines() if line.startswith("    testimony ")]
    return [line for line in lines if not line.startswith(("testimony keys", "testimony backup"))]


def put_a_testimony(organisation: Organisation, home: Path) -> None:
    told = next(iter(demo.invented()))
    with open_station(home) as node:
        chain = RosterChain(organisation.root, node.chain.records)
        one = demo.seal_invented(organisation, chain, told, number=0, taken_down=datetime.now(UTC), withdraw=None)
        take_in(node, list(demo.incoming(one)))


def test_the_page_s_four_commands_make_a_node_that_synchronises(tmp_path: Path, free_port: Callable[[], int]) -> None:
    port = free_port()
    organisation = made_today(tmp_path / "org", central_url=f"http://127.0.0.1:{port}")
    homes = organisation.folder
    home, central, stick = tmp_path / "node", homes / "central", tmp_path / "node-2.json"
    places = {
        "HOME": home,
        "ORG": homes,
        "CENTRAL": central,
        "node-2.json": stick,
        "root-1.key": homes / "keys" / "root-1.key",
        "root-2.key": homes / "keys" / "root-2.key",
        "rosters/roster-2.bundle": homes / "rosters" / "roster-2.bundle",
        "roster-2.bundle": homes / "rosters" / "roster-2.bundle",
    }
    roots = "".join(organisation.keeper(name).passphrase + "\n" for name in ("root-1", "root-2"))
    commands = shown_below(HEADING)
    assert len(commands) == 4
    for line in commands:
        words = [str(places.get(word, word)) for word in shlex.split(line, comments=True)[1:]]
        done = run(*words, typed="yes\n" + roots)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    assert Settings.load(home).central_url == "", "it has the address from the bundle"
    assert run("check", "--home", home).returncode == 0
    put_a_testimony(organisation, home)
    with serving("central", central, port):
        done = run("sync", "--home", home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 record, each with a receipt of central" in done.stdout


def test_a_station_without_an_address_says_so_from_the_beginning_and_takes_one(
    organisation: Organisation, homes: Path, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    home, request = tmp_path / "node", tmp_path / "request"
    made = run("station", "new", "field", "--home", home, "--id", "node-2", "--request", request)
    assert "testimony station address URL --home" in made.stdout
    keys = [homes / "keys" / f"root-{number}.key" for number in (1, 2)]
    roots = "".join(organisation.keeper(file.stem).passphrase + "\n" for file in keys)
    admitted = run("roster", "admit", request, "--org", homes, "--key-file", *keys, typed="yes\n" + roots)
    assert admitted.returncode == 0, admitted.stderr
    bundle = homes / "rosters" / "roster-2.bundle"
    joined = run("station", "join", bundle, "--home", home, typed="yes\n")
    assert "testimony station address URL --home" in joined.stdout, joined.stdout + joined.stderr
    assert refused(run("sync", "--home", home), "No address", "testimony station address")
    checked = run("check", "--home", home)
    assert (checked.returncode, "no address of central and has never exchanged" in checked.stdout) == (1, True)
    assert run("station", "update", bundle, "--home", homes / "central").returncode == 0
    for wrong in ("central.example", "ftp://central.example", "https://", "http://central.example:99999"):
        done = run("station", "address", wrong, "--home", home)
        assert (done.returncode, "http://" in done.stderr) == (2, True), (wrong, done.stderr)
    port = free_port()
    said = run("station", "address", f"http://127.0.0.1:{port}", "--home", home)
    assert (said.returncode, f"http://127.0.0.1:{port}" in said.stdout) == (0, True), said.stderr
    with serving("central", homes / "central", port):
        done = run("sync", "--home", home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert run("check", "--home", home).returncode == 0
    assert refused(run("station", "address", "http://x", "--home", homes / "central"), "central")


def test_folders_that_were_copied_to_other_machines_synchronise(tmp_path: Path, free_port: Callable[[], int]) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    made = run("org", "create", tmp_path / "org", "--name", "N", "--lawyers", "A", "B", "--central-url", url)
    assert made.returncode == 0, made.stderr
    words = next(line.split(maxsplit=2)[2] for line in made.stdout.splitlines() if "keys/lawyer-1.key" in line)
    for name in ("field", "central", "desk-lawyer-1"):
        shutil.copytree(tmp_path / "org" / name, tmp_path / "machines" / f"of-{name}" / name)
    shutil.rmtree(tmp_path / "org")  # the machine on which it was made is wiped
    central, field, desk = (
        tmp_path / "machines" / f"of-{name}" / name for name in ("central", "field", "desk-lawyer-1")
    )
    assert all("127.0.0.1:8402" not in (home / "station.json").read_text() for home in (field, desk))
    with serving("central", central, port):
        done = run("sync", "--home", field)
        assert done.returncode == 0, done.stdout + done.stderr
        done = run("sync", "--home", desk, typed=words + "\n")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "central's log" in done.stdout


def test_a_key_file_that_is_not_there_is_asked_for_by_its_place(
    organisation: Organisation, homes: Path, tmp_path: Path
) -> None:
    desk = homes / "desk-lawyer"
    file = (desk / json.loads((desk / "station.json").read_text())["key_file"]).resolve()
    kept = file.read_bytes()
    file.unlink()
    words = organisation.keeper("lawyer-1").passphrase + "\n"
    assert refused(run("bundle", "export", tmp_path, "--home", desk, typed=words), "no key file", str(file))
    file.write_bytes(b"a holiday picture")
    assert refused(run("bundle", "export", tmp_path, "--home", desk, typed=words), "damaged")
    file.write_bytes(kept)
    assert run("bundle", "export", tmp_path, "--home", desk, typed=words).returncode == 0
