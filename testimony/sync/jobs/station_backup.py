"""Makes a station's backup on USB sticks and tests it, in the background: gigabytes take longer than a page may wait.

The backup is one sealed file. It lies on one stick and the copy of the shred keys on another, as `testimony backup
--to FILE --shred-keys FILE` asks for: with an old copy beside it, a backup would bring back what was withdrawn. Every
backup takes the place of the one before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from testimony.background.worker import Run, Worker
from testimony.canonical import sha256_hex
from testimony.errors import TestimonyError
from testimony.sealing.age.errors import KeyTextWrong
from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.keys.key_file import KeyFile
from testimony.services.backup import key_files, last_backup, own_files, trial
from testimony.services.backup.errors import BackupRefused, BackupUnready
from testimony.services.backup.restore import Given
from testimony.services.backup.trial import Trial
from testimony.services.certificates.errors import FileTaken
from testimony.services.enrolment import reader_key
from testimony.station.station import Station
from testimony.store.errors import StickRefused
from testimony.store.files import removable
from testimony.sync.backup import writer as backup_writer
from testimony.sync.backup.reader import SealedSource
from testimony.sync.backup.writer import Sealed

Told = Callable[[Sequence[Recipient]], object]
"""Is told who opens the next backups, before that is in force. If it raises, nothing was changed."""
KEY_FILES: Final = "testimony-key-*.key"
OTHER_SIGNS: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(kw_only=True)
class BackupRun(Run):
    """A backup that is made, or with `testing` tested: `done` bytes were written or read.

    `made` and `tried` are the results. `file` and `copy`: the backup and the copy of the shred keys.
    """

    testing: bool
    file: Path
    copy: Path
    made: Sealed | None = None
    tried: Trial | None = None

    def count(self, size: int) -> None:
        """So many bytes more. Raises `Stopped` once somebody wanted the end."""
        self.require_wanted()
        self.done += size


class BackupWork(Worker[BackupRun]):
    """At most one backup or test at a time; the last one stays to be looked at.

    `owner`: the reader of the desk, who is part of the files' names. `folder` and `apart` are some of `folders`.
    """

    def __init__(self, station: Station) -> None:
        super().__init__("backup", failure=TestimonyError)
        self.station = station

    def folders(self) -> list[Path]:
        """The folders to which this station may write now; those with a key file last, for no backup belongs there."""
        mounts = removable.writable_mounts(self.station.settings.stick_folder)
        return sorted(mounts, key=lambda folder: any(folder.glob(KEY_FILES)))

    def recipients(self) -> list[Recipient]:
        """Who opens the next backups if nobody names others. Raises `BackupUnready` ("recipients")."""
        try:
            return key_files.recipients_of(self.station)
        except KeyTextWrong as error:
            raise BackupUnready("recipients") from error

    def make_key(
        self,
        folder: str,
        owner: str,
        passphrase: str,
        again: str,
        resealed: Told = lambda _: None,
        *,
        work: int = reader_key.WORK,
    ) -> Path:
        """Make a key for the backups on the stick `folder`, and seal the next backups to it. Returns the key file.

        Takes a second, on purpose. Raises `StickRefused`, `PassphraseRefused`, `BackupUnready` ("taken"), `StoreFull`,
        `StoreUnwritable`, `StoreFailing`; then nothing was changed, and no half a key file stays on a stick that is
        there.
        """
        file = self._chosen(folder) / self._file_name("key", owner, ".key")
        reader_key.require_usable(passphrase, again, (self.station.settings.name,))
        held = reader_key.new_reader()
        try:
            reader_key.write_new(file, held, passphrase, work=work)
            with removable.reading(file) as written:
                key = key_files.opening_key(written.read(), lambda: passphrase)
            resealed([key.recipient])
            key_files.remember(self.station, [key.recipient])
        except FileTaken as error:
            raise BackupUnready("taken") from error
        except BaseException:
            self._take_back(file, held)
            raise
        return file

    def _take_back(self, file: Path, key: KeyFile) -> None:
        """Delete the new key file, unless the disk failed after the next backups were to be sealed to it."""
        try:
            kept = key.opening is not None and key.opening.recipient in self.recipients()
        except BackupUnready:
            kept = False
        if not kept:
            with suppress(OSError):  # the stick may have been pulled out
                file.unlink(missing_ok=True)

    def make(
        self,
        folder: str,
        apart: str,
        owner: str,
        recipients: Sequence[Recipient] = (),
        resealed: Told = lambda _: None,
    ) -> None:
        """Begin a backup on the stick `folder`, with the copy of the shred keys on the stick `apart`.

        `recipients`: who opens it and the next ones; by default as the last time. `resealed` is called if they are
        others than that time. Raises `StickRefused`,
        `BackupUnready` ("same", "together", "beside", "key", "recipients", "strange").
        """
        run = self._on(folder, apart, owner, testing=False)
        key = self._file_name("key", owner, ".key")
        if any((file.parent / key).exists() for file in (run.file, run.copy)):
            raise BackupUnready("beside")
        named = list(recipients) or self.recipients()
        if not named:
            raise BackupUnready("key")
        if not own_files.are_ours(self.station.settings.home, (run.file, run.copy)):  # perhaps all that is left of it
            raise BackupUnready("strange")

        def act(run: BackupRun) -> None:
            key_files.remember(self.station, named)
            run.made = backup_writer.back_up(self.station, run.file, named, shred_keys=run.copy, told=run.count)
            whole = run.made.is_whole
            sha256 = run.made.sha256
            content = last_backup.content_of(self.station, named, shred_keys=True, whole=whole, sha256=sha256)
            with self.station.database.transaction() as session:
                last_backup.note(self.station, session, content)

        if not self.busy and self._are_others(named):
            resealed(named)
        self._begin(run, act)

    def _are_others(self, named: Sequence[Recipient]) -> bool:
        """Whether others than `named` would open the next backups now."""
        try:
            return set(self.recipients()) != set(named)
        except BackupUnready:  # the note of it is damaged, and about to be replaced
            return True

    def test(self, folder: str, apart: str, owner: str, key: OpeningKey) -> None:
        """Begin to restore the backup on the stick `folder` with `key` and the copy of the shred keys on `apart`.

        Raises `StickRefused`, `BackupUnready` ("same", "together", "backup", "copy").
        """
        run = self._on(folder, apart, owner, testing=True)
        if not run.file.is_file():
            raise BackupUnready("backup")
        if not run.copy.is_file():
            raise BackupUnready("copy")

        def act(run: BackupRun) -> None:
            source = SealedSource(run.file, key, run.count)
            self._require_latest(source)
            try:
                run.tried = trial.try_out(self.station, source, Given(shred_keys=run.copy, key=key))
            except BackupRefused as error:
                if error.reason == "other keys":
                    raise BackupUnready("other copy") from error
                raise

        self._begin(run, act)

    def _require_latest(self, source: SealedSource) -> None:
        """Whether it is this organisation's, and the last one: that one is what has to be tested."""
        contents = source.contents
        if contents.root != sha256_hex(self.station.root.data) or contents.role != self.station.settings.role:
            raise BackupRefused("foreign")
        with self.station.database.reading() as session:
            if not last_backup.is_last(self.station, session, day=contents.day, sha256=source.sha256):
                raise BackupUnready("older", day=contents.day)

    def _on(self, folder: str, apart: str, owner: str, *, testing: bool) -> BackupRun:
        place, keys = self._chosen(folder), self._chosen(apart)
        one, other = place.resolve(), keys.resolve()
        if one == other:
            raise BackupUnready("same")
        if one in other.parents or other in one.parents:
            raise BackupUnready("together")
        file, copy = self._file_name("backup", owner, ".age"), self._file_name("shred", owner, ".keys")
        return BackupRun(testing=testing, file=place / file, copy=keys / copy)

    def _chosen(self, folder: str) -> Path:
        """Raises `StickRefused("folder")` unless it is one of those that are offered."""
        found = next((place for place in self.folders() if str(place) == folder), None)
        if found is None:
            raise StickRefused("folder")
        return found

    def _file_name(self, what: str, owner: str, ending: str) -> str:
        """Another name at every station, so that several may use one stick; only a namesake has the same."""
        name = self.station.settings.name
        whose = sha256_hex(b"\0".join((self.station.root.data, owner.encode(), name.encode())))
        said = OTHER_SIGNS.sub("-", name).strip("-") or "desk"
        return f"testimony-{what}-{said}-{whose[:8]}{ending}"

    def _begin(self, new: BackupRun, act: Callable[[BackupRun], None]) -> None:
        if self.start(new, act) is not new:
            raise StickRefused("busy")
