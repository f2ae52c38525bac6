"""The coordinator's release: choose a purpose, look at the very bytes, let them leave. A refusal is a result too."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from testimony.domain.consent import Purpose
from testimony.services import release
from testimony.web import context, errors, labels
from testimony.web.auth import Visitor, audience
from testimony.web.desk import key

bp = Blueprint("release", __name__)


@bp.get("/<lang:lang>/release/")
@audience(Visitor.COORDINATOR)
def show(lang: str) -> str:
    """Choose what a release is for; the releases that left."""
    with context.reading() as db:
        earlier = release.released(context.station(), db)
    return render_template("desk/release.html", purposes=release.PURPOSES, earlier=earlier, labels=labels, k=release.K)


@bp.post("/release/prepare")
@audience(Visitor.COORDINATOR)
def prepare() -> AnyResponse:
    """Work out what could leave. A refusal is written down and said."""
    purpose = _purpose(request.form.get("purpose", ""))
    at = context.now().date()
    with context.transaction() as db:
        refusal = release.refusal(context.station(), db, key.reader(), purpose, at=at, annexes=key.held().annexes)
    if refusal is not None:
        flash(errors.sentence_of(refusal), "refused")
        return redirect(url_for("release.show"), code=303)
    return redirect(url_for("release.preview", purpose=purpose.value), code=303)


@bp.get("/<lang:lang>/release/preview/<purpose>")
@audience(Visitor.COORDINATOR)
def preview(lang: str, purpose: str) -> str:
    """The table that would leave, read back from its bytes."""
    with context.reading() as db:
        at, annexes = context.now().date(), key.held().annexes
        batch = release.build(context.station(), db, key.reader(), _purpose(purpose), at=at, annexes=annexes)
    return render_template(
        "desk/preview.html", batch=batch, rows=_table(batch.data), labels=labels, k=release.K, m=release.M
    )


@bp.post("/release/send")
@audience(Visitor.COORDINATOR)
def send() -> AnyResponse:
    """Let exactly the bytes leave that were looked at; consent is looked up once more."""
    purpose, at, station = _purpose(request.form.get("purpose", "")), context.now().date(), context.station()
    with context.transaction() as db:
        batch = release.build(station, db, key.reader(), purpose, at=at, annexes=key.held().annexes)
        made = release.publish(station, db, key.reader(), batch, expected=request.form.get("sha256", ""), at=at)
    flash(gettext("The release was made. Its testimonies will never be published a second time."))
    return redirect(url_for("release.made", release_id=made), code=303)


@bp.get("/<lang:lang>/release/<release_id>")
@audience(Visitor.COORDINATOR)
def made(lang: str, release_id: str) -> str:
    """A release that left, with its file."""
    with context.reading() as db:
        described, data = release.find(context.station(), db, release_id)
    return render_template("desk/released.html", release=described, rows=_table(data), labels=labels)


@bp.get("/<lang:lang>/release/<release_id>/table.csv")
@audience(Visitor.COORDINATOR)
def download(lang: str, release_id: str) -> Response:
    """The file."""
    with context.reading() as db:
        _, data = release.find(context.station(), db, release_id)
    response = Response(data, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="release-{release_id[:8]}.csv"'
    return response


def _purpose(code: str) -> Purpose:
    if code not in {purpose.value for purpose in release.PURPOSES}:
        raise NotFound
    return Purpose(code)


def _table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))
