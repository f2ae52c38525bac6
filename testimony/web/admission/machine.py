"""The page that sets the clock and the hotspot of a machine from the image, before its station is made.

Later the clock is one of those that end time limits (docs/time.md), so this page is gone once the station is made.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField

from testimony.domain.time import FIRST, LAST
from testimony.platform import machine
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.errors import MachineRefused
from testimony.web.text import labels

bp = Blueprint("machine", __name__)
NAME_BYTES: Final = 32
"""The longest name of a wireless network."""
PASSWORD: Final = re.compile(r"[A-Za-z0-9 -]{12,63}", re.ASCII)
"""As packaging/image/hotspot takes it, which cuts spaces at both ends."""
AGAIN: Final = "5"
"""Seconds until the page looks again whether the machine has ended."""


class ClockForm(FlaskForm):  # type: ignore[misc]
    moment = StringField()


class HotspotForm(FlaskForm):  # type: ignore[misc]
    name = StringField()
    password = StringField()


@bp.get("/<lang:lang>/machine")
@audience(Visitor.OPERATOR)
def show(lang: str) -> Response:
    """The clock of this machine beside that of the visitor's device, the form of the hotspot, and what was not done."""
    outcome = machine.last(_requests())
    working = outcome is machine.Outcome.WORKING
    refused = MachineRefused.REASONS["silent"] if outcome is machine.Outcome.REFUSED else ""
    page = render_template(
        "joining/machine.html", clock=shown_clock(), form=HotspotForm(), working=working, refused=refused
    )
    answer = make_response(page)
    if working:
        answer.headers["Refresh"] = AGAIN
    return answer


@bp.post("/<lang:lang>/machine/clock")
@audience(Visitor.OPERATOR)
def set_clock(lang: str) -> Response:
    """Set the clock to the visitor's. `moment`: seconds since 1970. Raises `MachineRefused`."""
    given = ClockForm().moment.data or ""
    seconds = int(given) if re.fullmatch(r"[0-9]{1,11}", given, re.ASCII) else 0
    moment = datetime.fromtimestamp(seconds, UTC)
    if not FIRST <= moment.date() < LAST:
        raise MachineRefused("clock")
    outcome = machine.set_clock(moment, _requests(), patience=_answer())
    return _answered(outcome, gettext("The clock is set."))


@bp.post("/<lang:lang>/machine/hotspot")
@audience(Visitor.OPERATOR)
def make_hotspot(lang: str) -> Response:
    """Make the hotspot under this name, in place of the one before. Raises `MachineRefused`."""
    form = HotspotForm()
    name, password = (form.name.data or "").strip(), (form.password.data or "").strip(" ")
    if not 1 <= len(name.encode()) <= NAME_BYTES or not name.isprintable():
        raise MachineRefused("name")
    if not PASSWORD.fullmatch(password):
        raise MachineRefused("password")
    outcome = machine.make_hotspot(name, password, _requests(), patience=_answer())
    return _answered(outcome, gettext("The hotspot has its new name and password. Phones must join it again."))


def shown_clock() -> str:
    """What the clock of this machine says, in words; "" where no service could set it."""
    if not machine.has_service(_folder()):
        return ""
    return labels.moment(context.now().isoformat(timespec="seconds"))


def _answered(outcome: machine.Outcome, done: str) -> Response:
    if outcome is machine.Outcome.REFUSED:
        raise MachineRefused("silent")
    if outcome is machine.Outcome.DONE:
        flash(done, "good")
    return redirect(url_for("machine.show"), code=303)


def _requests() -> Path:
    folder = _folder()
    if not machine.has_service(folder):
        abort(404)
    return folder


def _folder() -> Path:
    return cast(Path, current_app.config.get("MACHINE_REQUESTS", machine.REQUESTS))


def _answer() -> float:
    return cast(float, current_app.config.get("MACHINE_ANSWER", machine.ANSWER))
