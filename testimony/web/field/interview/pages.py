"""Routes of the interview: its pages, language packs, service worker, trust files and locked keys."""

from __future__ import annotations

import gzip

from flask import Blueprint, Flask, Response, current_app, jsonify, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from testimony.domain.testimony.languages import SCRIPTS
from testimony.services.accounts import interviewers
from testimony.services.roster import freshness, page_statement
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.field.interview.app_shell import Shell, pack, unpack
from testimony.web.headers import BYTES
from testimony.web.text import i18n

bp = Blueprint("interview", __name__, url_prefix="/interview")


def prepare(app: Flask) -> None:
    """Called once by the factory: the pages are the same for everybody, so they are rendered once a roster."""
    app.extensions["testimony.interview"] = Shell()


def _shell() -> Shell:
    shell: Shell = current_app.extensions["testimony.interview"]
    return shell


@bp.get("/")
@audience(Visitor.ANYONE)
def entrance() -> AnyResponse:
    """To the page in the language that the browser asks for."""
    return redirect(url_for("interview.page", lang=i18n.language()), code=303)


@bp.get("/<lang:lang>/")
@audience(Visitor.ANYONE)
def page(lang: str) -> Response:
    """What is outside an interview, for interviewers who read `lang`; it holds nothing of any person."""
    return _text(_shell().page(lang), "text/html; charset=utf-8")


@bp.get("/<lang:lang>/cards")
@audience(Visitor.ANYONE)
def cards(lang: str) -> Response:
    """The cards of the interview, blank."""
    return _text(_shell().cards(lang), "text/html; charset=utf-8")


@bp.get("/<lang:lang>/practice")
@audience(Visitor.ANYONE)
def practice(lang: str) -> Response:
    """The guide for interviewers, and what a practice interview adds to the cards."""
    return _text(_shell().practice(lang), "text/html; charset=utf-8")


@bp.get("/<lang:lang>/quick-card")
@audience(Visitor.ANYONE)
def quick_card(lang: str) -> Response:
    """What an interviewer needs to remember, on one side of paper."""
    return _text(_shell().quick_card(lang), "text/html; charset=utf-8")


@bp.get("/<lang:lang>/lists")
@audience(Visitor.ANYONE)
def lists(lang: str) -> Response:
    """The countries and border segments by their names in `lang`."""
    return _text(_shell().lists(lang), "text/html; charset=utf-8")


@bp.get("/said/<tag>")
@audience(Visitor.ANYONE)
def script_by_language(tag: str) -> Response:
    """What a witness hears in the language `tag`."""
    if tag not in SCRIPTS:
        raise NotFound
    return _text(_shell().spoken_script(tag), "application/json")


@bp.get("/clips/<sha256>")
@audience(Visitor.ANYONE)
def clip(sha256: str) -> Response:
    """The recording of one sentence that a witness hears, by the hash that its pack names; it never changes."""
    found = _shell().clip(sha256)
    if found is None:
        raise NotFound
    data, content_type = found
    response = Response(data, content_type=content_type)
    response.headers["Content-Security-Policy"] = BYTES
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@bp.get("/<lang:lang>/list")
@audience(Visitor.ANYONE)
def blank(lang: str) -> Response:
    """A harmless list, where the quick exit leads."""
    return _text(_shell().blank(lang), "text/html; charset=utf-8")


@bp.get("/sw.js")
@audience(Visitor.ANYONE)
def service_worker() -> Response:
    """The script that keeps the pages on the phone; what it keeps is in the list of files."""
    return _text(_shell().worker(), "text/javascript; charset=utf-8")


@bp.get("/form/<name>.json")
@audience(Visitor.ANYONE)
def form(name: str) -> Response:
    """The form's definition; `name` is its SHA-256, so that an old page never meets a new form."""
    definition = _shell().form(name)
    if definition is None:
        raise NotFound
    return _text(definition, "application/json")


@bp.get("/<lang:lang>/manifest.webmanifest")
@audience(Visitor.ANYONE)
def manifest(lang: str) -> Response:
    """What the home screen shows: a neutral name and picture."""
    return _text(_shell().manifest(lang), "application/manifest+json")


@bp.get("/files")
@audience(Visitor.ANYONE)
def files() -> Response:
    """Every file of the page with its hash, and the statement that signs them, where this node has one."""
    signed = page_statement.stored(context.station())
    said = jsonify(
        files=[one.describe() for one in _shell().files()],
        signed=None if signed is None else {"record": signed.data.decode(), "sigs": signed.sigs},
    )
    response = _text(pack(said.data), "application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/trust")
@audience(Visitor.ANYONE)
def trust() -> Response:
    """The first root, the rosters and roots that followed it, for the phone to verify and pin; the statement that the
    last one is the newest; whose answer it is.
    """
    station = context.station()
    rosters = [{"record": record.data.decode(), "sigs": record.sigs} for record in station.chain.records]
    statement = freshness.of_station(station)
    said = jsonify(
        root=station.root.data.decode(),
        rosters=rosters,
        fresh=None if statement is None else statement.to_value(),
        station=station.kid,
    )
    response = _text(pack(said.data), "application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/locked/<name>")
@audience(Visitor.ANYONE)
def locked(name: str) -> Response:
    """The locked keys of `name`; for an unknown name a dummy that no passphrase opens."""
    with context.reading() as session:
        return jsonify(interviewers.find_locked(context.station(), session, name))


def _text(packed: bytes, content_type: str) -> Response:
    """`packed` as stored; a client without Brotli gets it gzipped, and one without gzip gets it uncompressed."""
    response = Response(content_type=content_type)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["br"]:
        response.content_encoding, response.data = "br", packed
    elif request.accept_encodings["gzip"]:
        response.content_encoding, response.data = "gzip", gzip.compress(unpack(packed), 9, mtime=0)
    else:
        response.data = unpack(packed)
    return response
