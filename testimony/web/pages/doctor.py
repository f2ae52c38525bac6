"""The page at every kind of station that says how the station is, and what to do about what is not well."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Flask, render_template, request
from flask_babel import gettext

from testimony.errors import N_, REFUSAL_RULES, NotDelivered
from testimony.services.diagnosis.types import TITLES, Address, Day, Finding, Level, Line, Size, Span, Word, worst
from testimony.services.monitoring import health as monitoring_health
from testimony.sync.diagnosis import probe
from testimony.web import context
from testimony.web.audiences import ACCOUNTS, Visitor
from testimony.web.auth import audience, proven
from testimony.web.pages import clock
from testimony.web.pages.clock import Answer
from testimony.web.text import bidi, labels, quantities

if TYPE_CHECKING:
    from testimony.station.station import Station

KEPT: Final = 20.0
"""Seconds for which the lines are shown again, so that nobody makes the station ask central all the time."""
LEVELS: Final = {
    Level.WELL: N_("well"),
    Level.WARNING: N_("warning"),
    Level.CRITICAL: N_("critical"),
    Level.UNKNOWN: N_("not known"),
}
NOTHING: Final = Answer()
TONES: Final = {Level.WELL: "good", Level.WARNING: "warn", Level.CRITICAL: "bad", Level.UNKNOWN: "warn"}


class Looks:
    """The last look at the station, which visitors of the same moment share."""

    def __init__(self, station: Station, clock: Callable[[], float] = time.monotonic) -> None:
        self.station, self.clock = station, clock
        self._turn = threading.Lock()
        self._last: tuple[float, list[Line]] | None = None

    def lines(self, now: datetime) -> list[Line]:
        """Of this moment, or of a few seconds ago. Raises errors of the store."""
        with self._turn:
            if self._last is None or self.clock() - self._last[0] >= KEPT:
                found = probe.look(self.station, now=now)
                self._last = self.clock(), found
            return self._last[1]

    def forget(self) -> None:
        """Look anew for the next visitor."""
        with self._turn:
            self._last = None


def open_door(app: Flask, *visitors: Visitor, confirms: bool) -> None:
    """Give `app` the page for `visitors`. `confirms`: whether they may confirm the date, as one clock of two."""
    bp = Blueprint("doctor", __name__)
    csrf = app.extensions["testimony.csrf"]
    csrf.exempt(bp)  # the view checks it after the audience, so that visitors without access learn no more
    looks = app.extensions["testimony.doctor"] = Looks(app.extensions["testimony.station"])

    @bp.get("/<lang:lang>/doctor")
    @audience(*visitors)
    def show(lang: str) -> str:
        """The lines of `testimony doctor`, the dates of all clocks, and what this station refused of others."""
        return page()

    def page(answer: Answer = NOTHING) -> str:
        lines = looks.lines(context.now())
        with context.reading() as db:
            rejected = monitoring_health.look(context.station(), db).rejected
        return render_template(
            "doctor.html",
            lines=[_shown(line) for line in lines],
            unwell=[gettext(TITLES[line.subject]) for line in lines if line.level],
            tone=TONES[worst(line.level for line in lines)],
            rejected=rejected,
            rules=REFUSAL_RULES,
            day=labels.day,
            dates=list(clock.dates(context.station())),
            confirms=confirms,
            answer=answer,
            backups_here=Visitor.INTERVIEWER not in context.actor().audiences,
        )

    if confirms:

        @bp.post("/<lang:lang>/doctor")
        @audience(*visitors)
        def confirm(lang: str) -> str:
            """Show the date that somebody gave in words, and take it as a clock once they said yes to that."""
            csrf.protect()
            answer = clock.answered(context.station(), request.form)
            if answer.tone == "good":
                looks.forget()
            return page(answer)

        if ACCOUNTS.intersection(visitors):
            proven("doctor.show")(confirm)

    app.register_blueprint(bp)


def _shown(line: Line) -> dict[str, Any]:
    return {
        "subject": line.subject,
        "title": gettext(TITLES[line.subject]),
        "level": line.level.name.lower(),
        "word": gettext(LEVELS[line.level]),
        "tone": TONES[line.level],
        "says": [sentence(finding) for finding in line.findings],
        "do": [gettext(finding.do) for finding in line.findings if finding.do],
    }


def sentence(finding: Finding) -> str:
    """What `finding` says, in the language of the page. As an error's page does, it names no file and no folder."""
    if finding.values.keys() & {"file", "folder"}:
        return str(gettext(NotDelivered.sentence))
    return str(gettext(finding.text, **{name: _value(value) for name, value in finding.values.items()}))


def _value(value: object) -> object:
    """As it is written in a sentence: a phone's screen at a node may be seen by people on the hotspot."""
    if isinstance(value, Address) and context.station().settings.role == "field":
        return gettext("the address of headquarters")
    if isinstance(value, Day):
        return labels.day(value)
    if isinstance(value, Word):
        return gettext(value)
    if isinstance(value, Size):
        return quantities.amount(value)
    if isinstance(value, Span):
        return quantities.about(value)
    return bidi.apart(value) if isinstance(value, str) else value
