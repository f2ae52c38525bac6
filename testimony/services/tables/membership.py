"""Tell lawyers' desks which accounts the printed files count, and read it there."""

from __future__ import annotations

from testimony.domain.errors import EventUnreadable
from testimony.domain.incidents.events import NOWHERE
from testimony.domain.roles import Audience, Role
from testimony.domain.tables import membership
from testimony.domain.tables.ledger import TablesLedger
from testimony.domain.tables.membership import KIND, Membership, PrintedFile
from testimony.domain.tables.periods import Period
from testimony.sealing.roster.chain import RosterChain
from testimony.services.consent import acts as consent_acts
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.release.desk import Releaser

READERS = (Audience.LAWYERS, Audience.COORDINATORS)


def tell(by: Releaser, held: TablesLedger) -> int:
    """Write down the members of each file that nobody told in full. How many records it wrote.

    Only what two people agreed to is told. Raises `StationKeyless`.
    """
    known: dict[str, set[str]] = {}
    for one in _said(by.station.chain, by.annexes):
        known.setdefault(one.about, set()).update(one.members)
    items, names = [], []
    for file in held.files.values():
        made = file.contents.published
        for lot in membership.split(file.contents.members - known.get(file.name, set())):
            said = Membership(
                day=by.day,
                about=file.name,
                period=Period.of(made.period),
                edition=made.edition,
                layer=made.layer,
                members=lot,
            )
            record, sealed = consent_acts.seal_content(
                by.station.chain.latest, by.reader, NOWHERE, said.to_value(), day=by.day, audiences=READERS
            )
            names.append(record.id)
            items += sealed
    if names:
        consent_acts.keep(by.station, by.reader, items, [("said", name) for name in names], by.day)
    return len(names)


def read(chain: RosterChain, annexes: AnnexIndex) -> list[PrintedFile]:
    """The files that coordinators told of, in the order of their periods. `annexes` are refreshed before."""
    return membership.files(_said(chain, annexes))


def _said(chain: RosterChain, annexes: AnnexIndex) -> list[Membership]:
    """What coordinators of any time signed; what this version cannot read is left out."""
    found = []
    for annex in annexes.of_kind(KIND):
        signer = chain.signer(annex.by) if annex.code is None else None
        if signer is None or signer.role != Role.COORDINATOR:
            continue
        try:
            found.append(Membership.parse(annex.content))
        except EventUnreadable:
            continue
    return found
