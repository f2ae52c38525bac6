"""Questions to the interviewer on a testimony's page at a desk: asked by code, answered by code."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.domain.testimony.questions import Ask
from testimony.services.intake import questions
from testimony.services.intake.questions import Asked
from testimony.services.review import questions as review_questions
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.session import key
from testimony.web.text import labels, question_labels

bp = Blueprint("questions", __name__)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One question in words, who asked it on which day, and its answers as (day, who, words)."""

    code: str
    words: str
    day: str
    who: str
    is_open: bool
    answers: list[tuple[str, str, str]]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """For the page. `choices`: (code, words) of what may be asked now."""

    lines: list[Line]
    choices: list[tuple[str, str]]


def shown(tid: str) -> Shown:
    """The questions about the testimony `tid`, as far as this desk knows."""
    with context.reading() as db:
        asked = questions.questions_about(db, tid)
    waiting = {one.code for one in asked if one.is_open}
    choices = [(str(code), str(_(words))) for code, words in question_labels.ASKS.items() if code not in waiting]
    return Shown(lines=[_line(one) for one in asked], choices=choices)


@bp.post("/testimony/<tid>/questions")
@audience(Visitor.LAWYER)
def ask(tid: str) -> Response:
    """Put one of the fixed questions."""
    code = request.form.get("code", "")
    if code not in set(Ask):
        raise BadRequest
    review_questions.ask(context.station(), key.reader(), tid, Ask(code), day=context.now().date())
    flash(_("Signed. The next exchange sends it on its way to the station that brought this testimony."))
    return redirect(f"{url_for('testimony.show', tid=tid)}#questions", code=303)


def _line(one: Asked) -> Line:
    return Line(
        code=one.code,
        words=question_labels.asked(one.code),
        day=labels.day(one.day),
        who=_name(one.by),
        is_open=one.is_open,
        answers=[
            (labels.day(each.day), _name(each.by), question_labels.answer_label(each.code)) for each in one.answers
        ],
    )


def _name(kid: str) -> str:
    entry = context.station().chain.signer(kid)
    return entry.id if entry else kid
