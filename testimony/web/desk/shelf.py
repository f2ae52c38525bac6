"""The desk's list of testimonies, and the exchange with central."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from testimony.domain.review import State
from testimony.services import damage, gossip, incarnations, integrity, metering, reading, refusedthere
from testimony.services import reviews as stands
from testimony.sync.exchange import ExchangeReport
from testimony.sync.mediapull import MediaReport
from testimony.web import context, errors, labels
from testimony.web.auth import Visitor, audience
from testimony.web.desk import exchanging, key, reviews

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

bp = Blueprint("shelf", __name__)

PAGE = 50


@bp.get("/<lang:lang>/")
@audience(Visitor.READER)
def show(lang: str) -> str:
    """A page of testimonies, the last to arrive first: day, short id, what opens, whether it verifies, its review.

    `state` in the query: those alone whose review stands there.
    """
    page, state = max(request.args.get("page", 0, type=int), 0), _state()
    with context.reading() as db:
        key.held().annexes.refresh(context.station(), db, key.reader())
        only = None if state is None else _standing_there(state)
        total = reading.count(db, only=only)
        lines = reading.shelf(
            context.station(), db, key.reader(), page=page, size=PAGE, known=key.held().opens, only=only
        )
        marked = incarnations.told(context.station(), db)
        stations = {"marked": marked} | _of_this_station(db)
    more = total > (page + 1) * PAGE
    return render_template(
        "desk/shelf.html",
        lines=lines,
        total=total,
        page=page,
        labels=labels,
        more=more,
        states=list(reviews.STATES),
        state=state,
        reviewed={line.tid: _review_of(line.tid) for line in lines},
        state_word=reviews.word,
        **stations,
    )


def _standing_there(state: State) -> Callable[[str], bool]:
    """Whether the review of a testimony stands at `state`. Looks at all of them: for a list of one state alone."""
    reviewed = stands.states(context.station(), key.held().annexes)
    return lambda tid: reviewed.get(tid, State.NEW) is state


def _review_of(tid: str) -> State:
    return stands.of(context.station(), key.held().annexes, tid).review.state


def _state() -> State | None:
    asked = request.args.get("state", "")
    return State(asked) if asked in {str(one) for one in State} else None


def _of_this_station(db: Session) -> dict[str, Any]:
    station = context.station()
    return {
        "head": gossip.head(station, db),
        "forked": gossip.is_forked(station, db),
        "damaged": damage.count(db),
        "unsound": integrity.is_damaged(db),
        "refused": refusedthere.counted(refusedthere.standing(db)),
        "reasons": refusedthere.REASONS,
        "metered": metering.is_on(station, db),
        "day": labels.day,
    }


@bp.post("/pull")
@audience(Visitor.READER)
def pull() -> Response:
    """Deliver what was said here, withdrawals first, fetch what this reader may have, and say in words what went.

    On a metered link recordings and pictures wait, unless they are asked for this once.
    """
    asked = request.form.get("media") == "yes"
    report = exchanging.exchange(asked=asked)
    key.held().opens.clear()
    _say_sent(report)
    if report.greeting.restored:
        flash(
            gettext(
                "Headquarters' server was restored from a backup. What is kept here was offered again, withdrawals "
                "first; its log is read from the beginning."
            )
        )
    if report.failure is not None:
        flash(errors.sentence_of(report.failure), "refused")
    else:
        _say_fetched(report)
        if not asked and not exchanging.may_be_heavy():
            flash(gettext("Recordings and pictures were left out, because this link is dear."))
    return redirect(url_for("shelf.show"), code=303)


@bp.post("/metered")
@audience(Visitor.READER)
def metered() -> Response:
    """Switch: from now on recordings and pictures wait, or come."""
    with context.transaction() as db:
        metering.switch(db, on=request.form.get("on") == "yes")
    return redirect(url_for("shelf.show"), code=303)


def _say_sent(report: ExchangeReport) -> None:
    """What headquarters signed for; what still waits here, and that it is kept."""
    if report.pushed.delivered:
        flash(gettext("Delivered to headquarters, with its receipt: %(number)s.", number=report.pushed.delivered))
    if waiting := exchanging.waiting():
        flash(gettext("Still waiting here for headquarters: %(number)s. Nothing is lost.", number=waiting), "refused")


def _say_fetched(report: ExchangeReport) -> None:
    pulled, media = report.pulled, report.media
    if pulled.records or pulled.objects:
        flash(
            gettext(
                "Fetched. New records: %(records)s. New sealed pieces: %(objects)s.",
                records=pulled.records,
                objects=pulled.objects,
            )
        )
    elif not media.pieces:
        flash(gettext("There was nothing new at headquarters."))
    _say_media(media)
    if refused := report.pushed.refused | pulled.refused | media.refused | report.wordings.refused:
        flash(gettext("Not accepted, because they broke a rule: %(number)s.", number=len(refused)), "refused")


def _say_media(media: MediaReport) -> None:
    if media.pieces:
        flash(gettext("Pieces of recordings and pictures that came: %(number)s.", number=media.pieces))
    if media.left:
        flash(
            gettext(
                "Pieces of recordings and pictures that are still to come: %(number)s. All text is here; fetch again"
                " for the rest.",
                number=media.left,
            )
        )
