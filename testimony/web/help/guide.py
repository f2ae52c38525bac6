"""The guide to trusting this node, step by step for each kind of device, and the certificate to download."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from testimony import qr
from testimony.certificates.apple_profile import FILE, profile
from testimony.certificates.authority import describe
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.help import connectivity_checks
from testimony.web.help.certificate import Shown
from testimony.web.text import i18n

bp = Blueprint("guide", __name__)

DEVICES = ("android", "iphone", "windows", "mac", "linux")


def prepare(app: Flask, home: Path, https: int) -> None:
    """Called once by the factory."""
    app.extensions["testimony.shown"] = Shown(home, https)
    for path, (status, kind, body) in connectivity_checks.ANSWERS.items():
        app.add_url_rule(path, f"probe{path}", audience(Visitor.ANYONE)(connectivity_checks.view(status, kind, body)))


def _shown() -> Shown:
    shown: Shown = current_app.extensions["testimony.shown"]
    return shown


@bp.get("/<lang:lang>/")
@audience(Visitor.ANYONE)
def front(lang: str) -> str:
    """Which device, what to compare, where to go then."""
    held = _shown().identity
    return render_template(
        "help/front.html",
        devices=DEVICES,
        address=_shown().address,
        words=fingerprint_words(held.fingerprint).split(),
        number=_grouped(held.fingerprint),
        picture=qr.draw(held.fingerprint.upper()),
        label=describe(held.root_pem).label,
        ended=held.has_ended(context.now()),
        ends=held.ends.date().isoformat(),
    )


@bp.get(f"/<lang:lang>/<any({', '.join(DEVICES)}):device>")
@audience(Visitor.ANYONE)
def steps(lang: str, device: str) -> str:
    """What to tap, one picture a step."""
    held = _shown().identity
    return render_template(
        "help/steps.html",
        device=device,
        address=_shown().address,
        number=_grouped(held.fingerprint),
        label=describe(held.root_pem).label,
        file=FILE,
    )


@bp.get("/ca.crt")
@audience(Visitor.ANYONE)
def certificate() -> Response:
    """The root as DER, under the type by which phones and computers know it."""
    return _file(_shown().identity.root_der, "application/x-x509-ca-cert", FILE)


@bp.get("/ca.mobileconfig")
@audience(Visitor.ANYONE)
def apple() -> Response:
    """The root as iPhones install it."""
    held = _shown().identity
    data = profile(held, describe(held.root_pem).label)
    return _file(data, "application/x-apple-aspen-config", "notes.mobileconfig")


@bp.get("/<path:anything>")
@audience(Visitor.ANYONE)
def elsewhere(anything: str) -> AnyResponse:
    """Whatever somebody wanted here by plain http, the interview too: to the page that says what to do."""
    return redirect(url_for("guide.front", lang=i18n.language()), code=302)


def _file(data: bytes, kind: str, name: str) -> Response:
    response = Response(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _grouped(fingerprint: str) -> list[str]:
    """As phones show it: pairs in capitals."""
    capitals = fingerprint.upper()
    return [capitals[at : at + 2] for at in range(0, len(capitals), 2)]
