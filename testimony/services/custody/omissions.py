"""Find records that central's signed log says it received but that central did not deliver to this desk."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.sealing.statements import early_withdrawal
from testimony.services.custody import log as custody_log
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from testimony.store.models.log import LogLeaf
from testimony.store.models.records import Progress, RecordRow, TombstoneRow


@dataclass(frozen=True, kw_only=True)
class Unbrought:
    """`left_out`: records that nothing explains. `taken_back`: those that may have been withdrawn with a code before
    they arrived here: only a holder of the manifest can check whose code it was.
    """

    left_out: int
    taken_back: int


def count(station: Station, session: Session) -> Unbrought:
    """How many "received" entries of the centrals' logs, as mirrored here, name a record that is not here.

    Records explained by withdrawals are not counted: if a testimony was withdrawn before it came here, nobody delivers
    its manifest. So central cannot leave out more records than it has withdrawals for without being noticed.
    """
    here = select(RecordRow.name).where(RecordRow.name == LogLeaf.ref)
    logs = tuple(custody_log.centrals(station))
    lacking = select(func.count()).where(LogLeaf.log.in_(logs), LogLeaf.kind == "received", ~here.exists())
    seen = select(RecordRow.name).where(RecordRow.kind == "manifest", RecordRow.subject == TombstoneRow.subject)
    withdrawn = select(func.count()).select_from(TombstoneRow).where(~seen.exists())
    unexplained = max(0, session.execute(lacking).scalar_one() - session.execute(withdrawn).scalar_one())
    taken_back = min(unexplained, len(_by_code(session))) if unexplained else 0
    return Unbrought(left_out=unexplained - taken_back, taken_back=taken_back)


def _by_code(session: Session) -> set[str]:
    """The subjects of full withdrawals that no manifest here proves yet, unless a tombstone counts them."""
    gone = select(TombstoneRow.subject).where(TombstoneRow.subject == RecordRow.subject)
    waiting = select(RecordRow.name).where(
        RecordRow.kind.in_(("withdraw", early_withdrawal.KIND)), RecordRow.progress == Progress.UNPROVEN, ~gone.exists()
    )
    records = record_queries.records_of(session, session.scalars(waiting).all())
    return {
        str(record.value.get("tid", name))
        for name, record in records.items()
        if record.value.get("scope", "all") == "all"
    }
