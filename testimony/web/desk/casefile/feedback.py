"""What became of a testimony, on its page and on that of a case: words for the witness, which come by script."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.domain.review.feedback import Words
from testimony.domain.roles import Role
from testimony.domain.testimony.languages import AUTONYMS, dir_of
from testimony.domain.testimony.note import UNKNOWN
from testimony.services.casefile import slip
from testimony.services.custody import log as custody_log
from testimony.services.opening.errors import CLOSED_SENTENCES
from testimony.services.review import feedbacks
from testimony.services.review.errors import FeedbackRefused
from testimony.services.review.feedbacks import Held
from testimony.services.testimony.view import Opened
from testimony.services.typesetting import pdf as typesetting_pdf
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import attachments, choices
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.review import translations
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("feedback", __name__)


@dataclass(frozen=True, kw_only=True)
class Line:
    """Words for the page. `told`: the day since which the witness knows them, and who told. `written`: YYYY-MM-DD."""

    tid: str
    id: str
    text: str
    lang: str
    dir: str
    day: str
    written: str
    by: str
    told: tuple[str, str] | None
    struck: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """All of a testimony, or of a case. `tids`: whose witnesses can be written to; `lang`: proposed for new words.

    `closed`: why nothing is shown, in a sentence; "" where all that can be read is.
    """

    lines: list[Line]
    unread: int
    tids: list[str]
    case: str = ""
    lang: str = UNKNOWN
    closed: str = ""
    tongues: tuple[str, ...] = field(default_factory=translations.tongues)


def shown(opened: Opened) -> Shown | None:
    """Those of one testimony; None for a coordinator. They tell of the account, so they are shown while it opens."""
    if key.reader().role is not Role.LAWYER:
        return None
    tid, closed = opened.tid, "withdrawn" if opened.withdrawn else opened.permission.closed.get("narrative", "")
    held = feedbacks.read(context.station(), key.key_holder().annexes, tid, opened.manifest)
    if closed:
        return Shown(lines=[], unread=held.unread, tids=[], closed=str(_(CLOSED_SENTENCES[closed])))
    row = key.key_holder().inbox.row(tid)
    lang = next((one for one in (row.languages if row else ()) if one in AUTONYMS), UNKNOWN)
    lines = [_line(tid, one) for one in held.words]
    return Shown(lines=lines, unread=held.unread, tids=[tid], lang=lang)


def of_case(code: str, covered: list[str]) -> Shown:
    """Those of the testimonies of a case whose consent stands."""
    lines, unread = [], 0
    for tid in covered:
        held = feedbacks.read(context.station(), key.key_holder().annexes, tid, attachments.manifest_of(tid))
        lines += [_line(tid, one) for one in held.words]
        unread += held.unread
    lines.sort(key=lambda one: one.written, reverse=True)
    return Shown(lines=lines, unread=unread, tids=covered, case=code)


@bp.post("/feedback/write")
@audience(Visitor.LAWYER)
def write() -> dict[str, str]:
    """{"tid": "" for all of "case", "case", "text", "lang"} -> {"sentence"}, which the next page says too."""
    body = context.posted()
    said = {name: body.get(name) for name in ("tid", "case", "text", "lang")}
    texts = {name: text for name, text in said.items() if isinstance(text, str)}
    if len(texts) < len(said) or not (texts["tid"] or texts["case"]):
        raise BadRequest
    tids = [texts["tid"]] if texts["tid"] else attachments.covered_in(choices.case_of(texts["case"]))
    manifests = {tid: _served(tid) for tid in tids}
    feedbacks.write(
        context.station(),
        key.reader(),
        manifests,
        text=texts["text"],
        lang=texts["lang"],
        day=context.now().date(),
    )
    sentence = _("Signed and sealed to the lawyers.")
    flash(sentence)
    return {"sentence": sentence}


@bp.post("/feedback/<tid>/<note>/told")
@audience(Visitor.LAWYER)
def tell(tid: str, note: str) -> Response:
    """The witness knows it since the day `told`."""
    held, day = _held(tid), context.now().date()
    try:
        told = date.fromisoformat(request.form.get("told", ""))
    except ValueError as error:
        raise FeedbackRefused("day") from error
    feedbacks.tell(context.station(), key.reader(), tid, held, note, told, day=day)
    return _back(tid)


@bp.post("/feedback/<tid>/<note>/strike")
@audience(Visitor.LAWYER)
def strike(tid: str, note: str) -> Response:
    """It is wrong, or must not be told."""
    feedbacks.strike(context.station(), key.reader(), tid, _held(tid), note, day=context.now().date())
    return _back(tid)


@bp.get("/<lang:lang>/feedback/<tid>/<note>/slip")
@audience(Visitor.LAWYER)
def make_slip(lang: str, tid: str, note: str) -> Response:
    """A PDF to print. This desk's own log says that it left."""
    said, day = _held(tid).find(note).said, context.now().date()
    data = typesetting_pdf.pdf(slip.data_of(said, consent_state.organisations(), lang=lang, day=day), day=day)
    with context.transaction() as db:
        custody_log.append(db, kind="exported", ref=said.of, by=key.reader().id, day=context.today())
    return choices.pdf_named(data, f"slip-{day}.pdf")


def _held(tid: str) -> Held:
    """With what came since. Raises as `_served`."""
    return feedbacks.read(context.station(), key.key_holder().annexes, tid, _served(tid))


def _served(tid: str) -> str:
    """The name of its manifest. Raises `TestimonyUnknown`, `FeedbackRefused` for what was withdrawn, and `NotPermitted`
    where the account does not open today: people who may not read an account may not write about it."""
    _stands, served = consent_state.consent_today(tid)
    if not served:
        raise FeedbackRefused("gone")
    consent_state.require_account(tid)
    return attachments.manifest_of(tid)


def _line(tid: str, one: Words) -> Line:
    said, told = one.said, one.told
    return Line(
        tid=tid,
        id=said.id,
        text=said.text,
        lang=said.lang,
        dir=dir_of(said.lang) if said.lang != UNKNOWN else "auto",
        day=labels.day(said.day.isoformat()),
        written=said.day.isoformat(),
        by=one.signer,
        told=(labels.day(told.said.day.isoformat()), told.signer) if told else None,
        struck=one.struck.signer if one.struck else "",
    )


def _back(tid: str) -> Response:
    """To the page from which it came."""
    flash(_("Signed and sealed to the lawyers."))
    case = request.form.get("case", "")
    to = url_for("case.show", case=choices.code_of(choices.case_of(case))) if case else ""
    return redirect(f"{to or url_for('testimony.show', tid=tid)}#feedback", code=303)
