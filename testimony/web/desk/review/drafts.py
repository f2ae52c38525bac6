"""A machine at this desk drafts a translation: begin, stop, and how far it is. The page is that of the translation."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Flask, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from testimony.domain.testimony import translation
from testimony.domain.testimony.translation import TAG
from testimony.services.records import queries as record_queries
from testimony.services.review.errors import TranslationRefused
from testimony.services.speech.errors import DraftRefused
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import UnlockNeeded, audience, by_itself
from testimony.web.desk.review import machine_drafter, translations
from testimony.web.desk.review.machine_drafter import able, drafter
from testimony.web.desk.session import key

bp = Blueprint("drafting", __name__)

MOMENT: Final = 1.5
"""Seconds to wait for a short text, so that no page of progress is shown for it."""


def prepare(app: Flask) -> None:
    """Give a desk its drafter. A draft whose page opens no more is dropped once this desk knows: after each exchange,
    and after each act here.
    """
    machine_drafter.prepare(app)
    app.extensions["testimony.key"].on_news.append(translations.forget_closed)

    @app.after_request
    def look(response: Response) -> Response:
        if request.method == "POST":
            translations.forget_closed()
        return response


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
    translations.forget_closed()
    with context.reading() as db:
        record, original = translations.opened_original(db, reader, tid, statement)
        if not record_queries.is_served(db, tid):
            raise TranslationRefused("gone")
        held = translations.refreshed(db, reader, tid, record)
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
