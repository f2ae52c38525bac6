"""Seal entries of the ledger of releases. Nothing here reads or stores anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from testimony.domain.errors import EventUnreadable, LedgerRefused
from testimony.domain.incidents.events import NOWHERE
from testimony.domain.ledger import batch as ledger_batch
from testimony.domain.ledger import fold as ledger_fold
from testimony.domain.ledger.acts import ORDERED, Act, Entry
from testimony.domain.ledger.batch import Contents
from testimony.domain.ledger.ledger import Ledger, Signed
from testimony.domain.roles import Audience, Role
from testimony.sealing.roster.roster import Roster
from testimony.services.consent import acts as consent_acts
from testimony.services.opening.reader import Reader, still_reads
from testimony.services.records.types import Incoming

READERS: Final = (Audience.COORDINATORS,)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A batch to be recorded. `name`: from `new_name`, the one that class ids were made with.

    `profile`: the SHA-256 of the pinned one; `first`: the setting "More detail later, or less detail now?";
    `recipients`: those considered; `files`: recipient -> SHA-256 of its file, for each that gets a line.
    """

    name: str
    profile: str
    first: int
    recipients: tuple[str, ...]
    files: Mapping[str, str]
    contents: Contents


@dataclass(frozen=True, kw_only=True)
class Written:
    """A sealed entry that is not stored yet. `name`: of its record. `items`: everything to store."""

    name: str
    items: tuple[Incoming, ...]


@dataclass(frozen=True, kw_only=True)
class Writer:
    """What an entry is made from: who writes it, on which day, under the roster in force and after which entries.

    Its functions raise `LedgerRefused`, `ReleaseClock`, `StationKeyless`.
    """

    reader: Reader
    roster: Roster
    ledger: Ledger
    day: date

    def entry(self, act: Act, said: Mapping[str, Any]) -> Written:
        """An entry in one annex."""
        self._require_coordinator(act)
        entry = self._entry(act, said)
        self._require_allowed(entry)
        return self._seal(entry)

    def batch(self, proposal: Proposal) -> Written:
        """A batch: its contents in as many annexes as needed, then the entry that names them."""
        self._require_coordinator(Act.BATCH)
        texts, sha256 = ledger_batch.pack(proposal.contents)
        said: dict[str, Any] = {
            "name": proposal.name,
            "profile": proposal.profile,
            "first": proposal.first,
            "recipients": sorted(proposal.recipients),
            "files": [{"recipient": to, "sha256": proposal.files[to]} for to in sorted(proposal.files)],
            "sha256": sha256,
        }
        self._require_allowed(self._entry(Act.BATCH, {**said, "parts": ["0" * 64]}), proposal.contents)
        parts = [self._seal(Entry(act=Act.PART, day=self.day, said={"text": text})) for text in texts]
        whole = self._seal(self._entry(Act.BATCH, {**said, "parts": [part.name for part in parts]}))
        return Written(name=whole.name, items=tuple(item for one in (*parts, whole) for item in one.items))

    def _require_coordinator(self, act: Act) -> None:
        if self.reader.role is not Role.COORDINATOR or not still_reads(self.roster, self.reader):
            raise LedgerRefused("role")
        if act is not Act.OPEN and not self.ledger.key:
            raise LedgerRefused("unopened")

    def _entry(self, act: Act, said: Mapping[str, Any]) -> Entry:
        """The entry as others will read it. Raises `LedgerRefused("form")` if they could not."""
        prev = self.ledger.ahead.head if act in ORDERED - {Act.OPEN} else ""
        try:
            return Entry.parse(Entry(act=act, day=self.day, prev=prev, said=said).to_value())
        except EventUnreadable as error:
            raise LedgerRefused("form") from error

    def _require_allowed(self, entry: Entry, contents: Contents | None = None) -> None:
        """Raise unless it may follow everything that this desk knows."""
        if entry.act in ORDERED:
            signed = Signed(name="", by=self.reader.id, may=True, entry=entry)
            ledger_fold.allowed(self.ledger, signed, lambda _: contents or Contents(classes=(), waiting=()))

    def _seal(self, entry: Entry) -> Written:
        record, items = consent_acts.seal_content(
            self.roster, self.reader, NOWHERE, entry.to_value(), day=self.day, audiences=READERS
        )
        return Written(name=record.id, items=tuple(items))
