"""An account from elsewhere, and the document with which a lawyer opens it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select

from testimony.domain.consent.offers import LIVES, Offer
from testimony.domain.consent.purposes import Key
from testimony.services.consent import documents, late_grants
from testimony.services.consent.documents import Wish
from testimony.services.imports.column_choices import ACCOUNT, Choices, Column
from testimony.services.imports.job import Importer, Opened, Progress
from testimony.services.imports.known_rows import Known
from testimony.store.models.records import RecordRow
from tests.support.services.desks import TODAY, Desk

LETTER = b"%PDF-1.7 I agree to be counted. %%EOF"
MADE = "2025-11-03"


def brought(desk: Desk) -> str:
    """The only testimony that an import of one row made."""
    file = Opened(b"date,report\n2025-05-01,They took us to the river.\n", "records.csv")
    columns = (Column(to="i_date", order="ymd"), Column(to=ACCOUNT))
    file.choose(Choices(columns=columns), "Example network, sheet of 2025", "Signed sheets in our archive")
    now = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
    importer = Importer(desk.station, desk.reader, desk.annexes, Known(), now)
    for _ in importer.steps(file, Progress()):
        pass
    with desk.station.database.reading() as session:
        wanted = select(RecordRow.subject).where(RecordRow.kind == "manifest").order_by(RecordRow.arrival.desc())
        return str(session.scalars(wanted).first())


def by_document(
    desk: Desk, tid: str, *keys: Key, made: str = MADE, age: str = "adult", data: bytes = LETTER, day: date = TODAY
) -> None:
    """Attach a document that allows `keys`."""
    uses = [Offer(purpose=key.purpose, recipient=key.recipient, name="Named", life_months=LIVES[key.purpose])
            for key in keys]  # fmt: skip
    wish = Wish(uses=uses, made=made, age=age, data=data)
    late_grants.by_document(desk.station, desk.reader, desk.stands(tid, day), desk.annexes, wish, day=day)


def opened(desk: Desk, annex: str) -> bytes:
    """The document in the record `annex`, as this desk opens it."""
    with desk.station.database.transaction() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
        held = documents.find(desk.station, desk.annexes, annex)
        return documents.open_document(desk.station, session, desk.reader, desk.annexes, held, day=TODAY)
