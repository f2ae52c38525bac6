"""Import records from a sheet, ODK or KoboToolbox: choose the file, match its columns, preview, import."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from testimony.csv_text import ENCODINGS
from testimony.errors import TestimonyError
from testimony.questionnaire.form import Form
from testimony.questionnaire.form_labels import Wording
from testimony.services.imports import kept_choices, portable, proposals
from testimony.services.imports.column_choices import Choices
from testimony.services.imports.errors import FileTooLarge
from testimony.services.imports.files import encryption
from testimony.services.imports.files.table import Table
from testimony.services.imports.job import Opened
from testimony.services.imports.preview import Preview
from testimony.web import context, error_handlers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience, by_itself
from testimony.web.desk.imports import columns
from testimony.web.desk.imports.held import held, importer
from testimony.web.desk.session import key
from testimony.web.server.options import LARGEST_IMPORT
from testimony.web.text import labels

bp = Blueprint("imports", __name__)

CHOICES_NAME: Final = "import-choices.json"
MOMENT: Final = 1.5
"""Seconds to wait for a small import, so that no page of progress is shown for it."""


@bp.url_value_preprocessor
def _allow(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow a larger request for a file, and refuse one that is too large before anything reads it."""
    if endpoint == "imports.take":
        request.max_content_length = LARGEST_IMPORT
        if (request.content_length or 0) > LARGEST_IMPORT:
            raise FileTooLarge
    request.max_form_parts = 10 * columns.MOST_SHOWN * proposals.MOST_VALUES


@bp.get("/<lang:lang>/imports")
@audience(Visitor.LAWYER)
def show(lang: str) -> str:
    """The next step: choose the file, match its columns, preview, or progress."""
    here = held()
    if here.work.last is not None:
        error = error_handlers.sentence_of(here.work.last.error) if here.work.last.error else ""
        return render_template("desk/importing.html", work=here.work.last, error=error, opened=here.opened)
    if here.opened is None:
        return render_template("desk/importfile.html", encodings=ENCODINGS)
    if here.preview is not None:
        return render_template(
            "desk/importpreview.html", opened=here.opened, seen=here.preview, first=_first(here.preview, lang)
        )
    choices = here.opened.choices = here.opened.choices or _proposed(here.opened.table)
    return render_template(
        "desk/importcolumns.html",
        opened=here.opened,
        shown=columns.shown(here.opened.table, choices, lang),
        targets=columns.targets(lang),
        tongues=columns.tongues(),
        acts=columns.ACT_WORDS,
        orders=columns.ORDER_WORDS,
        lang_of_words=choices.lang,
    )


@bp.post("/imports/file")
@audience(Visitor.LAWYER)
def take() -> Response:
    """Open the chosen file, in memory."""
    sent = request.files.get("file")
    data = sent.read() if sent else b""

    def act() -> None:
        name = (sent.filename if sent else None) or ""
        held().put(Opened(data, name, request.form.get("encoding", ""), _private_key()))

    return _then(act)


@bp.post("/imports/columns")
@audience(Visitor.LAWYER)
def choose() -> Response:
    """Keep what was chosen; with {"then": "look"} make the preview."""

    def act() -> None:
        file, choices = _chosen()
        if request.form.get("then") == "look":
            file.choose(choices, *file.said)
            kept_choices.keep(context.station(), key.reader(), file.table, choices)
            held().preview = importer().look(file)

    return _then(act)


@bp.post("/imports/choices/save")
@audience(Visitor.LAWYER)
def save() -> Response:
    """The choices that the form shows, as a file for a colleague."""
    try:
        file, choices = _chosen()
    except TestimonyError as error:
        return _refused(error)
    answer = Response(portable.written(file.table, choices), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{CHOICES_NAME}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/imports/choices")
@audience(Visitor.LAWYER)
def use() -> Response:
    """Use the choices in the file of a colleague."""
    sent = request.files.get("choices")
    data = sent.read() if sent else b""

    def act() -> None:
        file = held().file()
        file.choices = columns.only_shown(portable.applied(data, file.table))

    return _then(act)


@bp.post("/imports/back")
@audience(Visitor.LAWYER)
def back() -> Response:
    """Go back to the columns."""
    held().preview = None
    return redirect(url_for("imports.show"), code=303)


@bp.post("/imports/begin")
@audience(Visitor.LAWYER)
def begin() -> Response:
    """Start the import, or continue one that was stopped."""

    def act() -> None:
        here = held()
        here.work.begin(importer(), here.file())
        here.work.wait(MOMENT)

    return _then(act)


@bp.post("/imports/stop")
@audience(Visitor.LAWYER)
def stop() -> Response:
    """Stop the import after the rows in progress."""
    held().work.stop()
    held().work.wait(5)
    return redirect(url_for("imports.show"), code=303)


@bp.post("/imports/close")
@audience(Visitor.LAWYER)
def close() -> Response:
    """Forget the file."""
    held().forget()
    return redirect(url_for("imports.show"), code=303)


@bp.get("/imports/state")
@audience(Visitor.LAWYER)
@by_itself
def state() -> dict[str, Any]:
    """For the script of the page: {"running", "done", "total"}."""
    return held().work.state()


def _chosen() -> tuple[Opened, Choices]:
    """The open file, and the choices in the form that was sent, which it holds from now on. Raises `ImportRefused`."""
    file = held().file()
    choices = file.choices = columns.chosen(file.table, file.choices or _proposed(file.table), request.form)
    file.said = (request.form.get("source", ""), request.form.get("consent", ""))
    return file, choices


def _private_key() -> RSAPrivateKey | None:
    """The key of encrypted submissions, if one was chosen. Raises `ImportRefused("key")`."""
    sent = request.files.get("private-key")
    data = sent.read() if sent else b""
    return encryption.private_key(data, request.form.get("key-passphrase", "")) if data else None


def _proposed(table: Table) -> Choices:
    """What was chosen for the last file with these columns, else proposals."""
    kept = kept_choices.choices_for(context.station(), key.reader(), table)
    return columns.only_shown(kept or proposals.proposed(table))


def _then(act: Callable[[], None]) -> Response:
    """Call `act`, show the reason if it is refused, and go to the next step."""
    try:
        act()
    except TestimonyError as error:
        return _refused(error)
    return redirect(url_for("imports.show"), code=303)


def _refused(error: TestimonyError) -> Response:
    flash(error_handlers.sentence_of(error), "refused")
    return redirect(url_for("imports.show"), code=303)


def _first(seen: Preview, lang: str) -> list[tuple[Any, list[labels.Line]]]:
    wording = Wording(Form.load(), lang)
    found = []
    for account in seen.first:
        answers = {name: {"value": value} for said in account.answers.values() for name, value in said.items()}
        found.append((account, [line for group in labels.groups(answers, wording) for line in group.lines]))
    return found
