"""A testimony's review on a desk's pages: its state, possible next states, and history."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.domain.review.review import Act, ReviewState, Signed
from testimony.errors import N_
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.records import queries as record_queries
from testimony.services.review import reviews
from testimony.services.review.errors import ReviewRefused
from testimony.services.review.reviews import Standing
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("reviews", __name__)

STATES = {  # in the order in which work goes
    ReviewState.NEW: N_("new"),
    ReviewState.IN_REVIEW: N_("in review"),
    ReviewState.NEEDS_INFORMATION: N_("needs information"),
    ReviewState.CLEARED: N_("cleared for release"),
    ReviewState.NOT_FOR_RELEASE: N_("not for release"),
}
MOVES = {
    ReviewState.IN_REVIEW: N_("Take into review"),
    ReviewState.NEEDS_INFORMATION: N_("Needs information"),
    ReviewState.CLEARED: N_("Clear for release"),
    ReviewState.NOT_FOR_RELEASE: N_("Not for release"),
}
IGNORED = {
    "role": N_("Who signed this is no lawyer. It counts for nothing."),
    "inactive": N_("Who cleared it is no longer active. Somebody else must clear it."),
    "move": N_("This was not possible from where the review stood. It counts for nothing."),
    "twice": N_("Two different acts have the same number. They count for nothing."),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One act in words. `outcome`: why it does not count, empty where it does."""

    act: str
    day: str
    who: str
    words: str
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How the review stands, for the page. `moves`: (state, words of the button). `second`: who proposed clearing."""

    state: ReviewState
    words: str
    moves: list[tuple[ReviewState, str]]
    second: str
    assigned: list[str]
    lawyers: list[str]
    lines: list[Line]
    unread: int


def shown(tid: str) -> Shown:
    """The review of the testimony `tid`, by the annexes that the desk has opened."""
    standing = reviews.review_of(context.station().chain, key.key_holder().annexes, tid)
    stands = standing.review
    moves = [to for to in stands.moves if not (to is ReviewState.CLEARED and key.reader().id in stands.cleared_by)]
    said = [_line(one) for one in stands.said]
    said += [_line(one, _(IGNORED[reason])) for reason, found in stands.ignored.items() for one in found]
    return Shown(
        state=stands.state,
        words=word(stands.state),
        moves=[(to, _(MOVES[to])) for to in moves],
        second=next(iter(stands.cleared_by)) if stands.waits_for_second else "",
        assigned=list(stands.assigned),
        lawyers=reviews.lawyers(context.station()),
        lines=said,
        unread=standing.unread,
    )


def word(state: ReviewState) -> str:
    """The state in words."""
    return str(_(STATES[state]))


@bp.post("/testimony/<tid>/review/move")
@audience(Visitor.LAWYER)
def move(tid: str) -> Response:
    """Move the review to its next state."""
    try:
        to = ReviewState(request.form.get("to", ""))
    except ValueError as error:
        raise BadRequest from error
    reviews.move(context.station(), key.reader(), _standing(tid), to, day=context.now().date())
    return _back(tid)


@bp.post("/testimony/<tid>/review/assign")
@audience(Visitor.LAWYER)
def assign(tid: str) -> Response:
    """Assign the review to a person."""
    to = request.form.get("to", "")
    reviews.assign(context.station(), key.reader(), _standing(tid), to, day=context.now().date())
    return _back(tid)


def _standing(tid: str) -> Standing:
    """With what came since. Raises `TestimonyUnknown`, `ReviewRefused` for what was withdrawn."""
    station, annexes = context.station(), key.key_holder().annexes
    with context.reading() as db:
        if not any(one.kind == "manifest" for one in record_queries.records_about(db, tid)):
            raise TestimonyUnknown(tid=tid)
        if not record_queries.is_served(db, tid):
            raise ReviewRefused("gone")
        annexes.refresh(station, db, key.reader())
    return reviews.review_of(station.chain, annexes, tid)


def _back(tid: str) -> Response:
    flash(_("Written down and signed. It counts here from now on; the next exchange brings it to everybody."))
    return redirect(f"{url_for('testimony.show', tid=tid)}#review", code=303)


def _line(one: Signed, outcome: str = "") -> Line:
    return Line(
        act=f"{one.event.act}-{one.event.to}" if one.event.act is Act.MOVE else str(one.event.act),
        day=labels.day(one.event.day.isoformat()),
        who=one.signer,
        words=_words(one),
        outcome=outcome,
    )


def _words(one: Signed) -> str:
    if one.event.act is Act.MOVE:
        return word(ReviewState(one.event.to))
    return str(_("given to %(name)s", name=one.event.to) if one.event.to else _("given to nobody"))
