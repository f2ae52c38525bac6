"""Report how far a release is, as this desk knows it: ordered, handed out, still to be cancelled, kept here."""

from __future__ import annotations

from testimony.anonymity.invariant import Membership, broken
from testimony.anonymity.validity import Rule
from testimony.domain.ledger.batch import ANY_INCIDENT, Contents
from testimony.domain.ledger.ledger import Ledger, LedgerBatch
from testimony.services.ledger import ledger
from testimony.services.release.errors import ReleaseRefused
from testimony.settings import Settings
from testimony.station.station import RELEASES, Station
from testimony.store.blobs.folder import PartStore
from testimony.store.state import ledger as state_ledger


def require_invariant(held: Ledger, contents: Contents, k: int, m: int, *, new: bool = True) -> None:
    """Raise `ReleaseRefused("broken")` unless it holds over everything released and this batch, counted with plain
    sets.
    """
    own = [
        Membership(
            record=member, class_id=line.id, person=person, incident="" if incident == ANY_INCIDENT else incident
        )
        for line in contents.classes
        for member, person, incident in zip(line.members, line.persons, line.incidents, strict=True)
    ]
    twice = new and any(one.record in held.published for one in own)
    if twice or ledger.invariant(held) or broken(own, Rule(k=k, m=m, alpha=1)):
        raise ReleaseRefused("broken")


def is_ordered(held: Ledger, who: str, name: str, recipient: str) -> bool:
    """Whether the reader `who` (an id) ordered it to leave for `recipient`, in central's log or not yet."""
    return held.ahead.batches[name].left.get(recipient) == who


def is_handed(held: Ledger, who: str, name: str, recipient: str) -> bool:
    """Whether the reader `who` (an id) handed the bytes out to `recipient`."""
    return any((one.batch, one.recipient, one.by) == (name, recipient, who) for one in held.handed)


def may_cancel(station: Station, held: Ledger, batch: LedgerBatch) -> bool:
    """Whether it may be cancelled: by anybody before it left; then by the person who ordered it, if nothing was handed
    out.
    """
    handed = any(one.batch == batch.name for one in held.handed)
    return not handed and (not batch.left or knows(station, batch.name))


def will_leave(station: Station, name: str) -> None:
    """Note in this incarnation of the home that the batch `name` is ordered to leave, before the ledger says so."""
    with station.database.transaction() as session:
        state_ledger.let_leave(session, name, station.incarnation)


def knows(station: Station, name: str) -> bool:
    """Whether this home ordered it to leave in this incarnation, so that it knows what it handed out."""
    with station.database.reading() as session:
        return state_ledger.left_in(session, name) == station.incarnation


def store(settings: Settings) -> PartStore:
    """The store of the files that were handed out, by their SHA-256."""
    return PartStore(settings.home / RELEASES)
