"""Progress of the work on a release while accounts are being opened, with stop and resume; also as JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from testimony.services.release.job import PLAN
from testimony.services.release.jobs import Job
from testimony.web.audiences import Visitor
from testimony.web.auth import audience, by_itself
from testimony.web.desk.release import acts as release_acts
from testimony.web.desk.release import choices as release_choices

bp = Blueprint("releaseprogress", __name__)


@bp.get("/<lang:lang>/releases/progress")
@audience(Visitor.COORDINATOR)
def show(lang: str) -> str | Response:
    """What goes on, or how the last act ended."""
    job = release_acts.work().last
    if job is None:
        return redirect(url_for("releases.index"), code=303)
    if not job.running:
        job.told = True
    return render_template("desk/releaseprogress.html", job=job, error=release_acts.sentence(job), back=_back(job))


@bp.get("/releases/state")
@audience(Visitor.COORDINATOR)
@by_itself
def state() -> dict[str, Any]:
    """For the script of the pages: {"running", "done", "total"}."""
    return release_acts.work().state()


@bp.post("/releases/stop")
@audience(Visitor.COORDINATOR)
def stop() -> Response:
    """End after the testimonies that are being opened. What was opened stays open."""
    job = release_acts.work().last
    release_acts.work().stop()
    if job is not None:
        job.wait(5)
    return redirect(url_for("releaseprogress.show"), code=303)


def _back(job: Job) -> str:
    """The page from which it was begun, which goes on where it was stopped."""
    if job.act.what == PLAN:
        return url_for("releasebuilder.show", **release_choices.choices(job.act.about))
    if job.act.what in ("clearings", "quality"):
        return url_for(f"{job.act.what}.show")
    if job.act.what.startswith("tables-"):
        return url_for("releasetables.show")
    return url_for("releases.show", release=job.act.about) if job.act.about else url_for("releases.index")
