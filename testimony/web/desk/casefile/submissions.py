"""Pages for submission sheets, annexes and covering notes: choose, redact, get a PDF or fields to copy."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from testimony.domain.testimony.submission import ANNEXES, LANGUAGES, NOTE, PARTS, SHEET
from testimony.errors import N_
from testimony.services.casefile import casefile
from testimony.services.casefile import document as casefile_document
from testimony.services.casefile.casefile import Lacking
from testimony.services.casefile.language import Speech
from testimony.services.submissions import submission_document, submissions
from testimony.services.submissions.submissions import Gathered, Submission
from testimony.services.typesetting import pdf as typesetting_pdf
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import choices as casefile_choices
from testimony.web.desk.casefile import redactions
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.text.consent_labels import NAMES_SHOWN

bp = Blueprint("submissions", __name__)
KINDS = {
    SHEET: N_("Sheets for the Special Procedures"),
    ANNEXES: N_("Annexes to a complaint"),
    NOTE: N_("Covering note by theme"),
}
PARTS_SHOWN = {"state": N_("For the letter to the State"), "report": N_("For a public report")}


@bp.get("/<lang:lang>/submissions/")
@audience(Visitor.LAWYER)
def show(lang: str) -> str:
    """What can be made, and for which case; then the testimonies that may be in it and why others may not."""
    one = casefile_choices.case_of(request.args["case"]) if request.args.get("case") else None
    kind = request.args.get("kind", SHEET)
    return render_template(
        "desk/submissions.html",
        kinds=KINDS,
        kind=kind if kind in KINDS else SHEET,
        uses=[casefile_choices.use(each, lang) for each in sorted(casefile_choices.uses() | ({one} if one else set()))],
        chosen=casefile_choices.use(one, lang) if one else None,
        choices=casefile_choices.choices(one, lang) if one else [],
        most=casefile.MOST,
        tongues=LANGUAGES,
        parts=PARTS_SHOWN,
        names=NAMES_SHOWN,
    )


@bp.get("/<lang:lang>/submissions/words")
@audience(Visitor.LAWYER)
def words(lang: str) -> str | AnyResponse:
    """What the chosen testimonies say, word by word, to mark; or which consents are missing."""
    if "case" not in request.args:  # the same page in another language
        return redirect(url_for("submissions.show", lang=lang), code=303)
    said = dict(request.args.items()) | {"parts": request.args.getlist("parts")}
    order = casefile_choices.order_of(said, request.args.getlist("tid"))
    asked = Submission(kind=str(said.get("kind")), order=order, parts=_parts(said))
    asked.require_possible()
    refused = _lacking(asked)
    return redactions.page(
        title=KINDS[asked.kind],
        order=order,
        refused=casefile_document.refusals(refused, Speech(lang, consent_state.organisations())),
        told=[] if refused else redactions.told(asked.kind, order.tids, lang),
        more={"kind": asked.kind, "parts": sorted(asked.parts)},
    )


@bp.post("/submissions/make")
@audience(Visitor.LAWYER)
def make() -> AnyResponse:
    """{"kind", "parts", "case", "tids", "to", "name", "pictures", "marks", "persons"} -> the PDF; 409 (JSON)."""
    asked, at = _asked(context.posted()), context.now().date()
    with context.transaction() as db:
        made = submissions.gather(context.station(), db, key.reader(), asked, annexes=key.key_holder().annexes, at=at)
        # what cannot be set was not taken out
        data = typesetting_pdf.pdf(submission_document.data_of(made), day=at) if isinstance(made, Gathered) else b""
    if not isinstance(made, Gathered):
        return casefile_choices.refusal(made)
    order = asked.order
    casefile_choices.note_left(order.tids, data, made=asked.kind, use=order.case)
    return casefile_choices.pdf_named(data, f"{asked.kind}-{at}.pdf")


@bp.post("/submissions/fields")
@audience(Visitor.LAWYER)
def fields() -> AnyResponse:
    """The same -> {"sheets": [{"title", "parts": [{"title", "note", "fields": [...]}]}]} to be copied from the page."""
    asked, at = _asked(context.posted()), context.now().date()
    if asked.kind != SHEET:
        raise BadRequest
    with context.transaction() as db:
        made = submissions.gather(context.station(), db, key.reader(), asked, annexes=key.key_holder().annexes, at=at)
    if not isinstance(made, Gathered):
        return casefile_choices.refusal(made)
    answer = jsonify(sheets=submission_document.fields_of(made))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _asked(body: dict[str, Any]) -> Submission:
    order = casefile_choices.posted_order(body)
    return Submission(kind=str(body.get("kind")), order=order, parts=_parts(body))


def _parts(said: dict[str, Any]) -> frozenset[str]:
    found = said.get("parts", [])
    if not isinstance(found, list) or not set(map(str, found)) <= PARTS.keys():
        raise BadRequest
    return frozenset(map(str, found))


def _lacking(asked: Submission) -> list[Lacking]:
    with context.reading() as db:
        key.key_holder().annexes.refresh(context.station(), db, key.reader())
        at, annexes = context.now().date(), key.key_holder().annexes
        return submissions.lacking(context.station(), db, key.reader(), annexes, asked, at=at)
