"""The page of other organisations: each side gives its list of readers, and reads six words to the other."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from testimony.domain.consent.purposes import Key, Purpose
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.services.handover import partners
from testimony.sync.bundle import trust
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.consent import consent
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.handover import desk
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("partners", __name__)


@bp.get("/<lang:lang>/handovers/organisations")
@audience(Visitor.LAWYER)
def show(lang: str) -> str:
    """The own file and words, the organisations that are known, and the form to note one."""
    station, organisations = context.station(), consent_state.organisations()
    uses = [
        (one, consent.recipient(Key(Purpose.HANDOVER, one), organisations, lang))
        for one in sorted(partners.recipients(station))
    ]
    return render_template(
        "desk/partners.html",
        own=fingerprint_words(station.chain.fingerprint),
        known=desk.known(),
        uses=uses,
        labels=labels,
        today=desk.today().isoformat(),
        longest=partners.LONGEST_NAME,
    )


@bp.get("/handovers/organisations/own")
@audience(Visitor.LAWYER)
def own() -> Response:
    """The own list of readers for another organisation: no testimony and no secret is in it."""
    station = context.station()
    return desk.sealed_file(trust.write(station.root.data, station.chain.records, [], []), "own.bundle")


@bp.post("/handovers/organisations")
@audience(Visitor.LAWYER)
def note() -> AnyResponse:
    """{"file", "words", "name", "recipient"}: note the organisation, or its newer list of readers."""
    sent, words = request.files.get("file"), request.form.get("words", "")
    data = sent.read() if sent else b""
    if not data or not words.strip():
        raise BadRequest
    desk.known()
    found = partners.note(
        *desk.acting(),
        trust.read_offer(BytesIO(data)).chain,
        words=words,
        name=request.form.get("name", ""),
        recipient=request.form.get("recipient", ""),
        day=desk.today(),
    )
    key.key_holder().news()
    flash(_("%(name)s is noted. Sync, so that the other lawyers know.", name=found.name))
    return redirect(url_for("partners.show"), code=303)


@bp.post("/handovers/organisations/forget")
@audience(Visitor.LAWYER)
def forget() -> AnyResponse:
    """{"root"}: nothing is handed over to this organisation and nothing taken from it any more."""
    desk.known()
    station, reader, annexes = desk.acting()
    found = partners.find(station, annexes, request.form.get("root", ""))
    partners.forget(station, reader, annexes, found, day=desk.today())
    key.key_holder().news()
    flash(_("%(name)s is forgotten. Sync, so that the other lawyers know.", name=found.name))
    return redirect(url_for("partners.show"), code=303)
