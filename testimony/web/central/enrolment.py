"""Enrolment by link: its token starts a session for registering one key, or one password with codes."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from testimony import qr
from testimony.errors import TestimonyError
from testimony.services.accounts import administrators, webauthn
from testimony.services.accounts import password as account_password
from testimony.services.accounts.errors import AccountRefused, LinkRefused
from testimony.services.accounts.sessions import holder
from testimony.web import context, error_handlers, refused_forms
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.central import access as central_access
from testimony.web.central.sign_in import answered

bp = Blueprint("enrolment", __name__)


@bp.get("/<lang:lang>/enrol")
@audience(Visitor.ANYONE)
def show(lang: str) -> str:
    """Its script puts the token of the address into the form; without one it is pasted."""
    central_access.require_place()
    return render_template("central/enrol.html", said="")


@bp.post("/<lang:lang>/enrol")
@audience(Visitor.ANYONE)
def enter(lang: str) -> Response | tuple[str, int]:
    """Take the link's token."""
    central_access.require_place()
    try:
        with context.transaction() as db:
            token = administrators.open_link(
                context.station(), db, request.form.get("token", "").strip(), central_access.acting()
            )
    except LinkRefused as error:
        said = error_handlers.sentence_of(error)
        page = refused_forms.kept(render_template("central/enrol.html", said=said), said)
        return page, error_handlers.status_of(error)
    central_access.take_over(token)
    return redirect(url_for("enrolment.ways"), code=303)


@bp.get("/<lang:lang>/enrol/ways")
@audience(Visitor.ENROLLING)
def ways(lang: str) -> Response:
    """A key, or a password with an app that shows codes."""
    return _page()


@bp.post("/<lang:lang>/enrol/password")
@audience(Visitor.ENROLLING)
def password(lang: str) -> Response:
    """Take a password and the first code of the app."""
    given, again, code = (request.form.get(field, "") for field in ("password", "again", "code"))
    try:
        asks, by = context.actor(), central_access.acting()
        account_password.require_usable(given, again, central_access.words(by.by))
        kept = account_password.hashed(given)
        with context.transaction() as db:
            administrators.enrol_password(context.station(), db, asks.link, kept, code, by)
    except AccountRefused as error:
        return _page(error)
    return redirect(url_for("signin.show"), code=303)


@bp.post("/enrol/options")
@audience(Visitor.ENROLLING)
def options() -> dict[str, object]:
    """-> {"nonce", "options"}, as at sign-in."""
    place, nonce, asks = central_access.require_place(), context.station().nonces.new(), context.actor()
    made = webauthn.to_create(
        place,
        account=asks.id,
        name=central_access.acting().by,
        station=context.station().settings.name,
        challenge=webauthn.challenge(nonce, central_access.browser(), "create"),
    )
    return {"nonce": nonce, "options": made}


@bp.post("/enrol/key")
@audience(Visitor.ENROLLING)
def key() -> dict[str, str]:
    """{"nonce", "credential": RegistrationResponseJSON as text} -> {}. The link is used up."""
    place, by, asks = central_access.require_place(), central_access.acting(), context.actor()
    nonce, credential = answered()
    made = webauthn.registered(place, credential, webauthn.challenge(nonce, central_access.browser(), "create"))
    context.station().nonces.spend(nonce, made.name[:16])
    with context.transaction() as db:
        administrators.enrol_key(db, asks.link, name=made.name, public=made.public, counter=made.counter, acting=by)
    return {}


def _page(error: TestimonyError | None = None) -> Response:
    station = context.station()
    with context.reading() as db:
        held = holder(station, db, central_access.browser())
    name, link = (held.name, held.link) if held else ("", "")
    secret = account_password.offered(station, link)
    picture = qr.draw(account_password.address(secret, account=name, station=station.settings.name))
    said = error_handlers.sentence_of(error) if error else ""
    page = render_template(
        "central/ways.html", said=said, name=name, secret=account_password.typed(secret), picture=picture
    )
    if error:
        return make_response(refused_forms.kept(page, said), error_handlers.status_of(error))
    return make_response(page)
