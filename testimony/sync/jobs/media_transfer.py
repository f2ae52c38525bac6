"""Writes or reads a USB stick in the background, because gigabytes take longer than a page may wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from testimony.background.worker import Run, Worker
from testimony.errors import TestimonyError
from testimony.services.custody.errors import CheckpointForeign
from testimony.services.custody.split_view import Verdict
from testimony.services.opening.reader import Reader
from testimony.station.station import Station
from testimony.store.errors import StickRefused
from testimony.store.files import removable
from testimony.sync.bundle import export as bundle_export
from testimony.sync.bundle import heads, phone_outbox
from testimony.sync.bundle import import_ as bundle_import
from testimony.sync.bundle import survey as bundle_survey
from testimony.sync.bundle.export import ExportReport
from testimony.sync.bundle.phone_outbox import CarryReport
from testimony.sync.bundle.report import PASSED_BY, ImportReport, in_order
from testimony.sync.errors import BundleRefused

MOST_FILES: Final = 500
ENDING: Final = ".bin"


@dataclass(frozen=True, kw_only=True)
class FileRead:
    """One file on a USB stick: the result of its import, or the error."""

    name: str
    bundle: ImportReport | None = None
    carried: CarryReport | None = None
    head: Verdict | None = None
    error: TestimonyError | None = None


@dataclass(kw_only=True)
class Work(Run):
    """What is being done, or was done last: `done` bytes of about `total`; 0: nobody can say."""

    writing: bool
    folder: str
    written: ExportReport | None = None
    read: list[FileRead] = field(default_factory=list)
    passed_by: int = 0

    def count(self, size: int) -> None:
        """So many bytes more."""
        self.done += size


class StickWork(Worker[Work]):
    """At most one piece of work at a time; the last one stays to be looked at."""

    def __init__(self, station: Station) -> None:
        super().__init__("stick", failure=TestimonyError)
        self.station = station

    def folders(self) -> list[Path]:
        """The folders to which this station may write now."""
        return removable.writable_mounts(self.station.settings.stick_folder)

    def write(self, folder: str, *, reader: Reader | None = None, to: str = "", everything: bool = False) -> None:
        """Begin to write: at central an answer for `to`, elsewhere what waits.

        Raises `StickRefused`, `BundleRefused("peer")`.
        """
        place = self._chosen(folder)
        if self.station.settings.role == "central":
            bundle_export.peer(self.station, to)
        signer = None if reader is None else reader.signer

        def run(work: Work) -> None:
            if self.station.settings.role == "central":
                after = 0 if everything else None
                work.written = bundle_export.answer(self.station, place, to, after=after, told=work.count)
            else:
                work.written = bundle_export.deliver(
                    self.station, place, signer=signer, everything=everything, told=work.count
                )
            if not work.written.written.full:
                heads.leave(self.station, place)

        self._begin(Work(writing=True, folder=folder), run)

    def read(self, folder: str, *, reader: Reader | None = None) -> None:
        """Begin to import every file on the stick that is for this station. Raises `StickRefused`."""
        place = self._chosen(folder)
        with removable.named_errors():
            found = sorted(path for path in place.glob(f"*{ENDING}") if path.is_file())[:MOST_FILES]
            files = in_order(found)
            total = 2 * sum(path.stat().st_size for path in files)
        notes = heads.found(place)
        work = Work(writing=False, folder=folder, total=total)
        self._begin(work, lambda work: self._read_all(files, notes, reader, work))

    def _chosen(self, folder: str) -> Path:
        """Raises `StickRefused("folder")` unless it is one of those that are offered."""
        found = next((place for place in self.folders() if str(place) == folder), None)
        if found is None:
            raise StickRefused("folder")
        return found

    def _begin(self, work: Work, run: Callable[[Work], None]) -> None:
        if self.start(work, run) is not work:
            raise StickRefused("busy")

    def _read_all(self, files: Sequence[Path], notes: Sequence[Path], reader: Reader | None, work: Work) -> None:
        for path in files:
            try:
                work.read.append(self._read_one(path, reader, work))
            except StickRefused:
                raise
            except BundleRefused as error:
                if error.reason in PASSED_BY:
                    work.passed_by += 1
                else:
                    work.read.append(FileRead(name=path.name, error=error))
            except TestimonyError as error:
                work.read.append(FileRead(name=path.name, error=error))
        for path in notes:  # last: the files just imported let more of them be compared
            self._compare(path, work)
        if not files and not notes:
            raise StickRefused("nothing")

    def _compare(self, path: Path, work: Work) -> None:
        try:
            work.read.append(FileRead(name=path.name, head=heads.take(self.station, path)))
        except CheckpointForeign:  # of another organisation, or spoiled: nothing follows from it
            work.passed_by += 1

    def _read_one(self, path: Path, reader: Reader | None, work: Work) -> FileRead:
        with removable.reading(path) as source:
            if not bundle_survey.is_container(source):
                raise BundleRefused("format")
            if self.station.settings.role == "field" and bundle_survey.is_carry(source):
                return FileRead(name=path.name, carried=phone_outbox.take_in(self.station, source))
            report = bundle_import.take_in(self.station, source, reader=reader, told=work.count)
            return FileRead(name=path.name, bundle=report)
