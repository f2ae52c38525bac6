"""The list of releases at a coordinator's desk: state of each, next steps, and this person's possible actions."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as AnyResponse

from testimony.anonymity.validity import PRESETS
from testimony.domain.ledger.ledger import Ledger
from testimony.services.ledger import ledger
from testimony.services.ledger.errors import LedgerForked, LedgerIncomplete
from testimony.services.release import job as release_job
from testimony.services.release import published_accounts
from testimony.services.release import release as release_service
from testimony.services.release.job import Files
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.release import acts as release_acts
from testimony.web.desk.release import faces as release_faces
from testimony.web.desk.release import file as release_file
from testimony.web.desk.release import history as release_history
from testimony.web.desk.release import states
from testimony.web.desk.release import text as release_text
from testimony.web.desk.release.states import Told
from testimony.web.desk.session import key
from testimony.web.desk.session import sync as session_sync
from testimony.web.text import labels

bp = Blueprint("releases", __name__)


@bp.get("/<lang:lang>/releases/")
@audience(Visitor.COORDINATOR)
def index(lang: str) -> str:
    """Every release, what waits for whom, refusals, and what a colleague came before with."""
    held = release_acts.read()
    told = states.release_states(held, key.reader().id)
    to = release_text.recipients(lang, {to for one in told for to in one.batch.files})
    return render_template(
        "desk/releases.html",
        told=told,
        opened=bool(held.key),
        floor=release_text.preset(PRESETS[held.floor.preset]) if held.floor and held.floor.preset in PRESETS else "",
        presets=release_text.presets(),
        refused=release_history.refusals(held),
        overtaken=release_history.overtaken(held),
        revoked=release_history.revoked(held),
        advised=release_history.advised(held),
        holders=sorted({recipient for one in told for recipient in one.handed}),
        to=to,
        faces={one.batch.name: release_faces.face(one.batch, to) for one in told},
        line_words=lambda line: release_history.line_words(held, line, lang),
        preset_name=release_text.preset_name,
        waiting=session_sync.waiting(),
        labels=labels,
    )


@bp.post("/releases/begin")
@audience(Visitor.COORDINATOR)
def begin() -> AnyResponse:
    """Open the organisation's ledger, with the preset that no release goes below."""
    floor = PRESETS.get(request.form.get("floor", ""))
    if floor is None:
        raise BadRequest
    ledger.open_(context.station(), key.reader(), release_acts.read(), floor, day=context.now().date())
    flash(release_acts.reaching(_("The ledger of releases is open.")))
    return redirect(url_for("releases.index"), code=303)


@bp.get("/<lang:lang>/releases/of/<release>")
@audience(Visitor.COORDINATOR)
def show(lang: str, release: str) -> str:
    """One release, and what this person can do now."""
    held = release_acts.read()
    told = _require_release(held, release)
    to = release_text.recipients(lang, told.batch.files)
    recalling = "recall" in told.steps or told.recalled
    with context.reading() as db:
        inside = published_accounts.inside(db, held, told.batch) if "recall" in told.steps else []
    return render_template(
        "desk/releaseshow.html",
        one=told,
        face=release_faces.face(told.batch, to),
        to=to,
        inside=inside,
        purpose=release_text.purpose,
        preset_name=release_text.preset_name(told.batch.preset),
        promise=release_text.promise(told.batch.k, told.batch.m),
        lines=release_history.lines(held, told.batch, lang) if recalling else [],
        reasons=release_text.REASONS,
        labels=labels,
    )


@bp.get("/<lang:lang>/releases/of/<release>/files")
@audience(Visitor.COORDINATOR)
def files(lang: str, release: str) -> str | AnyResponse:
    """The exact bytes to send: rebuilt from this desk's data, and compared with the ledger."""
    told = _require_release(release_acts.read(), release)
    job = release_acts.begin("files", release, lambda by: release_job.files(by, release))
    if job.running:
        return redirect(url_for("releaseprogress.show"), code=303)
    made = job.result.files if isinstance(job.result, Files) else {}
    return render_template(
        "desk/releasefiles.html",
        one=told,
        face=release_faces.face(told.batch, release_text.recipients(lang, told.batch.files)),
        files=[release_file.shown(to, data, lang) for to, data in sorted(made.items())],
        error=release_acts.sentence(job),
        promise=release_text.promise(told.batch.k, told.batch.m),
    )


@bp.post("/releases/of/<release>/approve")
@audience(Visitor.COORDINATOR)
def approve(release: str) -> AnyResponse:
    """Agree, to what this desk makes of its own testimonies."""
    job = release_acts.begin("approve", release, lambda by: release_service.approve(by, release))
    return release_acts.answer(job, release_acts.reaching(_("You agreed.")), _page(release))


@bp.post("/releases/of/<release>/send")
@audience(Visitor.COORDINATOR)
def send(release: str) -> AnyResponse:
    """Order that it leaves for those who were chosen. What may no longer leave cancels it."""
    to = tuple(request.form.getlist("to"))
    job = release_acts.begin("send", release, lambda by: release_service.send(by, release, to))
    done = _("The release may leave after the next sync. Then hand out the file here.")
    return release_acts.answer(job, done, _page(release))


@bp.post("/releases/of/<release>/hand-out")
@audience(Visitor.COORDINATOR)
def hand_out(release: str) -> AnyResponse:
    """The very bytes, as a file to be saved; from the first time on it counts as handed out."""
    to = request.form.get("to", "")
    job = release_acts.begin("hand-out", release, lambda by: release_service.hand_out(by, release, to))
    if not isinstance(job.result, bytes):
        return release_acts.answer(job, "", _page(release))
    job.told = True
    answer = Response(job.result, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{release_file.name(release, to)}"'
    job.result = None  # the file is kept on the disk; in memory nobody needs it
    return answer


@bp.post("/releases/of/<release>/cancel")
@audience(Visitor.COORDINATOR)
def cancel(release: str) -> AnyResponse:
    """Give it up, before it left."""
    job = release_acts.begin("cancel", release, lambda by: release_service.cancel(by, release))
    return release_acts.answer(job, release_acts.reaching(_("It is given up.")), _page(release))


@bp.errorhandler(LedgerIncomplete)
@bp.errorhandler(LedgerForked)
def stopped(error: Exception) -> AnyResponse:
    """To the page that says why the ledger cannot go on here, and what helps."""
    return redirect(url_for("settling.show"), code=303)


def _require_release(held: Ledger, release: str) -> Told:
    found = states.find_release(held, release, key.reader().id)
    if found is None:
        raise NotFound
    return found


def _page(release: str) -> str:
    return url_for("releases.show", release=release)
