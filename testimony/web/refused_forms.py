"""A form that was refused comes back as it was filled, on the page that it was on, with the field marked.

The page is the one that the browser names as the sender. It is rendered again for the same person, as if they had
opened it, and what they typed is put back. Secrets and files are not: a browser lets nobody fill those in.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, request
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from testimony.web.text.refill import refilled

TAKEN: Final = frozenset((400, 409, 422))
"""Statuses that something in the form is the reason of."""
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


def given_back(status: int, sentence: str, named: str = "") -> Response | None:
    """The page with the form, or None if a script asked or no page of this station sent it."""
    if request.method != "POST" or request.mimetype not in FORMS or status not in TAKEN:
        return None
    page = _sender()
    found = refilled(page, request.path, request.form.to_dict(flat=False), sentence, named) if page else None
    if found is None:
        return None
    answer = make_response(found)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


def kept(page: str, sentence: str) -> str:
    """`page`, which a view rendered because it refused a form and says why, with the form as it was filled."""
    return refilled(page, request.path, request.form.to_dict(flat=False), sentence, loud=False) or page


def _sender() -> str:
    """The page on which the form was, rendered anew; empty if it is none of ours, or not to be had any more."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.host or not came.path:
        return ""
    headers = Headers([("Cookie", request.headers.get("Cookie", "")), ("Accept", "text/html")])
    where = EnvironBuilder(path=came.path, query_string=came.query, base_url=request.host_url, headers=headers)
    environ = {**where.get_environ(), "REMOTE_ADDR": request.remote_addr or ""}
    with current_app.app_context(), current_app.request_context(environ):
        answer = current_app.full_dispatch_request()
    return answer.get_data(as_text=True) if answer.status_code == 200 and answer.mimetype == "text/html" else ""
