"""The list of hand-overs, and what this organisation gives: propose, agree, make the file, tell of the end."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from testimony.domain.consent.purposes import Key, Purpose
from testimony.errors import N_
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.statements.handover import DESTROYED, NEVER, WITHDRAWN
from testimony.services.consent.consents import Consents
from testimony.services.handover import given, partners
from testimony.services.handover.partners import Partner
from testimony.services.handover.standings import Standing, State
from testimony.services.opening.annexes import NOWHERE
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.handover import desk
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("handovers", __name__)

STATES = {
    State.PROPOSED: N_("Waiting for a second lawyer"),
    State.AGREED: N_("Agreed: make the file"),
    State.DROPPED: N_("Dropped"),
    State.SENT: N_("The file was made: no answer yet"),
    State.TAKEN: N_("The other organisation took it in"),
    State.REFUSED: N_("The other organisation refused it"),
    State.DUE: N_("The consent has ended: tell the other organisation now"),
    State.TOLD: N_("The other organisation was told that the consent has ended: no answer yet"),
    State.ENDED: N_("Ended"),
    State.RECEIVED: N_("Taken in here"),
    State.DECLINED: N_("Refused here"),
    State.WITHDRAW: N_("The consent has ended: take in the file that says so again"),
    State.WITHDRAWN: N_("Withdrawn here"),
}
DONE = {
    WITHDRAWN: N_("The other organisation holds it back and will destroy it. Ask for another answer later."),
    DESTROYED: N_("The other organisation destroyed it."),
    NEVER: N_("The other organisation never took it in."),
}
URGENT = frozenset({State.DUE, State.WITHDRAW})


@dataclass(frozen=True, kw_only=True)
class Line:
    """A hand-over in words. `tid`: "" where nothing of it is here. `name`: of the other organisation, or its words."""

    one: Standing
    tid: str
    name: str
    words: str
    said: str
    day: str
    mine: bool

    @property
    def urgent(self) -> bool:
        return self.one.state in URGENT


def possible(stands: Consents) -> bool:
    """Whether the witness agrees today to a hand-over to anybody."""
    return any(one.purpose is Purpose.HANDOVER for one in stands.usable)


@bp.get("/<lang:lang>/handovers/")
@audience(Visitor.LAWYER)
def show(lang: str) -> str:
    """All hand-overs, in both directions, with what comes next."""
    held = desk.hand_overs()
    names = {one.fingerprint: one.name for one in desk.known()}
    lines = sorted((_line(one, names) for one in held.each), key=lambda line: not line.urgent)
    return render_template("desk/handovers.html", lines=lines, unread=held.unread)


@bp.get("/<lang:lang>/testimony/<tid>/handover")
@audience(Visitor.LAWYER)
def ask(lang: str, tid: str) -> str:
    """To which of the organisations that the witness agrees to."""
    stands, served = consent_state.consent_today(tid)
    usable = stands.usable if served else frozenset()
    agreed = [one for one in desk.known() if Key(Purpose.HANDOVER, one.recipient) in usable]
    return render_template("desk/handover.html", tid=tid, agreed=agreed)


@bp.post("/testimony/<tid>/handover")
@audience(Visitor.LAWYER)
def propose(tid: str) -> AnyResponse:
    """{"root"}: propose the hand-over to this organisation."""
    root = request.form.get("root", "")
    if not root:
        raise BadRequest
    given.propose(*desk.acting(), tid, _partner(root), day=desk.today())
    return _done(_("Proposed and signed. Sync: another lawyer agrees at their own desk."))


@bp.post("/handovers/of/<handle>/agree")
@audience(Visitor.LAWYER)
def agree(handle: str) -> AnyResponse:
    """{"words"}: agree as the second lawyer, who compared these six words of the other organisation."""
    words = request.form.get("words", "")
    if not words.strip():
        raise BadRequest
    desk.known()
    station, reader, annexes = desk.acting()
    partner = partners.named(station, annexes, words)
    given.agree(station, reader, annexes, handle, partner, day=desk.today())
    return _done(_("Agreed and signed. Make the file now, or sync: then the other lawyer makes it."))


@bp.post("/handovers/of/<handle>/drop")
@audience(Visitor.LAWYER)
def drop(handle: str) -> AnyResponse:
    """Drop what has not left."""
    given.drop(*desk.acting(), handle, day=desk.today())
    return _done(_("The hand-over was dropped. This desk sent nothing."))


@bp.post("/handovers/of/<handle>/file")
@audience(Visitor.LAWYER)
def send(handle: str) -> Response:
    """The sealed file for the lawyers there; the register of what left names it."""
    sent = given.send(*desk.acting(), handle, day=desk.today())
    key.key_holder().news()
    if sent.withheld:
        flash(_("Recordings and pictures are not in the file: the witness does not agree today to each kind of them."))
    return desk.sealed_file(sent.data, f"handover-{handle[:8]}.age")


@bp.post("/handovers/of/<handle>/end")
@audience(Visitor.LAWYER)
def tell(handle: str) -> Response:
    """The sealed file that says there that the consent has ended."""
    data = given.tell(*desk.acting(), handle, day=desk.today())
    key.key_holder().news()
    return desk.sealed_file(data, f"handover-end-{handle[:8]}.age")


def _partner(root: str) -> Partner:
    desk.known()
    return partners.find(context.station(), key.key_holder().annexes, root)


def _line(one: Standing, names: dict[str, str]) -> Line:
    words = fingerprint_words(one.other)
    said = one.reason or (one.answer.reason if one.answer else "")
    if one.state is State.ENDED and one.done is not None:
        said = str(_(DONE[one.done.state]))
    return Line(
        one=one,
        tid="" if one.tid == NOWHERE else one.tid,
        name=names.get(one.other, words),
        words=str(_(STATES[one.state])),
        said=said,
        day=labels.day(one.day.isoformat()),
        mine=one.by == key.reader().id,
    )


def _done(sentence: str) -> AnyResponse:
    key.key_holder().news()
    flash(sentence)
    return redirect(url_for("handovers.show"), code=303)
