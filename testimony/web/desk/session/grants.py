"""Pages that grant access to one testimony or to all of them: progress, and why some stay closed."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Flask, current_app, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from testimony.errors import N_
from testimony.services.access import gaps
from testimony.services.access.gaps import Why
from testimony.services.access.grant_job import Letting, LettingAll, Progress
from testimony.services.records import queries as record_queries
from testimony.web import context, error_handlers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience, by_itself
from testimony.web.desk.session import key
from testimony.web.desk.session import sync as session_sync

bp = Blueprint("letting", __name__)

REASONS = {
    Why.GONE: N_("Withdrawn, or set aside: %(number)s."),
    Why.HELD: N_("On hold in some use: %(number)s."),
    Why.UNREADABLE: N_("The consent cannot be read whole here: %(number)s."),
    Why.CONSENT: N_("The witness lets nobody of these roles read: %(number)s."),
    Why.CLOSED: N_(
        "Your own key does not open them, most often because the witness agreed to keeping alone: %(number)s."
    ),
}


def prepare(app: Flask) -> None:
    """Give a desk its worker, which ends when the key is locked."""
    work = LettingAll()
    app.extensions["testimony.letting"] = work
    app.extensions["testimony.key"].on_drop.append(work.stop)
    app.jinja_env.globals["waits_for_colleagues"] = waits_for_colleagues


def waits_for_colleagues(tid: str) -> bool:
    """Whether a present reader cannot open something of this testimony that they may, and this reader can let them."""
    station, reader, index = context.station(), key.reader(), key.key_holder().annexes
    with context.reading() as db:
        records = [one for one in record_queries.records_about(db, tid) if one.kind == "manifest"]
        found = gaps.judged(station, db, reader, index, records, at=context.now().date())
    return any(one.gaps for one in found)


@bp.get("/<lang:lang>/colleagues/progress")
@audience(Visitor.LAWYER)
def show(lang: str) -> str | Response:
    """How far it is, what was done, and how many not and why."""
    last = _work().last
    if last is None:
        return redirect(url_for("colleagues.show"), code=303)
    error = error_handlers.sentence_of(last.error) if last.error else ""
    with_recovery = current_app.extensions["testimony.recovery"].reader is not None
    again = url_for("recovery.let_in" if with_recovery else "letting.begin")
    return render_template("desk/letting.html", work=last, left=_left(last), error=error, again=again)


@bp.get("/colleagues/state")
@audience(Visitor.LAWYER)
@by_itself
def state() -> dict[str, Any]:
    """For the script of the page: {"running", "done", "total"}."""
    return _work().state()


@bp.post("/colleagues/let-in")
@audience(Visitor.LAWYER)
def begin() -> Response:
    """Exchange first, so that nothing that was taken back is unseen; then begin with everything."""
    return _begin("")


@bp.post("/testimony/<tid>/let-in")
@audience(Visitor.LAWYER)
def begin_one(tid: str) -> Response:
    """The same with one testimony."""
    return _begin(tid)


@bp.post("/colleagues/stop")
@audience(Visitor.LAWYER)
def stop() -> Response:
    """End after those that are under way."""
    _work().stop()
    _work().wait(5)
    return redirect(url_for("letting.show"), code=303)


def begin_with(letting: Letting, *, only: str = "") -> None:
    """Begin, and give one testimony, or a few, the time to be done before the page is there."""
    _work().begin(letting, only=only)
    _work().wait(2)
    key.key_holder().news()


def _begin(only: str) -> Response:
    session_sync.exchange(0)
    letting = Letting(context.station(), key.reader(), key.key_holder().annexes, context.now().date())
    begin_with(letting, only=only)
    return redirect(url_for("letting.show"), code=303)


def _left(last: Progress) -> list[str]:
    return [_(REASONS[why], number=last.left[why]) for why in REASONS if last.left[why]]


def _work() -> LettingAll:
    return cast(LettingAll, current_app.extensions["testimony.letting"])
