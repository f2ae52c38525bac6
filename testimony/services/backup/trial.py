"""Test a backup by restoring it into an empty folder of the station's home, checking that, and deleting it.

The folder is in the home because a restored station holds keys, and nothing outside the home may.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from testimony.services.backup import last_backup, restore
from testimony.services.backup.errors import BackupRefused
from testimony.services.backup.restore import Given, Restored, Source
from testimony.services.integrity import fsck
from testimony.services.integrity.home import Fault
from testimony.station import trials

if TYPE_CHECKING:
    from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a test found: the grave `faults` of the restored station, and how the restoration went. `shared`: faults
    that the station itself has, so that the backup is not to blame.
    """

    restored: Restored
    faults: tuple[Fault, ...]
    shared: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        """Whether the backup restores the whole station."""
        return not self.faults and not self.restored.unreadable


def try_out(station: Station, source: Source | Path, given: Given) -> Trial:
    """Restore the backup `source` of `station` and check the result; if it is sound, remember today.

    `given`: what a restoration needs beside the backup, with its shred keys. With a `station_key` nothing is
    remembered: it is the one of this home, which burns with it. Raises `BackupRefused`, `StoreFull`,
    `StoreUnwritable`, `StoreFailing`.
    """
    if given.shred_keys is None:
        raise BackupRefused("trial keys")
    with trials.folder_of(station.settings.home) as folder:
        home = folder / "station"
        restored = restore.restore(source, home, replace(given, apart=True))
        found = [one for one in fsck.check(home, {}) if one.grave]
    own = set(fsck.check(station.settings.home)) if found else set()
    trial = Trial(
        restored=restored,
        faults=tuple(one for one in found if one not in own),
        shared=tuple(one for one in found if one in own),
    )
    if trial.sound and given.station_key is None:
        last_backup.note_tested(station)
    return trial
