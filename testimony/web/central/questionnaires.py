"""Central's page of the organisation's own questionnaire: check a spreadsheet, try it, propose it to the roots.

A checked questionnaire is in force nowhere. Only a roster that the roots signed tells field stations to ask it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext

from testimony.csv_text import ENCODINGS
from testimony.domain.testimony.languages import WITNESSES, autonym, dir_of
from testimony.errors import TestimonyError
from testimony.questionnaire import definition
from testimony.questionnaire.errors import QuestionnaireRefused, QuestionnaireUnreadable
from testimony.questionnaire.form import Form
from testimony.sealing.roster.trusted_files import Trust
from testimony.services.accounts.errors import TooFast
from testimony.services.roster import adoption, asked_form, proposals
from testimony.services.roster.proposals import FORM, Wish
from testimony.services.wordings import adaptation, compilation, starting_form
from testimony.services.wordings.compilation import LARGEST, Compiled
from testimony.services.wordings.errors import QuestionnaireTaken
from testimony.web import context, error_handlers
from testimony.web.auth import audience
from testimony.web.central import access as central_access
from testimony.web.central.proposals import PROPOSING, REFUSED, WATCHING, Answered
from testimony.web.text.labels import Words

bp = Blueprint("questionnaires", __name__)
BESIDE: Final = 64 * 1024  # bytes of a request besides its file
NOT_TAKEN: Final = (QuestionnaireUnreadable, QuestionnaireRefused, QuestionnaireTaken)
ALONE: Final = "alone"
ADAPTED: Final = "adapted-interview.xlsx"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A questionnaire as the page describes it. `languages`: those of its own texts; none for one of the program, which
    is translated with it.
    """

    form: Form
    languages: tuple[Words, ...]

    @property
    def questions(self) -> int:
        return sum(1 for _ in self.form.fields)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """How to read a file that is adapted: the language of texts and the encoding of lists that do not say theirs."""

    language: str = ""
    encoding: str = ""


