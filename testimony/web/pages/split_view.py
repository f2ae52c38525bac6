"""The page that compares what central showed two stations: by words, or by the signed head."""

from __future__ import annotations

from typing import Final, Literal

from flask import Blueprint, Flask, Response, current_app, render_template, request
from flask_babel import gettext

from testimony.errors import TestimonyError
from testimony.services.custody import split_view
from testimony.services.custody.split_view import Verdict
from testimony.sync.bundle import heads
from testimony.web import context, error_handlers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience

Tone = Literal["good", "warn", "bad"]
WORDS: Final = 6
TONES: Final[dict[Verdict, Tone]] = {"same": "good", "later": "warn", "forked": "bad"}


def open_door(app: Flask, *visitors: Visitor) -> None:
    """Give `app` the page for `visitors`."""
    bp = Blueprint("heads", __name__)
    csrf = app.extensions["testimony.csrf"]
    csrf.exempt(bp)  # the views check it after the audience, so that visitors without access learn no more

    @bp.get("/<lang:lang>/compare")
    @audience(*visitors)
    def show(lang: str) -> str:
        """How far central's log is known here, and where to put what another station was shown."""
        return _page()

    @bp.get("/compare/head.note")
    @audience(*visitors)
    def file() -> Response:
        """The signed head, to be carried to another station. It holds hashes and numbers."""
        with context.reading() as db:
            head = split_view.head(context.station(), db)
        note = head.note if head else ""
        return current_app.response_class(
            note, mimetype="text/plain", headers={"Content-Disposition": 'attachment; filename="head.note"'}
        )

    @bp.post("/<lang:lang>/compare")
    @audience(*visitors)
    def compare(lang: str) -> str:
        """By the file where one was chosen, else by number and words."""
        csrf.protect()
        chosen = request.files.get("file")
        data = chosen.read(split_view.NOTE_LIMIT + 1) if chosen else b""
        return _page(*(_by_file(data) if data else _by_words()))

    app.register_blueprint(bp)


def sentence(verdict: Verdict) -> str:
    """What follows from a head that another station was shown."""
    said: dict[Verdict, str] = {
        "same": gettext("Both stations were shown the same log."),
        "later": gettext("It is of entries that are not known here yet. It is kept, and compared as soon as they are."),
        "forked": gettext(
            "Headquarters' server signed two stories. Both signed heads are kept here as proof, and nothing was "
            "deleted. Stop trusting that server, keep its disk, and report it."
        ),
    }
    return said[verdict]


def _page(tone: Tone = "good", said: str = "") -> str:
    with context.reading() as db:
        head = split_view.head(context.station(), db)
    return render_template("heads.html", head=head, tone=tone, said=said, form=request.form)


def _by_file(data: bytes) -> tuple[Tone, str]:
    try:
        verdict = heads.consider(context.station(), data)
    except TestimonyError as error:
        return "warn", error_handlers.sentence_of(error)
    return TONES[verdict], sentence(verdict)


def _by_words() -> tuple[Tone, str]:
    number, words = request.form.get("number", "").strip(), request.form.get("words", "").lower().split()
    if not number.isdecimal() or len(number) > len(str(split_view.MOST_ENTRIES)) or len(words) != WORDS:
        return "warn", gettext("Write down the number of entries and all six words, or choose the file.")
    with context.reading() as db:
        here = split_view.words_at(context.station(), db, int(number))
    if here is None:
        return "warn", gettext(
            "Fewer entries are known here. Sync with headquarters first, or compare at the other station with the "
            "number above."
        )
    if here.split() == words:
        return TONES["same"], sentence("same")
    return "bad", gettext(
        "For these entries the words are here: %(words)s. Compare once more. If they still differ, bring the signed "
        "head here as a file: it proves what words cannot.",
        words=here,
    )
