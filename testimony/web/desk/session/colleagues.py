"""The page on which lawyers grant earlier testimonies to colleagues who joined later or have a new key."""

from __future__ import annotations

from flask import Blueprint, render_template

from testimony.services.access import gaps, grants
from testimony.services.consent import late_grants
from testimony.services.roster import history as roster_history
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("colleagues", __name__)


@bp.get("/<lang:lang>/colleagues/")
@audience(Visitor.LAWYER)
def show(lang: str) -> str:
    """Every other active reader and recovery, and how many testimonies here are not open to them though they may be."""
    station, reader, annexes, day = context.station(), key.reader(), key.key_holder().annexes, context.now().date()
    with context.reading() as db:
        annexes.refresh(station, db, reader)
        found = grants.colleagues(station, db, reader, annexes, at=day)
        behind = len(gaps.behind(station, db, reader, annexes, at=day))
        current = late_grants.is_current(db, day)
    left = roster_history.leavers(station.chain)
    return render_template(
        "desk/colleagues.html", found=found, behind=behind, current=current, left=left, labels=labels
    )
