"""Accounts of which no lawyer has said who told them or of which incident: looked at and told apart, many at once.

A release counts accounts that nobody looked at as one person where age, gender and nationality are the same, and as one
incident where month and border are. Those that name an earlier one of the same witness come first, then those that look
alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.domain.incidents.linkage import Linked
from testimony.domain.testimony.inbox import Row
from testimony.services.incidents import linkage, side_by_side
from testimony.services.incidents.errors import IncidentRefused
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk import faces
from testimony.web.desk.faces import Face
from testimony.web.desk.incidents import text as incident_text
from testimony.web.desk.incidents.faces import GONE
from testimony.web.desk.session import key

bp = Blueprint("apart", __name__)

PAGE = 100
"""Accounts on one page, and in one act."""


@dataclass(frozen=True, kw_only=True)
class Unlooked:
    """One account. `person`, `incident`: nobody has said. `like_person`, `like_event`: how many others are the same.

    `earlier`: of the same witness, as this account says and nobody has signed. `has_later`: another one says so of it.
    """

    face: Face
    person: bool
    incident: bool
    like_person: int
    like_event: int
    earlier: Face | None
    has_later: bool

    @property
    def is_twin(self) -> bool:
        """Whether another one is of the same person and event, as far as their codes tell: to be read first."""
        return bool(self.like_person and self.like_event)

    @property
    def is_known(self) -> bool:
        """Whether its codes tell it from others: nobody knows of an account without them whose it is."""
        return bool(self.face.where and self.face.who) and not (self.is_twin or self.earlier or self.has_later)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """`shown`: the first accounts that nobody looked at. `persons`, `incidents`: how many there are altogether."""

    shown: list[Unlooked]
    persons: int
    incidents: int
    unread: int


@bp.get("/<lang:lang>/incidents/apart")
@audience(Visitor.LAWYER)
def show(lang: str) -> str:
    """The accounts that look alike first. `all`: those are chosen that look like no other one."""
    return render_template("desk/apart.html", waiting=_waiting(), every=request.args.get("all") == "yes", most=PAGE)


@bp.post("/incidents/apart")
@audience(Visitor.LAWYER)
def tell() -> Response:
    """The accounts `tid`; `act`: "people" or "incidents", which are different ones as far as is known."""
    chosen, act = request.form.getlist("tid")[:PAGE], request.form.get("act", "")
    if act not in ("people", "incidents"):
        raise BadRequest
    if not chosen:
        raise IncidentRefused("none")
    with context.reading() as db:
        for tid in chosen:
            side_by_side.require_served(db, tid)
        key.key_holder().annexes.refresh(context.station(), db, key.reader())
    say = linkage.tell_apart if act == "people" else linkage.tell_incidents_apart
    new = say(context.station(), key.reader(), incident_text.opened_links(), chosen, day=context.now().date())
    flash(
        ngettext("Written down and signed for %(num)d account.", "Written down and signed for %(num)d accounts.", new)
    )
    return redirect(url_for("apart.show"), code=303)


def unlooked() -> int:
    """How many accounts here nobody looked at, whether they were opened or not. Opens none."""
    linked = incident_text.opened_links().linked
    with context.reading() as db:
        key.key_holder().inbox.refresh(
            context.station(), db, key.reader(), key.key_holder().annexes, day=context.now().date()
        )
    rows = (row for row in key.key_holder().inbox.rows() if not row.flags & GONE)
    return sum(not linked.keys.get(row.tid) or not linked.incidents.get(row.tid) for row in rows)


def _waiting() -> Waiting:
    holder, day = key.key_holder(), context.now().date()
    with context.reading() as db:
        holder.inbox.refresh(context.station(), db, key.reader(), holder.annexes, day=day)
    progress = holder.inbox.read_on(context.station(), key.reader(), holder.annexes, day=day, seconds=key.AT_ONCE)
    linked = incident_text.opened_links().linked
    rows = [row for row in holder.inbox.rows() if row.read and not row.flags & GONE]
    people, events = Counter(map(_person, rows)), Counter(map(_event, rows))
    earlier = _earlier(rows, linked)
    later = {one.tid for one in earlier.values()}
    found = [_unlooked(row, linked, people, events, earlier.get(row.tid), row.tid in later) for row in rows]
    found = [one for one in found if one.person or one.incident]
    order = {row.tid: (_person(row), _event(row)) for row in rows}
    found.sort(
        key=lambda one: (one.earlier is None, not one.is_twin, -one.like_person, order[one.face.tid], one.face.tid)
    )
    return Waiting(
        shown=found[:PAGE],
        persons=sum(one.person for one in found),
        incidents=sum(one.incident for one in found),
        unread=progress.total - progress.read,
    )


def _earlier(rows: Iterable[Row], linked: Linked) -> dict[str, Row]:
    """Testimony -> the earlier one of the same witness that it names, of `rows`, where nobody has said who told it."""
    named = {row.manifest: row for row in rows}
    return {row.tid: named[row.further] for row in rows if row.further in named and not linked.keys.get(row.tid)}


def _unlooked(
    row: Row,
    linked: Linked,
    people: Counter[tuple[str, ...]],
    events: Counter[tuple[str, ...]],
    earlier: Row | None,
    has_later: bool,
) -> Unlooked:
    return Unlooked(
        face=faces.face(row),
        person=not linked.keys.get(row.tid),
        incident=not linked.incidents.get(row.tid),
        like_person=people[_person(row)] - 1,
        like_event=events[_event(row)] - 1,
        earlier=faces.face(earlier) if earlier else None,
        has_later=has_later,
    )


def _person(row: Row) -> tuple[str, ...]:
    return row.age, row.gender, row.nationality


def _event(row: Row) -> tuple[str, ...]:
    return row.month, row.place
