"""The word list with which a phone shows the organisation's fingerprint, so that two people can compare it."""

from __future__ import annotations

import gzip
from functools import cache

from flask import Blueprint, Response, request

from testimony.sealing.keys import wordlist
from testimony.web.audiences import Visitor
from testimony.web.auth import audience

bp = Blueprint("fingerprint", __name__, url_prefix="/interview")


@bp.get("/words")
@audience(Visitor.ANYONE)
def words() -> Response:
    """The 7,776 words in their order, one a line: fetched when somebody wants to compare, and kept on the phone."""
    response = Response(content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Encoding")
    plain, packed = _both()
    response.data = plain
    if request.accept_encodings["gzip"]:
        response.content_encoding, response.data = "gzip", packed
    return response


def word_list() -> bytes:
    """The words, one a line."""
    return "\n".join(wordlist.words()).encode()


@cache
def _both() -> tuple[bytes, bytes]:
    plain = word_list()
    return plain, gzip.compress(plain, 9, mtime=0)
