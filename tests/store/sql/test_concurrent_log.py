"""Several processes write the log of one PostgreSQL: it stays one chain, and a reader misses no entry.

A cursor over a sequence skipped 262 of 1,200 rows for ever with four writers.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import MultipleResultsFound

from testimony import canonical
from testimony.sealing.log import merkle
from testimony.services.custody import log as custody_log
from testimony.services.feed import feed
from testimony.station.station import Station
from testimony.store.models.log import OWN, LogLeaf
from testimony.store.sql.database import Database
from tests.support.cli.program import ROOT
from tests.support.services.world import World
from tests.support.store import backend, postgres
from tests.support.store.log_writer import ref

WRITERS, EACH = 4, 50


@dataclass
class Seen:
    """What a reader was fed: it asks from where it came to, again and again."""

    station: Station
    reader: feed.Asker
    after: int = 0
    positions: list[int] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)

    def poll(self) -> None:
        with self.station.database.reading() as session:
            for one in feed.feed(self.station, session, self.reader, self.after):
                self.positions.append(one.position)
                self.leaves.append(one.leaf)
                self.refs.append(str(canonical.decode_object(one.entry or b"")["ref"]))
                self.after = one.position + 1


@pytest.fixture
def central(tmp_path: Path) -> Iterator[tuple[World, Station]]:
    postgres.programs()
    world = World(tmp_path)
    with backend.on(backend.POSTGRESQL):
        yield world, world.central()
    world.close()


def written_by_processes(world: World, station: Station, *more: str) -> Seen:
    """What a reader saw who kept asking while `WRITERS` processes wrote."""
    seen = Seen(station, feed.Asker(kid=world.lawyer_signer.kid, role="lawyer"))
    command = [sys.executable, "-m", "tests.support.store.log_writer", station.settings.database_url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    writers = [subprocess.Popen([*command, str(one), str(EACH), *more], **pipes) for one in range(WRITERS)]  # type: ignore[call-overload]
    for one in writers:
        assert one.stdout.readline() == "ready\n"
    for one in writers:
        one.stdin.write("go\n")
        one.stdin.flush()
    while any(one.poll() is None for one in writers):
        seen.poll()
    for one in writers:
        one.communicate()
        assert one.returncode == 0
    seen.poll()
    return seen


def require_one_chain(seen: Seen) -> None:
    """Every entry was fed once, in order; the root that the database holds is that of what was fed."""
    written = Counter(ref(writer, number) for writer in range(WRITERS) for number in range(EACH))
    fed = Counter(seen.refs)
    assert {name: fed[name] for name in written} == dict(written)
    assert seen.positions == list(range(len(seen.positions)))
    with seen.station.database.reading() as session:
        assert custody_log.size(session) == len(seen.leaves)
        assert custody_log.root(session) == merkle.root(seen.leaves).hex()


def test_a_reader_sees_every_entry_of_four_writing_processes_once(central: tuple[World, Station]) -> None:
    require_one_chain(written_by_processes(*central))


def test_without_the_lock_the_log_forks(central: tuple[World, Station]) -> None:
    """That the test above would notice."""
    seen = written_by_processes(*central, "alone")
    with seen.station.database.reading() as session:
        places = Counter(session.scalars(select(LogLeaf.no).where(LogLeaf.log == OWN)).all())
    assert max(places.values()) > 1, "two entries share one place"
    with pytest.raises((AssertionError, MultipleResultsFound)):
        require_one_chain(seen)


def test_settings_of_the_database_do_not_undo_what_the_lock_is_worth(central: tuple[World, Station]) -> None:
    """With the snapshot of a transaction from before its turn each writer would go on from an old end of the log."""
    world, station = central
    name = station.settings.database_url.partition("?")[0].rpartition("/")[2]
    with station.database.transaction() as session:
        for setting in ("default_transaction_isolation TO 'repeatable read'", "synchronous_commit TO off"):
            session.execute(text(f"ALTER DATABASE {name} SET {setting}"))
    again = Database(station.settings.database_url)
    with again.transaction() as session:
        assert session.execute(text("SHOW synchronous_commit")).scalar() == "on"
        assert session.execute(text("SHOW transaction_isolation")).scalar() == "read committed"
    again.close()
    require_one_chain(written_by_processes(world, station))
