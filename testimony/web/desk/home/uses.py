"""Pages of available uses (coordinators), expiring consents (both roles) and witnesses' requests (lawyers)."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from testimony.domain.consent.purposes import Key
from testimony.domain.withdrawal import endings as rules
from testimony.errors import N_
from testimony.services.coding import counts
from testimony.services.consent import usable
from testimony.services.consent.usable import NEEDED, ON_HOLD
from testimony.services.withdrawal import endings
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.consent import consent
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.home import preparation
from testimony.web.desk.session import key
from testimony.web.text import labels
from testimony.web.text.labels import Words

bp = Blueprint("uses", __name__)

WEEKS = (4, 8, 13, 26)
"""Within which what ends is listed; the first where nobody chose."""
WHY_NOT = {ON_HOLD: N_("on hold"), NEEDED: N_("another yes that it needs does not stand")}


@bp.get("/<lang:lang>/usable/")
@audience(Visitor.COORDINATOR)
def today(lang: str) -> str:
    """For each use and recipient how many testimonies may be used, which, and why not the others."""
    if (waiting := preparation.waiting()) is not None:
        return waiting
    with context.reading() as db:
        at = context.now().date()
        found = usable.usable(context.station(), db, key.reader(), key.key_holder().annexes, at=at, label=counts.label)
    return render_template(
        "desk/usable.html",
        found=found,
        why_not=why_not,
        recipient=lambda one: _recipient(one, lang),
        labels=labels,
        closed=key.key_holder().annexes.closed(),
    )


@bp.get("/<lang:lang>/ending/")
@audience(Visitor.READER)
def ending(lang: str) -> str:
    """Consent that ends within some weeks or has ended, and whether the witness may be asked again: of what this desk
    may open.
    """
    if (waiting := preparation.waiting()) is not None:
        return waiting
    asked = request.args.get("weeks", WEEKS[0], type=int)
    weeks = asked if asked in WEEKS else WEEKS[0]
    with context.reading() as db:
        at, annexes = context.now().date(), key.key_holder().annexes
        found = usable.ending(context.station(), db, key.reader(), annexes, at=at, label=counts.label, days=weeks * 7)
        ended = usable.ended(context.station(), db, key.reader(), annexes, at=at, label=counts.label)
        keeping, unknown = _keeping(db, at), endings.unknown(db)
    return render_template(
        "desk/ending.html",
        found=found,
        ended=ended,
        keeping=keeping,
        unknown=unknown,
        recipient=lambda one: _recipient(one, lang),
        labels=labels,
        weeks=weeks,
        choices=WEEKS,
    )


def _keeping(db: Session, at: date) -> list[tuple[str, str, str, bool]]:
    """(tid, last day, day of destruction, whether it is over) of what ends within 30 days, the nearest first."""
    found = []
    for tid, month in endings.soon(db, at):
        gone = rules.destroyed_from(month)
        found.append((tid, rules.last_day(month).isoformat(), gone.isoformat(), month < rules.month_of(at)))
    return found


def why_not(reason: str) -> str:
    """Why a consent is not usable, in words."""
    return str(_(WHY_NOT[reason])) if reason in WHY_NOT else labels.state(reason)


def _recipient(one: Key, lang: str) -> Words:
    return consent.recipient(one, consent_state.organisations(), lang)
