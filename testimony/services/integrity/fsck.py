"""Check a station's home without changing a byte of it: report what is damaged and what to do about it.

The station may be running. The check opens nothing that `open_station` would repair on the way; a database that nobody
has open is read as it is on disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import make_url, text

from testimony.domain.time import Clocks
from testimony.errors import NotCanonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.errors import RosterRefused
from testimony.services.integrity.home import AT_MOST, Fault, Home, few
from testimony.services.withdrawal import clock_findings, clock_readings
from testimony.station.station import INCARNATION, JOURNAL
from testimony.store.errors import StoreNewer
from testimony.store.files import journal
from testimony.store.files.journal import Journal
from testimony.store.sql import migrate
from testimony.store.state import epochs

SERVER = "The files of a PostgreSQL server are its own to check: run pg_amcheck there as well."


def check(folder: Path, environment: Mapping[str, str] = os.environ) -> Iterator[Fault]:
    """Everything that is wrong in the home `folder`, as it is found. If no finding is `grave`, the home is sound.

    `environment` wins over the settings of the home.
    Raises `HomeMissing`, `SettingsDamaged`, `StoreDamaged`, `StoreNewer` if nothing more can be checked.
    """
    from testimony.services.integrity import fsck_log, fsck_objects, fsck_readers, fsck_records

    home = Home(folder, environment)
    try:
        yield from _database(home)
        if not _is_current(home):
            yield Fault(subject="database", words="It is of an older version. Start the station, then check again.")
            return
        yield from _papers(home)
        broken = list(_roster(home))
        yield from broken
        if broken:
            return
        clocks = _clocks_of(home)
        yield from _clocks(home, clocks)
        yield from fsck_readers.check(home, clocks.today)
        yield from fsck_records.check(home)
        yield from fsck_log.check(home)
        yield from fsck_objects.check(home)
    finally:
        home.close()


def _database(home: Home) -> Iterator[Fault]:
    if make_url(home.settings.database).get_backend_name() != "sqlite":
        yield Fault(subject="database", words=SERVER, grave=False)
        yield from _settings_of_server(home)
        return
    with home.reading() as session:
        for (said,) in session.execute(text("PRAGMA integrity_check(20)")).all():
            if said != "ok":
                yield Fault(subject="database", words=f"Damaged: {said}. Restore the last backup, then synchronise.")
        for row in session.execute(text("PRAGMA foreign_key_check")).all()[:AT_MOST]:
            yield Fault(subject="database", words=f"A row of {row[0]} hangs in the air. Restore the last backup.")


def _settings_of_server(home: Home) -> Iterator[Fault]:
    from testimony.store.sql import postgresql

    with home.reading() as session:
        found = postgresql.careless(session.connection())
    if found:
        words = (
            f"The server is set otherwise than docs/central.md says ({', '.join(found)}): it may lose what it took, or "
            "write into its log what rows hold."
        )
        yield Fault(subject="database", words=words, grave=False)


def _is_current(home: Home) -> bool:
    with home.reading() as session:
        revision = migrate.revision_of(session.connection())
    if revision is not None and revision > migrate.HEAD:
        raise StoreNewer
    return revision == migrate.HEAD


def _roster(home: Home) -> Iterator[Fault]:
    """Check the rosters: without them no signature can be verified."""
    try:
        known = home.kid in ("", *(key.kid for device in home.chain.latest.devices for key in device.keys))
    except RosterRefused as error:
        yield Fault(subject="roster", words=f"{error} Restore the last backup.")
    else:
        if not known:
            words = (
                f"The roster in force does not know this station's key {home.kid}. Have it enrolled, or bring its key."
            )
            yield Fault(subject="roster", words=words)


def _clocks_of(home: Home) -> Clocks:
    issued = date.fromisoformat(home.chain.latest.issued)
    with home.reading() as session:
        others = clock_readings.others(session, home.chain, home.settings.role)
    return Clocks(datetime.now(UTC).date(), issued, others)


def _clocks(home: Home, clocks: Clocks) -> Iterator[Fault]:
    """Dates that no second clock confirms damage nothing: what they would end is kept."""
    with home.reading() as session:
        for one in clock_findings.found(session, clocks):
            yield Fault(subject="clock", words=one.say(), grave=False)


def _papers(home: Home) -> Iterator[Fault]:
    """Check the incarnation and the journal."""
    file = home.folder / INCARNATION
    with home.reading() as session:
        inside = epochs.read(session).epoch
    if not file.is_file() or inside != file.read_text("ascii").strip():
        words = "Home and database do not belong together: one was restored. The next start gives it a new incarnation."
        yield Fault(subject="incarnation", words=words, grave=False)
    for number in journal.damaged(home.folder / JOURNAL)[:AT_MOST]:
        words = f"Line {number} of {JOURNAL} cannot be read. Start the station, which writes it anew where it can."
        yield Fault(subject="journal", words=words)
    yield from few(_journal(home))


def _journal(home: Home) -> Iterator[Fault]:
    from testimony.services.withdrawal import shredding

    with home.reading() as session:
        for number, line in enumerate(Journal(home.folder / JOURNAL).read(), 1):
            try:
                name = (
                    line.record.decode("ascii", "replace")
                    if line.word == "ended"
                    else SignedRecord.decode(line.record).id
                )
            except NotCanonical:
                yield Fault(subject="journal", words=f"The record of entry {number} is damaged. Keep the other copies.")
                continue
            if line.destroys and not shredding.is_shredded(session, line.tid):
                words = f"The withdrawal {name[:16]}… is not carried out here. Start the station: it does that first."
                yield Fault(subject="journal", words=words)
