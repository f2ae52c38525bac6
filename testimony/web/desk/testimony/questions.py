"""Questions to the interviewer on a testimony's page at a desk, by code or in words, and their answers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.domain.review.question_words import Words
from testimony.domain.roles import Role
from testimony.domain.testimony.questions import WORDS, Ask
from testimony.errors import N_
from testimony.services.intake import questions
from testimony.services.intake.questions import Asked
from testimony.services.opening.errors import CLOSED_SENTENCES
from testimony.services.records import queries as record_queries
from testimony.services.review import question_words
from testimony.services.review import questions as review_questions
from testimony.services.review.errors import QuestionRefused
from testimony.services.review.question_words import Exchanged
from testimony.services.testimony.view import Opened
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.text import labels, question_labels

LATE = N_("The phone that could open it is no longer in the roster. No answer can come. Ask in another way.")
bp = Blueprint("questions", __name__)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One question, who asked it on which day, and its answers as (day, who, words).

    `asked`: the lawyer's own words, `answered`: the interviewer's; "" where there are none. `late`: why no answer can
    come any more, in a sentence.
    """

    code: str
    words: str
    day: str
    who: str
    is_open: bool
    answers: list[tuple[str, str, str]]
    asked: str = ""
    answered: str = ""
    late: str = ""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """For the page. `choices`: (code, words) of what may be asked now. `obstacle`: why nothing can be asked in own
    words, in a sentence."""

    lines: list[Line]
    choices: list[tuple[str, str]]
    obstacle: str = ""


def shown(opened: Opened) -> Shown:
    """The questions about a testimony, as far as this desk knows. Words are shown while the account opens."""
    chain, tid = context.station().chain, opened.tid
    with context.reading() as db:
        asked = questions.questions_about(db, tid)
        record = record_queries.record_of(db, opened.manifest)
    phone = record.by if record else ""
    waiting = {one.code for one in asked if one.is_open}
    choices = [(str(code), str(_(words))) for code, words in question_labels.ASKS.items() if code not in waiting]
    provenance = opened.compartment("provenance")
    obstacle = question_words.obstacle(chain, phone, provenance.content if provenance else None)
    closed = opened.permission.closed.get("narrative", "")
    why = CLOSED_SENTENCES[closed] if closed else QuestionRefused.REASONS.get(obstacle, "")
    said = None
    if key.reader().role is Role.LAWYER and not closed:
        askers = {one.name: one.by for one in asked}
        annexes = key.key_holder().annexes
        said = question_words.read(annexes, tid, opened.manifest, phone=phone, askers=askers)
    return Shown(
        lines=[_line(one, said, obstacle) for one in asked],
        choices=choices,
        obstacle=str(_(why)) if why else "",
    )


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


@bp.post("/testimony/<tid>/questions/words")
@audience(Visitor.LAWYER)
def ask_in_words(tid: str) -> dict[str, str]:
    """{"text"} -> {"sentence"}, which the next page says too: it comes by script, as all words about a testimony do."""
    text = context.posted().get("text")
    if not isinstance(text, str):
        raise BadRequest
    if not consent_state.consent_today(tid)[1]:
        raise QuestionRefused("gone")
    consent_state.require_account(tid)
    question_words.ask(context.station(), key.reader(), tid, text, day=context.now().date())
    sentence = _("Signed. The next exchange sends it on its way to the station that brought this testimony.")
    flash(sentence)
    return {"sentence": sentence}


def _line(one: Asked, said: Exchanged | None, obstacle: str) -> Line:
    known = said or Exchanged(asked={}, answered={})
    return Line(
        code=one.code,
        words=question_labels.asked(one.code),
        day=labels.day(one.day),
        who=_name(one.by),
        is_open=one.is_open,
        answers=[
            (labels.day(each.day), _name(each.by), question_labels.answer_label(each.code)) for each in one.answers
        ],
        asked=_text(known.asked.get(one.name)),
        answered=_text(known.answered.get(one.name)),
        late=str(_(LATE)) if one.code == WORDS and one.is_open and obstacle == "ended" else "",
    )


def _text(words: Words | None) -> str:
    return words.text if words else ""


def _name(kid: str) -> str:
    entry = context.station().chain.signer(kid)
    return entry.id if entry else kid
