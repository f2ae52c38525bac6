"""Brings the rows of a file in, in the background. It can be stopped: a second run skips what is here already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from testimony import canonical
from testimony.background.worker import Run, Worker
from testimony.errors import Refused
from testimony.sealing.roster.roster import Roster
from testimony.services.custody import log as custody_log
from testimony.services.imports import accounts, column_choices, formats, sealing
from testimony.services.imports.accounts import Account
from testimony.services.imports.column_choices import Choices
from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.known import Known
from testimony.services.imports.preview import Preview, preview
from testimony.services.imports.sealing import Source
from testimony.services.imports.table import Table
from testimony.services.intake.intake import take_in
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.errors import KeyFileForeign
from testimony.services.opening.reader import Reader
from testimony.station.station import Station
from testimony.store.errors import StoreFailing

TOGETHER: Final = 20
"""Rows that are stored together; stopping takes no longer than these."""
LOGGED: Final = "imported"
LONGEST_SAID: Final = 500
"""Signs of what a person writes of the source and of the consent."""


@dataclass(kw_only=True)
class Progress(Run):
    """`done` of `total` rows were looked at; `sealed` of them became testimonies."""

    sealed: int = 0


class Opened:
    """A file that a lawyer chose, in memory alone, with what was chosen for it."""

    def __init__(self, data: bytes, name: str, encoding: str = "") -> None:
        """Raises `ImportRefused`."""
        self.table: Table = formats.read(data, encoding)
        self.name, self.sha256 = name, canonical.sha256_hex(data)
        self.choices: Choices | None = None
        self.source: Source | None = None
        self.said = ("", "")
        """What a person wrote of the source and of the consent, also where it was refused."""

    def choose(self, choices: Choices, source: str, consent: str) -> None:
        """Raises `ImportRefused`: what is not said, or does not fit."""
        column_choices.require_fitting(choices, len(self.table.columns))
        source, consent = source.strip(), consent.strip()
        if not 0 < len(source) <= LONGEST_SAID:
            raise ImportRefused("source")
        if not 0 < len(consent) <= LONGEST_SAID:
            raise ImportRefused("consent")
        self.choices = choices
        self.source = Source(name=source, consent=consent, file_sha256=self.sha256, lang=choices.lang)

    def accounts(self) -> Iterator[Account]:
        """Raises `ImportRefused("mapping")` while nothing was chosen."""
        if self.choices is None:
            raise ImportRefused("mapping")
        return accounts.accounts(self.table, self.choices)


class Bringing:
    """The imports that one reader makes at this desk."""

    def __init__(self, station: Station, reader: Reader, annexes: AnnexIndex, known: Known, now: datetime) -> None:
        self.station, self.reader, self.annexes, self.known, self.now = station, reader, annexes, known, now

    def look(self, opened: Opened) -> Preview:
        """What would become of it. Raises `ImportRefused`, `NotEnoughLawyers`."""
        sealing.require_may(self.station.chain.latest, self.reader)
        return preview(opened.accounts(), self._known())

    def steps(self, opened: Opened, progress: Progress) -> Iterator[Progress]:
        """Bring it in; one step each time the iterator is advanced. Raises as `look`, also partway through."""
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
            self._bring(wanted, source)
            progress.done += len(some)
            progress.sealed += len(wanted)
            yield progress

    def _known(self) -> set[str]:
        return self.known.keys(self.station, self.reader, self.annexes, self.now.date())

    def _bring(self, wanted: list[Account], source: Source) -> None:
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


class BringingAll(Worker[Progress]):
    """Runs imports in the background, one at a time. When stopped, it finishes the rows in progress."""

    def __init__(self) -> None:
        super().__init__("importing", failure=StoreFailing)

    def begin(self, bringing: Bringing, opened: Opened, *, after: Callable[[], None] = lambda: None) -> Progress:
        """Start, or give what goes on. `after`: called when it ends, however."""

        def run(progress: Progress) -> None:
            try:
                for _ in bringing.steps(opened, progress):
                    if progress.stopping:
                        progress.stopped = progress.done < progress.total
                        break
            finally:
                after()

        return self.start(Progress(), run)
