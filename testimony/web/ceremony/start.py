"""The ceremonies' start page, the files that they save, and the end page, which erases everything."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from testimony.sealing.keys import recovery_shares
from testimony.services.enrolment import ceremony
from testimony.services.enrolment.ceremony import RecoveryCeremony
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.ceremony.session import room, text

bp = Blueprint("ceremony", __name__)


@bp.get("/<lang:lang>/")
@audience(Visitor.OPERATOR)
def show(lang: str) -> str | AnyResponse:
    """Which ceremony, and whether this computer is apart from every network; the ceremony that goes on, if any."""
    goes_on = room().goes_on
    if goes_on is not None:
        page = "splitting.show" if isinstance(goes_on, RecoveryCeremony) else "rooting.show"
        return redirect(url_for(page), code=303)
    return render_template("ceremony/front.html", networks=room().connected())


@bp.post("/share")
@audience(Visitor.OPERATOR)
def check() -> dict[str, int]:
    """{"share"} -> {"number", "set"}: whether one share is typed right, before the others are."""
    found = recovery_shares.read_share(text(context.posted(), "share"))
    return {"number": found.number, "set": found.set}


@bp.get("/made/<name>")
@audience(Visitor.OPERATOR)
def made(name: str) -> Response:
    """What leaves the room: public halves and who was there. Raises `CeremonyRefused` (order, drill)."""
    goes_on = room().goes_on
    files = ceremony.require_counts(goes_on).files if goes_on is not None else {}
    if name not in files:
        raise NotFound
    answer = Response(files[name], content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.post("/end")
@audience(Visitor.OPERATOR)
def end() -> AnyResponse:
    """Forget all of it, finished or not."""
    room().close()
    answer = redirect(url_for("ceremony.show"), code=303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
