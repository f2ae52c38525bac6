"""The interview with a questionnaire that is not in force, as a practice: headquarters tries it before the roots sign.

Central registers it. The cards and scripts are those that phones get; nothing is kept, sealed or sent.
"""

from __future__ import annotations

import json
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, render_template, url_for
from flask_babel import force_locale
from werkzeug.exceptions import NotFound

from testimony.domain.testimony.languages import SCRIPTS, dir_of
from testimony.questionnaire import definition
from testimony.questionnaire.form import Form
from testimony.services.wordings import compilation, wordings
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.field.interview import card_page, practice, witness_text
from testimony.web.field.interview.text import stop_names, words
from testimony.web.headers import BYTES

bp = Blueprint("trial", __name__, url_prefix="/interview/try/<sha256>")
WATCHING: Final = (Visitor.ADMINISTRATOR, Visitor.REGISTRAR, Visitor.OPERATOR)
HTML: Final = "text/html; charset=utf-8"


def open_door(app: Flask, back: str) -> None:
    """Called by the factory. `back`: the endpoint of the page that the trial belongs to; it takes `sha256`."""
    app.register_blueprint(bp)
    app.extensions["testimony.trial"] = back


@bp.get("/<lang:lang>/")
@audience(*WATCHING)
def page(lang: str, sha256: str) -> Response:
    """The page on which the trial begins."""
    form = _form(sha256)
    back = url_for(current_app.extensions["testimony.trial"], sha256=sha256)
    values = {"form": form, "back": back, "stops": stop_names().values(), "data": _page_data(lang, sha256, back)}
    return _page("interview/trial.html", lang, **values, page_url=_pages(sha256))


@bp.get("/<lang:lang>/cards")
@audience(*WATCHING)
def cards(lang: str, sha256: str) -> Response:
    """Its cards, blank."""
    form = _form(sha256)
    urls = {
        "page": _pages(sha256),
        "form": url_for("trial.form", sha256=sha256),
        "said": url_for("trial.said", sha256=sha256, tag=""),
        "clips": url_for("trial.clip", sha256=sha256, name=""),
    }
    with force_locale(lang):
        return Response(card_page.render(lang, form, urls), content_type=HTML)


@bp.get("/<lang:lang>/lists")
@audience(*WATCHING)
def lists(lang: str, sha256: str) -> Response:
    """The lists of its search dialog."""
    with force_locale(lang):
        return Response(card_page.render_lists(lang, _form(sha256)), content_type=HTML)


@bp.get("/<lang:lang>/marks")
@audience(*WATCHING)
def marks(lang: str, sha256: str) -> Response:
    """What marks it as a practice. No invented witness answers: the questions are not the program's own."""
    _form(sha256)
    witness = {"lang": lang, "dir": dir_of(lang), "lines": {}, "facts": []}
    with force_locale(lang):
        data = {"words": practice.words(), "witness": witness}
    return _page("interview/practice.html", lang, guide=(), other_language=False, data=data)


@bp.get("/form.json")
@audience(*WATCHING)
def form(sha256: str) -> Response:
    """Its definition, for the page's scripts."""
    return Response(card_page.asked(_form(sha256)), content_type="application/json")


@bp.get("/said/<tag>")
@audience(*WATCHING)
def said(sha256: str, tag: str) -> Response:
    """What a witness hears in the language `tag`."""
    _form(sha256)
    if tag not in SCRIPTS:
        raise NotFound
    roster = context.station().chain.latest
    in_force = wordings.in_force(context.station(), tag)
    told = witness_text.pack(roster.organisation, roster.sha256, tag, in_force)
    return Response(json.dumps(told, ensure_ascii=False), content_type="application/json")


@bp.get("/clips/<name>")
@audience(*WATCHING)
def clip(sha256: str, name: str) -> Response:
    """The recording of one sentence that a witness hears."""
    _form(sha256)
    found = wordings.clip(context.station(), name)
    if found is None:
        raise NotFound
    data, content_type = found
    response = Response(data, content_type=content_type)
    response.headers["Content-Security-Policy"] = BYTES
    return response


def _form(sha256: str) -> Form:
    if (shipped := definition.shipped(sha256)) is not None:
        return shipped
    found = compilation.kept(context.station(), sha256)
    if found is None or found.form is None:
        raise NotFound
    return found.form


def _pages(sha256: str) -> Any:
    return lambda lang: url_for("trial.page", lang=lang, sha256=sha256)


def _page(template: str, lang: str, **values: Any) -> Response:
    with force_locale(lang):
        page = render_template(template, lang=lang, dir=dir_of(lang), dir_of=dir_of, **values)
    return Response(page, content_type=HTML)


def _page_data(lang: str, sha256: str, back: str) -> dict[str, Any]:
    pieces = {"cards": "trial.cards", "lists": "trial.lists", "practice": "trial.marks"}
    with force_locale(lang):
        said = words()
    return {
        "lang": lang,
        "roster": context.station().chain.latest.sha256,
        "words": said,
        "urls": {name: url_for(to, lang=lang, sha256=sha256) for name, to in pieces.items()} | {"blank": back},
    }
