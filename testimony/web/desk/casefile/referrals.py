"""Pages that make a referral sheet of one testimony for a service that the witness agreed to. Words come by script."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from testimony.domain.consent.purposes import Key
from testimony.services.casefile import casefile
from testimony.services.consent.consents import Consents
from testimony.services.submissions import referral
from testimony.services.submissions.errors import LONGEST_REPLY, LONGEST_WANTED, ReferralRefused
from testimony.services.submissions.referral import GIVEN, Referral, Sheet
from testimony.services.typesetting import pdf as typesetting_pdf
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import choices
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key

bp = Blueprint("referrals", __name__)

REFERRAL = "referral"


@bp.get("/<lang:lang>/testimony/<tid>/referral")
@audience(Visitor.LAWYER)
def show(lang: str, tid: str) -> str:
    """The services that may get something of it today, and what is to be written."""
    stands, served = consent_state.consent_today(tid)
    return render_template(
        "desk/referral.html",
        make=url_for("referrals.make", tid=tid),
        tid=tid,
        uses=[choices.use(one, lang) for one in services(stands)] if served else [],
        tongues=casefile.LANGUAGES,
        longest=LONGEST_WANTED,
        longest_reply=LONGEST_REPLY,
    )


@bp.post("/testimony/<tid>/referral/make")
@audience(Visitor.LAWYER)
def make(tid: str) -> Response:
    """{"use", "to", "wanted", "reply"} -> the PDF; 409 {"code", "sentence"}. Consent is looked up once more."""
    asked, at = _asked(tid, context.posted()), context.now().date()
    with context.transaction() as db:
        made = referral.gather(context.station(), db, key.reader(), asked, annexes=key.key_holder().annexes, at=at)
        data = typesetting_pdf.pdf(referral.data_of(made), day=at) if isinstance(made, Sheet) else b""
    if not isinstance(made, Sheet):
        return choices.refusal(made)
    choices.note_left([tid], data, made=REFERRAL, use=asked.use)
    return choices.pdf_named(data, f"referral-{at}.pdf")


def services(stands: Consents) -> list[Key]:
    """The services to which the witness agrees today that they get something."""
    return sorted(one for one in stands.usable if one.purpose in GIVEN)


def _asked(tid: str, body: dict[str, Any]) -> Referral:
    texts = choices.posted_texts(body, "use", "to", "wanted", "reply")
    use = choices.use_of(texts["use"], GIVEN)
    if use is None:
        raise ReferralRefused("use")
    return Referral(tid=tid, use=use, lang=texts["to"], wanted=texts["wanted"], reply=texts["reply"])
