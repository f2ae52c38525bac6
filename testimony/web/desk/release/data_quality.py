"""The data-quality report at a coordinator's desk: how often each field is answered, and why it is not."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from testimony.domain.coding.data_quality import Status
from testimony.errors import N_
from testimony.questionnaire.form import Form
from testimony.questionnaire.form_labels import Wording
from testimony.services.release import data_quality
from testimony.services.release import desk as release_desk
from testimony.services.release.data_quality import Report
from testimony.services.release.desk import Releaser
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.release import acts as release_acts
from testimony.web.desk.release import text as release_text
from testimony.web.text import labels

bp = Blueprint("quality", __name__)

STATUSES = {
    Status.ANSWERED: N_("answered"),
    Status.UNKNOWN: N_("not known"),
    Status.REFUSED: N_("refused"),
    Status.NOT_ASKED: N_("not asked"),
    Status.SILENT: N_("nothing said"),
    Status.CONTESTED: N_("lawyers differ"),
    Status.FINER: N_("finer than allowed"),
    Status.UNCODED: N_("no code of the form"),
}


@bp.get("/<lang:lang>/releases/quality")
@audience(Visitor.COORDINATOR)
def show(lang: str) -> str | Response:
    """Over the accounts that may be released today, for everybody or for one recipient."""
    to = request.args.get("to", "")
    known = release_text.recipients(lang)
    asked = [to] if to in known else None
    job = release_acts.begin("quality", to or None, lambda by: _report(by, asked))
    if job.running:
        return redirect(url_for("releaseprogress.show"), code=303)
    return render_template(
        "desk/quality.html",
        report=job.result,
        error=release_acts.sentence(job),
        statuses=STATUSES,
        field=Wording(Form.load(), lang).field_label,
        language=lambda code: labels.language(code).text,
        to=known,
        chosen=to,
        purpose=release_text.purpose,
        least=data_quality.BLANK_BELOW,
    )


def _report(by: Releaser, asked: list[str] | None) -> Report:
    codes = None if asked is None else [release_desk.card(one) for one in asked]
    with by.station.database.reading() as session:
        return data_quality.of(by.station, session, by.reader, by.annexes, at=by.day, recipients=codes)
