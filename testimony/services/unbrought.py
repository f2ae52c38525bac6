"""What central's signed log says came in and central does not bring: records left out on the way to a desk."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.services import custody
from testimony.services.station import Station
from testimony.store.log import LogLeaf
from testimony.store.records import RecordRow, TombstoneRow


def count(station: Station, session: Session) -> int:
    """How many entries "received" of the centrals' logs, as mirrored here, name a record that is not here.

    Without those that withdrawals explain: of a testimony that was withdrawn before it came here nobody brings the
    manifest. So central cannot leave out more than it has withdrawals for without being told of.
    """
    here = select(RecordRow.name).where(RecordRow.name == LogLeaf.ref)
    logs = tuple(custody.centrals(station))
    lacking = select(func.count()).where(LogLeaf.log.in_(logs), LogLeaf.kind == "received", ~here.exists())
    seen = select(RecordRow.name).where(RecordRow.kind == "manifest", RecordRow.subject == TombstoneRow.subject)
    withdrawn = select(func.count()).select_from(TombstoneRow).where(~seen.exists())
    return max(0, session.execute(lacking).scalar_one() - session.execute(withdrawn).scalar_one())
