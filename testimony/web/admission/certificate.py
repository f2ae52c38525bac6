"""The page of an admitted node that has no certificate yet: its request, and the upload of the signed certificate."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as AnyResponse

from testimony.certificates.errors import CertificateRefused
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.services.certificates import store as certificate_store
from testimony.services.enrolment import first_start
from testimony.settings import Settings
from testimony.web import context
from testimony.web.admission.pending import starting
from testimony.web.audiences import Visitor
from testimony.web.auth import audience

bp = Blueprint("certificate", __name__)


class CertificateForm(FlaskForm):  # type: ignore[misc]
    certificate = FileField()


@bp.get("/<lang:lang>/")
@audience(Visitor.OPERATOR)
def show(lang: str) -> str | AnyResponse:
    """Show the words of the request, which two people compare, and the form for the certificate."""
    home = _home()
    if not first_start.lacks_certificate(home):
        return starting()
    certificate_store.ask(home)
    words = fingerprint_words(certificate_store.waiting(home)).split()
    return render_template("joining/certificate.html", words=words, form=CertificateForm())


@bp.get("/node.req")
@audience(Visitor.OPERATOR)
def request_file() -> Response:
    """The request as a file. It contains a public key, a name and addresses."""
    answer = Response(certificate_store.ask(_home()), content_type="application/x-pem-file")
    answer.headers["Content-Disposition"] = 'attachment; filename="node.req"'
    return answer


@bp.post("/<lang:lang>/certificate")
@audience(Visitor.OPERATOR)
def take(lang: str) -> AnyResponse:
    """Install the certificate. Raises `CertificateRefused`, and what `certificate_store.install` raises."""
    form = CertificateForm()
    if not form.validate_on_submit() or form.certificate.data is None:
        raise CertificateRefused("certificate")
    certificate_store.install(_home(), form.certificate.data.read(), now=context.now())
    return redirect(url_for("certificate.show"), code=303)


def _home() -> Path:
    return cast(Settings, current_app.extensions["testimony.first"]).home
