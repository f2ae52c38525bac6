"""The page for those who run central on PostgreSQL: it is set up, it burns, and it comes back from one sealed file."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.services.backup import last_backup
from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from testimony.settings import Settings
from tests.support.cli.headquarters import ROOTS
from tests.support.cli.page import Reader, Step, fact, steps_of, words_of
from tests.support.cli.program import serving
from tests.support.services.batches import bring, told
from tests.support.store import backend, postgres

SOCKET = "postgresql:///testimony?host=/var/run/postgresql"
HOME = "/var/lib/testimony/central"
MANY = int(os.environ.get("TESTIMONY_DRILL_TESTIMONIES", "1"))
"""How many testimonies it holds: more than one to see how long a restoration takes."""


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    with backend.on(backend.SQLITE), postgres.running(*postgres.CAREFUL) as one:
        one.execute("CREATE DATABASE testimony")
        yield one


@pytest.fixture
def follows(homes: Path, reader: Callable[[dict[str, str]], Reader], server: postgres.Server) -> Reader:
    folders = {"/media/safe": "safe", "/media/disk": "disk", "/etc/testimony": "etc", HOME: "lib/central"}
    files = {f"/tmp/{name}": name for name in ("central.json", "roster-2.bundle")}
    made = reader(folders | files | {SOCKET: server.url("testimony")})
    for folder in ("safe", "disk", "etc", "lib"):
        (made.at / folder).mkdir()
    return made


def serve(follows: Reader, step: Step, port: int, doctor: Step | None = None) -> None:
    """Start it on a port of its own. In another terminal the doctor warns of its lonely node and of no backup alone."""
    _, role, _, home = follows.words(step)
    with serving(role, follows.at / home, port):
        if doctor is not None:
            said = follows.type(doctor, code=1, TESTIMONY_PUBLIC_URL=f"http://127.0.0.1:{port}")
            assert said.count("WARNING: ") == 3
            assert "WARNING: There is no backup yet." in said, said
            assert "WARNING: Field stations in the roster: 1. Field stations that need attention: 1." in said


def test_central_is_set_up_burns_and_is_there_again_as_the_page_says(
    organisation: Organisation,
    homes: Path,
    follows: Reader,
    server: postgres.Server,
    free_port: Callable[[], int],
) -> None:
    new, admit, join, start, doctor, key, backup, nightly, restore, start_again, noted = steps_of("central.md")
    home = follows.at / "lib" / "central"
    words = words_of(follows.type(new))
    settings = json.loads((home / "station.json").read_text("utf-8"))
    (home / "station.json").write_text(json.dumps(settings | {"database_url": server.url("testimony")}), "utf-8")
    signed = "".join(organisation.keeper(root).passphrase + "\n" for root in ROOTS)
    assert words_of(follows.type(admit, f"yes\n{signed}")) == words
    shutil.copy(homes / "rosters" / "roster-2.bundle", follows.at)
    follows.type(join, "yes\n")
    serve(follows, start, free_port(), doctor)
    passphrase = fact(follows.type(key), "passphrase") + "\n"
    assert "it is sound" in follows.type(backup, passphrase)
    with open_station(home) as station:
        sealed = bring(organisation, station, [told(0, ("P01", "P04"))] * MANY, at=datetime.now(UTC))
    recipient = follows.type(Step("keys show /media/safe/central.key --recipient"), passphrase)
    (follows.at / "etc" / "recipients.txt").write_text(recipient.splitlines()[-1] + "\n", "utf-8")
    follows.type(nightly, passphrase)
    shutil.rmtree(home)
    server.execute("DROP DATABASE testimony")
    server.execute("CREATE DATABASE testimony")
    began = time.monotonic()
    assert "it is sound" in follows.type(restore, passphrase)
    print(f"central on PostgreSQL, {MANY} testimonies: {time.monotonic() - began:.1f} s")
    assert Settings.load(home, {}).database_url == server.url("testimony")
    with open_station(home) as station:
        assert all(station.shred_keys.find(str(one.record.value["tid"])) for one in sealed)
    serve(follows, start_again, free_port())
    follows.type(noted)
    with open_station(home) as station, station.database.reading() as session:
        assert last_backup.last(session) == station.today()
