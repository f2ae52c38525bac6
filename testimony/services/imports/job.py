"""Imports the rows of a file, in the background. It can be stopped; the next run skips rows that are here already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from testimony import canonical
from testimony.background.worker import Run, Worker
from testimony.errors import Refused
from testimony.sealing.roster.roster import Roster
from testimony.services.custody import log as custody_log
from testimony.services.imports import accounts, column_choices, sealing
from testimony.services.imports.accounts import Account
from testimony.services.imports.column_choices import Choices
from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import attached, formats
from testimony.services.imports.files.table import Table
from testimony.services.imports.known_rows import Known
from testimony.services.imports.preview import Preview, preview
from testimony.services.imports.sealing import Source
from testimony.services.intake.intake import take_in
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.errors import KeyFileForeign
from testimony.services.opening.reader import Reader
from testimony.station.station import Station
from testimony.store.errors import StoreFailing

TOGETHER: Final = 20
"""Rows that are stored in one step. A running import stops after a step."""
LOGGED: Final = "imported"
"""The kind of its entries in the desk's log."""
LONGEST_SAID: Final = 500
"""Characters of what a person writes about the source, and about the consent."""


@dataclass(kw_only=True)
class Progress(Run):
    """Of `total` rows, `done` were processed, and `sealed` of those became testimonies."""

    sealed: int = 0


class Opened:
    """A file that a lawyer opened, and the choices for it. It is in memory only."""

    def __init__(self, data: bytes, name: str, encoding: str = "", key: RSAPrivateKey | None = None) -> None:
        """`key`: of encrypted submissions. It is not kept. Raises `ImportRefused`."""
        self.table: Table = formats.read(data, encoding, key)
        self.name, self.sha256 = name, canonical.sha256_hex(data)
        self.choices: Choices | None = None
        self.source: Source | None = None
        self.said = ("", "")
        """What the person wrote about the source and about the consent, even if it was refused."""

    def choose(self, choices: Choices, source: str, consent: str) -> None:
        """Set what its columns become and where it comes from. Raises `ImportRefused`: source, consent, and as
        `column_choices.require_fitting`.
        """
        column_choices.require_fitting(choices, len(self.table.columns))
        source, consent = source.strip(), consent.strip()
        if not 0 < len(source) <= LONGEST_SAID:
            raise ImportRefused("source")
        if not 0 < len(consent) <= LONGEST_SAID:
            raise ImportRefused("consent")
        self.choices = choices
        self.source = Source(name=source, consent=consent, file_sha256=self.sha256, lang=choices.lang)

    def accounts(self) -> Iterator[Account]:
        """One account for each row. Raises `ImportRefused("mapping")` if nothing was chosen yet."""
        if self.choices is None:
            raise ImportRefused("mapping")
        return accounts.accounts(self.table, self.choices)


class Importer:
    """Imports files for one reader at this desk. `now`: the moment at which everything is sealed."""

    def __init__(self, station: Station, reader: Reader, annexes: AnnexIndex, known: Known, now: datetime) -> None:
        self.station, self.reader, self.annexes, self.known, self.now = station, reader, annexes, known, now

    def look(self, opened: Opened) -> Preview:
        """What the import of `opened` would do. Raises `ImportRefused`, `NotEnoughLawyers`."""
        sealing.require_may(self.station.chain.latest, self.reader)
        return preview(opened.accounts(), self._known(), lacking=attached.lacking(opened.table))

    def steps(self, opened: Opened, progress: Progress) -> Iterator[Progress]:
        """Import the file, `TOGETHER` rows each time the iterator is advanced.

        Raises what `look` raises, and partway through `KeyFileForeign`, `Refused`.
        """
        source = opened.source
        if source is None:
            raise ImportRefused("mapping")
        sealing.require_may(self.station.chain.latest, self.reader)
        known, each = self._known(), list(opened.accounts())
        progress.total = len(each)
        for start in range(0, len(each), TOGETHER):
            some = each[start : start + TOGETHER]
            wanted = []
            for account in some:
                if account.agreed and not account.too_large and account.key not in known:
                    wanted.append(account)
                    known.add(account.key)
            self._import(wanted, source)
            progress.done += len(some)
            progress.sealed += len(wanted)
            yield progress

    def _known(self) -> set[str]:
        return self.known.keys(self.station, self.reader, self.annexes, self.now.date())

    def _import(self, wanted: list[Account], source: Source) -> None:
        roster: Roster = self.station.chain.latest
        if not opening_reader.still_reads(roster, self.reader):
            raise KeyFileForeign
        made = [sealing.sealed(roster, self.reader, account, source, now=self.now) for account in wanted]
        outcome = take_in(self.station, [item for one in made for item in sealing.incoming(one)], outbound=True)
        for status in outcome.statuses:
            if status.status == "refused":
                raise Refused(status.rule)
        day = self.now.date().isoformat()
        acts = [custody_log.Act(kind=LOGGED, ref=one.record.id, by=self.reader.id, day=day) for one in made]
        with self.station.database.transaction() as session:
            custody_log.append_all(session, acts)
        for one, account in zip(made, wanted, strict=True):
            self.known.add(one.record.id, account.key)


class ImportWorker(Worker[Progress]):
    """Runs imports in the background, one at a time. When stopped, it finishes the rows in progress."""

    def __init__(self) -> None:
        super().__init__("importing", failure=StoreFailing)

    def begin(self, importer: Importer, opened: Opened, *, after: Callable[[], None] = lambda: None) -> Progress:
        """Start an import, or return the one that runs. `after` is called when it ends, even by an error."""

        def run(progress: Progress) -> None:
            try:
                for _ in importer.steps(opened, progress):
                    if progress.stopping:
                        progress.stopped = progress.done < progress.total
                        break
            finally:
                after()

        return self.start(Progress(), run)
