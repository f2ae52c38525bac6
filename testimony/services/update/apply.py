"""Put an update on a station: each step leaves a station that starts, in the version before or in the new one.

Until the switch, which is one rename, nothing of the station changes: the new version is tried with a copy. After it
the new version opens the station itself. If it does not start, the tables and the switch go back. A process that is
killed in between leaves a note (`pending`), and the next start settles it.
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
"""Bytes that stay free on the disks."""
Tell = Callable[[str], object]


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What an update is put on: the station, the folder of versions, and what backs the station up before.

    `is_running`: whether the station's server runs.
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
    """Everything that can be said before anything is written. Raises `UpdateRefused`, `StickRefused`."""
    manifest = update.manifest
    manifests.require_fit(manifest, __version__, systems.this(), again=not programs.runs_here())
    if settings is not None:
        revision = tables.revision_of(settings)
        if revision and revision not in manifest.reads:
            raise UpdateRefused("tables", revision=revision)
    update.verify()
    return manifest


def apply(file: Path, machine: Machine, tell: Tell) -> Manifest:
    """Put the update in `file` on the station of `machine`; `tell` hears of each step when it begins.

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
    """Start another version from now on, and see it start. Raises `UpdateRefused`: start, stuck."""
    tell("switch")
    programs.note(pending)
    tell("switched")
    programs.switch(pending.version)
    settle(programs, tell)


def settle(programs: Programs, tell: Tell) -> None:
    """End an update that was switched to, or that was cut off before or after that.

    Raises `UpdateRefused`: start, when the version before is back; stuck, and the next start tries again.
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
    """Why the new version does not start with the station; "" where it does."""
    try:
        return trial.of_home(programs.python(pending.version), pending.home)
    except UpdateRefused as error:
        return str(error).rstrip(".")


def _go_back(programs: Programs, pending: Pending, tell: Tell) -> None:
    """Tables first: a version never starts with tables that it does not know."""
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
    """Raise `UpdateRefused("room")` unless the wheels, what they install, and a copy of the database have room."""
    database = settings.home / trial.DATABASE
    copy = 2 * database.stat().st_size if database.is_file() else 0
    program = manifest.room + sum(one.size for one in manifest.files)
    same = programs.folder.stat().st_dev == settings.home.stat().st_dev
    wanted = {programs.folder: program + (copy if same else 0), settings.home: copy}
    for folder, size in wanted.items():
        free = shutil.disk_usage(folder).free
        if free < size + SPARE:
            raise UpdateRefused("room", folder=str(folder), wanted=(size + SPARE) // 10**6 + 1, free=free // 10**6)
