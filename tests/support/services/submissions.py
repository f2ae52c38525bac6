"""Submissions of invented testimonies at a lawyer's desk: for the expert of the United Nations, and for the court."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from testimony.services.casefile.casefile import Lacking, Order
from testimony.services.submissions import submission_document, submissions
from testimony.services.submissions.submissions import Gathered, Submission
from testimony.services.typesetting import pdf
from tests.support.services.casefiles import COURT, MANDATE, account
from tests.support.services.desks import TODAY, Desk

CASE = {"sheet": MANDATE, "annexes": COURT, "note": COURT}
EVERYTHING = ("P08a", "P08b", "P08c", "P08d", "P09")


def told(number: int, lang: str, text: str, agreed: Iterable[str] = EVERYTHING, **more: Any) -> dict[str, Any]:
    """An account that agreed to these before the expert and the court."""
    also = [f"{one}-case-river" if one == "P09" else f"{one}-un-mandate" for one in agreed]
    return account(number, lang, text, also=also, **more)


def asked(kind: str, *tids: str, parts: Iterable[str] = (), **order: Any) -> Submission:
    case, lang = order.pop("case", CASE[kind]), order.pop("lang", "en")
    return Submission(kind=kind, order=Order(case=case, tids=tids, lang=lang, **order), parts=frozenset(parts))


def gathered(desk: Desk, submission: Submission) -> Gathered | list[Lacking]:
    with desk.station.database.transaction() as session:
        return submissions.gather(desk.station, session, desk.reader, submission, annexes=desk.annexes, at=TODAY)


def made(desk: Desk, kind: str, *tids: str, **order: Any) -> Gathered:
    found = gathered(desk, asked(kind, *tids, **order))
    assert isinstance(found, Gathered), found
    return found


def pdf_of(desk: Desk, kind: str, *tids: str, **order: Any) -> bytes:
    return pdf.pdf(submission_document.data_of(made(desk, kind, *tids, **order)), day=TODAY)


def fields(desk: Desk, tid: str, **order: Any) -> dict[str, dict[str, str]]:
    """Title of a part -> label -> text, as they stand on the page to be copied; "" is the note below a part."""
    (sheet,) = submission_document.fields_of(made(desk, "sheet", tid, **order))
    return {
        part["title"]: {one["label"]: one["text"] for one in part["fields"]} | {"": part["note"]}
        for part in sheet["parts"]
    }
