"""The page that searches all testimonies the desk can open. Queries are in no address: browsers keep addresses."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from testimony.services.inbox.search import Hit
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk import faces
from testimony.web.desk.session import key

bp = Blueprint("searches", __name__)

LONGEST = 500  # characters
AT_ONCE = 1.0  # seconds of reading between two answers
MOST = 100


@bp.get("/<lang:lang>/search")
@audience(Visitor.LAWYER)
def show(lang: str) -> str:
    """The field."""
    return render_template("desk/search.html", longest=LONGEST)


@bp.post("/search")
@audience(Visitor.LAWYER)
def search() -> dict[str, object]:
    """{"words"} -> {"read", "total", "hits": [{"address", "name", "lang", "dir", "before", "found", "after"}], "most"}.

    Reads for one more second; the client repeats the request until `read` is `total`.
    """
    words = context.posted().get("words")
    if not isinstance(words, str) or len(words) > LONGEST:
        raise BadRequest
    held, day, desk = key.key_holder(), context.now().date(), (context.station(), key.reader())
    held.inbox.recall(*desk, held.annexes, day=day, seconds=AT_ONCE)
    progress = held.words.read_on(*desk, held.annexes, day=day, seconds=AT_ONCE)
    hits = held.words.search(words, most=MOST)
    return {"read": progress.read, "total": progress.total, "hits": [_shown(hit) for hit in hits], "most": MOST}


def _shown(hit: Hit) -> dict[str, str]:
    face = faces.face_of(hit.tid)
    return {
        "address": url_for("testimony.show", tid=hit.tid),
        "tid": hit.tid,
        "name": face.number,
        "where": face.where or str(_("Testimony")),
        "rest": face.rest,
        "own": face.label,
        "lang": hit.lang,
        "dir": hit.dir,
        "before": hit.before,
        "found": hit.found,
        "after": hit.after,
    }
