"""Open the entries of the ledger of releases at one desk: their places in the log, and the contents of batches."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from testimony.domain.errors import EventUnreadable, LedgerRefused
from testimony.domain.ledger import batch as ledger_batch
from testimony.domain.ledger import branches
from testimony.domain.ledger import fold as ledger_fold
from testimony.domain.ledger.acts import KIND, Act, Entry
from testimony.domain.ledger.batch import Contents
from testimony.domain.ledger.ledger import Ledger, Signed
from testimony.sealing.roster.chain import RosterChain
from testimony.services.ledger import order as ledger_order
from testimony.services.ledger.errors import LedgerForked, LedgerIncomplete
from testimony.services.ledger.order import Place, Rosters
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.store.state import ledger as state_ledger

_unpacked: WeakKeyDictionary[AnnexIndex, dict[str, Contents]] = WeakKeyDictionary()
"""The contents of batches, by record; forgotten with the annexes that they come from."""


class Entries:
    """All entries that open at one desk, with their places."""

    def __init__(self, chain: RosterChain, session: Session, index: AnnexIndex) -> None:
        self.chain = chain
        self.unread = 0
        self.entries: dict[str, tuple[OpenedAnnex, Entry]] = {}
        for annex in index.of_kind(KIND):
            try:
                self.entries[annex.name] = annex, Entry.parse(annex.content)
            except EventUnreadable:
                self.unread += 1
        self.places = ledger_order.places(chain, session, self.entries)
        self.rosters = ledger_order.rosters(chain, session)
        self.contents = _unpacked.setdefault(index, {})

    @property
    def prevs(self) -> dict[str, tuple[str, ...]]:
        """What each entry follows, and each settlement by its own name."""
        return branches.prevs_of((name, entry) for name, (_, entry) in self.entries.items())

    @property
    def named(self) -> set[str]:
        """Entries that others refer to and that are missing here."""
        parts = {part for _, entry in self.entries.values() for part in entry.said.get("parts", ())}
        prevs = self.prevs
        return parts.union(*prevs.values()) - self.entries.keys() - prevs.keys()

    def signed(self) -> list[Signed]:
        return [_signed(self.chain, self.rosters, self.places, *one) for one in self.entries.values()]

    def fold(self) -> Ledger:
        return ledger_fold.fold(self.signed(), self.unpack, unread=self.unread)

    def unpack(self, signed: Signed) -> Contents:
        """The contents of a BATCH. Its parts must be by the same person and come before it. Raises
        `LedgerRefused("parts")`.
        """
        texts = [self._text(signed, name) for name in signed.entry.said["parts"]]
        if signed.name not in self.contents:
            try:
                self.contents[signed.name] = ledger_batch.unpack(texts, signed.entry.said["sha256"])
            except EventUnreadable as error:
                raise LedgerRefused("parts") from error
        return self.contents[signed.name]

    def _text(self, signed: Signed, name: str) -> str:
        annex, entry = self.entries.get(name, (None, None))
        if annex is None or entry is None or entry.act is not Act.PART or annex.by != self.entries[signed.name][0].by:
            raise LedgerRefused("parts")
        place = self.places.get(name)
        if signed.place is not None and (place is None or place.at > signed.place):
            raise LedgerRefused("parts")
        return str(entry.said["text"])


def _signed(
    chain: RosterChain, rosters: Rosters, places: Mapping[str, Place], annex: OpenedAnnex, entry: Entry
) -> Signed:
    who, place = chain.signer(annex.by), places.get(annex.name)
    return Signed(
        name=annex.name,
        by=who.id if who else annex.by,
        may=rosters.may(annex.by, place.at if place else None),
        entry=entry,
        place=place.at if place else None,
        logged=place.day if place else None,
    )


def accepted(session: Session) -> str:
    """The last entry that this desk accepted, which names all before it; "" if there is none."""
    return state_ledger.read(session).accepted or ""


def require_same_story(session: Session, ledger: Ledger, prevs: Mapping[str, tuple[str, ...]]) -> None:
    """Raise unless what this desk accepted before is a beginning of what the log has now, or was settled."""
    last = accepted(session)
    if not last or last in {one.name for one in ledger.chain} or last in ledger.settled:
        return
    if last not in prevs or ledger.head in {"", *branches.lineage(last, prevs)}:
        raise LedgerIncomplete("behind")
    raise LedgerForked
