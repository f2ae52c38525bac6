"""What is done with several testimonies of the list at once, by script or by a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.errors import N_
from testimony.services.review import agendas, bulk_review
from testimony.services.review.bulk_review import Said
from testimony.services.review.errors import CaseRefused
from testimony.web import context, error_handlers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk import faces
from testimony.web.desk.casefile import choices as casefile_choices
from testimony.web.desk.casefile.choices import Use
from testimony.web.desk.session import key
from testimony.web.text import i18n

bp = Blueprint("inboxacts", __name__)

MOST: Final = 200
"""Testimonies to which something is done at once: each is signed, sealed and written to the disk."""
ACTS: Final = {
    "assign": N_("Assign"),
    "take": N_("Take into review"),
    "hold": N_("Not for release"),
    "case": N_("Take into a case"),
    "label": N_("Private label"),
    "export": N_("Export testimonies"),
}
SCRIPTED: Final = frozenset({"hold", "label"})
"""They take free words, which go by script alone: a browser keeps what a form sends."""


def uses(lang: str) -> list[Use]:
    """The cases that testimonies may be taken into: those that are open."""
    held = agendas.read(context.station(), key.key_holder().annexes)
    return [casefile_choices.use(one, lang) for one in sorted(casefile_choices.uses()) if held.closing(one) is None]


@bp.post("/inbox/acts")
@audience(Visitor.LAWYER)
def act() -> dict[str, Any]:
    """{"tids", "act": one of `ACTS` but "export", "to", "case", "reason", "label"} -> {"done", "sentence",
    "refused": [{"tid", "name", "sentence"}]}. Raises `NoteRefused`, `LabelRefused`.
    """
    body = context.posted()
    tids = body.get("tids")
    if not isinstance(tids, list) or not all(isinstance(tid, str) for tid in tids):
        raise BadRequest
    said = _do(tids, body)
    told = [{"tid": tid, "name": faces.named(tid), "sentence": why} for tid, why in _reasons(said, body)]
    return {"done": said.done, "sentence": _done(body, said), "refused": told}


@bp.post("/inbox/marked")
@audience(Visitor.LAWYER)
def mark() -> Response:
    """The same by a form, without words; and the export, which asks on its own page how."""
    tids, what = request.form.getlist("tid"), request.form.get("act")
    if what in SCRIPTED or not 0 < len(tids) <= MOST:
        raise BadRequest
    if what == "export":
        key.key_holder().chosen = tuple(dict.fromkeys(tids))
        return redirect(url_for("exports.show", chosen="yes"), code=303)
    said = _do(tids, request.form)
    flash(_done(request.form, said), "message" if said.done else "refused")
    for tid, why in _reasons(said, request.form):
        flash(f"{faces.named(tid)}{i18n.colon()}{why}", "refused")
    return redirect(url_for("shelf.show"), code=303)


def _do(tids: Sequence[str], body: Mapping[str, Any]) -> Said:
    if not 0 < len(tids) <= MOST:
        raise BadRequest
    station, reader, annexes, at = context.station(), key.reader(), key.key_holder().annexes, context.now()
    match body.get("act"):
        case "assign":
            return bulk_review.assign(station, reader, annexes, tids, _text(body, "to"), day=at.date())
        case "take":
            return bulk_review.take(station, reader, annexes, tids, day=at.date())
        case "hold":
            return bulk_review.hold(station, reader, annexes, tids, _text(body, "reason"), day=at.date())
        case "case":
            one = casefile_choices.case_of(_text(body, "case"))
            return bulk_review.enter(station, reader, annexes, tids, one, day=at.date())
        case "label":
            return bulk_review.label(station, reader, annexes, tids, _text(body, "label"), at=at)
    raise BadRequest


def _text(body: Mapping[str, Any], name: str) -> str:
    said = body.get(name, "")
    if not isinstance(said, str):
        raise BadRequest
    return said


def _reasons(said: Said, body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(testimony, why nothing was done), where a consent is missing with what became of it."""
    lacking = [tid for tid, why in said.refused.items() if isinstance(why, CaseRefused) and why.reason == "consent"]
    known: dict[str, str] = {}
    if lacking:
        one = casefile_choices.case_of(_text(body, "case"))
        known = dict(casefile_choices.reasons(one, lacking, i18n.language()))
    return [(tid, known.get(tid) or error_handlers.sentence_of(why)) for tid, why in said.refused.items()]


def _done(body: Mapping[str, Any], said: Said) -> str:
    told = [f"{_(ACTS[str(body.get('act'))])}."]
    told += [str(_("Written down and signed for testimonies: %(number)s.", number=said.done))] if said.done else []
    told += [str(_("Not done: %(number)s.", number=len(said.refused)))] if said.refused else []
    return " ".join(told)
