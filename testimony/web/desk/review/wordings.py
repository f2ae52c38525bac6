"""Pages that check a language's consent script with a second speaker and record its sentences."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as Redirected

from testimony.domain.testimony.languages import SCRIPTS
from testimony.sealing.roster.wording import LARGEST_CLIP
from testimony.services.wordings.errors import ClipRefused, MendRefused
from testimony.services.wordings.studio import Preparation
from testimony.sync.bundle import wordings as bundle_wordings
from testimony.web import context, headers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.review import wordings_text
from testimony.web.desk.session import key

bp = Blueprint("wordings", __name__)


@bp.get("/<lang:lang>/wordings/")
@audience(Visitor.LAWYER, Visitor.COORDINATOR)
def show(lang: str) -> str:
    """Every language, what state it is in and how much of it is recorded."""
    lines = [wordings_text.line(Preparation(context.station(), tag), lang) for tag in SCRIPTS]
    return render_template("desk/wordings.html", lines=lines)


@bp.get("/<lang:lang>/wordings/<tag>")
@audience(Visitor.LAWYER, Visitor.COORDINATOR)
def language(lang: str, tag: str) -> Response:
    """Every sentence of one language. The one page of a desk that a browser lets listen."""
    prepared = _preparation(tag)
    page = make_response(
        render_template(
            "desk/wording.html",
            line=wordings_text.line(prepared, lang),
            groups=wordings_text.groups(prepared, lang),
            choices=wordings_text.choices(),
            digest=prepared.digest,
            saved=_saved(prepared) if prepared.signed else None,
            changed=prepared.changed,
            words=wordings_text.page_words(),
        )
    )
    page.headers["Permissions-Policy"] = headers.LISTENING
    return page


@bp.get("/wordings/<tag>/clips/<sentence>")
@audience(Visitor.LAWYER, Visitor.COORDINATOR)
def clip(tag: str, sentence: str) -> Response:
    """The recording of one sentence."""
    data, kind = _preparation(tag).read(sentence)
    answer = Response(data, mimetype=kind)
    answer.headers["Content-Security-Policy"] = headers.BYTES
    return answer


@bp.post("/wordings/<tag>/clips/<sentence>")
@audience(Visitor.LAWYER, Visitor.COORDINATOR)
def keep(tag: str, sentence: str) -> dict[str, int]:
    """Store the recording in the body of this request: ?ms is its length, ?text the text that it speaks."""
    ms, text = request.args.get("ms", 0, type=int), request.args.get("text", "")
    kept = _preparation(tag).keep(sentence, _body(), ms=ms, text=text)
    return {"ms": kept.ms}


@bp.post("/wordings/<tag>/clips/<sentence>/remove")
@audience(Visitor.LAWYER, Visitor.COORDINATOR)
def remove(tag: str, sentence: str) -> dict[str, str]:
    """Throw the recording of one sentence away."""
    _preparation(tag).remove(sentence)
    return {}


@bp.post("/<lang:lang>/wordings/<tag>/mend")
@audience(Visitor.LAWYER, Visitor.COORDINATOR)
def mend(lang: str, tag: str) -> Redirected:
    """Say other words in the place of one sentence of the program; kept here until they are signed."""
    said = request.form
    key = said.get("key", "")
    try:
        _preparation(tag).mend(key, said.get("words", ""), said.get("state", ""))
        flash(gettext("The sentence is mended here. Sign and save below, or nothing changes for witnesses."))
    except MendRefused as error:
        flash(gettext(error.sentence), "bad")
    return redirect(url_for("wordings.language", tag=tag, _anchor=f"mend-{said.get('at', key)}"))


@bp.post("/wordings/<tag>/sign")
@audience(Visitor.LAWYER, Visitor.COORDINATOR)
def sign(tag: str) -> dict[str, str]:
    """{"checked": name or null, "agrees", "heard", "texts"} -> where the signed file is. The unlocked key signs."""
    said, prepared = context.posted(), _preparation(tag)
    checked, digest = said.get("checked"), said.get("texts")
    if not isinstance(digest, str) or not (checked is None or isinstance(checked, str)):
        raise BadRequest
    agrees = said.get("agrees") is True
    heard = said.get("heard") is True
    prepared.sign(key.reader(), checked=checked, agrees=agrees, heard=heard, digest=digest, day=context.today())
    return _saved(prepared)


@bp.get("/wordings/<tag>/file")
@audience(Visitor.LAWYER, Visitor.COORDINATOR)
def download(tag: str) -> Response:
    """What was signed last, with its recordings: for the holders of the root keys."""
    prepared = _preparation(tag)
    record, clips = prepared.file()
    answer = Response(bundle_wordings.write_file([record], clips), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{wordings_text.file_name(prepared)}"'
    return answer


def _preparation(tag: str) -> Preparation:
    if tag not in SCRIPTS:
        raise NotFound
    return Preparation(context.station(), tag)


def _saved(prepared: Preparation) -> dict[str, str]:
    return {
        "address": url_for("wordings.download", tag=prepared.lang),
        "file": wordings_text.file_name(prepared),
        "sentence": wordings_text.saved(prepared),
    }


def _body() -> bytes:
    """The bytes that were sent; refused before they are read when they say to be too many."""
    if (request.content_length or 0) > LARGEST_CLIP:
        raise ClipRefused("size")
    return request.get_data(cache=False)
