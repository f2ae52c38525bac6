"""The codes of a testimony beside its text: supporting passages, and the lawyers' overall assessment."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.domain.coding.passages import Passage
from testimony.domain.errors import EventUnreadable
from testimony.questionnaire.form_labels import Wording
from testimony.services.coding import coded_record, coding
from testimony.services.coding.coding import Coding
from testimony.services.testimony.view import Opened
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.review import coding_text, translations
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("coding", __name__)


@bp.get("/<lang:lang>/testimony/<tid>/coding")
@audience(Visitor.LAWYER)
def show(lang: str, tid: str) -> str:
    """Text and codes. That it was opened, and by whom, goes into this desk's own log."""
    with context.transaction() as db:
        held = coding.opened(
            context.station(), db, key.reader(), key.key_holder().annexes, tid, at=context.now().date()
        )
    originals, _unread = translations.beside(tid, held.manifest, held.statements)
    places = coding_text.numbered(originals)
    groups = coding_text.groups(held, Wording(held.form, lang), places)
    codes = [one for group in groups for one in (*group.codes, *group.others)]
    return render_template(
        "desk/coding.html",
        tid=tid,
        coding=held,
        originals=originals,
        sentences=coding_text.sentences(places, originals, codes),
        groups=groups,
        lacking=sum(one.lacks for one in codes),
        due=held.due(),
        labels=labels,
    )


@bp.post("/testimony/<tid>/coding/passages")
@audience(Visitor.LAWYER)
def mark(tid: str) -> dict[str, object]:
    """{"field", "passages": [{"statement", "start", "end"}…]} -> {"sentence"}."""
    body = context.posted()
    field, passages = body.get("field"), body.get("passages")
    if not isinstance(field, str) or not isinstance(passages, list):
        raise BadRequest
    coding.mark(context.station(), key.reader(), current(tid), field, _passages(passages), day=context.now().date())
    return {"sentence": _("Signed and sealed to the lawyers.")}


@bp.post("/testimony/<tid>/coding/tell")
@audience(Visitor.LAWYER)
def tell(tid: str) -> Response:
    """Coordinators learn what they do not know yet of the corrections."""
    coding.tell(context.station(), key.reader(), current(tid), day=context.now().date())
    flash(_("Written down and signed. It counts here from now on; the next exchange brings it to everybody."))
    return redirect(url_for("coding.show", tid=tid), code=303)


@bp.post("/testimony/<tid>/assessment")
@audience(Visitor.LAWYER)
def assess(tid: str) -> Response:
    """How reliable it is, and what bears it out."""
    found = coding_text.chosen(request.form.getlist("corroboration"))
    coding.assess(
        context.station(), key.reader(), key.key_holder().annexes, current(tid), request.form.get("reliability", ""),
        found, day=context.now().date(),
    )  # fmt: skip
    flash(_("Written down and signed. It counts here from now on; the next exchange brings it to everybody."))
    return redirect(f"{url_for('testimony.show', tid=tid)}#coding", code=303)


@bp.post("/testimony/<tid>/findings")
@audience(Visitor.LAWYER)
def enter_findings(tid: str) -> Response:
    """What a clinician found."""
    coding.enter_findings(
        context.station(), key.reader(), key.key_holder().annexes, current(tid), request.form.get("degree", ""),
        day=context.now().date(),
    )  # fmt: skip
    flash(_("Signed and sealed to the lawyers."))
    return redirect(f"{url_for('testimony.show', tid=tid)}#coding", code=303)


def current(tid: str) -> Coding:
    """With what came since."""
    with context.reading() as db:
        return coding.read_coding(
            context.station(), db, key.reader(), key.key_holder().annexes, tid, at=context.now().date()
        )


def of_testimony(opened: Opened, wording: Wording) -> coding_text.Shown | None:
    """The coded record for the testimony's own page, by the annexes that the desk has opened."""
    found = coded_record.effective(
        context.station().chain,
        context.station().settings.home,
        key.key_holder().annexes,
        opened.tid,
        opened.form_sha256,
        opened.compartment("coded"),
    )
    return coding_text.shown(found, wording)


def _passages(values: list[Any]) -> list[Passage]:
    try:
        return [Passage.parse(value) for value in values]
    except EventUnreadable as error:
        raise BadRequest from error
