"""The first page of a field node, which makes the station and its request from a name and the organisation's bundle."""

from __future__ import annotations

from io import BytesIO
from typing import cast

from flask import Blueprint, current_app, redirect, render_template
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField

from testimony.services.enrolment import first_start
from testimony.settings import Settings
from testimony.sync.bundle import trust as bundle_trust
from testimony.web import context
from testimony.web.admission import machine
from testimony.web.audiences import Visitor
from testimony.web.auth import audience

bp = Blueprint("first", __name__)


class StationForm(FlaskForm):  # type: ignore[misc]
    station = StringField()
    replaces = BooleanField()
    bundle = FileField()


@bp.get("/<lang:lang>/")
@audience(Visitor.OPERATOR)
def show(lang: str) -> str:
    """The form. Once the station is made, the pages of a waiting station are at this address."""
    return render_template("joining/first.html", form=StationForm(), clock=machine.shown_clock())


@bp.post("/<lang:lang>/station")
@audience(Visitor.OPERATOR)
def make(lang: str) -> Response:
    """Make the station. Raises what `first_start.make` raises, and `EnrolmentRefused("bundle")`."""
    form = StationForm()
    form.validate_on_submit()
    sent = form.bundle.data.read() if form.bundle.data else b""
    roster = bundle_trust.read_offer(BytesIO(sent)).chain.latest if sent else None
    settings = cast(Settings, current_app.extensions["testimony.first"])
    id = (form.station.data or "").strip()
    first_start.make(settings, id, roster, day=context.today(), replaces=form.replaces.data)
    return redirect(f"/{lang}/", code=303)
