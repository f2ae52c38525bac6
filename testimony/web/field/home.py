"""A field node's front page: begin an interview, and how much this node holds. Counts only."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, render_template
from flask_babel import force_locale, gettext

from testimony.services import custody, gossip, outbox, renewing, standing
from testimony.web import context, i18n, labels
from testimony.web.auth import Visitor, audience

bp = Blueprint("home", __name__)


@bp.get("/<lang:lang>/")
@audience(Visitor.ANYONE)
def show(lang: str) -> str:
    """What a phone on the hotspot sees first."""
    with context.reading() as db:
        counts = Counter(line.state for line in outbox.states(db))
        log_size = custody.size(db)
        marked = standing.quarantined_since(db)
        head = gossip.head(context.station(), db)
        forked = gossip.is_forked(context.station(), db)
    ending = renewing.ending(context.station().settings.home, context.now())
    return render_template(
        "field/home.html",
        counts=counts,
        total=counts.total(),
        log_size=log_size,
        begin=_invitations(),
        signed_in=context.actor().id,
        ending=ending,
        last_day=labels.day(ending.day) if ending else "",
        marked=labels.day(marked) if marked else "",
        head=head,
        forked=forked,
    )


def _invitations() -> dict[str, str]:
    """The words of the button, each in its own language."""
    words = {}
    for code in i18n.languages():
        with force_locale(code):
            words[code] = gettext("Start an interview")
    return words
