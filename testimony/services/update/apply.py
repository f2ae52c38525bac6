"""Apply an update to a station. After each step the station starts, in the earlier version or in the new one.

Nothing of the station changes before the switch, which is one rename: the new version is tried on a copy. After the
switch the new version opens the station itself. If it does not start, the tables and the switch are undone. If the
process is killed, its note (`pending`) stays, and the next start settles it.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from testimony import __version__
from testimony.platform import systems
from testimony.sealing.update import manifest as manifests
from testimony.sealing.update.errors import UpdateRefused
from testimony.sealing.update.manifest import Manifest
from testimony.services.startup import open_station
from testimony.services.update import environment, tables, trial, update_file
from testimony.services.update.programs import Installed, Pending, Programs
from testimony.services.update.update_file import Update
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.store.sql import migrate

SPARE: Final = 64 << 20
"""Bytes that must stay free on each disk."""
Tell = Callable[[str], object]


@dataclass(frozen=True, kw_only=True)
class Machine:
    """The station that is updated: its folder `home`, and the folder of versions, `programs`.

    `back_up` is called before anything changes. `is_running`: whether the station's server runs.
    """

    home: Path
    programs: Programs
    back_up: Callable[[Station], object]
    is_running: Callable[[], bool]

    def require_stopped(self) -> None:
        """Raise `UpdateRefused("runs")` while the server runs."""
        if self.is_running():
            raise UpdateRefused("runs", folder=str(self.home))


def check(update: Update, programs: Programs, settings: Settings | None = None) -> Manifest:
    """Verify everything that can be checked before anything is written. Returns the statement of the update.

    `settings`: of the station whose tables it must know. Raises `UpdateRefused`: older, too far, system, tables,
    altered; `StickRefused`.
    """
    manifest = update.manifest
    manifests.require_fit(manifest, __version__, systems.this(), again=not programs.runs_here())
    if settings is not None:
        revision = tables.revision_of(settings)
        if revision and revision not in manifest.reads:
            raise UpdateRefused("tables", revision=revision)
    update.verify()
    return manifest


def apply(file: Path, machine: Machine, tell: Tell) -> Manifest:
    """Apply the update in `file` to the station of `machine`. `tell` gets the name of each step when it begins.

    Raises `UpdateRefused`, `StickRefused`, and what opening and backing up the station raise.
    """
    programs, settings = machine.programs, Settings.load(machine.home)
    with programs.held(), update_file.opened(file) as update:
        settle(programs, tell)
        machine.require_stopped()
        tell("verify")
        manifest = check(update, programs, settings)
        _require_room(manifest, programs, settings)
        with open_station(machine.home) as station:
            tell("backup")
            machine.back_up(station)
            tell("install")
            before = programs.current() if programs.runs_here() else ""
            environment.install(programs, update, Installed(before, migrate.HEAD))
            tell("trial")
            with trial.copied(station) as copy:
                failed = trial.of_copy(programs.python(manifest.version), copy)
        if failed:
            raise UpdateRefused("trial", version=manifest.version, said=failed, running=__version__)
        machine.require_stopped()
        pending = Pending(
            python=Path(sys.executable),
            before=before,
            version=manifest.version,
            revision=migrate.HEAD,
            home=machine.home.resolve(),
        )
        switch(programs, pending, tell)
    return manifest


def switch(programs: Programs, pending: Pending, tell: Tell) -> None:
    """Let `pending.version` start from now on, and check that it does. Raises `UpdateRefused`: start, stuck."""
    tell("switch")
    programs.note(pending)
    tell("switched")
    programs.switch(pending.version)
    settle(programs, tell)


def settle(programs: Programs, tell: Tell) -> None:
    """Complete an update that was interrupted, if there is one, or undo it if the new version does not start.

    Raises `UpdateRefused`: start, if the earlier version is back; stuck, if the tables could not be brought back: the
    next start tries again.
    """
    pending = programs.pending()
    if pending is None:
        return
    if programs.current() == pending.version:
        tell("start")
        failed = _started(programs, pending)
        if failed:
            _go_back(programs, pending, tell)
            raise UpdateRefused("start", version=pending.version, said=failed, running=pending.before or __version__)
    tell("settled")
    programs.settled()


def _started(programs: Programs, pending: Pending) -> str:
    """Why the new version does not start with the station; "" if it starts."""
    try:
        return trial.of_home(programs.python(pending.version), pending.home)
    except UpdateRefused as error:
        return str(error).rstrip(".")


def _go_back(programs: Programs, pending: Pending, tell: Tell) -> None:
    """Undo the tables first: a version never starts with tables that it does not know."""
    tell("back")
    revision = tables.revision_of(Settings.load(pending.home))
    if revision and not migrate.is_known(revision):
        command = ("update", "tables", pending.revision, "--home", str(pending.home))
        if environment.ask(programs.python(pending.version), *command, of_home=True):
            raise UpdateRefused("stuck", version=pending.version, running=pending.before or __version__)
    tell("switched back")
    programs.switch(pending.before)
    programs.settled()


def _require_room(manifest: Manifest, programs: Programs, settings: Settings) -> None:
    """Raise `UpdateRefused("room")` unless the wheels, what they install, and a copy of the database fit."""
    database = settings.home / trial.DATABASE
    copy = 2 * database.stat().st_size if database.is_file() else 0
    program = manifest.room + sum(one.size for one in manifest.files)
    same = programs.folder.stat().st_dev == settings.home.stat().st_dev
    wanted = {programs.folder: program + (copy if same else 0), settings.home: copy}
    for folder, size in wanted.items():
        free = shutil.disk_usage(folder).free
        if free < size + SPARE:
            raise UpdateRefused("room", folder=str(folder), wanted=(size + SPARE) // 10**6 + 1, free=free // 10**6)
