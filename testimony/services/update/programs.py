"""The folder of versions: each has an environment of its own, and one small file names the version that starts.

current           the version that starts: replaced in one step
pending           an update that is not settled: the next start settles it first
testimony[.cmd]   starts the version that `current` names
versions/1.2.0/   an environment; `whole.json` is written last, so a folder without it is incomplete
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from testimony.platform import files, homes
from testimony.sealing.update.errors import UpdateRefused
from testimony.sealing.update.manifest import NUMBERS
from testimony.store.files import durable
from testimony.store.files.lock import HomeLock

VERSIONS: Final = "versions"
CURRENT: Final = "current"
PENDING: Final = "pending"
WHOLE: Final = "whole.json"
WHEELS: Final = "wheels"
LOCK: Final = "lock"
EXECUTABLE: Final = 0o755
LAUNCHERS: Final = {
    "testimony": """#!/bin/sh
# Start the version that `current` names; settle an update first that was cut off.
set -e
here=$(dirname "$(readlink -f "$0")")
if [ -f "$here/pending" ]; then
    before=$(sed -n 1p "$here/pending")
    "$before" -I -m testimony update settle --programs "$here"
fi
if [ ! -f "$here/current" ]; then
    echo "testimony: No version is installed in $here yet. Apply the update again." >&2
    exit 1
fi
exec "$here/versions/$(cat "$here/current")/bin/python" -I -m testimony "$@"
""",
    "testimony.cmd": """@echo off\r
if not exist "%~dp0pending" goto start\r
set /p BEFORE=<"%~dp0pending"\r
"%BEFORE%" -I -m testimony update settle --programs "%~dp0."\r
if errorlevel 1 exit /b 1\r
:start\r
set /p VERSION=<"%~dp0current"\r
"%~dp0versions\\%VERSION%\\Scripts\\python.exe" -I -m testimony %*\r
""",
}


@dataclass(frozen=True, kw_only=True)
class Pending:
    """An update that is not settled: perhaps switched to, perhaps not. `version`: the new one. `home`: of the station.

    `python`: the interpreter of the earlier version. `before`: that version; "" if it is not in the folder of versions.
    `revision`: of the tables before the update.
    """

    python: Path
    before: str
    version: str
    revision: str
    home: Path

    def encode(self) -> bytes:
        """The content of the note: a line for each field."""
        lines = (self.python, self.before, self.version, self.revision, self.home)
        return "".join(f"{one}\n" for one in lines).encode()


@dataclass(frozen=True)
class Installed:
    """What is recorded of a complete version. `before`: the version that ran before it, "" if it is not in the folder.

    `revision`: of the tables at that time.
    """

    before: str
    revision: str


@dataclass(frozen=True)
class Programs:
    """The versions in `folder`, which may not exist yet."""

    folder: Path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock of the folder: only one update runs at a time.

        Raises `UpdateRefused("busy")`, `StoreUnwritable`, `StoreFull`, `StoreFailing`.
        """
        with durable.named_errors(self.folder):
            files.make_folder(self.folder)
            lock = HomeLock(self.folder / LOCK)
        try:
            if not lock.take():
                raise UpdateRefused("busy", folder=str(self.folder))
            yield
        finally:
            lock.release()

    def current(self) -> str:
        """The version that starts; "" if there is none yet."""
        file = self.folder / CURRENT
        said = file.read_text("ascii", "replace").strip() if file.is_file() else ""
        return said if NUMBERS.fullmatch(said) else ""

    def runs_here(self) -> bool:
        """Whether this process is the version that starts."""
        return bool(self.current()) and Path(sys.prefix).resolve() == self.version(self.current()).resolve()

    def version(self, version: str) -> Path:
        """The folder of the environment of `version`."""
        return self.folder / VERSIONS / version

    def python(self, version: str) -> Path:
        """The interpreter of `version`. Raises `UpdateRefused("gone")` if there is none."""
        base = str(self.version(version))
        place = sysconfig.get_path("scripts", scheme="venv", vars={"base": base, "platbase": base})
        found = shutil.which("python", path=place)
        if found is None:
            raise UpdateRefused("gone", version=version)
        return Path(found)

    def begin(self, version: str) -> Path:
        """An empty folder for `version`. What an earlier attempt left there is deleted."""
        folder = self.version(version)
        with durable.named_errors(self.folder):
            if folder.exists():
                (folder / WHOLE).unlink(missing_ok=True)
                shutil.rmtree(folder)
            files.make_folder(folder)
        return folder

    def finish(self, version: str, said: Installed) -> None:
        """Record that `version` is complete, after it is safely on the disk."""
        folder = self.version(version)
        with durable.named_errors(self.folder):
            durable.sync_tree(folder)
            durable.replace_file(folder / WHOLE, json.dumps(vars(said)).encode())
            durable.sync_folder(folder.parent)

    def installed(self, version: str) -> Installed:
        """What is recorded of `version`. Raises `UpdateRefused("gone")` unless it is complete."""
        try:
            said = json.loads((self.version(version) / WHOLE).read_text("utf-8"))
            return Installed(str(said["before"]), str(said["revision"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UpdateRefused("gone", version=version) from error

    def switch(self, version: str) -> None:
        """Let `version` start from now on; "" for none of this folder.

        This is one rename: after a power cut the earlier or the new version starts.
        """
        with durable.named_errors(self.folder):
            self._write_launchers()
            if version:
                durable.replace_file(self.folder / CURRENT, version.encode() + b"\n")
            else:
                (self.folder / CURRENT).unlink(missing_ok=True)
                durable.sync_folder(self.folder)

    def note(self, pending: Pending) -> None:
        """Write the note of an update. The next start settles it."""
        with durable.named_errors(self.folder):
            durable.replace_file(self.folder / PENDING, pending.encode())

    def pending(self) -> Pending | None:
        """The update that is not settled; None if there is none."""
        file = self.folder / PENDING
        if not file.is_file():
            return None
        python, before, version, revision, home = file.read_text("utf-8").splitlines()
        return Pending(python=Path(python), before=before, version=version, revision=revision, home=Path(home))

    def settled(self) -> None:
        """Remove the note of the update, and delete the versions that are no longer needed."""
        now = self.current()
        with durable.named_errors(self.folder):
            (self.folder / PENDING).unlink(missing_ok=True)
            durable.sync_folder(self.folder)
        kept = {now, self.installed(now).before} if now else set()
        with durable.named_errors(self.folder):
            for folder in (self.folder / VERSIONS).glob("*"):
                if folder.name not in kept:
                    shutil.rmtree(folder)

    def _write_launchers(self) -> None:
        for name, text in LAUNCHERS.items():
            file = self.folder / name
            if not file.is_file() or file.read_bytes() != text.encode():
                durable.replace_file(file, text.encode())
            os.chmod(file, EXECUTABLE)


def of_this_process() -> Programs | None:
    """The folder that this process runs from; None if it was installed in another way."""
    place = Path(sys.prefix)
    found = Programs(place.parent.parent)
    return found if place.parent.name == VERSIONS and found.current() else None


def usual() -> Programs:
    """The folder that this process runs from, or the one in this user's folder for data."""
    return of_this_process() or Programs(homes.data_folder() / "program")