@bp.url_value_preprocessor
def _allow(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow the size of a spreadsheet or of its lists, and refuse more before anything reads it."""
    if endpoint in ("questionnaires.check", "questionnaires.adapt"):
        request.max_content_length = LARGEST + BESIDE
        if (request.content_length or 0) > request.max_content_length:
            raise QuestionnaireUnreadable("size")


@bp.get("/<lang:lang>/questionnaires")
@audience(*WATCHING)
def show(lang: str) -> str:
    """Which questionnaire field stations ask, and the form that checks another."""
    return _page()


@bp.post("/<lang:lang>/questionnaires")
@audience(*PROPOSING)
def check(lang: str) -> Answered:
    """Check an uploaded spreadsheet: on to its page, or all that is wrong with it, by place."""
    data, _name = _sent()
    if not data:
        return _page(_not_chosen()), 400
    try:
        found = compilation.compiled(data)
        if found.form is None:
            return _page(found=found, chosen=Chosen()), 422
        asked_form.require_new_name(context.station(), found.form)
    except (*NOT_TAKEN, TooFast) as error:
        return _page(error_handlers.sentence_of(error)), error_handlers.status_of(error)
    compilation.keep(context.station(), found)
    return redirect(url_for("questionnaires.checked", sha256=found.form.sha256), code=303)


@bp.post("/<lang:lang>/questionnaires/adapt")
@audience(*PROPOSING)
def adapt(lang: str) -> Answered:
    """Adapt a file: on to the page of the copy, or what is still wrong with it.

    The file is chosen again, because none is kept before it is a questionnaire: it may hold names.
    """
    chosen, (data, name) = _chosen(), _sent()
    if not data:
        return _page(_not_chosen(), chosen=chosen), 400
    files = {sent.filename: sent.read() for sent in request.files.getlist("lists") if sent.filename}
    try:
        found = adaptation.adapted(
            context.station(), data, name=name, language=chosen.language or None, encoding=chosen.encoding, files=files
        )
        if found.form is None:
            return _page(found=found), 422
        asked_form.require_new_name(context.station(), found.form)
    except (*NOT_TAKEN, TooFast) as error:
        return _page(error_handlers.sentence_of(error), chosen=chosen), error_handlers.status_of(error)
    return redirect(url_for("questionnaires.checked", sha256=found.form.sha256), code=303)


@bp.get("/questionnaires/adapted/<sha256>")
@audience(*WATCHING)
def adapted(sha256: str) -> Response:
    """The adapted copy as a spreadsheet."""
    data = adaptation.spreadsheet(context.station(), sha256)
    if data is None:
        abort(404)
    return _spreadsheet(data, ADAPTED)


@bp.get("/questionnaires/template")
@audience(*WATCHING)
def template() -> Response:
    """The questionnaire of the program as an XLSForm to begin from, in all its languages."""
    return _spreadsheet(starting_form.content(), starting_form.NAME)


@bp.get("/<lang:lang>/questionnaires/<sha256>")
@audience(*WATCHING)
def checked(lang: str, sha256: str) -> str | Answered:
    """A questionnaire that nothing stands against: what to know of it, how to try it, how to propose it."""
    found = _kept(sha256)
    return _gone() if found is None else _checked(found)


@bp.post("/<lang:lang>/questionnaires/<sha256>/propose")
@audience(*PROPOSING)
def propose(lang: str, sha256: str) -> Answered:
    """Propose a roster that puts it in force."""
    found, by = _kept(sha256), central_access.acting()
    if found is None or found.form is None:
        return _gone()
    form = found.form
    try:
        asked_form.require_new_name(context.station(), form)
        with context.transaction() as db:
            add = proposals.wish_alone if request.form.get("how") == ALONE else proposals.wish
            id = add(context.station(), db, Wish(act=FORM, id=form.id, request=form.definition.decode()), by)
    except (*REFUSED, *NOT_TAKEN) as error:
        return _checked(found, error), error_handlers.status_of(error)
    return redirect(url_for("proposal.show", proposal=id), code=303)


def _sent() -> tuple[bytes, str]:
    """The spreadsheet of the form and its name without its ending; empty if none was chosen."""
    sent = request.files.get("file")
    return (sent.read(LARGEST + 1), PurePath(sent.filename or "").stem) if sent else (b"", "")


def _not_chosen() -> str:
    return str(gettext("Choose the file of a questionnaire. Nothing was checked yet."))


def _kept(sha256: str) -> Compiled | None:
    """What was checked under this hash, or the questionnaire that the program ships."""
    if sha256 == Form.load().sha256:
        return Compiled(form=definition.shipped(sha256))
    return compilation.kept(context.station(), sha256)


def _gone() -> tuple[str, int]:
    said = gettext("The results of this check are no longer here. Check the file again; nothing was changed.")
    return _page(said), 404


def _spreadsheet(data: bytes, name: str) -> Response:
    answer = Response(data, content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _chosen() -> Chosen:
    """Ends the request if a choice is none of those that the page offers."""
    chosen = Chosen(language=request.form.get("language", ""), encoding=request.form.get("encoding", ""))
    if chosen.language not in ("", *WITNESSES) or chosen.encoding not in ("", *ENCODINGS):
        abort(400)
    return chosen


def _page(said: str = "", found: Compiled | None = None, chosen: Chosen | None = None) -> str:
    """`chosen`: in the form that adapts a file; None: that form is not shown."""
    station = context.station()
    with context.reading() as db:
        adoption.refresh(station, db)
    asked = asked_form.in_force(station)
    return render_template(
        "central/questionnaires.html",
        asked=None if asked is None else _shown(asked),
        named=Trust.from_roster(station.chain.latest).form or "",
        shipped=Form.load().sha256,
        said=said,
        found=found,
        chosen=chosen,
        encodings=ENCODINGS,
        tags=[Words(autonym(tag), tag, dir_of(tag)) for tag in WITNESSES],
    )


def _checked(found: Compiled, error: TestimonyError | None = None) -> str:
    if found.form is None:
        raise ValueError("what is kept has a form")
    asked = asked_form.in_force(context.station())
    return render_template(
        "central/questionnaire.html",
        one=_shown(found.form),
        found=found,
        in_force=asked is not None and asked.sha256 == found.form.sha256,
        said=error_handlers.sentence_of(error) if error else "",
    )


def _shown(form: Form) -> Shown:
    own = "translations" in form.value
    tags = dict.fromkeys((str(form.value.get("language", "en")), *form.value["translations"])) if own else ()
    return Shown(form=form, languages=tuple(Words(autonym(tag), tag, dir_of(tag)) for tag in tags))
