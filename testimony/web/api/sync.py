"""The routes of /sync. `access` decides who may ask, `sync.server.server` what they get."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException

from testimony import canonical
from testimony.errors import NotCanonical, Refused, StationBusy, TestimonyError
from testimony.services.accounts import interviewers
from testimony.services.continuity.errors import CentralRestored
from testimony.services.feed.feed import Asker
from testimony.services.intake.uploads import LARGEST
from testimony.store.errors import (
    StoreClosed,
    StoreCrowded,
    StoreFailing,
    StoreFull,
    StoreLocked,
    StoreSlow,
    StoreStandby,
    StoreUnconfirmed,
    StoreUnreachable,
    StoreUnwritable,
)
from testimony.sync.bundle import trust as bundle_trust
from testimony.sync.client.handshake import answer_greeting
from testimony.sync.errors import QuotaReached, StationRefused
from testimony.sync.http.transport import FRAMES_TYPE, JSON_TYPE, UPLOAD_HEADER
from testimony.sync.server.by_name import answer_media, answer_wordings
from testimony.sync.server.rosters import answer_rosters
from testimony.sync.server.server import (
    PAGE,
    answer_batch,
    answer_certificate,
    answer_feed,
    answer_have,
    answer_upload,
    answer_whereabouts,
    require_served,
)
from testimony.sync.server.updates import answer_update
from testimony.sync.wire import chunks, content_coding
from testimony.sync.wire.frames import BATCH_LIMIT
from testimony.web import context
from testimony.web.api.access import CERTIFIED, PUSHERS, READERS, TEXT_READERS, UNAUTHENTICATED, require_asker
from testimony.web.audiences import Visitor
from testimony.web.auth import audience

HAVE_LIMIT: Final = 300 * 1024
CERTIFICATE_LIMIT: Final = 32 * 1024
STATUS: Final[dict[type[TestimonyError], tuple[int, str]]] = {
    NotCanonical: (400, "structure"),
    CentralRestored: (503, "restored"),
    QuotaReached: (429, "quota"),
    StoreLocked: (503, "busy"),
    StoreFailing: (503, "busy"),
    StoreUnreachable: (503, "busy"),
    StoreClosed: (503, "busy"),  # its operator is mending it: what is sent waits at the sender
    StoreCrowded: (503, "busy"),
    StoreSlow: (503, "busy"),
    StoreStandby: (503, "busy"),
    StoreUnconfirmed: (503, "busy"),
    StoreFull: (507, "full"),
    StoreUnwritable: (507, "full"),
}
RETRY_AFTER: Final = {503: "5", 507: "600"}

sync_api = Blueprint("sync_api", __name__, url_prefix="/sync")


@sync_api.get("/nonce")
@audience(Visitor.PEER)
def nonce() -> Response:
    return Response(canonical.encode({"nonce": interviewers.new_nonce(context.station())}), mimetype=JSON_TYPE)


@sync_api.get("/trust")
@audience(Visitor.ANYONE)
def trust() -> Response:
    """The trust bundle, for stations that join: it holds no secret, and proves itself to whoever knows the words."""
    return Response(bundle_trust.of_station(context.station()), mimetype=FRAMES_TYPE)


@sync_api.post("/have")
@audience(Visitor.PEER)
def have() -> Response:
    body = _body(HAVE_LIMIT)
    asker = _pusher(body)
    return Response(answer_have(context.station(), _content(body, HAVE_LIMIT), asker), mimetype=JSON_TYPE)


@sync_api.post("/batch")
@audience(Visitor.PEER)
def batch() -> Response:
    body = _body(BATCH_LIMIT)
    asker = _pusher(body)
    return Response(answer_batch(context.station(), _content(body, BATCH_LIMIT), asker), mimetype=FRAMES_TYPE)


@sync_api.post("/upload")
@audience(Visitor.PEER)
def upload() -> Response:
    """A batch in chunks, over links on which connections die. At central, which knows by the signature whose it is."""
    if context.station().settings.role != "central":
        abort(404)
    body = _body(chunks.CHUNK_LIMIT)
    asker = require_asker(context.station(), body, PUSHERS)
    answer = answer_upload(context.station(), _content(body, chunks.CHUNK_LIMIT), asker)
    return Response(answer, mimetype=JSON_TYPE if answer.startswith(b"{") else FRAMES_TYPE)


@sync_api.post("/whereabouts")
@audience(Visitor.PEER)
def whereabouts() -> Response:
    """At a field node, for phones; central tells nodes in its feed, and has nobody else to tell."""
    if context.station().settings.role != "field":
        abort(404)
    return Response(answer_whereabouts(context.station(), _content(_body(HAVE_LIMIT), HAVE_LIMIT)), mimetype=JSON_TYPE)


@sync_api.get("/feed")
@audience(Visitor.PEER)
def feed() -> Response:
    asker = require_asker(context.station(), _body(0), READERS)
    require_served(context.station(), asker)
    after, most = _number("after"), _number("most") if "most" in request.args else PAGE
    return Response(answer_feed(context.station(), asker, after, most), mimetype=FRAMES_TYPE)


@sync_api.post("/media")
@audience(Visitor.PEER)
def media() -> Response:
    """What readers' desks ask central for by name: what they lack of text; lawyers alone, pieces of media."""
    if context.station().settings.role != "central":
        abort(404)
    body = _body(HAVE_LIMIT)
    asker = require_asker(context.station(), body, TEXT_READERS)
    require_served(context.station(), asker)
    return Response(answer_media(context.station(), _content(body, HAVE_LIMIT), asker), mimetype=FRAMES_TYPE)


