"""The lawyers' private label on a testimony's page. Its words go by script, because browsers keep what forms send."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.records import queries as record_queries
from testimony.services.review import private_labels
from testimony.services.review.errors import LabelRefused
from testimony.services.testimony.view import Opened
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("labels", __name__)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """For the page. `before`: (text, who, day) of earlier labels, the newest first."""

    text: str
    before: list[tuple[str, str, str]]
    unread: int


def shown(opened: Opened) -> Shown:
    """The label of the testimony that a lawyer has open, by the annexes that the desk has opened."""
    held = private_labels.labels_of(context.station(), key.key_holder().annexes, opened.tid, opened.manifest)
    earlier = [
        (one.label.text, one.signer, labels.day(one.label.at.date().isoformat())) for one in reversed(held.said[:-1])
    ]
    return Shown(text=held.text, before=earlier, unread=held.unread)


@bp.post("/testimony/<tid>/label")
@audience(Visitor.LAWYER)
def write(tid: str) -> dict[str, str]:
    """{"label"} -> {"label", "sentence"}."""
    text = context.posted().get("label")
    if not isinstance(text, str):
        raise BadRequest
    station, reader, annexes = context.station(), key.reader(), key.key_holder().annexes
    with context.reading() as db:
        record = next((one for one in record_queries.records_about(db, tid) if one.kind == "manifest"), None)
        if record is None:
            raise TestimonyUnknown(tid=tid)
        if not record_queries.is_served(db, tid):
            raise LabelRefused("gone")
        annexes.refresh(station, db, reader)
        consent_state.permission_today(db, record).require("narrative")  # a label may say what the account says
    held = private_labels.labels_of(station, annexes, tid, record.id)
    kept = private_labels.write(station, reader, tid, record.id, held, text=text, at=context.now())
    return {"label": kept, "sentence": _("Signed and sealed to the lawyers.")}
