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
HALF: Final = "waiting.part"
A_PIECE: Final = 1 << 20


def file_of(settings: Settings) -> Path:
    """Where it is, if there is one."""
    return settings.home / FOLDER / NAME


def offer(settings: Settings, path: Path) -> Manifest:
    """Let the central of `settings` hand the update in `path` on. It replaces the one before in one step.

    Raises `UpdateRefused`: role, and as `opened` and `Update.verify`; `FileUnreadable`, `StickRefused`, `StoreFull`,
    `StoreUnwritable`, `StoreFailing`.
    """
    if settings.role != "central":
        raise UpdateRefused("role")
    with update_file.opened(path) as update:
        update.verify()
        half = empty_half(settings)
        with removable.reading(path) as source, durable.named_errors(half), half.open("wb") as out:
            shutil.copyfileobj(source, out, A_PIECE)
    return keep(settings)


def empty_half(settings: Settings) -> Path:
    """A place for a file that is not whole yet. Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`."""
    folder = settings.home / FOLDER
    with durable.named_errors(folder):
        files.make_folder(folder)
        (folder / HALF).unlink(missing_ok=True)
    return folder / HALF


def keep(settings: Settings) -> Manifest:
    """Verify what came, whole, and let it wait in the place of the one before. What is altered is deleted.

    Raises as `opened` and `Update.verify`.
    """
    half = settings.home / FOLDER / HALF
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


def newer(settings: Settings) -> Manifest | None:
    """The update that waits and is newer than the version that runs. Its statement is verified, its files are not.

    None also for one that this program cannot read: applying it says why.
    """
    try:
        with update_file.opened(file_of(settings)) as update:
            manifest = update.manifest
    except (UpdateRefused, FileUnreadable, StickRefused):
        return None
    return manifest if numbers(manifest.version) > numbers(__version__) else None
