"""Creates a station's application: `create_app(home)`. The only module that knows every blueprint of a station."""

from __future__ import annotations

import logging
import os
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from flask import Flask, Request, redirect, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from testimony.errors import outline
from testimony.sealing.age.hkdf import hkdf
from testimony.services.accounts.rate_limit import RateLimiter
from testimony.services.accounts.start_tokens import StartTokens
from testimony.services.startup import open_station
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.web import assets, auth, context, error_handlers, headers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.server.options import LARGEST_REQUEST
from testimony.web.sessions import MemorySessions, TokenSessions, cookie_name, new_token
from testimony.web.text import answers_in_texts, bidi, i18n, labels, pieces

if TYPE_CHECKING:
    from testimony.web.tour.roles import Running

SECRET = b"testimony/1/web"
FRONT = {"field": "home.show", "central": "overview.show", "desk": "shelf.show"}


class StationRequest(Request):
    """A request whose uploads stay in memory: the framework would write them to a temporary file."""

    def _get_file_stream(self, *args: object, **kwargs: object) -> IO[bytes]:
        return BytesIO()


class StationApp(Flask):
    """Flask, but the log tells where an exception arose and never what it said."""

    request_class = StationRequest

    def log_exception(
        self, exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> None:
        if exc_info[0] is not None:
            logging.getLogger("testimony.web").error("unexpected: %s", outline(exc_info[0], exc_info[2]))


def create_app(home: Path | None = None, **overrides: Any) -> Flask:
    """The application of the station in the folder `home` (default: `TESTIMONY_HOME`).

    `overrides` are configuration keys: CLOCK (a callable giving an aware datetime), START_TOKEN, TESTING, STATION (an
    open station, which the caller closes), WORKERS (how many processes are this station) and RATE_LIMITER (what makes a
    `RateLimiter` that counts for all of them). The start-up token of a central server or desk is
    `app.config["START_TOKEN"]`; its page is `http://localhost:<port>/#<token>`. A desk's and a node's works once.
    """
    station: Station = overrides.pop("STATION", None) or open_station(home or Path(os.environ["TESTIMONY_HOME"]))
    role = station.settings.role
    app = with_forms(FRONT[role], _secret(station), overrides, None if role == "central" else station.settings.home)
    app.extensions["testimony.station"] = station
    _arm(app, station)
    _open_doors(app, station)
    auth.require_all_declared(app)
    return app


def _secret(station: Station) -> str:
    """For forms. The servers of one central have the same, from its key; elsewhere it is new with each start."""
    return hkdf(station.signer.seed, b"", SECRET).hex() if station.settings.role == "central" else new_token()


def create_help_app(home: Path, *, https: int, **overrides: Any) -> Flask:
    """The pages that help phones to trust the field node in `home`, which is reached at the port `https`.

    Knows no session, no cookie, no form and no database. Raises `CertificateMissing`, `CertificateRefused`.
    """
    from testimony.web.help import guide

    app = _without_session(Settings.load(home), "guide.front", overrides)
    guide.prepare(app, home, https)
    app.register_blueprint(guide.bp)
    app.add_url_rule("/", "root", audience(Visitor.ANYONE)(lambda: guide.elsewhere("")))
    auth.require_all_declared(app)
    return app


def create_tour_app(running: Running, port: int) -> Flask:
    """The start page of a demonstration, for this machine alone. Knows no session, no form and no database."""
    from testimony.web.tour import roles

    settings = Settings(home=running.folder, role="field", name="tour", port=port, demonstration=True)
    app = _without_session(settings, "tour.show", {})
    app.before_request(auth.require_own_host(port))
    roles.prepare(app, running)
    app.register_blueprint(roles.bp)
    app.add_url_rule("/", "root", audience(Visitor.ANYONE)(lambda: redirect(url_for("tour.show"), code=303)))
    auth.require_all_declared(app)
    return app


def create_ceremony_app(port: int, **overrides: Any) -> Flask:
    """The pages of key ceremonies, for this machine alone. Knows no station, no database and no disk of its own.

    `overrides` as for `create_app`, and NETWORKS (a callable: which networks there are).
    """
    from testimony.services.enrolment import airgap
    from testimony.web.ceremony import recovery, roots, start
    from testimony.web.ceremony.session import Room
    from testimony.web.pages import start_token

    settings = Settings(home=Path(), role="desk", name="ceremony", port=port)
    app = with_forms("ceremony.show", new_token(), {"NETWORKS": airgap.connected, **overrides}, None)
    app.extensions["testimony.doors"][auth.StartNeeded] = "start.show"
    app.extensions["testimony.ceremony"] = Room(app.config["NETWORKS"])
    guard(app, settings, "ceremony")
    app.context_processor(lambda: {"settings": settings, "front": "ceremony.show"})
    for bp in (start_token.bp, start.bp, recovery.bp, roots.bp):
        app.register_blueprint(bp)
    auth.require_all_declared(app)
    return app


def _without_session(settings: Settings, front: str, configuration: dict[str, Any]) -> StationApp:
    """What the programs without sessions, forms and a database have in common."""
    app = StationApp(__name__, static_folder=None)
    app.config.update(CLOCK=context.utc_now, PROPAGATE_EXCEPTIONS=False)
    app.config.update(configuration)
    app.extensions["testimony.doors"] = {}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    i18n.register(app, "field")
    assets.register(app)
    error_handlers.register(app)
    app.after_request(headers.protect)
    app.context_processor(lambda: {"settings": settings, "front": front})
    return app


def with_forms(front: str, secret: str, configuration: dict[str, Any], home: Path | None) -> StationApp:
    """What the programs with forms have in common. `home`: of a desk or a node, where each start-up token is good
    once.
    """
    app = StationApp(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=secret,
        START_TOKEN=new_token(),
        RATE_LIMITER=RateLimiter,
        WORKERS=1,
        CLOCK=context.utc_now,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        WTF_CSRF_TIME_LIMIT=None,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.config.update(configuration)
    app.extensions["testimony.start"] = StartTokens(app.config["START_TOKEN"], home)
    app.extensions["testimony.actor"] = auth.operator
    app.extensions["testimony.doors"] = {}
    app.extensions["testimony.front"] = front
    app.extensions["testimony.csrf"] = CSRFProtect()
    return app


def _arm(app: Flask, station: Station) -> None:
    """What holds for every route of every station."""
    guard(app, station.settings)

    @app.context_processor
    def describe() -> dict[str, Any]:
        ended = station.roster_ended(context.today())
        front = app.extensions["testimony.front"]
        return {"settings": station.settings, "front": front, "roster_ended": ended and labels.day(ended)}


def guard(app: Flask, settings: Settings, pages: str = "") -> None:
    """What holds whether a station was admitted or waits. `pages`: whose languages; those of the role unless given."""
    app.session_interface = MemorySessions(cookie_name(settings.name, settings.role))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    bidi.register(app)
    pieces.register(app)
    answers_in_texts.register(app)
    i18n.register(app, pages or settings.role)
    assets.register(app)
    error_handlers.register(app)
    app.after_request(headers.protect)
    if settings.role == "desk":
        app.before_request(auth.require_own_host(settings.port))
    app.before_request(auth.require_same_origin)
    app.extensions["testimony.csrf"].init_app(app)
    app.before_request(auth.require_audience)

    @app.get("/")
    @audience(Visitor.ANYONE)
    def language_choice() -> Response:
        return redirect(url_for(app.extensions["testimony.front"]), code=303)


def _open_doors(app: Flask, station: Station) -> None:
    """Register the blueprints of the station's role, and no others: a field node has no page of a desk."""
    {"field": _field, "central": _central, "desk": _desk}[station.settings.role](app, station)


def _withdrawing(app: Flask) -> None:
    from testimony.web.pages import withdrawal

    app.register_blueprint(withdrawal.bp)
    withdrawal.prepare(app)
    app.extensions["testimony.csrf"].exempt(withdrawal.bp)  # no session: what the code signed says who asks


def _field(app: Flask, station: Station) -> None:
    from testimony.web.field import draft_shares, fingerprint, home, link, outbox, phone_outbox, questions, session
    from testimony.web.field import wrong_sentences as field_wrong_sentences
    from testimony.web.field.interview import pages as interview_pages
    from testimony.web.pages import backup, doctor, security_contact, split_view, start_token, usb_sync

    for bp in (
        security_contact.bp,
        start_token.bp,
        home.bp,
        link.bp,
        phone_outbox.bp,
        fingerprint.bp,
        outbox.bp,
        session.bp,
        interview_pages.bp,
        draft_shares.bp,
        field_wrong_sentences.bp,
    ):
        app.register_blueprint(bp)
    app.register_blueprint(questions.bp)
    interview_pages.prepare(app)
    draft_shares.prepare(app)
    field_wrong_sentences.prepare(app)
    for bp in (session.bp, draft_shares.bp, field_wrong_sentences.bp):
        app.extensions["testimony.csrf"].exempt(bp)  # the interview page is kept offline and holds no token
    for bp in (link.bp, questions.bp):
        app.extensions["testimony.csrf"].exempt(bp)  # looks at the token itself, once it is known who asks
    app.extensions["testimony.actor"] = session.actor
    app.extensions["testimony.leave"] = session.sign_out
    app.extensions["testimony.doors"][auth.StartNeeded] = "start.show"
    usb_sync.open_door(app, Visitor.INTERVIEWER)
    split_view.open_door(app, Visitor.INTERVIEWER)
    doctor.open_door(app, Visitor.INTERVIEWER, Visitor.OPERATOR, confirms=False)
    backup.open_door(app, Visitor.OPERATOR, owner=lambda: station.kid)
    _withdrawing(app)
    _sync(app)


def _central(app: Flask, station: Station) -> None:
    from testimony.web.central import access as central_access
    from testimony.web.central import accounts as central_accounts
    from testimony.web.central import alarms as central_alarms
    from testimony.web.central import credentials, dashboard, enrolment, navigation, overview, roster, sign_in, uses
    from testimony.web.central import proposals as central_proposals
    from testimony.web.central import questionnaires as central_questionnaires
    from testimony.web.central import wrong_sentences as central_wrong_sentences
    from testimony.web.field.interview import trial
    from testimony.web.pages import backup, doctor, security_contact, split_view, start_token, usb_sync

    cookie = cookie_name(station.settings.name, station.settings.role)
    app.session_interface = TokenSessions(cookie, bytes.fromhex(_secret(station)))
    app.extensions["testimony.actor"] = central_access.actor
    app.extensions["testimony.begin"] = central_access.begin_operator
    accounts = (sign_in.bp, enrolment.bp, central_accounts.bp, credentials.bp)
    seen = (overview.bp, dashboard.bp, central_alarms.bp, central_wrong_sentences.bp)
    proposing = (roster.bp, central_proposals.bp, uses.bp, central_questionnaires.bp)
    for bp in (security_contact.bp, start_token.bp, *seen, *accounts, *proposing):
        app.register_blueprint(bp)
    central_access.prepare(app)
    navigation.prepare(app)
    roster.prepare(app)
    trial.open_door(app, back="questionnaires.checked")
    app.extensions["testimony.doors"][auth.StartNeeded] = "start.show"
    usb_sync.open_door(app, Visitor.OPERATOR)
    split_view.open_door(app, Visitor.OPERATOR, Visitor.ADMINISTRATOR)
    doctor.open_door(app, Visitor.OPERATOR, Visitor.ADMINISTRATOR, confirms=True)
    administers = (Visitor.OPERATOR, Visitor.ADMINISTRATOR)
    backup.open_door(app, *administers, owner=lambda: station.kid, resealed=central_access.note_backup_key)
    _withdrawing(app)
    _sync(app)


def _desk(app: Flask, station: Station) -> None:
    from testimony.web.desk import blueprints, faces
    from testimony.web.desk.exports import access as exports_access
    from testimony.web.desk.handover import held as handover_held
    from testimony.web.desk.home import navigation, preparation
    from testimony.web.desk.imports import held as imports_held
    from testimony.web.desk.release import acts as release_acts
    from testimony.web.desk.review import drafts
    from testimony.web.desk.session import background, grants, key, recovery
    from testimony.web.desk.session import sync as session_sync
    from testimony.web.desk.testimony import transcripts
    from testimony.web.pages import backup, doctor, first_key, split_view, usb_sync

    for bp in blueprints.BLUEPRINTS:
        app.register_blueprint(bp)
    first_key.prepare(app, station.settings)
    app.extensions["testimony.doors"].update({auth.StartNeeded: "start.show", auth.UnlockNeeded: "key.show"})
    key.prepare(app)
    exports_access.prepare(app)
    navigation.prepare(app)
    faces.prepare(app)
    session_sync.prepare(app)
    background.prepare(app)
    preparation.prepare(app)
    grants.prepare(app)
    handover_held.prepare(app)
    imports_held.prepare(app)
    drafts.prepare(app)
    transcripts.prepare(app)
    release_acts.prepare(app)
    recovery.prepare(app)
    usb_sync.open_door(app, Visitor.READER, key.reader, lambda: key.key_holder().news())
    split_view.open_door(app, Visitor.READER)
    doctor.open_door(app, Visitor.READER, confirms=True)
    backup.open_door(app, Visitor.READER, owner=lambda: key.reader().id)


def _sync(app: Flask) -> None:
    from testimony.web.api.sync import sync_api

    app.register_blueprint(sync_api)
    app.extensions["testimony.csrf"].exempt(sync_api)  # signatures, not cookies, say who asks
