"""Put a proposal into force: only the exact bytes that were proposed, signed by enough roots, after the current roster.

Anyone may hand it in, because only the signatures of the roots count. `roster/adoption.py` verifies it once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from testimony.sealing.roster import proposal
from testimony.sealing.roster.errors import ProposalRefused
from testimony.sealing.roster.proposal import Proposal
from testimony.sealing.roster.roster import Roster
from testimony.services.accounts import audit
from testimony.services.accounts.administrators import Acting
from testimony.services.roster import adoption, asked_form, proposals
from testimony.services.roster import adoption as roster_adoption
from testimony.services.roster import diff as roster_diff
from testimony.services.roster.change import Change

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from testimony.sealing.records.records import SignedRecord
    from testimony.station.station import Station
    from testimony.store.models.proposals import ProposalRow


def read(station: Station, session: Session, given: bytes) -> list[Proposal]:
    """Read what was handed in: a file, or scanned lines. Raises `ProposalRefused`, `RosterRefused`."""
    adoption.refresh(station, session)
    return proposal.read(given, proposal.roster_of(station.chain.records))


def publish(station: Station, session: Session, id: str, given: Sequence[Proposal], acting: Acting) -> None:
    """Publish a proposal. Raises `ProposalRefused`, `ProposalUnknown`, `RosterRefused`, and then changes nothing."""
    row = proposals.find(session, id)
    adoption.refresh(station, session)
    record = verified(station, row, given)
    made = Roster.parse(record.data)
    asked_form.keep(station, made, proposals.definitions(row))  # first: stations that hear of the roster ask for them
    roster_adoption.adopt(station, session, record)
    row.state, row.closed_by, row.closed_at = proposals.PUBLISHED, acting.by, proposals.moment(acting.now)
    audit.note(session, "publish", by=acting.by, about=f"{made.no} {made.sha256[:16]}", now=acting.now)


def verified(station: Station, row: ProposalRow, given: Sequence[Proposal]) -> SignedRecord:
    """The roster of `row` with its signatures, once they are valid, enough, and for this roster only."""
    if row.state != proposals.SETTLED:
        raise ProposalRefused("published" if row.state == proposals.PUBLISHED else "open")
    whole = proposal.merged(given)
    _require_the_same(station, row, whole.roster)
    if whole.roster.prev != station.chain.latest.sha256:
        raise ProposalRefused("stale")
    return proposal.require_signatures(whole.record, station.chain.root)


def _require_the_same(station: Station, row: ProposalRow, signed: Roster) -> None:
    """Require that `signed` is what was proposed, byte for byte. Otherwise say how it differs."""
    if signed.data == row.record:
        return
    latest = station.chain.latest
    if signed.no <= latest.no:
        raise ProposalRefused("old", found=signed.no, wanted=latest.no)
    wanted = Roster.parse(row.record)
    found = roster_diff.changes(wanted, signed)
    if [one.kind for one in found] == ["renewed"]:
        found = [Change("dates", {"no": signed.no, "issued": signed.issued, "expires": signed.expires})]
    raise ProposalRefused("differs", differences=found)
