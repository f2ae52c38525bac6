"""Pages that recall published lines, and write notices of withdrawals for their recipients."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask import Response as Plain
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.domain.values import ID
from testimony.services.ledger.ledger import Reason
from testimony.services.release import history as release_history
from testimony.services.release import published_accounts, recall_entries
from testimony.services.release import release as release_service
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.release import acts as release_acts

bp = Blueprint("recalling", __name__)


@bp.post("/releases/of/<release>/recall")
@audience(Visitor.COORDINATOR)
def recall(release: str) -> Response:
    """The whole `line`; or where `tid` is chosen it and others of its line, drawn at random, that are enough."""
    line, said, reason = (request.form.get(name, "") for name in ("line", "tid", "reason"))
    if not ID.fullmatch(said or line) or reason not in set(Reason):
        raise BadRequest
    manifests = []
    if said:
        held = release_acts.read()
        with context.reading() as db:
            line, manifest = published_accounts.line_of(db, held, said)
        manifests = [manifest]
    job = release_acts.begin(
        "recall", release, lambda by: release_service.recall(by, line, Reason(reason), manifests=manifests)
    )
    done = release_acts.reaching(_("It is taken back. Tell everybody who has the file to delete it."))
    return release_acts.answer(job, done, url_for("releases.show", release=release))


@bp.get("/releases/notice/<to>")
@audience(Visitor.COORDINATOR)
def notice(to: str) -> Plain:
    """For recipients of files: the lines with a withdrawal, and those that no longer count."""
    answer = Plain(release_history.notice(release_acts.read(), to), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="notice-{to.partition(":")[0]}.csv"'
    return answer


@bp.post("/releases/revoke")
@audience(Visitor.COORDINATOR)
def revoke() -> Response:
    """Record the published lines with a withdrawal since then."""
    job = release_acts.begin("revoke", "", recall_entries.revoke)
    found = job.result if isinstance(job.result, int) else 0
    done = _("Withdrawals that are now written down for the people who have the lines: %(number)s", number=found)
    return release_acts.answer(
        job, done if found else _("Nobody of those who left has withdrawn since."), url_for("releases.index")
    )
