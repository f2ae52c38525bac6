"""Opens in the background everything that a page counts, and shows the progress until the page is ready."""

from __future__ import annotations

from typing import Any, Final, cast

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.errors import N_
from testimony.services.coding import counts
from testimony.services.consent import cache as consent_cache
from testimony.services.release.desk import Releaser
from testimony.services.release.jobs import Act, Job, Watch, Work
from testimony.web.audiences import Visitor
from testimony.web.auth import audience, by_itself
from testimony.web.desk.release import acts as release_acts

bp = Blueprint("counting", __name__)

MOMENT = 1.5
"""Seconds in which what came since the last time is mostly open: then no page of progress is shown."""
PAGES: Final = {
    "dashboard.show": N_("Overview"),
    "uses.today": N_("Available uses"),
    "uses.ending": N_("Consent expiring"),
}
"""What waits for it, by endpoint, and its title."""


def prepare(app: Flask) -> None:
    """Give a desk its worker, which ends when the key is locked."""
    made = app.extensions["testimony.counting"] = Work()
    app.extensions["testimony.key"].on_drop.append(made.forget)


def waiting() -> str | None:
    """What the page that is asked for shows as long as not everything is open; None once it is. Raises why it is not.

    All pages wait for the same: none of them stops what another began.
    """
    job = _work().begin(release_acts.releaser(), Act(what="consents", about=None, do=lambda _: None, opens=_open))
    job.wait(MOMENT)
    if job.error is not None:
        raise job.error
    return None if job.succeeded else _page(job, str(request.endpoint))


@bp.get("/<lang:lang>/counting/")
@audience(Visitor.READER)
def show(lang: str) -> str | Response:
    """How far it is, or that it was stopped, and the way on to the page that waits for it."""
    page, job = request.args.get("page", ""), _work().last
    if page not in PAGES:
        raise BadRequest
    return _page(job, page) if job is not None and not job.succeeded else redirect(url_for(page), code=303)


@bp.get("/counting/state")
@audience(Visitor.READER)
@by_itself
def state() -> dict[str, Any]:
    """For the script of the pages: {"running", "done", "total"}."""
    return _work().state()


@bp.post("/counting/stop")
@audience(Visitor.READER)
def stop() -> Response:
    """End after the testimonies that are being opened. What was opened stays open."""
    job = _work().last
    _work().stop()
    if job is not None:
        job.wait(5)
    return redirect(url_for("counting.show", page=request.form.get("page", "")), code=303)


def _page(job: Job, page: str) -> str:
    return render_template("desk/counting.html", job=job, page=page, title=_(PAGES[page]))


def _open(by: Releaser, watched: Watch) -> None:
    with by.station.database.reading() as session:
        consent_cache.current_consents(
            by.station, session, by.reader, by.annexes, at=by.day, label=counts.label, watched=watched
        )


def _work() -> Work:
    return cast(Work, current_app.extensions["testimony.counting"])
