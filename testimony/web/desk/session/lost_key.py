"""The page for a lost or copied reader's key: what the key opens and what to do. It needs no unlocked key."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from testimony.services.access import exposure
from testimony.services.custody import split_view
from testimony.services.enrolment import reader_key
from testimony.services.opening import reader as opening_reader
from testimony.services.roster import history as roster_history
from testimony.services.roster.history import Holder
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("lostkey", __name__)


@bp.get("/<lang:lang>/lost")
@audience(Visitor.OPERATOR)
def show(lang: str) -> str:
    """Whose key: this desk's own first, where it can be told without the passphrase."""
    station = context.station()
    found = roster_history.holders(station.chain)
    mine = _mine()
    ordered = sorted(found, key=lambda one: (one.name != mine, one.rosters[-1].no != station.chain.latest.no, one.id))
    active = {one.name for one in found if one.rosters[-1].no == station.chain.latest.no}
    return render_template("desk/lost.html", holders=ordered, mine=mine, active=active, labels=labels)


@bp.get("/<lang:lang>/lost/<key>")
@audience(Visitor.OPERATOR)
def sheet(lang: str, key: str) -> str:
    """What it opens, what cannot be undone, and what to do now, in order. To be printed."""
    station = context.station()
    holder = _holder(key)
    with context.reading() as db:
        found = exposure.exposure(db, holder)
        head = split_view.head(station, db)
    active = opening_reader.owner(station.chain.latest, holder.recipient) is not None
    return render_template(
        "desk/lostsheet.html",
        holder=holder,
        found=found,
        head=head,
        active=active,
        mine=holder.name == _mine(),
        roster=station.chain.latest,
        today=labels.day(context.today()),
        labels=labels,
    )


def _holder(name: str) -> Holder:
    found = next((one for one in roster_history.holders(context.station().chain) if one.name == name), None)
    if found is None:
        raise NotFound
    return found


def _mine() -> str:
    """The hash of this desk's own key, from the unlocked key or its request; empty if there is neither."""
    reader = key.key_holder().reader()
    if reader is not None:
        return roster_history.name_of(reader.key.recipient)
    recipient = reader_key.recipient_of(context.station().settings)
    return roster_history.name_of(recipient) if recipient else ""
