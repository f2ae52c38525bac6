"""Pages of the reader's own key: its request until the roster has it, and the change of its passphrase."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from testimony import qr
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.roster.errors import EnrolmentRefused
from testimony.services.enrolment import enrolment, reader_key
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.errors import KeyFileUnnamed
from testimony.sync.bundle import trust as bundle_trust
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.route import Way
from testimony.sync.http.transport import Transport
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.errors import NoStation
from testimony.web.pages import first_key

bp = Blueprint("ownkey", __name__)


@bp.get("/<lang:lang>/key/request")
@audience(Visitor.OPERATOR)
def show(lang: str) -> str | AnyResponse:
    """The words of the request, and where the next roster comes from; the front page once the roster names it."""
    station = context.station()
    asked = reader_key.waiting(station.settings, station.chain)
    if asked is None:
        return redirect(url_for("shelf.show"), code=303)
    words = fingerprint_words(asked.fingerprint).split()
    picture = qr.draw(asked.fingerprint.upper())
    return render_template("firstkey/waiting.html", asked=asked, words=words, picture=picture)


@bp.get("/key/enrolment.json")
@audience(Visitor.OPERATOR)
def request_file() -> Response:
    """The request as a file for a USB stick: it holds public keys and nothing else."""
    station = context.station()
    if reader_key.waiting(station.settings, station.chain) is None:
        raise NotFound
    answer = Response(enrolment.raw(station.settings.home), content_type="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="enrolment.json"'
    return answer


@bp.post("/key/look")
@audience(Visitor.OPERATOR)
def look() -> AnyResponse:
    """Ask central for its rosters: anybody may, and signatures of the roots say which of them count."""
    station = context.station()
    if not station.settings.central_url:
        raise NoStation
    channel = HttpChannel(Way.from_settings(station.settings))
    return _adopt(Transport(station.settings.central_url, None, channel=channel).trust())


@bp.post("/key/bundle")
@audience(Visitor.OPERATOR)
def take() -> AnyResponse:
    """The same out of a file that headquarters wrote."""
    sent = request.files.get("bundle")
    if sent is None:
        raise EnrolmentRefused("bundle")
    return _adopt(sent.read())


def _adopt(bundle: bytes) -> AnyResponse:
    station = context.station()
    bundle_trust.adopt(station, BytesIO(bundle))
    if reader_key.waiting(station.settings, station.chain):
        words = _("The newest roster does not name you yet. Call your coordinator, and read them the six words.")
        flash(words, "refused")
    else:
        flash(_("The roster names you. Unlock your key, then sync with headquarters."))
    return redirect(url_for("key.show"), code=303)


@bp.get("/<lang:lang>/key/passphrase")
@audience(Visitor.OPERATOR)
def ask(lang: str) -> str:
    """Asks for the old passphrase and twice for the new one; a script sends them."""
    return render_template("desk/passphrase.html")


@bp.post("/key/passphrase")
@audience(Visitor.OPERATOR)
def change() -> dict[str, str]:
    """{"old", "passphrase", "again"} -> {}. 403 or 422 with a sentence, and then nothing was changed."""
    old, new, again = first_key.passphrases("old", "passphrase", "again")
    file = opening_reader.key_path(context.station().settings)
    if file is None:
        raise KeyFileUnnamed
    reader_key.change(file, old, new, again)
    return {}
