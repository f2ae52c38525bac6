"""Tell lawyers' desks which accounts the printed files count, and read it there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from testimony.domain.errors import EventUnreadable
from testimony.domain.incidents.events import NOWHERE
from testimony.domain.roles import Audience, Role
from testimony.domain.tables import membership
from testimony.domain.tables.ledger import ProposedNumbers, TablesLedger
from testimony.domain.tables.membership import KIND, Membership, PrintedFile
from testimony.domain.tables.periods import Period
from testimony.sealing.roster.chain import RosterChain
from testimony.services.consent import acts as consent_acts
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.release.desk import Releaser

READERS = (Audience.LAWYERS, Audience.COORDINATORS)


def tell(by: Releaser, held: TablesLedger, also: Collection[ProposedNumbers] = ()) -> int:
    """Write down the members of each file, and of `also`, that nobody told in full. How many records it wrote.

    Raises `StationKeyless`.
    """
    known: dict[tuple[tuple[str, str, int, int], str], set[str]] = {}
    for signer, one in _said(by.station.chain, by.annexes):
        known.setdefault((one.file, signer), set()).update(one.members)
    whole = {(file, frozenset(members)) for (file, _), members in known.items()}
    items, names = [], []
    for numbers in (*held.files.values(), *also):
        lots = [_of(numbers, lot, by.day) for lot in membership.split(numbers.contents.members)]
        if (lots[0].file, numbers.contents.members) in whole:
            continue
        for said in lots:
            record, sealed = consent_acts.seal_content(
                by.station.chain.latest, by.reader, NOWHERE, said.to_value(), day=by.day, audiences=READERS
            )
            names.append(record.id)
            items += sealed
    if names:
        consent_acts.keep(by.station, by.reader, items, [("said", name) for name in names], by.day)
    return len(names)


def _of(numbers: ProposedNumbers, members: frozenset[str], day: date) -> Membership:
    made = numbers.contents.published
    return Membership(
        day=day,
        about=numbers.name,
        period=Period.of(made.period),
        edition=made.edition,
        layer=made.layer,
        members=members,
    )


def read(chain: RosterChain, annexes: AnnexIndex) -> list[PrintedFile]:
    """The files that coordinators told of, in the order of their periods. `annexes` are refreshed before."""
    return membership.files(_said(chain, annexes))


def _said(chain: RosterChain, annexes: AnnexIndex) -> list[tuple[str, Membership]]:
    """Who said what, of coordinators of any time; what this version cannot read is left out."""
    found = []
    for annex in annexes.of_kind(KIND):
        signer = chain.signer(annex.by) if annex.code is None else None
        if signer is None or signer.role != Role.COORDINATOR:
            continue
        try:
            found.append((signer.id, Membership.parse(annex.content)))
        except EventUnreadable:
            continue
    return found
