"""Pages that make an archive of one testimony or of a case, for a court or a mandate: its contents, then the file."""

from __future__ import annotations

import io

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from testimony.canonical import sha256_hex
from testimony.domain.consent.purposes import Key
from testimony.domain.review.case import CASES
from testimony.domain.review.disclosure import ARCHIVE
from testimony.services.archive import archive
from testimony.services.archive.archive import REVEALABLE, Archive, Wish
from testimony.services.archive.errors import ArchiveRefused
from testimony.web import context, error_handlers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import choices as casefile_choices
from testimony.web.desk.consent import consent
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("archives", __name__)

LARGEST = 64 << 20
"""Bytes that are put together in memory for a browser; the command writes any number to the disk."""


@bp.get("/<lang:lang>/testimony/<tid>/archive")
@audience(Visitor.LAWYER)
def show(lang: str, tid: str) -> str:
    """For which case, what is shown in clear, and whether the sealed parts come along."""
    stands, served = consent_state.consent_today(tid)
    organisations = consent_state.organisations()
    usable = sorted(one for one in stands.usable if one.purpose in CASES)
    uses = [
        (casefile_choices.code_of(one), labels.purpose(one.purpose.value), consent.recipient(one, organisations, lang))
        for one in usable
    ]
    parts = [(part, labels.compartment(part)) for part in REVEALABLE]
    return render_template("desk/archive.html", tid=tid, served=served, uses=uses, parts=parts)


@bp.post("/testimony/<tid>/archive")
@audience(Visitor.LAWYER)
def choose(tid: str) -> AnyResponse:
    """What was chosen goes into the address of the file: codes from fixed lists, and nothing else."""
    wish = _wish(tid, request.form.getlist("reveal"), request.form.get("use", ""), "sealed" in request.form)
    chosen = {"reveal": sorted(wish.reveal), "sealed": "yes" if wish.sealed else None}
    if wish.use is not None:
        chosen["use"] = casefile_choices.code_of(wish.use)
    return redirect(url_for("archives.file", tid=tid, **chosen), code=303)  # type: ignore[arg-type]  # lists repeat


@bp.get("/testimony/<tid>/archive/file")
@audience(Visitor.LAWYER)
def file(tid: str) -> Response:
    """The archive. That it left is written into this desk's own log; consent is looked up once more."""
    wish = _wish(tid, request.args.getlist("reveal"), request.args.get("use", ""), "sealed" in request.args)
    return _composed(wish)


def _composed(wish: Wish) -> Response:
    """Written into the register before it is handed out. Not within a transaction. The name ends with the first digits
    of the hash, by which the register knows the file.
    """
    written = io.BytesIO()
    with context.transaction() as db:
        at, annexes = context.now().date(), key.key_holder().annexes
        made = archive.compose(context.station(), db, key.reader(), wish, at=at, annexes=annexes)
        _require_small(made)
        archive.write(made, written.write)
    data = written.getvalue()
    casefile_choices.note_left(wish.tids, data, made=ARCHIVE, use=wish.use)
    name = f"archive-{context.today()}-{sha256_hex(data)[:8]}.zip"
    response = Response(data, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/<lang:lang>/archive/")
@audience(Visitor.LAWYER)
def show_case(lang: str) -> str:
    """The same for the testimonies of a case, of which any number may be chosen."""
    one = casefile_choices.case_of(request.args.get("case", ""))
    return render_template(
        "desk/archive.html",
        case=casefile_choices.use(one, lang),
        choices=casefile_choices.choices(one, lang),
        parts=[(part, labels.compartment(part)) for part in REVEALABLE],
    )


@bp.post("/archive/")
@audience(Visitor.LAWYER)
def file_of_case() -> Response:
    """{"case", "tid": one or more, "reveal", "sealed"} -> the archive, noted at each testimony in it; 409 with the form
    and a sentence for each testimony whose consent does not cover the case today.
    """
    one = casefile_choices.case_of(request.form.get("case", ""))
    tids = tuple(dict.fromkeys(request.form.getlist("tid")))
    if not tids:
        raise BadRequest
    if found := casefile_choices.lacking(one, tids):
        error = ArchiveRefused("consent", purpose=labels.purpose(one.purpose.value))
        return error_handlers.answer(409, error.code, casefile_choices.refusal_sentence(error, found))
    reveal = frozenset(request.form.getlist("reveal")) & set(REVEALABLE)
    wish = Wish(tids=tids, use=one, reveal=reveal, sealed="sealed" in request.form)
    return _composed(wish)


def _wish(tid: str, reveal: list[str], use: str, sealed: bool) -> Wish:
    """Raises `TestimonyUnknown`; `ArchiveRefused` for a case to which the witness does not agree today."""
    stands, _ = consent_state.consent_today(tid)
    case = next((one for one in stands.usable if casefile_choices.code_of(one) == use), None)
    if use and case is None:
        raise ArchiveRefused("consent", purpose=_title(use))
    return Wish(tids=(tid,), use=case, reveal=frozenset(reveal) & set(REVEALABLE), sealed=sealed)


def _title(use: str) -> str:
    known: list[Key] = [Key(purpose, "") for purpose in CASES if use.startswith(f"{purpose} ")]
    return labels.purpose(known[0].purpose.value) if known else "?"


def _require_small(made: Archive) -> None:
    if made.size > LARGEST:
        raise ArchiveRefused("browser")
