"""Chooses a page's language from its address, and gives each string its own text direction."""

from __future__ import annotations

import sys
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import get_locale
from werkzeug.routing import BaseConverter

from testimony import catalogues
from testimony.domain.testimony.languages import DESK_DRAFTS, DESKS, INTERVIEWER_DRAFTS, INTERVIEWERS, autonym, dir_of
from testimony.web.text.numerals import NumberedBabel

LANGUAGES = {"field": INTERVIEWERS, "central": DESKS, "desk": DESKS, "ceremony": DESKS}
"""The languages of the pages of each kind of station, and of the key ceremonies."""
DRAFTS = {"field": INTERVIEWER_DRAFTS, "central": DESK_DRAFTS, "desk": DESK_DRAFTS, "ceremony": DESK_DRAFTS}
"""Those of them that are marked as drafts."""
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def languages() -> tuple[str, ...]:
    """The languages of this station's pages, the one for everybody first."""
    found: tuple[str, ...] = current_app.extensions["testimony.languages"]
    return found


def language() -> str:
    """The language to answer in: the address's; else, for a script or an error, what the browser asks for."""
    for chosen in (g.get("lang"), request.path.split("/")[1], _posted()):
        if chosen in languages():
            return str(chosen)
    return _accepted()


def _posted() -> str | None:
    """The field `lang` of a form whose own address names no language."""
    is_form = request.method == "POST" and request.mimetype in FORMS
    too_large = (request.content_length or 0) > (request.max_content_length or sys.maxsize)
    return request.form.get("lang") if is_form and not too_large else None


def _accepted() -> str:
    """The first language that the browser asks for and that there are pages in; `fr-CH` is content with `fr`."""
    wanted = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((primary for primary in wanted if primary in languages()), languages()[0])


def same_page(lang: str) -> str:
    """The address of the page that is being shown, in another language."""
    if request.endpoint is None or "lang" not in (request.view_args or {}):
        return f"/{lang}/"
    return url_for(request.endpoint, **{**(request.view_args or {}), "lang": lang})


def colon() -> str:
    """What stands between a name and its value in the page's language, with its spaces: French has one before, too."""
    locale = get_locale()
    return "\u00a0: " if locale is not None and locale.language == "fr" else ": "


def register(app: Flask, role: str) -> None:
    """Take the language from the address, put it into the addresses that a page names, translate with Babel."""
    catalogues.require(LANGUAGES[role])
    app.extensions["testimony.languages"] = LANGUAGES[role]
    app.url_map.converters["lang"] = _converter(LANGUAGES[role])
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(catalogues.FOLDER))
    NumberedBabel(app, locale_selector=language, timezone_selector=lambda: "UTC")
    app.jinja_env.globals["colon"] = colon

    @app.url_value_preprocessor
    def remember(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values and "lang" in values:
            g.lang = values["lang"]

    @app.url_defaults
    def add_language(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = language()

    @app.context_processor
    def offer() -> dict[str, Any]:
        lang = language()
        return {
            "lang": lang,
            "dir": dir_of(lang),
            "languages": [(code, autonym(code)) for code in languages()],
            "draft_languages": DRAFTS[role],
            "same_page": same_page,
        }


def _converter(tags: tuple[str, ...]) -> type[BaseConverter]:
    """`<lang:lang>` in a rule: one of the languages of the pages."""
    return type("LanguageConverter", (BaseConverter,), {"regex": "|".join(tags)})
