"""Answers every error with a page or JSON: HTTP status and one sentence. Internal details are not shown or logged."""

from __future__ import annotations

import logging

from flask import Flask, Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from testimony.errors import N_, Kind, NotDelivered, TestimonyError
from testimony.services.accounts.errors import TooFast
from testimony.web import auth, refused_forms

STATUS = {
    Kind.MALFORMED: 400,
    Kind.SIGN_IN: 401,
    Kind.FORBIDDEN: 403,
    Kind.UNKNOWN: 404,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.TOO_LARGE: 413,
    Kind.REFUSED: 422,
    Kind.LOCKED: 423,
    Kind.THROTTLED: 429,
    Kind.FAULT: 500,
    Kind.UNREACHED: 502,
    Kind.BUSY: 503,
    Kind.FULL: 507,
}
RETRY_AFTER = {503: "5", 507: "600"}  # seconds
INCOMPLETE = N_("Something is missing here, or it does not fit. Correct it; nothing was changed.")
SENTENCES = {
    400: N_("This request cannot be understood. Go back and try again."),
    403: N_("This request came from another page than ours. Open the page again and repeat what you did."),
    404: N_("There is no page at this address."),
    405: N_("This address does not take this kind of request."),
    413: N_("That is larger than this station takes in one piece."),
    500: N_("Something went wrong on this station. Nothing was changed. Try again; if it happens again, restart it."),
}


def status_of(error: TestimonyError) -> int:
    """The HTTP status for the kind of `error`."""
    return STATUS[error.kind]


def sentence_of(error: TestimonyError) -> str:
    """What to tell the person, in the language of the page."""
    translated: str = gettext(error.sentence)
    return translated % error.values if error.values else translated


def sentence_without_address(error: TestimonyError) -> str:
    """The same for a page that anybody on the hotspot may read: no address of headquarters, no folder, no file."""
    shown = error if "url" in error.values or not error.values else NotDelivered()
    translated: str = gettext(shown.sentence)
    return translated % {"url": gettext("the address of headquarters")} if "url" in shown.values else translated


def wants_json() -> bool:
    """Whether a script or a program asked. A page is answered with a page."""
    if request.path.startswith("/api/"):
        return True
    liked = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.is_json or liked == "application/json"


def answer(status: int, code: str, sentence: str, *, beside: str = "", field: str = "") -> Response:
    """An error as JSON for a script, as the form that was refused, or as a page.

    `beside`: the sentence beside the field, if it is to be another one; `field`: which one is wrong, if that is known.
    """
    if wants_json():
        response = jsonify(code=code, sentence=sentence)
    elif (form := refused_forms.given_back(status, beside or sentence, field)) is not None:
        response = form
    else:
        response = make_response(render_template("errors/error.html", status=status, sentence=sentence))
    response.status_code = status
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[status]
    return response


def _expected(error: TestimonyError) -> Response | AnyResponse:
    door = current_app.extensions["testimony.doors"].get(type(error))
    if door is not None and request.method == "GET" and not wants_json():
        return redirect(url_for(door), code=303)  # the way in: the page for the start-up token or the passphrase
    if isinstance(error, auth.ProofNeeded) and not wants_json():
        return redirect(url_for("signin.show", then=error.then), code=303)
    status = status_of(error)
    if status == 500:
        logging.getLogger("testimony.web").error("failed: %s", error.code)
        return answer(status, error.code, gettext(SENTENCES[500]))
    response = answer(status, error.code, sentence_of(error), field=getattr(error, "field", ""))
    if isinstance(error, TooFast):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    sentence = gettext(SENTENCES.get(status, SENTENCES[400 if status < 500 else 500]))
    return answer(status, f"http.{status}", sentence, beside=gettext(INCOMPLETE) if status == 400 else "")


def register(app: Flask) -> None:
    """Answer every error with a sentence."""
    app.register_error_handler(TestimonyError, _expected)
    app.register_error_handler(HTTPException, _http)
