"""Deadlines and tasks of cases as lines of a page, and the acts of lawyers on them. Words come by script alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import format_timedelta
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.domain.consent.offers import Case
from testimony.domain.consent.purposes import Key
from testimony.domain.review.agenda import LISTED, SOON, Item, Signed, Sort, State
from testimony.services.review import agendas, attachments
from testimony.services.review.agendas import Agenda, Wish
from testimony.services.review.errors import AgendaRefused
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import choices
from testimony.web.desk.session import key
from testimony.web.text import labels
from testimony.web.text.numerals import digits

bp = Blueprint("agenda", __name__)

ENDED = ("done", "deleted")
NEAREST = 10
"""Of the deadlines of all cases those that the list of cases begins with."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A deadline or task. `due`: YYYY-MM-DD, or ""; `far`: how far away that is, in words. `id` "": the roster says it.

    `sign`: "over", "near" or "" by its day, or "done", "deleted". `others`: what desks say that did not know of it.
    """

    id: str
    case: Key
    sort: str
    what: str
    who: str = ""
    due: str = ""
    far: str = ""
    sign: str = ""
    by: str = ""
    day: str = ""
    others: tuple[str, ...] = ()


def read() -> Agenda:
    """Those of all cases, with what came since."""
    annexes = key.key_holder().annexes
    with context.reading() as db:
        annexes.refresh(context.station(), db, key.reader())
    return agendas.read(context.station(), annexes)


def known(held: Agenda) -> set[Key]:
    """The cases that a roster asks for, that a testimony is in, or that have a deadline, task or attachment still."""
    attached = attachments.read(context.station(), key.key_holder().annexes).files
    return choices.uses() | {one.now.case for one in held.items} | {one.file.case for one in attached}


def line(item: Item, today: date, *, reminds: bool = True) -> Line:
    """One item for the page. One that does not remind is not marked as late or near."""
    now = item.now
    signs = {State.DONE: "done", State.DELETED: "deleted", State.OPEN: _sign(now.due, today) if reminds else ""}
    return Line(
        id=item.id,
        case=now.case,
        sort=str(now.sort),
        what=now.what,
        who=now.who,
        due=now.due.isoformat() if now.due else "",
        far=_far(now.due, today) if now.due and now.state is State.OPEN else "",
        sign=signs[now.state],
        by=item.by,
        day=labels.day(now.day.isoformat()),
        others=tuple(_other(one) for one in item.others),
    )


def of_roster(one: Key, said: Case | None, held: Agenda, today: date) -> list[Line]:
    """The deadline that the roster carries, if it does and still reminds."""
    if said is None or not said.deadline:
        return []
    due = date.fromisoformat(said.deadline)
    if not held.reminds(one, Sort.DEADLINE, due):
        return []
    what = str(_("Next deadline"))
    far, sign = _far(due, today), _sign(due, today)
    return [Line(id="", case=one, sort=str(Sort.DEADLINE), what=what, due=said.deadline, far=far, sign=sign)]


def nearest(lines: Iterable[Line]) -> list[Line]:
    """Of the open deadlines the nearest, what is over first."""
    return _open(lines, Sort.DEADLINE)[:NEAREST]


def tasks_of(person: str, lines: Iterable[Line]) -> list[Line]:
    """The open tasks of a lawyer, the nearest first, then those without a day."""
    return [one for one in _open(lines, Sort.TASK) if one.who == person]


@bp.post("/agenda/write")
@audience(Visitor.LAWYER)
def write() -> dict[str, str]:
    """{"case", "item": id or "", "sort", "what", "who", "due"} -> {"sentence"}, which the next page says too."""
    body = context.posted()
    said = {name: body.get(name) for name in ("case", "item", "sort", "what", "who", "due")}
    texts = {name: text for name, text in said.items() if isinstance(text, str)}
    if len(texts) < len(said) or texts["sort"] not in [*Sort]:
        raise BadRequest
    case, today, held = choices.case_of(texts["case"]), context.now().date(), read()
    if case not in known(held):
        raise AgendaRefused("other")
    wish = Wish(
        item=texts["item"], sort=Sort(texts["sort"]), what=texts["what"], who=texts["who"], due=texts["due"].strip()
    )
    agendas.write(context.station(), key.reader(), held, case, wish, day=today)
    past = wish.sort in LISTED and bool(wish.due) and wish.due < today.isoformat()
    sentence = _("Signed and sealed to the lawyers.")
    if past:
        sentence = _("Signed and sealed to the lawyers. But this day is past already: look whether it is right.")
    flash(sentence, "refused" if past else "message")
    return {"sentence": sentence}


@bp.post("/agenda/mark")
@audience(Visitor.LAWYER)
def mark() -> Response:
    """It is done, deleted, or open again."""
    case, state = choices.case_of(request.form.get("case")), request.form.get("state", "")
    if state not in [*State]:
        raise BadRequest
    item, today = request.form.get("item", ""), context.now().date()
    agendas.mark(context.station(), key.reader(), read(), case, item, State(state), day=today)
    flash(_("Signed and sealed to the lawyers."))
    return redirect(url_for("case.show", case=choices.code_of(case), _anchor="agenda"), code=303)


def _open(lines: Iterable[Line], sort: Sort) -> list[Line]:
    wanted = [one for one in lines if one.sort == sort and one.sign not in ENDED]
    return sorted(wanted, key=lambda one: (not one.due, one.due, one.id))


def _sign(due: date | None, today: date) -> str:
    if due is None or due > today + SOON:
        return ""
    return "over" if due < today else "near"


def _far(due: date, today: date) -> str:
    """ "in 3 days", "2 days ago"."""
    if due == today:
        return str(_("today"))
    return digits(format_timedelta(due - today, granularity="day", threshold=1000, add_direction=True))


def _other(one: Signed) -> str:
    entry = one.entry
    done = _("closed") if entry.sort is Sort.CLOSING else _("Done")
    states = {State.OPEN: _("open"), State.DONE: done, State.DELETED: _("crossed out")}
    day = labels.day(entry.due.isoformat()) if entry.due else ""
    return " · ".join(part for part in (one.signer, entry.what, day, entry.who, str(states[entry.state])) if part)
