"""Each door of a lawyer's desk shows an account while consent stands, and not a word of it after the consent ended."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from testimony.domain.consent.events import Act
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.testimony.submission import SHEET
from testimony.errors import TestimonyError
from testimony.services.archive import archive
from testimony.services.archive.archive import Wish
from testimony.services.archive.errors import ArchiveRefused
from testimony.services.casefile import casefile
from testimony.services.casefile import document as casefile_document
from testimony.services.casefile.casefile import CaseFile, Order
from testimony.services.coding import coding
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.exports import exports, whole
from testimony.services.exports.errors import ExportRefused
from testimony.services.inbox.inbox import InboxIndex
from testimony.services.inbox.search import WordIndex
from testimony.services.incidents import side_by_side
from testimony.services.stories import drafts, quotations
from testimony.services.stories.errors import StoryRefused
from testimony.services.stories.quotations import Quotation
from testimony.services.submissions import referral, submissions
from testimony.services.submissions.referral import Referral, Sheet
from testimony.services.submissions.submissions import Gathered, Submission
from tests.support.services.casefiles import brought
from tests.support.services.desks import LAWYERS, TODAY, Desk, desks
from tests.support.services.stories import agree_to_stories, told

COURT = Key(Purpose.COURT, "case-river")
CLINIC = Key(Purpose.SERVICE, "camp-clinic")
MANDATE = Key(Purpose.UN_CASE, "un-mandate")
PRESS = Key(Purpose.JOURNALISTS, "border-news")
AFTER = date(2028, 1, 21)
"""The day after the last one of a consent for 24 months."""
SAID, NAME = "We left the heronry at night.", "Heron Example"
WORD = "heron"


@pytest.fixture
def desk(homes: Path, organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    agree_to_stories(monkeypatch)
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def page(desk: Desk, tid: str, day: date) -> str:
    return "".join(str(one.content) for one in desk.open(tid, day).compartments)


def search(desk: Desk, _tid: str, day: date) -> str:
    words = WordIndex()
    words.read_on(desk.station, desk.reader, desk.annexes, day=day, seconds=600)
    return "".join(WORD for _hit in words.search("heronry"))


def inbox(desk: Desk, _tid: str, day: date) -> str:
    rows = InboxIndex(WordIndex())
    rows.read_on(desk.station, desk.reader, desk.annexes, day=day, seconds=600)
    return "".join(WORD for row in rows.rows() if row.place or "narrative" in row.opens)


def compared(desk: Desk, tid: str, day: date) -> str:
    with desk.station.database.transaction() as session:
        return str(side_by_side.opened(desk.station, session, desk.reader, desk.annexes, [tid], at=day))


def coded(desk: Desk, tid: str, day: date) -> str:
    with desk.station.database.transaction() as session:
        return str(coding.read_coding(desk.station, session, desk.reader, desk.annexes, tid, at=day).statements)


def case_file(desk: Desk, tid: str, day: date) -> str:
    order = Order(case=COURT, tids=(tid,), lang="en")
    with desk.station.database.transaction() as session:
        made = casefile.gather(desk.station, session, desk.reader, order, annexes=desk.annexes, at=day)
    return str(casefile_document.data_of(made)) if isinstance(made, CaseFile) else ""


def submission(desk: Desk, tid: str, day: date) -> str:
    asked = Submission(kind=SHEET, order=Order(case=MANDATE, tids=(tid,), lang="en"))
    with desk.station.database.transaction() as session:
        made = submissions.gather(desk.station, session, desk.reader, asked, annexes=desk.annexes, at=day)
    return str(made) if isinstance(made, Gathered) else ""


def referral_sheet(desk: Desk, tid: str, day: date) -> str:
    asked = Referral(tid=tid, use=CLINIC, lang="en", wanted="Treat the arm.", reply="The legal desk")
    with desk.station.database.transaction() as session:
        made = referral.gather(desk.station, session, desk.reader, asked, annexes=desk.annexes, at=day)
    return str(made.given) if isinstance(made, Sheet) else ""


def archive_in_clear(desk: Desk, tid: str, day: date) -> str:
    wish, out = Wish(tids=(tid,), use=COURT, reveal=frozenset({"narrative"}), sealed=False), io.BytesIO()
    with desk.station.database.transaction() as session:
        archive.write(archive.compose(desk.station, session, desk.reader, wish, at=day), out.write)
    return unpacked(out.getvalue())


def export(desk: Desk, _tid: str, day: date) -> str:
    place = (desk.station, desk.reader)
    with desk.station.database.transaction() as session:
        made = exports.make(place[0], session, place[1], LAWYERS, "jsonl", annexes=desk.annexes, at=day)
    return unpacked(made.data)


def export_of_everything(desk: Desk, _tid: str, day: date) -> str:
    out = io.BytesIO()
    with desk.station.database.transaction() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
        whole.write(desk.station, session, desk.reader, out, annexes=desk.annexes, at=day)
    return unpacked(out.getvalue())


def story(desk: Desk, tid: str, day: date) -> str:
    with desk.station.database.transaction() as session:
        return str(drafts.draft(desk.station, session, desk.reader, tid, annexes=desk.annexes, at=day).texts)


def words_to_begin_with(desk: Desk, tid: str, day: date) -> str:
    with desk.station.database.transaction() as session:
        found = quotations.beginnings(desk.station, session, desk.reader, tid, annexes=desk.annexes, at=day)
    return WORD if found else ""


def words_without_the_name(desk: Desk, tid: str, day: date) -> str:
    asked = Quotation(tid=tid, use=PRESS, lang="en", words="We left at night.", checked=True)
    with desk.station.database.transaction() as session:
        made = quotations.gather(desk.station, session, desk.reader, asked, annexes=desk.annexes, at=day)
    return WORD if isinstance(made, quotations.Sheet) else ""


def unpacked(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        return "".join(files.read(name).decode("utf-8", "replace") for name in files.namelist())


DOORS: tuple[Callable[[Desk, str, date], str], ...] = (
    page, search, inbox, compared, coded, case_file, submission, referral_sheet, archive_in_clear, export,
    export_of_everything, story, words_to_begin_with, words_without_the_name,
)  # fmt: skip
REFUSALS: tuple[type[TestimonyError], ...] = (ArchiveRefused, ExportRefused, StoryRefused)


def expire(_desk: Desk, _tid: str) -> date:
    return AFTER


def take_back_what_lawyers_read(desk: Desk, tid: str) -> date:
    consent_acts.say(desk.station, desk.reader, desk.stands(tid), Act.WITHDRAW, LAWYERS, reason="other", day=TODAY)
    return TODAY


def take_everything_back(desk: Desk, tid: str) -> date:
    consent_acts.withdraw_all(desk.station, desk.reader, tid, day=TODAY)
    return TODAY


@pytest.mark.parametrize("end", [expire, take_back_what_lawyers_read, take_everything_back])
def test_no_door_shows_a_word_after_the_end_of_consent(
    end: Callable[[Desk, str], date], desk: Desk, organisation: Organisation
) -> None:
    also = [f"{one.purpose}-{one.recipient}" for one in (COURT, CLINIC, MANDATE, PRESS)]
    account = told(also=also, text=SAID, identity={"w_name": NAME, "w_contact": "button 7"})
    (tid,) = brought(desk, organisation, [account])
    assert [door.__name__ for door in DOORS if not _shows(door, desk, tid, TODAY)] == []
    day = end(desk, tid)
    assert [door.__name__ for door in DOORS if _shows(door, desk, tid, day)] == []


def _shows(door: Callable[[Desk, str, date], str], desk: Desk, tid: str, day: date) -> bool:
    try:
        return WORD in door(desk, tid, day).casefold()
    except REFUSALS:
        return False
