"""The page and forms with which a lawyer links testimonies to incidents and persons; each form writes one event."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.domain.incidents.events import People
from testimony.services.incidents import linkage, side_by_side, titles
from testimony.services.incidents.errors import IncidentRefused
from testimony.services.incidents.linkage import Held
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.incidents import faces as incident_faces
from testimony.web.desk.incidents import text as incident_text
from testimony.web.desk.session import key

bp = Blueprint("linking", __name__)


@bp.get("/<lang:lang>/testimony/<tid>/links")
@audience(Visitor.LAWYER)
def show(lang: str, tid: str) -> str:
    """Where a lawyer says of which incident it tells, and who told it: by faces, at most `MOST` of each."""
    held = _refreshed_links(tid)
    named = incident_text.read_titles(held)
    own = held.linked.incidents.get(tid, frozenset())
    others, more = incident_faces.choices(held.linked, named, [tid], without=own)
    accounts = incident_text.perhaps_same_person(tid, held)
    return render_template(
        "desk/links.html",
        tid=tid,
        others=others,
        more_others=more,
        accounts=accounts[: incident_faces.MOST],
        more_accounts=len(accounts) > incident_faces.MOST,
        most=incident_faces.MOST,
    )


@bp.post("/testimony/<tid>/incident")
@audience(Visitor.LAWYER)
def tell(tid: str) -> Response:
    """It tells of `incident`, "" for a new one; with `act` "away" it does not."""
    held, incident = _refreshed_links(tid), request.form.get("incident", "")
    place = (context.station(), key.reader(), held, tid, incident)
    if request.form.get("act") == "away":
        linkage.take_away(*place, day=context.now().date())
    else:
        linkage.tell(*place, day=context.now().date())
    return _back(url_for("testimony.show", tid=tid, _anchor="incidents"))


@bp.post("/testimony/<tid>/person")
@audience(Visitor.LAWYER)
def person(tid: str) -> Response:
    """Who told it. `who`: "nobody", "new", or another account of this person. `from`: "apart", where it was said."""
    if not (who := request.form.get("who", "")):
        raise BadRequest
    held = _refreshed_links(tid)
    place, day = (context.station(), key.reader(), held, tid), context.now().date()
    if who == "nobody":
        linkage.forget_person(*place, day=day)
    else:
        if who != "new":
            with context.reading() as db:
                side_by_side.require_served(db, who)
        linkage.tell_person(*place, "" if who == "new" else who, day=day)
    if request.form.get("from") == "apart":
        return _back(url_for("apart.show"))
    return _back(url_for("testimony.show", tid=tid, _anchor="incidents"))


@bp.post("/incidents/<incident>/merge")
@audience(Visitor.LAWYER)
def merge(incident: str) -> Response:
    """It and `other` are one."""
    place = (context.station(), key.reader(), _refreshed_links(), incident)
    name = linkage.merge(*place, request.form.get("other", ""), day=context.now().date())
    return _back(url_for("incidents.show", incident=name))


@bp.post("/incidents/<incident>/split")
@audience(Visitor.LAWYER)
def split(incident: str) -> Response:
    """The merge `merge` is taken back."""
    place = (context.station(), key.reader(), _refreshed_links(), incident)
    linkage.split(*place, request.form.get("merge", ""), day=context.now().date())
    return _back(url_for("incidents.show", incident=incident))


@bp.post("/incidents/<incident>/divide")
@audience(Visitor.LAWYER)
def divide(incident: str) -> Response:
    """The accounts `account` tell of another incident, which is new."""
    place = (context.station(), key.reader(), _refreshed_links(), incident)
    name = linkage.divide(*place, request.form.getlist("account"), day=context.now().date())
    return _back(url_for("incidents.show", incident=name))


@bp.post("/incidents/<incident>/count")
@audience(Visitor.LAWYER)
def count(incident: str) -> Response:
    """From `low` to `high` of `people`, by the accounts `account`; both empty: nothing is said any more."""
    try:
        people = People(request.form.get("people", ""))
    except ValueError as error:
        raise BadRequest from error
    low, high = _number("low"), _number("high")
    place = (context.station(), key.reader(), _refreshed_links(), incident, people)
    low, high = (high if low is None else low), (low if high is None else high)
    linkage.count(*place, low, high, request.form.getlist("account"), day=context.now().date())
    return _back(url_for("incidents.show", incident=incident, _anchor="counts"))


@bp.post("/incidents/<incident>/title")
@audience(Visitor.LAWYER)
def title(incident: str) -> dict[str, str]:
    """{"title"} -> {"title", "sentence"}. By script: it may tell of a person, and browsers keep what forms send."""
    text = context.posted().get("title")
    if not isinstance(text, str):
        raise BadRequest
    held = _refreshed_links()
    place = (context.station(), key.reader(), key.key_holder().annexes, held, incident)
    kept = titles.say(*place, text, closed=consent_state.closed_today, day=context.now().date())
    return {"title": kept, "sentence": _("Signed and sealed to the lawyers.")}


def _refreshed_links(tid: str = "") -> Held:
    """With what came since; `tid`: a testimony that must be here and not withdrawn."""
    with context.reading() as db:
        if tid:
            side_by_side.require_served(db, tid)
        key.key_holder().annexes.refresh(context.station(), db, key.reader())
    return incident_text.opened_links()


def _number(name: str) -> int | None:
    """A whole number of the form. Raises `IncidentRefused` for anything else that was written."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    if not (text.isdecimal() and len(text) <= 6):
        raise IncidentRefused("count")
    return int(text)


def _back(address: str) -> Response:
    flash(_("Written down and signed. It counts here from now on; the next exchange brings it to everybody."))
    return redirect(address, code=303)
