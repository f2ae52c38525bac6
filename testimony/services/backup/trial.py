"""Test a backup by restoring it into an empty folder of the station's home, checking that, and deleting it.

The folder is in the home because a restored station holds keys, and nothing outside the home may. It is deleted at the
end, or at the station's next start if this was killed.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from testimony.services.backup import last_backup, restore
from testimony.services.backup.errors import BackupRefused
from testimony.services.backup.restore import Given, Restored, Source
from testimony.services.integrity import fsck
from testimony.services.integrity.home import Fault
from testimony.station.station import TRIALS
from testimony.store.files import durable

if TYPE_CHECKING:
    from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a test found: the grave `faults` of the restored station, and how the restoration went."""

    restored: Restored
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        """Whether the backup restores the whole station."""
        return not self.faults and not self.restored.unreadable


def try_out(station: Station, source: Source | Path, given: Given) -> Trial:
    """Restore the backup `source` of `station` and check the result; if it is sound, remember today.

    `given`: what a restoration needs beside the backup, with its shred keys. Raises `BackupRefused`, `StoreFull`,
    `StoreUnwritable`, `StoreFailing`.
    """
    if given.shred_keys is None:
        raise BackupRefused("trial keys")
    with folder_of(station) as folder:
        home = folder / "station"
        restored = restore.restore(source, home, replace(given, apart=True))
        faults = tuple(one for one in fsck.check(home, {}) if one.grave)
    trial = Trial(restored=restored, faults=faults)
    if trial.sound:
        last_backup.note_tested(station)
    return trial


@contextmanager
def folder_of(station: Station) -> Iterator[Path]:
    """An empty folder in the home of `station`, which is deleted at the end. Raises `StoreFull`, `StoreUnwritable`."""
    folder = station.settings.home / TRIALS / secrets.token_hex(8)
    with durable.named_errors(station.settings.home):
        folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        with durable.named_errors(station.settings.home):
            shutil.rmtree(folder)
            if not any(folder.parent.iterdir()):
                folder.parent.rmdir()
