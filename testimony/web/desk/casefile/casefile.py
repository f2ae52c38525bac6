"""Pages that make a case file at a lawyer's desk: choose, redact, get a PDF. They send no word of a testimony."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from testimony.domain.review.disclosure import CASE_FILE
from testimony.errors import N_
from testimony.services.casefile import casefile
from testimony.services.casefile import document as casefile_document
from testimony.services.casefile.casefile import CaseFile
from testimony.services.casefile.language import Speech
from testimony.services.typesetting import pdf
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import choices as casefile_choices
from testimony.web.desk.casefile import redactions
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.text.consent_labels import NAMES_SHOWN

bp = Blueprint("casefile", __name__)


@bp.get("/<lang:lang>/casefile/")
@audience(Visitor.LAWYER)
def show(lang: str) -> str:
    """The uses; of one that was chosen (`case`), the testimonies that may be in its file and why others may not."""
    one = casefile_choices.case_of(request.args["case"]) if request.args.get("case") else None
    return render_template(
        "desk/casefile.html",
        uses=[casefile_choices.use(each, lang) for each in sorted(casefile_choices.uses() | ({one} if one else set()))],
        chosen=casefile_choices.use(one, lang) if one else None,
        choices=casefile_choices.choices(one, lang) if one else [],
        most=casefile.MOST,
        tongues=casefile.LANGUAGES,
        names=NAMES_SHOWN,
    )


@bp.get("/<lang:lang>/casefile/words")
@audience(Visitor.LAWYER)
def words(lang: str) -> str | AnyResponse:
    """What the chosen testimonies say, word by word, to mark; or why there will be no such file."""
    if "case" not in request.args:  # the same page in another language
        return redirect(url_for("casefile.show", lang=lang), code=303)
    order = casefile_choices.order_of(dict(request.args.items()), request.args.getlist("tid"))
    order.require_possible()
    refused = casefile_choices.lacking(order.case, order.tids)
    return redactions.page(
        title=N_("Case file"),
        order=order,
        refused=casefile_document.refusals(refused, Speech(lang, consent_state.organisations())),
        told=[] if refused else redactions.told(CASE_FILE, order.tids, lang),
    )


@bp.post("/casefile/make")
@audience(Visitor.LAWYER)
def make() -> AnyResponse:
    """{"case", "tids", "to", "name", "pictures", "marks", "persons"} -> the PDF; 409 {"code", "sentence"}."""
    order = casefile_choices.posted_order(context.posted())
    at = context.now().date()
    with context.transaction() as db:
        made = casefile.gather(context.station(), db, key.reader(), order, annexes=key.key_holder().annexes, at=at)
        # what cannot be set was not taken out
        data = pdf.pdf(casefile_document.data_of(made), day=at) if isinstance(made, CaseFile) else b""
    if not isinstance(made, CaseFile):
        return casefile_choices.refusal(made)
    attached = [one.file.id for one in made.attached]
    casefile_choices.note_left(order.tids, data, made=CASE_FILE, use=order.case, attached=attached)
    return casefile_choices.pdf_named(data, f"case-file-{at}.pdf")
