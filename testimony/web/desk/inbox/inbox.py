"""The JSON endpoint of the list of testimonies.

No words are in an address, because a browser keeps addresses. So a query is sent as JSON. The desk keeps the last one
in memory, for a reader who returns from a testimony to the list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import Blueprint
from werkzeug.exceptions import BadRequest

from testimony.domain.roles import Role
from testimony.domain.testimony import inbox
from testimony.domain.testimony.inbox import EMPTY, Question, Row, Unasked
from testimony.services.inbox import note_texts
from testimony.services.inbox.search import Progress, Text
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.inbox import rows as inbox_rows
from testimony.web.desk.session import key
from testimony.web.text import i18n, labels

bp = Blueprint("inbox", __name__)

PAGE: Final = 100
LONGEST: Final = 500  # characters of words
AT_ONCE: Final = 1.0  # seconds of opening between two answers


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question, the words beside it, and which page of the answer, from 0."""

    question: Question = EMPTY
    words: str = ""
    page: int = 0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`found` testimonies of `everything`, with `rows` of page `page`, and the progress of opening.

    `states`: how many there would be in each state of review.
    """

    rows: Sequence[Row]
    everything: Sequence[Row]
    found: int
    page: int
    pages: int
    progress: Progress
    states: Mapping[str, int]


def answer(asked: Asked, *, seconds: float) -> Answer:
    """After `seconds` of opening, at most; 0 opens nothing."""
    held, reader, station, day = key.key_holder(), key.reader(), context.station(), context.now().date()
    if seconds:
        held.inbox.read_on(station, reader, held.annexes, day=day, seconds=seconds)
    else:
        with context.reading() as db:
            held.inbox.refresh(station, db, reader, held.annexes, day=day)
    rows = held.inbox.rows()
    anyhow = inbox.asked(rows, replace(asked.question, state=""), me=reader.id, today=day, only=saying(asked.words))
    found = [row for row in anyhow if asked.question.state in ("", row.state)]
    pages = max(1, -(-len(found) // PAGE))
    page = min(asked.page, pages - 1)
    shown = found[page * PAGE : (page + 1) * PAGE]
    progress = held.inbox.progress()
    states = {"": len(anyhow), **Counter(str(row.state) for row in anyhow)}
    return Answer(
        rows=shown, everything=rows, found=len(found), page=page, pages=pages, progress=progress, states=states
    )


@bp.post("/inbox/rows")
@audience(Visitor.READER)
def rows() -> dict[str, Any]:
    """{"question", "words", "page", "read": whether to open on} -> {"rows", "found", "all", "page", "pages", "read",
    "total", "states": {state: number}, "choices": {name: [[code, words]]}}. The question stays at the desk until the
    key is locked.
    """
    body = context.posted()
    asked = asked_of(body)
    key.key_holder().asked = asked
    found = answer(asked, seconds=AT_ONCE if body.get("read") is True else 0.0)
    return {
        "rows": inbox_rows.shown(found.rows),
        "found": found.found,
        "all": len(found.everything),
        "page": found.page,
        "pages": found.pages,
        "read": found.progress.read,
        "total": found.progress.total,
        "states": found.states,
        "choices": inbox_rows.offered(found.everything, asked.question),
    }


def asked_of(body: Mapping[str, Any]) -> Asked:
    """{"question", "words", "page"}, each of them only where it is asked for. Raises `BadRequest`."""
    question, words, page = body.get("question", {}), body.get("words", ""), body.get("page", 0)
    if not isinstance(question, dict) or not isinstance(words, str) or len(words) > LONGEST:
        raise BadRequest
    if type(page) is not int or not 0 <= page < 1_000_000:
        raise BadRequest
    if words.strip() and key.reader().role is not Role.LAWYER:
        raise BadRequest
    try:
        return Asked(question=Question.parse(question), words=words, page=page)
    except Unasked as error:
        raise BadRequest from error


def saying(words: str) -> frozenset[str] | None:
    """Which of the opened testimonies have `words` in what is known of them; None where nothing is asked for."""
    if not words.strip():
        return None
    held = key.key_holder()
    held.words.translate(context.station(), held.annexes)
    noted = note_texts.by_testimony(context.station(), key.reader(), held.annexes, held.words.manifests())
    shown = _months(held.inbox.rows())
    more = {tid: (*noted.get(tid, ()), *shown.get(tid, ())) for tid in noted.keys() | shown.keys()}
    return held.words.saying(words, lang=i18n.language(), more=more)


def _months(rows: Sequence[Row]) -> dict[str, tuple[Text, ...]]:
    """By testimony, the month of its incident, in full and as the list shows it."""
    lang = i18n.language()
    months = {row.month for row in rows if row.month}
    said = {
        code: tuple(Text.from_text(lang, written(code)) for written in (labels.day, labels.month_in_table))
        for code in months
    }
    return {row.tid: said[row.month] for row in rows if row.month}
