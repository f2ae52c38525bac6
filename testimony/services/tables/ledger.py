"""What is known here of published tables, from the annexes that open at a coordinator's desk; and writing to it."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from testimony.domain.errors import EventUnreadable
from testimony.domain.incidents.events import NOWHERE
from testimony.domain.ledger.ledger import Ledger
from testimony.domain.ledger.rules import require_clock
from testimony.domain.roles import Audience, Role
from testimony.domain.tables import acts
from testimony.domain.tables import ledger as tables_ledger
from testimony.domain.tables.acts import KIND, Act, Contents, Entry
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.ledger import Settled, Signed, TablesLedger
from testimony.services.consent import acts as consent_acts
from testimony.services.ledger import ledger as releases_ledger
from testimony.services.ledger import order as ledger_order
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.reader import still_reads
from testimony.services.records.types import Incoming
from testimony.services.release.desk import Releaser

READERS: Final = (Audience.COORDINATORS,)
_unpacked: WeakKeyDictionary[AnnexIndex, dict[str, Contents]] = WeakKeyDictionary()
"""What numbers hold, by record; forgotten with the annexes that they come from."""


def read(by: Releaser) -> TablesLedger:
    """The state here. Raises as `services/ledger/ledger.py`, and `ReleaseClock` on a day before the last release.

    Entries about tables are sealed like those of the ledger of releases: nothing is published while one of them is
    missing or does not open here.
    """
    with by.station.database.reading() as session:
        releases = releases_ledger.read(by.station, session, by.reader, by.annexes)
        found = _fold(by, session, _settled(releases))
    require_clock(max(filter(None, (releases.last, found.last)), default=None), by.day)
    return found


def say(by: Releaser, act: Act, said: Mapping[str, Any]) -> str:
    """Write one entry. Returns the name of its record. Raises `TablesRefused("role")`, `StationKeyless`."""
    return _keep(by, [_sealed(by, act, said)])


def say_numbers(by: Releaser, contents: Contents, generation: int) -> str:
    """Propose numbers: their pieces, then the entry that names them."""
    texts, sha256 = acts.pack(contents)
    parts = [_sealed(by, Act.PART, {"text": text}) for text in texts]
    names = [name for name, _ in parts]
    whole = _sealed(by, Act.NUMBERS, {"generation": generation, "parts": names, "sha256": sha256})
    return _keep(by, [*parts, whole])


def new_share() -> str:
    """A share of a secret: 32 random bytes in hex."""
    return os.urandom(32).hex()


def held_back(by: Releaser, ledger: TablesLedger, manifests: Collection[str]) -> frozenset[str]:
    """Those of `manifests` that count as counted: entries that open to nobody may have counted them."""
    if not ledger.settled:
        return frozenset()
    last, words = max(one.place for one in ledger.settled), [one.words for one in ledger.settled]
    with by.station.database.reading() as session:
        return ledger_order.come_by(by.station.chain, session, manifests, last, words)


def _settled(releases: Ledger) -> list[Settled]:
    return [
        Settled(place=one.place, day=max(one.second.entry.day, one.second.logged or date.min), words=one.words)
        for one in releases.settlements
        if one.closed
    ]


def _fold(by: Releaser, session: Session, settled: Collection[Settled]) -> TablesLedger:
    entries: dict[str, tuple[OpenedAnnex, Entry]] = {}
    unread = 0
    for annex in by.annexes.of_kind(KIND):
        try:
            entries[annex.name] = annex, Entry.parse(annex.content)
        except EventUnreadable:
            unread += 1
    places = ledger_order.places(by.station.chain, session, entries)
    rosters = ledger_order.rosters(by.station.chain, session)
    known = _unpacked.setdefault(by.annexes, {})

    def unpack(signed: Signed) -> Contents:
        """Raises `EventUnreadable` where a part is missing or not by the same person."""
        if signed.name not in known:
            parts = [entries.get(name) for name in signed.entry.said["parts"]]
            author = entries[signed.name][0].by
            texts = [
                str(one[1].said["text"]) for one in parts if one and one[1].act is Act.PART and one[0].by == author
            ]
            if len(texts) < len(parts):
                raise EventUnreadable("structure")
            known[signed.name] = acts.unpack(texts, signed.entry.said["sha256"])
        return known[signed.name]

    def signed(name: str, annex: OpenedAnnex, entry: Entry) -> Signed:
        who, place = by.station.chain.signer(annex.by), places.get(name)
        at = place.at if place else None
        person = who.id if who else annex.by
        return Signed(name=name, by=person, may=rosters.may(annex.by, at), entry=entry, place=at)

    everything = [signed(name, *one) for name, one in entries.items()]
    return tables_ledger.fold(everything, unpack, unread=unread, settled=settled)


def _sealed(by: Releaser, act: Act, said: Mapping[str, Any]) -> tuple[str, Sequence[Incoming]]:
    roster = by.station.chain.latest
    if by.reader.role is not Role.COORDINATOR or not still_reads(roster, by.reader):
        raise TablesRefused("role")
    entry = Entry.parse(Entry(act=act, day=by.day, said=said).to_value())
    record, items = consent_acts.seal_content(
        roster, by.reader, NOWHERE, entry.to_value(), day=by.day, audiences=READERS
    )
    return record.id, items


def _keep(by: Releaser, sealed: Sequence[tuple[str, Sequence[Incoming]]]) -> str:
    name = sealed[-1][0]
    items = [item for _, some in sealed for item in some]
    consent_acts.keep(by.station, by.reader, items, [("said", name)], by.day)
    return name