@sync_api.post("/greeting")
@audience(Visitor.PEER)
def greeting() -> Response:
    """Opens an exchange with central: whose log is where, and which lives of a station or of central are over."""
    if context.station().settings.role != "central":
        abort(404)
    body = _body(CERTIFICATE_LIMIT)
    asker = require_asker(context.station(), body, READERS)
    said = _content(body, CERTIFICATE_LIMIT)
    return Response(answer_greeting(context.station(), asker, said), mimetype=JSON_TYPE)


@sync_api.post("/rosters")
@audience(Visitor.PEER)
def rosters() -> Response:
    """Rosters for a central that lacks them. Unsigned: it may know no key of the station that brings them."""
    if context.station().settings.role != "central":
        abort(404)
    said = _content(_body(BATCH_LIMIT), BATCH_LIMIT)
    return Response(answer_rosters(context.station(), said), mimetype=JSON_TYPE)


@sync_api.post("/certificate")
@audience(Visitor.PEER)
def certificate() -> Response:
    """A node's request for its next certificate, which waits at central for headquarters; and the answer."""
    if context.station().settings.role != "central":
        abort(404)
    body = _body(CERTIFICATE_LIMIT)
    asker = require_asker(context.station(), body, CERTIFIED)
    said = _content(body, CERTIFICATE_LIMIT)
    return Response(answer_certificate(context.station(), asker, said), mimetype=JSON_TYPE)


@sync_api.post("/wordings")
@audience(Visitor.PEER)
def wordings() -> Response:
    """Checked wordings and their recordings that the roster in force names, from central to nodes and desks."""
    if context.station().settings.role != "central":
        abort(404)
    body = _body(HAVE_LIMIT)
    require_asker(context.station(), body, READERS)
    return Response(answer_wordings(context.station(), _content(body, HAVE_LIMIT)), mimetype=FRAMES_TYPE)


@sync_api.post("/update")
@audience(Visitor.PEER)
def update() -> Response:
    """The signed update that waits at central, in pieces, for nodes and desks."""
    if context.station().settings.role != "central":
        abort(404)
    body = _body(CERTIFICATE_LIMIT)
    require_asker(context.station(), body, READERS)
    said = _content(body, CERTIFICATE_LIMIT)
    return Response(answer_update(context.station(), said), mimetype=FRAMES_TYPE)


def _number(name: str) -> int:
    said = request.args.get(name, "")
    if not said.isascii() or not said.isdigit() or len(said) > 15:
        raise Refused("structure")
    return int(said)


def _pusher(body: bytes) -> Asker | None:
    """The node or reader that delivers to central; None at a field node, where a manifest's signature counts."""
    if context.station().settings.role == "field":
        return None
    return require_asker(context.station(), body, PUSHERS)


def _body(limit: int) -> bytes:
    """The body of the request, in memory, at most `limit` bytes. Answers 413 to more, without reading it to the end."""
    if (request.content_length or 0) > limit:
        abort(413)
    pieces = bytearray()
    while piece := request.stream.read(min(64 * 1024, limit + 1 - len(pieces))):
        pieces += piece
        if len(pieces) > limit:
            abort(413)
    return bytes(pieces)


def _content(body: bytes, limit: int) -> bytes:
    """What the body says, unpacked if need be. Who signed it is known before: the signature is over what travelled."""
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding == "identity":
        return body
    if coding not in content_coding.CODINGS:
        raise Refused("structure")
    return content_coding.unpack(body, coding, limit)


@sync_api.after_request
def renew_nonce(response: Response) -> Response:
    """Every answer brings the nonce for the next request, and says what may be asked how."""
    response.headers["Testimony-Nonce"] = interviewers.new_nonce(context.station())
    response.headers["Accept-Encoding"] = content_coding.ACCEPTED
    if context.station().settings.role == "central":
        response.headers[UPLOAD_HEADER] = str(LARGEST)
    return _packed(response)


def _packed(response: Response) -> Response:
    """Compress the response if the client accepts it and it is worthwhile."""
    coding = content_coding.chosen(request.accept_encodings.__getitem__)
    if coding and (packed := content_coding.pack(response.get_data(), coding)) is not None:
        response.set_data(packed)
        response.content_encoding = coding
        response.vary.add("Accept-Encoding")
    return response


@sync_api.errorhandler(StationRefused)
def refuse(error: StationRefused) -> Response:
    return _refusal(401 if error.rule in UNAUTHENTICATED else 403, error.rule, error.sentence)


@sync_api.errorhandler(Refused)
def misunderstand(error: Refused) -> Response:
    return _refusal(400, error.rule, error.sentence)


@sync_api.errorhandler(TestimonyError)
def fail(error: TestimonyError) -> Response:
    status, rule = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), (500, "error"))
    return _refusal(status, rule, error.sentence, error.retry_after if isinstance(error, StationBusy) else 0)


@sync_api.errorhandler(HTTPException)
def reject(error: HTTPException) -> Response:
    rule = "size.limit" if error.code == 413 else "structure" if (error.code or 500) < 500 else "error"
    return _refusal(error.code or 500, rule, TestimonyError.sentence)


def _refusal(status: int, rule: str, sentence: str, retry_after: int = 0) -> Response:
    """An error for a program: the rule, and one English sentence for people who read a trace."""
    response = Response(canonical.encode({"rule": rule, "sentence": sentence}), status=status, mimetype=JSON_TYPE)
    if retry_after or status in RETRY_AFTER:
        response.headers["Retry-After"] = str(retry_after or RETRY_AFTER[status])
    return response
