"""Open a home for reading in a check, and describe what the check finds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from testimony.errors import SettingsDamaged
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.sealing.roster.errors import RosterRefused
from testimony.services.roster import adoption as roster_adoption
from testimony.settings import Settings
from testimony.station.station import KEY, ROOT, SHRED_KEYS
from testimony.store.blobs import blobs
from testimony.store.blobs.blobs import PARTS, Bodies
from testimony.store.blobs.folder import is_whole
from testimony.store.errors import StoreDamaged
from testimony.store.files import shred_keys
from testimony.store.sql.connect import reader_of

AT_MOST = 20
"""Findings of one kind that are listed one by one."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`words`: what is wrong and what to do, in a sentence or two. `grave`: the station is unreliable in this state."""

    subject: str
    words: str
    grave: bool = True


@dataclass
class Home:
    """A home, opened for reading. Raises `HomeMissing`, `SettingsDamaged`, `StoreDamaged` if it cannot be read at
    all.
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    settings: Settings = field(init=False)
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.settings = Settings.load(self.folder, self.environment)
        self.engine = reader_of(make_url(self.settings.database))

    @cached_property
    def root(self) -> Root:
        try:
            return Root.parse((self.folder / ROOT).read_bytes())
        except (OSError, RosterRefused) as error:
            raise SettingsDamaged(file=str(self.folder / ROOT)) from error

    @cached_property
    def kid(self) -> str:
        """The kid of the station's key; empty at a desk."""
        if self.settings.role == "desk":
            return ""
        try:
            return Signer(bytes.fromhex((self.folder / KEY).read_text("ascii"))).kid
        except (OSError, ValueError) as error:
            raise SettingsDamaged(file=str(self.folder / KEY)) from error

    @cached_property
    def chain(self) -> RosterChain:
        """The verified chain of rosters. Raises `RosterRefused`."""
        with self.reading() as session:
            return roster_adoption.chain_of(self.root, session)

    @cached_property
    def keys(self) -> dict[str, bytes]:
        """Shred keys, by testimony or annex."""
        try:
            return shred_keys.read(self.folder / SHRED_KEYS)
        except OSError:
            return {}

    @cached_property
    def bodies(self) -> Bodies | None:
        """The store of bodies; None if the folder is missing, because opening it would create it."""
        if self.settings.parts_url or is_whole(self.folder / PARTS):
            return blobs.opened(self.settings)
        return None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one committed state. Raises `StoreDamaged` if the database cannot be read."""
        try:
            with self.engine.connect() as connection, Session(connection) as session:
                yield session
        except DBAPIError as error:
            raise StoreDamaged(folder=str(self.folder)) from error

    def close(self) -> None:
        self.engine.dispose()


def few(findings: Iterator[Fault]) -> Iterator[Fault]:
    """The first findings, and how many more there are of the same kind."""
    more = 0
    last: Fault | None = None
    for number, finding in enumerate(findings):
        if number < AT_MOST:
            yield finding
        else:
            more, last = more + 1, finding
    if last is not None:
        yield Fault(subject=last.subject, words=f"And {more} more of the same.", grave=last.grave)
