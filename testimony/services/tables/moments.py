"""What a desk had at one entry of central's log, so that another desk counts the same accounts days later.

A colleague is not believed which accounts were there: each desk looks it up in its own mirror of the log.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from testimony.domain.review import clearance as cleared
from testimony.domain.review import review
from testimony.domain.review.review import ReviewState
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.periods import Period
from testimony.services.coding import clearance
from testimony.services.coding.eligibility import Account
from testimony.services.ledger import order as ledger_order
from testimony.services.release.desk import Releaser
from testimony.services.review import reviews


@dataclass(frozen=True, kw_only=True)
class Moment:
    """`until`: the last entry of central's log that counts. `late`: the records here that came after it.

    `reviewed_late`: the testimonies that some of them are about.
    """

    until: tuple[int, int]
    late: frozenset[str]
    reviewed_late: frozenset[str]

    def account(self, by: Releaser, one: Account) -> Account | None:
        """As it was; None where it was not there. A clearance that was taken back since does not count."""
        if one.manifest in self.late:
            return None
        if not one.cleared or one.tid not in self.reviewed_late:
            return one
        chain, annexes = by.station.chain, by.annexes
        if one.alone:
            return replace(one, cleared=clearance.clearance_of(chain, annexes, one.tid, self.late).cleared)
        standing = reviews.review_of(chain, annexes, one.tid, self.late)
        return replace(one, cleared=standing.review.state is ReviewState.CLEARED)


def newest(by: Releaser) -> tuple[int, int]:
    """The last entry of central's log that is known here."""
    with by.station.database.reading() as session:
        return ledger_order.newest(by.station.chain, session)


def at(by: Releaser, session: Session, until: tuple[int, int]) -> Moment:
    """`by.annexes` are refreshed before."""
    late = ledger_order.come_after(by.station.chain, session, until, "manifest", "annex")
    about = frozenset(one.tid for one in by.annexes.everything() if one.name in late) if late else frozenset()
    return Moment(until=until, late=late, reviewed_late=about)


def require_whole(by: Releaser, period: Period, until: tuple[int, int], proposal: str) -> None:
    """Raise `TablesRefused("differs")` where `until` leaves out what `proposal`, a record, should have counted.

    It counts all that came to the log during `period`, or on a day before the proposal itself came: else its author
    would choose accounts by an older entry.
    """
    about = {one.name for kind in (review.KIND, cleared.KIND) for one in by.annexes.of_kind(kind)}
    with by.station.database.reading() as session:
        late = ledger_order.come_after(by.station.chain, session, until, "manifest")
        late |= about & ledger_order.come_after(by.station.chain, session, until, "annex")
        places = ledger_order.places(by.station.chain, session, late | {proposal})
    said = places.pop(proposal).day
    if any(place.day <= period.last_day or place.day < said for place in places.values()):
        raise TablesRefused("differs")
