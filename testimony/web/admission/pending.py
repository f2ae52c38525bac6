"""Pages of a waiting station: words to compare, its request as a file, and the upload of the trust bundle."""

from __future__ import annotations

import logging
from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, current_app, flash, redirect, render_template, session, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField

from testimony import qr
from testimony.errors import NotDelivered
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.roster.errors import EnrolmentRefused, RosterRefused
from testimony.sealing.roster.trusted_files import Trust
from testimony.services.enrolment import enrolment, first_start
from testimony.settings import Settings
from testimony.sync.bundle import trust as bundle_trust
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.route import Way
from testimony.sync.http.transport import Transport
from testimony.web import error_handlers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.errors import NoStation

bp = Blueprint("waiting", __name__)

LARGEST = 64 * 1024 * 1024
"""Bytes of a bundle that the page takes. `testimony station join` takes larger ones."""
STARTS = "2"  # seconds until the page looks again whether the admitted station runs


class BundleForm(FlaskForm):  # type: ignore[misc]
    bundle = FileField()


class WordsForm(FlaskForm):  # type: ignore[misc]
    root = StringField()


class Offered:
    """The bundle that was uploaded and whose words are not confirmed yet. It is in memory, and not in force."""

    def __init__(self, home: Path, *, follows: bool = False) -> None:
        """`follows`: central's address came with a bundle; after admission it is taken from the roster."""
        self.home, self._follows = home, follows
        self._bundle = b""

    def take(self, bundle: bytes) -> None:
        """Hold this bundle. Raises `EnrolmentRefused`, `RosterRefused`, and then keeps the earlier one."""
        offer = bundle_trust.read_offer(BytesIO(bundle))
        enrolment.require_admitted(enrolment.require_waiting(self.home), offer.chain.latest)
        self._bundle = bundle

    @property
    def root(self) -> str:
        """The fingerprint of its root. Raises `EnrolmentRefused("bundle")` while there is none."""
        return bundle_trust.read_offer(BytesIO(self._bundle)).root.fingerprint

    def join(self, root: str) -> None:
        """Join the organisation if `root` is that of the bundle. Raises `EnrolmentRefused("words")` if it is not."""
        offer = bundle_trust.read_offer(BytesIO(self._bundle))
        if offer.root.fingerprint != root:
            raise EnrolmentRefused("words")
        with enrolment.join(self.home, offer.chain, offer.root.data) as station:
            report = bundle_trust.adopt(station, BytesIO(self._bundle))
            central = Trust.from_roster(station.chain.latest).central
        if self._follows:
            first_start.follow_roster(self.home, central)
        for name, rule in report.refused.items():  # the rest is in force; the next sync fetches these
            logging.getLogger("testimony.web").warning("of the bundle: %s… %s", name[:16], rule)


@bp.get("/<lang:lang>/")
@audience(Visitor.ANYONE)
def show(lang: str) -> str | AnyResponse:
    """The words that two people compare; for the operator, also the upload of the bundle."""
    if not enrolment.waits(_home()):
        return starting()
    if enrolment.lacks_request(_home()):
        return redirect(url_for("firstkey.show"), code=303)
    return _page()


@bp.get("/enrolment.json")
@audience(Visitor.ANYONE)
def request_file() -> Response:
    """The request as a file for a USB stick: it holds public keys and nothing else."""
    answer = Response(enrolment.raw(_home()), content_type="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="enrolment.json"'
    return answer


@bp.post("/<lang:lang>/bundle")
@audience(Visitor.OPERATOR)
def take(lang: str) -> AnyResponse:
    """Hold an uploaded bundle. The page with its words is next."""
    form = BundleForm()
    if not form.validate_on_submit() or form.bundle.data is None:
        raise EnrolmentRefused("bundle")
    _offered().take(form.bundle.data.read())
    return redirect(url_for("waiting.compare"), code=303)


@bp.post("/<lang:lang>/look")
@audience(Visitor.OPERATOR)
def look(lang: str) -> AnyResponse:
    """Fetch the bundle from central, at the address in the organisation's file.

    The first page says it where central did not answer, or has not admitted this station. Raises `NoStation`.
    """
    settings = Settings.load(_home())
    if not settings.central_url:
        raise NoStation
    channel = HttpChannel(Way.from_settings(settings))
    try:
        _offered().take(Transport(settings.central_url, None, channel=channel).trust())
    except (NotDelivered, EnrolmentRefused, RosterRefused) as error:
        flash(error_handlers.sentence_of(error), "bad")
        return redirect(url_for("waiting.show"), code=303)
    return redirect(url_for("waiting.compare"), code=303)


@bp.get("/<lang:lang>/words")
@audience(Visitor.OPERATOR)
def compare(lang: str) -> str | AnyResponse:
    """The organisation's words, to be compared with those that headquarters says."""
    if not enrolment.waits(_home()):
        return redirect(url_for("waiting.show"), code=303)
    root = _offered().root
    return render_template("joining/words.html", words=fingerprint_words(root).split(), root=root, form=WordsForm())


@bp.post("/<lang:lang>/words")
@audience(Visitor.OPERATOR)
def confirm(lang: str) -> AnyResponse:
    """The words were confirmed: from now on this station belongs to the organisation."""
    form = WordsForm()
    if not form.validate_on_submit():
        raise EnrolmentRefused("words")
    _offered().join(form.root.data or "")
    return redirect(url_for("waiting.show"), code=303)


def starting() -> Response:
    """The page that reloads until the admitted station answers in place of these pages."""
    answer = Response(render_template("joining/starting.html"))
    answer.headers["Refresh"] = STARTS
    return answer


def _page() -> str:
    asked = enrolment.asked(_home())
    return render_template(
        "joining/waiting.html",
        asked=asked,
        words=fingerprint_words(asked.fingerprint).split(),
        picture=qr.draw(asked.fingerprint.upper()),
        form=BundleForm(),
        started=bool(session.get("started")),
    )


def _home() -> Path:
    return _offered().home


def _offered() -> Offered:
    offered: Offered = current_app.extensions["testimony.offered"]
    return offered
