"""Verify that a restored central is its old one, moved whole: then nothing is lost, and readers need not wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import make_url, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from testimony.services.continuity import restart
from testimony.services.continuity.errors import MoveRefused
from testimony.settings import FILE, Settings
from testimony.station.station import JOURNAL, KEY, LOCK
from testimony.store.files import durable
from testimony.store.files.journal import Journal
from testimony.store.files.lock import HomeLock
from testimony.store.models.log import OWN, LogLeaf
from testimony.store.models.records import Held, ObjectRow, RecordRow, TombstoneRow
from testimony.store.models.suspensions import ContestRow, SuspensionRow
from testimony.store.sql import migrate
from testimony.store.sql.connect import reader_of
from testimony.store.state import epochs

if TYPE_CHECKING:
    from testimony.station.station import Station

MOVED: Final = f"{FILE}.moved"
"""The name of the old home's settings afterwards: without them it does not start."""
HERE: Final = (Held.HELD, Held.SUSPENDED)
A_PAGE: Final = 1000
ALL: Final[tuple[tuple[str, InstrumentedAttribute[Any], tuple[InstrumentedAttribute[Any], ...], Any], ...]] = (
    ("the log", LogLeaf.no, (LogLeaf.leaf,), LogLeaf.log == OWN),
    ("the records", RecordRow.name, (RecordRow.kind, RecordRow.data), true()),
    ("the sealed objects", ObjectRow.record, (ObjectRow.name,), ObjectRow.held.in_(HERE)),
    ("the withdrawals", TombstoneRow.subject, (TombstoneRow.shredded,), true()),
    ("the suspensions", SuspensionRow.withdrawal, (SuspensionRow.standing,), true()),
    ("the contests", ContestRow.record, (ContestRow.withdrawal,), true()),
)
"""(what, key, columns, which rows): all of it must be in the new one as it is in the old one, which may have more."""


def finish(station: Station, old: Path) -> bool:
    """Serve readers from now on, and put the home `old`, from which this central was moved, out of use.

    False if readers were served already. The old one must stand still, and be of the same key; every entry of its log,
    every record, head, body, withdrawal and line of its journal must be here. Raises `MoveRefused` otherwise, and then
    changes nothing; `HomeMissing`, `SettingsDamaged`, and errors of the old database.
    """
    settings = Settings.load(old, environment={})  # what this machine sets is meant for the new one
    _require_old(station, settings)
    with _alone(old):
        _require_whole(station, settings)
        with station.database.transaction() as session:
            served = restart.resume(station, session)
        with durable.named_errors(old):
            (old / FILE).rename(old / MOVED)
            durable.sync_folder(old)
    return served


def _require_old(station: Station, settings: Settings) -> None:
    if settings.database == station.settings.database or settings.home.samefile(station.settings.home):
        raise MoveRefused("same")
    key = settings.home / KEY
    if station.signer.seed.hex() != (key.read_text("ascii", "replace").strip() if key.is_file() else ""):
        raise MoveRefused("another", folder=str(settings.home))


@contextmanager
def _alone(old: Path) -> Iterator[None]:
    """Lock the old home, so that it takes nothing in meanwhile."""
    with durable.named_errors(old):
        lock = HomeLock(old / LOCK)
    try:
        if not lock.take():
            raise MoveRefused("open", folder=str(old))
        yield
    finally:
        lock.release()


def _require_whole(station: Station, settings: Settings) -> None:
    engine = reader_of(make_url(settings.database))
    try:
        with Session(engine) as before, station.database.reading() as now:
            if migrate.revision_of(before.connection()) != migrate.HEAD:
                raise MoveRefused("version")
            if epochs.read(before).epoch == epochs.read(now).epoch:
                raise MoveRefused("same")
            for what, key, columns, which in ALL:
                _require_all(before, now, what, key, columns, which)
    finally:
        engine.dispose()
    lines = {line.encode() for line in Journal(settings.home / JOURNAL).read()}
    if not lines <= {line.encode() for line in station.journal.read()}:
        raise MoveRefused("lost", what="the journal of withdrawals")


def _require_all(
    before: Session,
    now: Session,
    what: str,
    key: InstrumentedAttribute[Any],
    columns: tuple[InstrumentedAttribute[Any], ...],
    which: Any,
) -> None:
    wanted = select(key, *columns).where(which)
    for page in before.execute(wanted.execution_options(yield_per=A_PAGE)).partitions(A_PAGE):
        keys = {row[0] for row in page}
        if not {tuple(row) for row in page} <= {tuple(row) for row in now.execute(wanted.where(key.in_(keys)))}:
            raise MoveRefused("lost", what=what)
