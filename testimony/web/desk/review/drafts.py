"""A machine at this desk drafts a translation: begin, stop, and how far it is. The page is that of the translation."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from testimony.domain.testimony import translation
from testimony.domain.testimony.translation import TAG
from testimony.sealing.errors import CannotOpen
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.records import queries as record_queries
from testimony.services.review.errors import TranslationRefused
from testimony.services.speech.errors import DraftRefused
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import UnlockNeeded, audience, by_itself
from testimony.web.desk.review import translations
from testimony.web.desk.review.machine_drafter import able, drafter
from testimony.web.desk.session import key

bp = Blueprint("drafting", __name__)

MOMENT: Final = 1.5
"""Seconds to wait for a short text, so that no page of progress is shown for it."""


@bp.post("/testimony/<tid>/translate/<statement>/<to>/begin")
@audience(Visitor.LAWYER)
def begin(tid: str, statement: str, to: str) -> Response:
    """{"model": its hash} -> the page, with progress. Sentences that are translated already are left as they are.

    Raises `DraftRefused`, `TranslationRefused`, and `UnlockNeeded` if the key was locked meanwhile: then nothing goes
    on.
    """
    if not TAG.fullmatch(to):
        raise NotFound
    reader = key.reader()
    with context.reading() as db:
        _forget_closed(db)
        record, original = translations.opened_original(db, tid, statement)
        if not record_queries.is_served(db, tid):
            raise TranslationRefused("gone")
        held = translations.refreshed(db, tid, record)
    model = next((one for one in able(original.lang, to) if one.hash == request.form.get("model")), None)
    if model is None:
        raise DraftRefused("model")
    newest = held.newest(original.id, to)
    texts = newest.along(translation.spans(original.text)) if newest else None
    empty = [n for n, _span in enumerate(translation.spans(original.text)) if texts is None or not texts[n].strip()]
    run = drafter().begin(tid, original, to, model, tuple(empty))
    if key.key_holder().peek() is not reader:  # locking came before there was anything to end
        run.stop()
        drafter().forget()
        raise UnlockNeeded
    run.wait(MOMENT)
    return _to_page(tid, statement, to)


@bp.post("/testimony/<tid>/translate/<statement>/<to>/stop")
@audience(Visitor.LAWYER)
def stop(tid: str, statement: str, to: str) -> Response:
    """End the engine, or discard what it wrote of this statement."""
    run = drafter().of(tid, statement, to)
    if run is not None:
        drafter().forget()
        run.wait(MOMENT)
    return _to_page(tid, statement, to)


@bp.get("/translations/state")
@audience(Visitor.LAWYER)
@by_itself
def state() -> dict[str, Any]:
    """For the script of the page: {"running", "done", "total"}, in sentences."""
    return drafter().state()


def _to_page(tid: str, statement: str, to: str) -> Response:
    return redirect(url_for("translating.show", tid=tid, statement=statement, to=to), code=303)


def _forget_closed(db: Session) -> None:
    """End and drop the last draft if its page opens no more, as after a withdrawal: nobody could discard it there."""
    last = drafter().last
    if last is not None and not _is_in_sight(db, last.tid, last.original):
        drafter().forget()


def _is_in_sight(db: Session, tid: str, original: str) -> bool:
    try:
        translations.opened_original(db, tid, original)
    except (CannotOpen, TestimonyUnknown, NotFound):
        return False
    return record_queries.is_served(db, tid)
