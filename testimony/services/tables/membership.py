"""Tell lawyers' desks which accounts the printed files count, and read it there."""

from __future__ import annotations

from datetime import date

from testimony.domain.errors import EventUnreadable
from testimony.domain.incidents.events import NOWHERE
from testimony.domain.roles import Audience, Role
from testimony.domain.tables import membership
from testimony.domain.tables.ledger import ProposedNumbers, TablesLedger
from testimony.domain.tables.membership import KIND, File, Membership, PrintedFile
from testimony.domain.tables.periods import Period
from testimony.sealing.roster.chain import RosterChain
from testimony.services.consent import acts as consent_acts
from testimony.services.ledger import order
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.release.desk import Releaser

READERS = (Audience.LAWYERS, Audience.COORDINATORS)


def tell(by: Releaser, held: TablesLedger, agreed: ProposedNumbers | None = None) -> int:
    """Write down the members of each file that nobody told in full. How many records it wrote.

    Those of `agreed` also where somebody else told them: nobody else can add to this person's own word. Raises
    `StationKeyless`.
    """
    whole = membership.whole((signer, one) for signer, _, one in _said(by.station.chain, by.annexes))
    told = {said[1:] for said in whole}
    wanted = [one for one in held.files.values() if _file(one) not in told]
    if agreed is not None and (by.reader.id, *_file(agreed)) not in whole:
        wanted.append(agreed)
    items, names = [], []
    for numbers in wanted:
        for lot in membership.split(numbers.contents.members):
            said = _of(numbers, lot, by.day)
            record, sealed = consent_acts.seal_content(
                by.station.chain.latest, by.reader, NOWHERE, said.to_value(), day=by.day, audiences=READERS
            )
            names.append(record.id)
            items += sealed
    if names:
        consent_acts.keep(by.station, by.reader, items, [("said", name) for name in names], by.day)
    return len(names)


def is_at_central(by: Releaser, numbers: ProposedNumbers) -> bool:
    """Whether somebody's whole word on the members of a file is in central's log. `by.annexes` are refreshed before."""
    said = [one for one in _said(by.station.chain, by.annexes) if one[2].about == numbers.name]
    with by.station.database.reading() as session:
        logged = order.places(by.station.chain, session, [name for _, name, _ in said])
    whole = membership.whole((signer, one) for signer, name, one in said if name in logged)
    return any(found[1:] == _file(numbers) for found in whole)


def _file(numbers: ProposedNumbers) -> tuple[File, frozenset[str]]:
    """Which file it is, and whom it counts."""
    members = numbers.contents.members
    return _of(numbers, members, numbers.day).file, members


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
    return membership.files((signer, one) for signer, _, one in _said(chain, annexes))


def _said(chain: RosterChain, annexes: AnnexIndex) -> list[tuple[str, str, Membership]]:
    """Who said in which record what, of coordinators of any time; what this version cannot read is left out."""
    found = []
    for annex in annexes.of_kind(KIND):
        signer = chain.signer(annex.by) if annex.code is None else None
        if signer is None or signer.role != Role.COORDINATOR:
            continue
        try:
            found.append((signer.id, annex.name, Membership.parse(annex.content)))
        except EventUnreadable:
            continue
    return found
