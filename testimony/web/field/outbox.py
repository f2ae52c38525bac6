"""The node's outbox: the delivery status of every testimony taken here. No content, no names."""

from __future__ import annotations

from flask import Blueprint, render_template

from testimony.services.delivery import outbox
from testimony.services.delivery import refusals as delivery_refusals
from testimony.services.intake import questions
from testimony.services.tracking import withdrawal_status
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.text import labels, question_labels

bp = Blueprint("outbox", __name__)


@bp.get("/<lang:lang>/outbox")
@audience(Visitor.INTERVIEWER)
def show(lang: str) -> str:
    """For signed-in interviewers: received here, at headquarters with its receipt, waiting, refused, withdrawn."""
    with context.reading() as db:
        lines = outbox.states(db)
        withdrawn = [line.tid for line in lines if line.state == "withdrawn"]
        fates = {tid: withdrawal_status.progress(context.station(), db, tid=tid) for tid in withdrawn}
        refused = {one.subject: one for one in delivery_refusals.standing(db)}
        asked = questions.of_all(db)
    shown = {"refused": refused, "reasons": delivery_refusals.REASONS, "asked": asked, "words": question_labels}
    return render_template("field/outbox.html", lines=lines, fates=fates, day=labels.day, **shown)
