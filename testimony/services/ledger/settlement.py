"""Settle a ledger of releases that cannot continue: two coordinators agree on it, always on the side of caution.

First ask who can open the entries that are closed here, and grant access to those who cannot (`ledger/access.py`): that
costs nothing. A settlement costs everything that it has to count as published.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from testimony.domain.errors import LedgerRefused
from testimony.domain.incidents.events import NOWHERE
from testimony.domain.ledger import branches
from testimony.domain.ledger import settlement as ledger_settlement
from testimony.domain.ledger.acts import Act, Entry
from testimony.domain.ledger.branches import name_of
from testimony.domain.ledger.ledger import BRANCH, Ledger, Signed
from testimony.domain.roles import Role
from testimony.domain.values import MOST_LISTED
from testimony.sealing.records.records import SignedRecord
from testimony.services.consent import acts as consent_acts
from testimony.services.custody import split_view
from testimony.services.ledger import order as ledger_order
from testimony.services.ledger.entries import Entries, accepted, require_same_story
from testimony.services.ledger.errors import LedgerForked, LedgerIncomplete
from testimony.services.ledger.writer import READERS
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader, still_reads
from testimony.services.records import queries as record_queries
from testimony.station.station import Station

NOT_SEALED_TO_US = "not_for_you"


@dataclass(frozen=True, kw_only=True)
class Closed:
    """An entry that does not open here, with what its record shows to everybody. `by`: the person; `day`: as it
    says.
    """

    name: str
    by: str
    day: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A settlement that one colleague signed. `fits`: the entries that it closes are here and do not open, and the
    branches that it names are here, so this reader may sign the same.
    """

    name: str
    by: str
    day: date
    closed: tuple[str, ...]
    heads: tuple[str, ...]
    fits: bool


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """Why the ledger cannot continue here. `closed`: entries that do not open; `heads`: the last entries of two
    branches; `offers`: settlements that colleagues signed; `said`: those that only this reader signed.
    """

    closed: tuple[Closed, ...]
    heads: tuple[str, ...]
    offers: tuple[Offer, ...]
    said: tuple[Offer, ...]

    def __bool__(self) -> bool:
        return bool(self.closed or self.heads or self.offers)

    @property
    def unsaid(self) -> bool:
        """Whether there is a settlement that this reader has not signed yet."""
        closed, heads = {one.name for one in self.closed}, set(self.heads)
        said = any(closed <= set(one.closed) and heads <= set(one.heads) for one in self.said)
        return any(offer.fits for offer in self.offers) or (bool(closed or heads) and not said)


def look(station: Station, session: Session, reader: Reader, index: AnnexIndex) -> Stuck:
    """What blocks the ledger at this desk and can be settled. Refreshes `index`.

    Raises `LogForked`, `LedgerRefused("role")` for anybody but a coordinator; `LedgerIncomplete` if a settlement does
    not help: sync first.
    """
    if reader.role is not Role.COORDINATOR:
        raise LedgerRefused("role")
    split_view.require_one_story(station.chain, session)
    index.refresh(station, session, reader)
    entries = Entries(station.chain, session, index)
    held = entries.fold()
    closed = _closed(station, session, index, held)
    ledger_order.require_complete(
        station.chain, session, index, entries.named, held.settled | {one.name for one in closed}
    )
    offers = _offers(entries, held, {one.name for one in closed} | held.settled)
    return Stuck(
        closed=closed,
        heads=_heads(session, entries, held),
        offers=tuple(one for one in offers if one.by != reader.id),
        said=tuple(one for one in offers if one.by == reader.id),
    )


def settle(station: Station, reader: Reader, index: AnnexIndex, *, day: date) -> str:
    """Sign a colleague's settlement if it fits, else one for what blocks the ledger here. Returns the record's name.

    It takes effect when two people signed the same and it is in central's log. Raises as `look`, `LedgerRefused` (role,
    unsettled: there is nothing to settle, opens: this desk can open what they would give up), `StationKeyless`.
    """
    if not still_reads(station.chain.latest, reader):
        raise LedgerRefused("role")
    with station.database.reading() as session:
        stuck = look(station, session, reader, index)
        head = Entries(station.chain, session, index).fold().head
    closed, heads = _to_say(stuck, head)
    said = {"closed": sorted(closed)[:MOST_LISTED], "heads": sorted(heads)}
    entry = Entry.parse(Entry(act=Act.SETTLE, day=day, said=said).to_value())
    record, items = consent_acts.seal_content(
        station.chain.latest, reader, NOWHERE, entry.to_value(), day=day, audiences=READERS
    )
    consent_acts.keep(station, reader, items, [("said", record.id)], day)
    return record.id


def _to_say(stuck: Stuck, head: str) -> tuple[Iterable[str], Iterable[str]]:
    for offer in stuck.offers:
        if offer.fits:
            return offer.closed, offer.heads
    if stuck.closed or stuck.heads:
        return [one.name for one in stuck.closed], {*stuck.heads, *([head] if head else [])}
    raise LedgerRefused("opens" if stuck.offers else "unsettled")


def _closed(station: Station, session: Session, index: AnnexIndex, held: Ledger) -> tuple[Closed, ...]:
    why = ledger_order.closed_entries(station.chain, session, index)
    names = [name for name, reason in why.items() if reason == NOT_SEALED_TO_US and name not in held.settled]
    records = record_queries.records_of(session, names)
    return tuple(_closing(station, records[name]) for name in sorted(names))


def _closing(station: Station, record: SignedRecord) -> Closed:
    who = station.chain.signer(str(record.value["by"]))
    return Closed(name=record.id, by=who.id if who else str(record.value["by"]), day=str(record.value["day"]))


def _heads(session: Session, entries: Entries, held: Ledger) -> tuple[str, ...]:
    """The last entries of the log's own branch, of the one that this desk accepted before, and of branches with
    something that left and is in neither; none if they are the same.
    """
    records = {one.name for one in held.overtaken if one.reason == BRANCH}
    found = branches.tips(records, [one.name for one in held.overtaken], entries.prevs) if records else set()
    try:
        require_same_story(session, held, entries.prevs)
    except LedgerForked:
        found.add(accepted(session))
    except LedgerIncomplete:
        return ()
    return tuple(sorted({held.head, *found})) if found else ()


def _offers(entries: Entries, held: Ledger, closed: Collection[str]) -> list[Offer]:
    """Settlements that are not in force. `closed`: what does not open here, or was given up before."""
    done = {one.name for one in held.settlements}
    signed, prevs = entries.signed(), entries.prevs
    found = []
    for one in signed:
        if one.entry.act is Act.SETTLE and one.may and not ledger_settlement.has_lapsed(one, signed, prevs):
            offer = _offer(entries, one, closed)
            if name_of(offer.closed, offer.heads) not in done:
                found.append(offer)
    return sorted(found, key=lambda one: (one.day, one.name))


def _offer(entries: Entries, one: Signed, shut: Collection[str]) -> Offer:
    """It fits only if this desk has what it gives up, and sees that it does not open: for an entry that nobody has,
    everything that arrived would be lost.
    """
    closed, heads = one.entry.said["closed"], one.entry.said["heads"]
    fits = entries.entries.keys().isdisjoint(closed) and set(closed) <= set(shut) and entries.prevs.keys() >= set(heads)
    return Offer(name=one.name, by=one.by, day=one.entry.day, closed=closed, heads=heads, fits=fits)
