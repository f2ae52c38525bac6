"""Grant other coordinators access to the ledgers of releases and of tables. Lawyers cannot: they cannot open them."""

from __future__ import annotations

from datetime import date
from itertools import islice

from testimony.domain.errors import LedgerRefused
from testimony.domain.ledger.acts import KIND
from testimony.domain.roles import Role
from testimony.domain.tables.acts import KIND as TABLES
from testimony.services.access import gaps, grants
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader, still_reads
from testimony.station.station import Station


def let_in(station: Station, reader: Reader, index: AnnexIndex, *, day: date, most: int = grants.MOST) -> int:
    """Grant all active coordinators access to the first `most` entries that one of them cannot open. Returns how many.

    Raises `LedgerRefused("role")` for anybody but an active coordinator, `StationKeyless`.
    """
    if reader.role is not Role.COORDINATOR or not still_reads(station.chain.latest, reader):
        raise LedgerRefused("role")
    with station.database.reading() as session:
        index.refresh(station, session, reader)
        entries = {one.name for kind in (KIND, TABLES) for one in index.of_kind(kind)}
        found = gaps.of_annexes(station, session, reader, index, at=day)
        chosen = list(islice((gap for gap in found if gap.record in entries), most))
    return grants.close(station, reader, chosen, day)
