"""Page for a ledger that is stuck: grant colleagues access, and settle unreadable or branched entries."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from testimony.services.ledger import access as ledger_access
from testimony.services.ledger import settlement as ledger_settlement
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("settling", __name__)


@bp.get("/<lang:lang>/releases/settling")
@audience(Visitor.COORDINATOR)
def show(lang: str) -> str:
    """What holds the ledger up here, who could open it, and what settling costs."""
    with context.reading() as db:
        stuck = ledger_settlement.look(context.station(), db, key.reader(), key.key_holder().annexes)
    return render_template("desk/settling.html", stuck=stuck, labels=labels)


@bp.post("/releases/settling")
@audience(Visitor.COORDINATOR)
def settle() -> Response:
    """Say it, or say the same as a colleague: in force when two people did."""
    ledger_settlement.settle(context.station(), key.reader(), key.key_holder().annexes, day=context.now().date())
    flash(_("It is written down. It counts when two coordinators said the same and both words are at headquarters."))
    return redirect(url_for("settling.show"), code=303)


@bp.post("/releases/let-in")
@audience(Visitor.COORDINATOR)
def let_in() -> Response:
    """Give the other coordinators what they cannot open of the ledger and this desk can."""
    made = ledger_access.let_in(context.station(), key.reader(), key.key_holder().annexes, day=context.now().date())
    said = _("Entries that now open to the others: %(number)s", number=made)
    flash(said if made else _("The other coordinators can open all that this desk can."))
    return redirect(url_for("settling.show"), code=303)
