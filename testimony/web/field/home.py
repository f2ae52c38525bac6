"""A field node's home page: start an interview, where data is safe, and the state of the link. Only counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template
from flask_babel import force_locale, gettext

from testimony.domain.testimony.languages import dir_of
from testimony.services.backup import last_backup
from testimony.services.certificates import renewal as certificate_renewal
from testimony.services.continuity import central_view
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.delivery import refusals as delivery_refusals
from testimony.services.intake import questions
from testimony.services.integrity import database_check
from testimony.services.link import last_sync, metered
from testimony.services.monitoring import health as monitoring_health
from testimony.services.monitoring import safety_counts
from testimony.services.records import scrub
from testimony.web import context, error_handlers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.field import link as door
from testimony.web.text import clocks, i18n, labels, quantities

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

bp = Blueprint("home", __name__)


@bp.get("/<lang:lang>/")
@audience(Visitor.ANYONE)
def show(lang: str) -> str:
    """What a phone on the hotspot sees first."""
    station = context.station()
    with context.reading() as db:
        counted, log_size, damaged = safety_counts.look(station, db), custody_log.size(db), scrub.count(db)
        link, own, unsound = _link(db), monitoring_health.look(station, db), database_check.is_damaged(db)
        marked, head, forked = (
            central_view.quarantined_since(db),
            split_view.head(station, db),
            split_view.is_forked(station.chain, db),
        )
        to_answer = questions.count_open(db) if context.actor().id else 0
    ending = certificate_renewal.ending(station.settings.home, context.now())
    return render_template(
        "field/home.html",
        safety=counted,
        log_size=log_size,
        damaged=damaged,
        unsound=unsound,
        begin=_invitations(),
        dir_of=dir_of,
        signed_in=context.actor().id,
        administers=Visitor.OPERATOR in context.actor().audiences,
        to_answer=to_answer,
        ending=ending,
        last_day=labels.day(ending.day) if ending else "",
        marked=labels.day(marked) if marked else "",
        head=head,
        forked=forked,
        condition=own,
        clocks=clocks.sentences(own.clocks),
        is_new=last_backup.untested(station) == "never",
        reasons=delivery_refusals.REASONS,
        day=labels.day,
        **link,
    )


def _link(db: Session) -> dict[str, Any]:
    """The state of sync, in words that name no address, since everybody on the hotspot can read them."""
    station, trying = context.station(), door.trying()
    contact, failed = last_sync.last(db), trying.error if trying else None
    return {
        "trying": trying,
        "reason": error_handlers.sentence_without_address(failed) if failed else "",
        "contact": labels.day(contact.isoformat()) if contact else "",
        "metered": metered.is_on(station, db),
        "asked": metered.is_asked(db),
        "kept_days": station.settings.kept_days,
        "about": quantities.about,
        "amount": quantities.amount,
    }


def _invitations() -> dict[str, str]:
    """The words of the button, each in its own language."""
    words = {}
    for code in i18n.languages():
        with force_locale(code):
            words[code] = gettext("Start an interview")
    return words
