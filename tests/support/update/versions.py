"""Two versions of the program in one folder, as light as they can be: the newer one has another table.

They are asked as real ones are, by `environment.ask`, and do to a database what real ones would do.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from testimony.services.update.programs import Installed, Programs
from testimony.services.update.update_file import Update
from testimony.store.sql import migrate
from tests.support.update.made import NEWER, RUNS

BEFORE, NEXT = migrate.HEAD, "9001"
"""The revisions of the two versions."""


@dataclass
class Versions:
    """`fails`: with which homes the newer version does not start: "copy", "home"; `asked`: what was asked of which."""

    folder: Path
    fails: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def programs(self) -> Programs:
        return Programs(self.folder)

    def begin(self) -> None:
        """The version of the tests is the one that starts."""
        put(self.programs, RUNS)
        self.programs.finish(RUNS, Installed("", migrate.HEAD))
        self.programs.switch(RUNS)

    def install(self, programs: Programs, update: Update, said: Installed) -> None:
        """In the place of `environment.install`."""
        version = update.manifest.version
        programs.begin(version)
        shutil.rmtree(programs.version(version))
        put(programs, version)
        programs.finish(version, said)

    def ask(self, python: Path, *command: str, of_home: bool) -> str:
        """In the place of `environment.ask`."""
        version, home = python.parents[1].name, Path(command[-1])
        self.asked.append((version, command[1]))
        with closing(sqlite3.connect(home / "testimony.db")) as database:
            now = database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            if command[1] == "tables":
                assert (version, now) == (NEWER, NEXT)
                return self._become(database, command[2])
            if version == RUNS:
                return "" if now == BEFORE else "the database is of a newer version"
            if "copy" in self.fails and not of_home:
                return "no module of this name"
            self._become(database, NEXT)
        return "no page came" if "home" in self.fails and of_home else ""

    def _become(self, database: sqlite3.Connection, revision: str) -> str:
        with database:
            if revision == NEXT:
                database.execute("CREATE TABLE IF NOT EXISTS rivers (name TEXT, water INTEGER)")
            else:
                database.execute("DROP TABLE IF EXISTS rivers")
            database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        return ""


def put(programs: Programs, version: str) -> None:
    """Something in the place of an interpreter."""
    python = programs.version(version) / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)


def revision_of(home: Path) -> str:
    with closing(sqlite3.connect(home / "testimony.db")) as database:
        return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def died(child: int) -> bool:
    """Whether the process `child` was killed; False where it came to its end."""
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    return os.WIFSIGNALED(status)
