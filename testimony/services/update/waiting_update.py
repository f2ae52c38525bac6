"""The update that waits in a home: at central for the others to fetch, elsewhere for a person to apply."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from testimony import __version__
from testimony.platform import files
from testimony.sealing.update.errors import UpdateRefused
from testimony.sealing.update.manifest import Manifest, numbers
from testimony.services.certificates.errors import FileUnreadable
from testimony.services.update import update_file
from testimony.store.errors import StickRefused
from testimony.store.files import durable, removable

if TYPE_CHECKING:
    from testimony.settings import Settings

FOLDER: Final = "update"
NAME: Final = "waiting.update"
REFUSED: Final = "refused"
HALF: Final = ".part"
A_PIECE: Final = 1 << 20


def file_of(settings: Settings) -> Path:
    """Where it is, if there is one."""
    return settings.home / FOLDER / NAME


def held(settings: Settings) -> Manifest | None:
    """The update that waits. Its statement is verified, its files are not.

    None also for one that this program cannot read: applying it says why.
    """
    try:
        with update_file.opened(file_of(settings)) as update:
            return update.manifest
    except (UpdateRefused, FileUnreadable, StickRefused):
        return None


def newer(settings: Settings) -> Manifest | None:
    """The update that waits, if it is newer than the version that runs."""
    found = held(settings)
    return found if found and numbers(found.version) > numbers(__version__) else None


def offer(settings: Settings, path: Path) -> Manifest:
    """Let the central of `settings` hand the update in `path` on. It replaces the one before in one step.

    Raises `UpdateRefused`: role, and as `opened` and `Update.verify`; `FileUnreadable`, `StickRefused`, `StoreFull`,
    `StoreUnwritable`, `StoreFailing`.
    """
    if settings.role != "central":
        raise UpdateRefused("role")
    with update_file.opened(path) as update:
        name = update.manifest.version
    half = _only(settings, f"{name}{HALF}")
    with removable.reading(path) as source, durable.named_errors(half), half.open("wb") as out:
        shutil.copyfileobj(source, out, A_PIECE)
    return _keep(settings, half)


def read_piece(settings: Settings, start: int, most: int) -> tuple[int, bytes]:
    """How long the file is that waits here, and at most `most` bytes of it; 0 where none waits."""
    try:
        with file_of(settings).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(start)
            return size, file.read(most)
    except FileNotFoundError:
        return 0, b""


class Coming:
    """An update of `size` bytes that comes in pieces; what came stays for the next time."""

    def __init__(self, settings: Settings, version: str, size: int) -> None:
        """Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`."""
        self._settings, self.version, self.size = settings, version, size
        self._half = _only(settings, f"{version}-{size}{HALF}")

    @property
    def came(self) -> int:
        """How many bytes are here."""
        return self._half.stat().st_size if self._half.is_file() else 0

    @property
    def was_refused(self) -> bool:
        """Whether the same came before and was none: then it is not asked for again."""
        file = self._half.with_name(REFUSED)
        return file.is_file() and file.read_text("utf-8", "replace").strip() == self._half.name

    def add(self, piece: bytes) -> None:
        """Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`."""
        with durable.named_errors(self._half), self._half.open("ab") as out:
            out.write(piece)

    def keep(self) -> Manifest:
        """Verify it whole, and let it wait. Raises `UpdateRefused`, and what the disk says."""
        try:
            return _keep(self._settings, self._half)
        except UpdateRefused:
            with durable.named_errors(self._half):
                durable.replace_file(self._half.with_name(REFUSED), self._half.name.encode())
            raise


def _only(settings: Settings, name: str) -> Path:
    """The half file of this name; half ones of others are deleted."""
    folder = settings.home / FOLDER
    with durable.named_errors(folder):
        files.make_folder(folder)
        for file in folder.glob(f"*{HALF}"):
            if file.name != name:
                file.unlink(missing_ok=True)
    return folder / name


def _keep(settings: Settings, half: Path) -> Manifest:
    try:
        with update_file.opened(half) as update:
            update.verify()
            manifest = update.manifest
    except UpdateRefused:
        half.unlink()
        raise
    with durable.named_errors(half):
        durable.sync_file(half)
        durable.replace(half, file_of(settings))
        durable.sync_folder(half.parent)
    return manifest
