"""The update that waits in the folder of a station: at central for others to fetch, elsewhere for a person to apply."""

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
PART: Final = ".part"
A_PIECE: Final = 1 << 20


def file_of(settings: Settings) -> Path:
    """The file of the update, which may not exist."""
    return settings.home / FOLDER / NAME


def held(settings: Settings) -> Manifest | None:
    """The update that waits. Its statement is verified, its files are not.

    None if there is none, or if this program cannot read it: applying it says why.
    """
    try:
        with update_file.opened(file_of(settings)) as update:
            return update.manifest
    except (UpdateRefused, FileUnreadable, StickRefused):
        return None


def newer(settings: Settings) -> Manifest | None:
    """The update that waits, if it is newer than the version that runs; else None."""
    found = held(settings)
    return found if found and numbers(found.version) > numbers(__version__) else None


def offer(settings: Settings, path: Path) -> Manifest:
    """Let the central of `settings` offer the update in `path`. It replaces an earlier one in one step.

    Raises `UpdateRefused`: role, and as `opened` and `Update.verify`; `FileUnreadable`, `StickRefused`, `StoreFull`,
    `StoreUnwritable`, `StoreFailing`.
    """
    if settings.role != "central":
        raise UpdateRefused("role")
    with update_file.opened(path) as update:
        name = update.manifest.version
    part = _part_file(settings, f"{name}{PART}")
    with removable.reading(path) as source, durable.named_errors(part), part.open("wb") as out:
        shutil.copyfileobj(source, out, A_PIECE)
    return _keep(settings, part)


def read_piece(settings: Settings, start: int, most: int) -> tuple[int, bytes]:
    """The size of the waiting file, and at most `most` bytes of it from `start`; 0 and no bytes if none waits."""
    try:
        with file_of(settings).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(start)
            return size, file.read(most)
    except FileNotFoundError:
        return 0, b""


class Download:
    """An update of `size` bytes that is received in pieces. Received pieces stay here for the next attempt."""

    def __init__(self, settings: Settings, version: str, size: int) -> None:
        """Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`."""
        self._settings, self.version, self.size = settings, version, size
        self._part = _part_file(settings, f"{version}-{size}{PART}")

    @property
    def received(self) -> int:
        """How many bytes are here."""
        return self._part.stat().st_size if self._part.is_file() else 0

    @property
    def was_refused(self) -> bool:
        """Whether the same update was received and refused before: then it is not fetched again."""
        file = self._part.with_name(REFUSED)
        return file.is_file() and file.read_text("utf-8", "replace").strip() == self._part.name

    def add(self, piece: bytes) -> None:
        """Append a piece. Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`."""
        with durable.named_errors(self._part), self._part.open("ab") as out:
            out.write(piece)

    def keep(self) -> Manifest:
        """Verify the complete update, and let it wait.

        Raises `UpdateRefused`, `StoreFull`, `StoreUnwritable`, `StoreFailing`.
        """
        try:
            return _keep(self._settings, self._part)
        except UpdateRefused:
            with durable.named_errors(self._part):
                durable.replace_file(self._part.with_name(REFUSED), self._part.name.encode())
            raise


def _part_file(settings: Settings, name: str) -> Path:
    """The unfinished file of this name. Those of other updates are deleted."""
    folder = settings.home / FOLDER
    with durable.named_errors(folder):
        files.make_folder(folder)
        for file in folder.glob(f"*{PART}"):
            if file.name != name:
                file.unlink(missing_ok=True)
    return folder / name


def _keep(settings: Settings, part: Path) -> Manifest:
    """Verify the update in `part` and let it wait. A refused one is deleted."""
    try:
        with update_file.opened(part) as update:
            update.verify()
            manifest = update.manifest
    except UpdateRefused:
        part.unlink()
        raise
    with durable.named_errors(part):
        durable.sync_file(part)
        durable.replace(part, file_of(settings))
        durable.sync_folder(part.parent)
    return manifest
