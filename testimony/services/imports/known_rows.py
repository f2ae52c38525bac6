"""Finds the rows that were imported before. The provenance of each import says which row it is."""

from __future__ import annotations

from datetime import date
from typing import Final

from testimony.sealing.parts.manifest import IMPORTED, KIND
from testimony.services.consent import permissions
from testimony.services.imports import sealing
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.station.station import Station

_VERSION: Final = f"testimony/{IMPORTED}/{KIND}"


class Known:
    """The keys of the rows that are here. Each provenance is opened once and then remembered."""

    def __init__(self) -> None:
        self._read: dict[str, str] = {}

    def keys(self, station: Station, reader: Reader, annexes: AnnexIndex, day: date) -> set[str]:
        """The keys (`Account.key`) of every import that `reader` can open on `day`. Destroyed ones are not included."""
        found: set[str] = set()
        after = -1
        with station.database.reading() as session:
            annexes.refresh(station, session, reader)
            while page := record_queries.records_of_kind(session, KIND, after=after):
                after = page[-1][0]
                for _, record in page:
                    if record.value.get("v") != _VERSION:
                        continue
                    if record.id not in self._read:
                        held = permissions.open_part(
                            ReadingSession.at(station, session, reader), record, "provenance", annexes=annexes, at=day
                        )
                        self._read[record.id] = _key(held.content)
                    found.add(self._read[record.id])
        return found - {""}

    def add(self, record: str, key: str) -> None:
        """Remember an import that was just made, so that it need not be opened."""
        self._read[record] = key


def _key(content: object) -> str:
    said = content.get(sealing.KIND) if isinstance(content, dict) else None
    return str(said.get("number") or said.get("row_sha256") or "") if isinstance(said, dict) else ""
