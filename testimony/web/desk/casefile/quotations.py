"""Pages that let words of one testimony leave without the name, for a report or journalists. Words come by script."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from testimony.services.casefile import casefile
from testimony.services.stories import quotations
from testimony.services.stories.errors import LONGEST_QUOTATION, QuotationRefused
from testimony.services.stories.quotations import MADE, PURPOSES, Quotation, Sheet
from testimony.services.typesetting import pdf as typesetting_pdf
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import choices
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("quotations", __name__)


@bp.get("/<lang:lang>/testimony/<tid>/quotation")
@audience(Visitor.LAWYER)
def show(lang: str, tid: str) -> str:
    """For whom words may leave today, and the account to begin with, likely names taken out."""
    stands, served = consent_state.consent_today(tid)
    found = quotations.allowed(stands) if served else []
    return render_template(
        "desk/quotation.html",
        make=url_for("quotations.make", tid=tid),
        tid=tid,
        uses=[choices.use(one, lang) for one in found],
        texts=[(one, labels.language(one.lang)) for one in _beginnings(tid)] if found else [],
        tongues=casefile.LANGUAGES,
        longest=LONGEST_QUOTATION,
    )


@bp.post("/testimony/<tid>/quotation/make")
@audience(Visitor.LAWYER)
def make(tid: str) -> Response:
    """{"use", "to", "words", "checked"} -> the PDF; 409 {"code", "sentence"}. Consent is looked up once more."""
    asked, at = _asked(tid, context.posted()), context.now().date()
    with context.transaction() as db:
        made = quotations.gather(context.station(), db, key.reader(), asked, annexes=key.key_holder().annexes, at=at)
        data = typesetting_pdf.pdf(quotations.data_of(made), day=at) if isinstance(made, Sheet) else b""
    if not isinstance(made, Sheet):
        return choices.refusal(made)
    choices.note_left([tid], data, made=MADE, use=asked.use)
    return choices.pdf_named(data, f"words-{at}.pdf")


def _beginnings(tid: str) -> list[quotations.Beginning]:
    annexes, at = key.key_holder().annexes, context.now().date()
    with context.transaction() as db:
        return quotations.beginnings(context.station(), db, key.reader(), tid, annexes=annexes, at=at)


def _asked(tid: str, body: dict[str, Any]) -> Quotation:
    texts = choices.posted_texts(body, "use", "to", "words", "checked")
    use = choices.use_of(texts["use"], PURPOSES)
    if use is None:
        raise QuotationRefused("use")
    return Quotation(tid=tid, use=use, lang=texts["to"], words=texts["words"], checked=texts["checked"] == "yes")
