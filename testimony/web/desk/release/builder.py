"""The release builder: choose options, preview the table and the exact files, then propose the release."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from testimony.domain.testimony.languages import dir_of
from testimony.services.release import job as release_job
from testimony.services.release import release as release_service
from testimony.services.release.errors import ReleaseRefused
from testimony.services.release.job import PLAN, Looked
from testimony.services.release.jobs import Job, Turn
from testimony.services.release.plan import Order
from testimony.web import context, error_handlers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.release import acts as release_acts
from testimony.web.desk.release import charts
from testimony.web.desk.release import choices as release_choices
from testimony.web.desk.release import file as release_file
from testimony.web.desk.release import text as release_text

bp = Blueprint("releasebuilder", __name__)


@bp.get("/<lang:lang>/releases/new")
@audience(Visitor.COORDINATOR)
def show(lang: str) -> str:
    """The choices, and the picture of those that the address names."""
    order, page = release_choices.order_of(request.args), release_acts.work().page()
    return render_template(
        "desk/releasebuilder.html",
        order=order,
        page=page,
        to=release_text.recipients(lang, order.recipients if order else ()),
        purpose=release_text.purpose,
        presets=release_text.presets(),
        paces=release_choices.PACE_WORDS,
        preferences=release_choices.PREFERENCE_WORDS,
        prefer=order.prefer if order else release_choices.PREFERRED,
        pace=release_choices.pace(order),
        periods=release_choices.periods(context.now().year),
        period=release_text.period,
        **_picture(order, lang, (page, 0)),
    )


@bp.get("/<lang:lang>/releases/picture")
@audience(Visitor.COORDINATOR)
def picture(lang: str) -> str:
    """The picture alone, for the script of the page; one that is asked for late stops nothing newer."""
    order = release_choices.order_of(request.args)
    turn = release_choices.turn_of(request.args) if order else (0, 0)
    return render_template("desk/_releasepicture.html", **_picture(order, lang, turn))


@bp.get("/<lang:lang>/releases/preview/<release>")
@audience(Visitor.COORDINATOR)
def preview(lang: str, release: str) -> str:
    """The files of the plan that was looked at last, read back from the bytes that leave. Raises `ReleaseRefused`."""
    plan = release_acts.work().plan_of(release)
    files = [release_file.shown(to, data, lang) for to, data in sorted(plan.files.items())]
    figures = charts.figures(plan, turned=dir_of(lang) == "rtl")
    back = url_for("releasebuilder.show", **release_choices.choices(plan.order))
    return render_template("desk/releasepreview.html", plan=plan, files=files, figures=figures, back=back)


@bp.post("/releases/propose")
@audience(Visitor.COORDINATOR)
def propose() -> Response:
    """Write exactly what was previewed into the ledger. Nothing leaves."""
    name = request.form.get("release", "")
    plan = release_acts.work().plan_of(name)
    expected = plan.sha256
    job = release_acts.begin(
        "propose", name, lambda by: release_service.build(by, plan.order, name=name, expected=expected)
    )
    done = release_acts.reaching(_("The release is proposed."))
    return release_acts.answer(job, done, url_for("releases.index"))


@bp.post("/releases/refuse")
@audience(Visitor.COORDINATOR)
def refuse() -> Response:
    """Write down for every coordinator that nothing may leave, and why, as it was seen. Raises `ReleaseRefused`."""
    refusal = release_acts.work().refusal_of(release_choices.order_of(request.form))
    job = release_acts.begin("refuse", "", lambda by: release_service.refuse(by, refusal))
    return release_acts.answer(job, _("It is written down that nothing leaves, and why."), url_for("releases.index"))


def _picture(order: Order | None, lang: str, turn: Turn) -> dict[str, Any]:
    if order is None:
        return {"job": None, "figures": None, "looked": None, "error": "", "asked": {}}
    job = _job(order, turn)
    looked: Looked | None = job.result if job.succeeded else None
    plan = looked.plan if looked else None
    refusal = looked.refusal if looked and looked.refusal else job.error
    return {
        "job": job,
        "looked": looked,
        "left_out": release_text.left_out(looked.left_out) if looked else [],
        "figures": charts.figures(plan, turned=dir_of(lang) == "rtl") if plan else None,
        "promise": release_text.promise(plan.preset.k, plan.preset.m) if plan else "",
        "attribute": release_text.attribute,
        "error": error_handlers.sentence_of(refusal) if refusal else "",
        "is_result": isinstance(refusal, ReleaseRefused),
        "asked": release_choices.choices(order),
    }


def _job(order: Order, turn: Turn) -> Job:
    """Start a new one, unless the script only asks for the result of the one in progress."""
    found = release_acts.work().of(PLAN, order) if request.args.get("again") == "no" else None
    return found or release_acts.begin(PLAN, order, lambda by: release_job.look(by, order), turn=turn)
