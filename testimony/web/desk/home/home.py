"""A desk's home page: its list of testimonies and the sync with central."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from testimony.domain.roles import Role
from testimony.domain.testimony import note
from testimony.domain.testimony.inbox import Question
from testimony.services.continuity import incarnations
from testimony.services.custody import gaps, split_view
from testimony.services.delivery import refusals as delivery_refusals
from testimony.services.integrity import database_check
from testimony.services.link import metered as link_metered
from testimony.services.link import sync_choice
from testimony.services.records import scrub
from testimony.services.review import reviews as review_reviews
from testimony.services.roster import removed_readers
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.inbox import acts as inbox_acts
from testimony.web.desk.inbox import inbox
from testimony.web.desk.inbox import rows as inbox_rows
from testimony.web.desk.inbox.inbox import Asked
from testimony.web.desk.review import reviews
from testimony.web.desk.session import key, sync_text
from testimony.web.desk.session import sync as session_sync
from testimony.web.text import labels

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

bp = Blueprint("shelf", __name__)


@bp.get("/<lang:lang>/")
@audience(Visitor.READER)
def show(lang: str) -> str:
    """The list, in the order and with the filters of the address, else of what was asked here last.

    In the query: the codes of `domain/testimony/inbox.py`, `page` from 0. What is no code of ours asks for nothing.
    """
    told = request.args.to_dict()
    question, page = Question.forgiving(told), max(request.args.get("page", 0, type=int), 0)
    asked = Asked(question=question, page=page) if told else key.key_holder().asked or Asked()
    key.key_holder().asked = asked  # a testimony's page leads on in this order
    found = inbox.answer(asked, seconds=inbox.AT_ONCE)
    with context.reading() as db:
        stations = {"marked": incarnations.marked_stations(context.station(), db)} | _of_this_station(db)
    return render_template(
        "desk/shelf.html",
        found=found,
        syncing=_is_first_sync(),
        rows=inbox_rows.shown(found.rows),
        asked=asked,
        question=asked.question,
        choices=inbox_rows.choices(found.everything, asked.question),
        by_script=inbox_rows.SCRIPTED,
        sorts=inbox_rows.sorts(asked.question),
        cells=inbox_rows.CELLS,
        columns=inbox_rows.columns(),
        states=[(one, reviews.word(one)) for one in reviews.STATES],
        lawyers=review_reviews.lawyers(context.station()),
        longest=inbox.LONGEST,
        acts=inbox_acts.ACTS,
        scripted=inbox_acts.SCRIPTED,
        uses=inbox_acts.uses(lang) if key.reader().role is Role.LAWYER else [],
        longest_note=note.LONGEST,
        labels=labels,
        **stations,
    )


def _is_first_sync() -> bool:
    """Whether this desk syncs by itself, and since the unlocking no sync has ended."""
    link = key.key_holder().link
    return sync_choice.is_by_itself(context.station()) and link.synced is None and link.failing_since is None


def _of_this_station(db: Session) -> dict[str, Any]:
    station = context.station()
    return {
        "head": split_view.head(station, db),
        "forked": split_view.is_forked(station.chain, db),
        "lacking": gaps.find(db, station.chain, station.settings.role),
        "lacking_words": gaps.WORDS,
        "name_of": _name_of,
        "removed": removed_readers.testimonies(db, station.chain),
        "damaged": scrub.count(db),
        "unsound": database_check.is_damaged(db),
        "refused": delivery_refusals.counted(delivery_refusals.standing(db)),
        "reasons": delivery_refusals.REASONS,
        "metered": link_metered.is_on(station, db),
        "day": labels.day,
    }


def _name_of(kid: str) -> str:
    """The id in the roster of the person or device with the key `kid`; the kid if no roster has it."""
    signer = context.station().chain.signer(kid)
    return kid if signer is None else signer.id


@bp.post("/pull")
@audience(Visitor.READER)
def pull() -> Response:
    """Deliver what was said here, withdrawals first, fetch what this reader may have, and say in words what went.

    On a metered link recordings and pictures wait, unless they are asked for this once.
    """
    underway = session_sync.exchange(asked=request.form.get("media") == "yes")
    for sentence, kind in sync_text.exchange_sentences(underway):
        flash(sentence, kind)
    return redirect(url_for("shelf.show"), code=303)


@bp.post("/metered")
@audience(Visitor.READER)
def metered() -> Response:
    """Switch: from now on recordings and pictures wait, or come."""
    with context.transaction() as db:
        link_metered.switch(db, on=request.form.get("on") == "yes")
    return redirect(url_for("shelf.show"), code=303)
