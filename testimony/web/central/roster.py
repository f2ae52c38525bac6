"""Pages of the roster in force, and the form that proposes another, which has no effect by itself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for

from testimony.errors import TestimonyError
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.roster.admission import LARGEST, read_admission
from testimony.services.monitoring import members as monitoring_members
from testimony.services.roster import adoption, proposals
from testimony.services.roster.proposals import ADMIT, LOSE, RENEW, REVOKE, Wish
from testimony.web import context, error_handlers, refused_forms
from testimony.web.auth import audience
from testimony.web.central import access as central_access
from testimony.web.central.proposals import PROPOSING, REFUSED, WATCHING, Answered, telling, uploaded_bytes
from testimony.web.text import labels

bp = Blueprint("roster", __name__)


@bp.get("/<lang:lang>/roster")
@audience(*WATCHING)
def show(lang: str) -> str:
    """What needs attention comes first."""
    return _page()


@bp.post("/<lang:lang>/roster/admit")
@audience(*PROPOSING)
def admit(lang: str) -> Answered:
    """Propose the person or station that made this request."""
    request_file = uploaded_bytes(LARGEST)
    try:
        asked = read_admission(request_file)
    except REFUSED as error:
        return _page(error), error_handlers.status_of(error)
    return _wished(Wish(act=ADMIT, id=_field("id") or asked.id, request=request_file.decode()))


@bp.post("/<lang:lang>/roster/end")
@audience(*PROPOSING)
def end(lang: str) -> Answered:
    """Propose that somebody or something counts no more."""
    return _wished(Wish(act=REVOKE, id=_field("id")))


@bp.post("/<lang:lang>/roster/lost")
@audience(*PROPOSING)
def lost(lang: str) -> Answered:
    """Propose that a phone is lost or a station seized, in a proposal of its own that is ready to be signed."""
    id = _field("id")
    return _wished(Wish(act=LOSE if _is_phone(id) else REVOKE, id=id), alone=True)


@bp.post("/<lang:lang>/roster/renew")
@audience(*PROPOSING)
def renew(lang: str) -> Answered:
    """Propose the same roster with new dates, ready to be signed."""
    return _wished(Wish(act=RENEW), alone=True)


def prepare(app: Flask) -> None:
    """Let the overview say which keys end soon."""
    app.context_processor(lambda: {"ending": _ending})


def _ending() -> dict[str, Any]:
    """The keys that end with the roster within a month; no ids while there is time."""
    station, today = context.station(), context.today()
    with context.reading() as db:
        adoption.refresh(station, db)
        ids = monitoring_members.ending(station, today=today)
        waiting = proposals.waiting(db) if ids else ""
    latest = station.chain.latest
    return {"ids": ids, "until": labels.day(latest.expires), "ended": latest.expired(today), "proposal": waiting}


def _is_phone(id: str) -> bool:
    return any(one.id == id and one.kind == "phone" for one in context.station().chain.latest.devices)


def _wished(wished: Wish, *, alone: bool = False) -> Answered:
    by = central_access.acting()
    try:
        with context.transaction() as db:
            add = proposals.wish_alone if alone else proposals.wish
            id = add(context.station(), db, wished, by)
    except REFUSED as error:
        return _page(error), error_handlers.status_of(error)
    return redirect(url_for("proposal.show", proposal=id), code=303)


def _field(name: str) -> str:
    return request.form.get(name, "").strip()


def _page(error: TestimonyError | None = None) -> str:
    station = context.station()
    with context.reading() as db:
        adoption.refresh(station, db)
        found = monitoring_members.enrolled(station, db, today=context.today())
        listed = proposals.listed(station, db)
    chain = station.chain
    page = render_template(
        "central/roster.html",
        words=fingerprint_words(chain.root.fingerprint),
        found=found,
        roster=chain.latest,
        root=chain.root,
        listed=listed,
        **telling(error),
    )
    return refused_forms.kept(page, error_handlers.sentence_of(error)) if error else page
