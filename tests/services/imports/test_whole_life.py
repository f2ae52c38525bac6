"""A sheet from its import to its withdrawal: found, reviewed and counted by lawyers, and in nothing that leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from testimony.domain.review.review import ReviewState
from testimony.domain.testimony.own_table import Ask, OwnTable, table
from testimony.services.casefile import casefile
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.exports import own_tables
from testimony.services.imports.column_choices import ACCOUNT, Choices, Column
from testimony.services.imports.job import Importer, ImportWorker, Opened
from testimony.services.imports.known_rows import Known
from testimony.services.inbox.inbox import InboxIndex
from testimony.services.inbox.search import WordIndex
from testimony.services.link import last_sync
from testimony.services.release.candidates import CLOSED, SUSPENDED
from testimony.services.review import bulk_review
from testimony.store.models.records import RecordRow
from tests.support.services.casefiles import COURT
from tests.support.services.consent.acts import late
from tests.support.services.consent.documents import by_document
from tests.support.services.desks import COUNT, TODAY, Desk
from tests.support.services.release.clearances import Room, room

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
CHOICES = Choices(
    columns=(
        Column(to="i_date", order="ymd"),
        Column(to="v_acts", values={"beaten": "beat", "dogs": "dog"}),
        Column(to=ACCOUNT),
    )
)
AT_A_TIME = 20
"""Rows after which the import is stopped the first time."""
PATIENCE = 7200
"""Seconds: only a test that hangs waits as long."""


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Room]:
    with room(homes, organisation) as found:
        yield found


def sheet(rows: int) -> bytes:
    """Invented: every third one says dogs, and the last one has a word of its own."""
    lines = [
        f"2025-{1 + row % 12:02}-{1 + row % 28:02},{'beaten' if row % 3 else 'dogs'},Night {row} at the river."
        for row in range(rows - 1)
    ]
    return "\n".join(["day,what,report", *lines, "2025-07-01,beaten,We hid below the kingfisher bridge."]).encode()


def imported(desk: Desk, rows: int) -> list[str]:
    """In the background, stopped once on the way and continued; the testimonies, in their order."""
    file, worker = Opened(sheet(rows), "records.csv"), ImportWorker()
    file.choose(CHOICES, "Example network, sheet of 2025", "Signed sheets in our archive")
    importer = Importer(desk.station, desk.reader, desk.annexes, Known(), NOW)
    first = worker.begin(importer, file)
    while first.running and first.done < AT_A_TIME:
        worker.wait(0.01)
    worker.stop()
    assert worker.wait(PATIENCE)
    assert (first.error, first.sealed) == (None, first.done)
    then = worker.begin(importer, file)
    assert worker.wait(PATIENCE)
    assert (then.error, then.done, first.sealed + then.sealed) == (None, rows, rows)
    with desk.station.database.reading() as session:
        wanted = select(RecordRow.subject).where(RecordRow.kind == "manifest").order_by(RecordRow.arrival)
        return [str(tid) for tid in session.scalars(wanted)]


def own_table(desk: Desk, use: str, words: WordIndex) -> OwnTable:
    index = InboxIndex(words)
    index.read_on(desk.station, desk.reader, desk.annexes, day=TODAY, seconds=PATIENCE)
    with desk.station.database.reading() as session:
        told = own_tables.told(desk.station, session, desk.annexes, index.rows(), words.codes())
    return table(told, Ask(by="v_acts"), use=use)


@pytest.mark.parametrize("rows", [45, pytest.param(10_000, marks=pytest.mark.long)])
def test_rows_are_found_reviewed_and_counted_by_lawyers_and_leave_only_where_the_witness_agrees(
    desk: Room, rows: int
) -> None:
    lawyer = Desk(desk.station, desk.hands["lawyer-1"].reader, desk.station, desk.hands["lawyer-1"].annexes)
    tids = imported(lawyer, rows)
    assert len(set(tids)) == rows

    words = WordIndex()
    counted = own_table(lawyer, "lawyer", words)
    assert counted.left_out == 0
    assert counted.of_lines == {"beat": rows - len(range(0, rows - 1, 3)), "dog": len(range(0, rows - 1, 3))}
    (hit,) = words.search("kingfisher")
    one, two = hit.tid, tids[0]
    assert one == tids[-1]

    by = (desk.station, lawyer.reader, lawyer.annexes)
    said = bulk_review.take(*by, tids, day=TODAY)
    assert (said.done, said.refused) == (rows, {})

    assert own_table(lawyer, "release", WordIndex()).left_out == rows, "no table of what may leave counts one"
    assert desk.left_out() == {CLOSED: rows}
    assert desk.candidates().usable == ()
    assert bulk_review.enter(*by, tids, COURT, day=TODAY).done == 0
    with desk.station.database.reading() as session:
        lacking = casefile.lacking(desk.station, session, lawyer.reader, lawyer.annexes, COURT, tids, at=TODAY)
    assert len(lacking) == rows

    with desk.station.database.transaction() as session:
        last_sync.note(session, TODAY.isoformat())
    assert (late(lawyer, one), late(lawyer, one, COURT)) == (None, None), "the witness is asked anew, and agrees"
    by_document(lawyer, two, COUNT)
    assert lawyer.usable(two) == {"P01", "P04", "P06"}, "a document allows that another is counted, and no more"
    for person in ("lawyer-1", "lawyer-2"):
        desk.move(person, one, ReviewState.CLEARED)
        desk.move(person, two, ReviewState.CLEARED)
    assert {each.tid for each in desk.candidates().usable} == {one, two}
    assert desk.left_out() == {CLOSED: rows - 2}
    assert own_table(lawyer, "release", WordIndex()).left_out == rows - 2
    assert bulk_review.enter(*by, tids, COURT, day=TODAY).done == 1

    for tid in tids:
        consent_acts.withdraw_all(desk.station, lawyer.reader, tid, day=TODAY)
    assert desk.candidates().usable == ()
    assert desk.left_out() == {SUSPENDED: rows}
    assert own_table(lawyer, "lawyer", words).lines == ()
    assert words.search("kingfisher") == []
    assert bulk_review.take(*by, tids, day=TODAY).done == 0
