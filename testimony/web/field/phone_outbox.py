"""The page that imports a file from a phone. The browser sends the file to /sync; this page accepts no upload."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from testimony.errors import REFUSAL_RULES
from testimony.sync.errors import CarryForeign
from testimony.web.audiences import Visitor
from testimony.web.auth import audience

bp = Blueprint("carry", __name__)


@bp.get("/carry")
@audience(Visitor.ANYONE)
def find() -> Response:
    """A short address to say on the telephone."""
    return redirect(url_for("carry.show"), code=303)


@bp.get("/<lang:lang>/carry")
@audience(Visitor.ANYONE)
def show(lang: str) -> str:
    """Anybody may bring the file: what counts is who sealed and signed its contents."""
    return render_template("field/carry.html", words=_words())


def _words() -> dict[str, str]:
    """What the page's script says. {n} and {of} are filled in by it."""
    return {
        "working": _("Reading the file."),
        "working_on": _("Taken in so far: {n}. Do not close this page."),
        "taken": _("Taken in and signed for: {n} of {of}."),
        "torn": _("The file is damaged or broke off; everything whole in it was taken in. Save it on the phone again."),
        "missing": _("Not complete: {n}. Bring the phone's next file."),
        "foreign": _(CarryForeign.sentence),
        "node_gone": _(
            "This station does not answer. What was taken in stays; start it, then choose the same file again."
        ),
        "node_full": _("This station can take in nothing now. Free some space on it, then choose the same file again."),
        "insecure": _(
            "This address is not secure. Open it on the station's own computer as http://localhost, or by https."
        ),
        "rule_other": _("Not taken in. Show it to your coordinator."),
    } | {f"rule_{rule}": _(sentence) for rule, sentence in REFUSAL_RULES.items()}
