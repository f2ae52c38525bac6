"""A file that came from another organisation: look at it, then take it in, refuse it, or keep what it answers."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from testimony.errors import N_
from testimony.sealing.archive import report
from testimony.sealing.statements import handover
from testimony.sealing.statements.handover import LONGEST_REASON
from testimony.sealing.verification import Finding
from testimony.services.handover import given, letters, received
from testimony.services.handover.errors import HandoverRefused, LetterTooLarge
from testimony.services.handover.letters import Letter
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import UnlockNeeded, audience
from testimony.web.desk.handover import desk
from testimony.web.desk.handover.held import held
from testimony.web.desk.session import key
from testimony.web.server.options import LARGEST_IMPORT
from testimony.web.text import labels

bp = Blueprint("handoverfiles", __name__)

KINDS: Final = {
    handover.OFFER: N_("A testimony that is handed over to you"),
    handover.ANSWER: N_("An answer to a hand-over"),
    handover.END: N_("The end of the consent to a hand-over"),
    handover.ENDED: N_("An answer to the end of a consent"),
}

ENDS: Final = {
    handover.WITHDRAWN: N_(
        "The testimony is held back here. Delete the file of its hand-over wherever you keep it. Save the answer, "
        "bring it to the other organisation, and sync."
    ),
    handover.DESTROYED: N_("The testimony is destroyed here. Save the answer, and bring it to the other organisation."),
    handover.NEVER: N_(
        "The testimony was never taken in here. Save the answer, and bring it to the other organisation."
    ),
}
"""What the lawyer is told after the end of a consent, by how the testimony stands here."""


@bp.url_value_preprocessor
def _allow(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow a larger request for a file, and refuse one that is too large before anything reads it."""
    if endpoint == "handoverfiles.look":
        request.max_content_length = LARGEST_IMPORT
        if (request.content_length or 0) > LARGEST_IMPORT:
            raise LetterTooLarge


@bp.get("/<lang:lang>/handovers/file")
@audience(Visitor.LAWYER)
def show(lang: str) -> str:
    """Choose a file; then what it is, from whom, and what each check found; then the answer to save."""
    here = held()
    found = here.offered
    return render_template(
        "desk/handoverfile.html",
        opened=here.opened,
        kinds=KINDS,
        kind=here.opened.statement.kind if here.opened else "",
        found=found,
        findings=[(one.holds.value, _sentence(one)) for one in found.packed.findings] if found else [],
        day=labels.day(found.offer.day) if found else "",
        later=found is not None and found.offer.consent == handover.LATER,
        reply=bool(here.reply),
        longest=LONGEST_REASON,
    )


@bp.post("/handovers/file")
@audience(Visitor.LAWYER)
def look() -> AnyResponse:
    """Open the chosen file in memory and check it. Nothing is kept."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise BadRequest
    desk.known()
    station, reader, annexes = desk.acting()
    letter = letters.read(station, reader, annexes, letters.load(sent.stream), day=desk.today())
    offered = None
    if letter.statement.kind == handover.OFFER:
        with context.reading() as db:
            offered = received.look(station, db, reader, annexes, letter, day=desk.today())
    elif letter.statement.kind not in KINDS:
        raise HandoverRefused("other")
    else:
        letters.require_signed(letter)
    held().put(letter, offered)
    if key.key_holder().peek() is not reader:  # locked meanwhile
        held().forget()
        raise UnlockNeeded
    return _to()


@bp.post("/handovers/file/take")
@audience(Visitor.LAWYER)
def take() -> AnyResponse:
    """{"statement"}: take in the testimony, withdraw what has ended, or keep the answer."""
    with held().acting(request.form.get("statement", "")) as letter:
        act = {handover.OFFER: _take_offer, handover.END: _take_end}.get(letter.statement.kind, _take_reply)
        reply, sentence = act(letter)
    held().answer(reply)
    key.key_holder().news()
    flash(sentence)
    return _to() if reply else redirect(url_for("handovers.show"), code=303)


@bp.post("/handovers/file/refuse")
@audience(Visitor.LAWYER)
def refuse() -> AnyResponse:
    """{"statement", "why"}: refuse what is offered, and say why to the other organisation."""
    why = request.form.get("why", "")
    if not why.strip():
        raise BadRequest
    day = desk.today()
    with held().acting(request.form.get("statement", "")) as letter:
        one = received.refuse(*desk.acting(), letter, why, day=day)
        reply = received.answer(*desk.acting(), one.id, letter.sender, day=day)
    held().answer(reply)
    key.key_holder().news()
    flash(_("Refused. Save the answer, and bring it to the other organisation."))
    return _to()


@bp.get("/handovers/file/answer")
@audience(Visitor.LAWYER)
def answer() -> Response:
    """The sealed answer to the last file."""
    if not held().reply:
        raise HandoverRefused("closed")
    return desk.sealed_file(held().reply, "handover-answer.age")


@bp.post("/handovers/file/close")
@audience(Visitor.LAWYER)
def close() -> AnyResponse:
    """Forget the file, and the answer to it."""
    held().forget()
    return _to()


def _take_offer(letter: Letter) -> tuple[bytes, str]:
    """An offer that was answered before is answered in the same way again."""
    one = received.answered(*desk.acting(), letter, day=desk.today())
    sentence = str(_("This was answered before. Save the answer again, and bring it to the other organisation."))
    if one is None:
        one = received.take(*desk.acting(), letter, now=context.now())
        sentence = str(
            _("Taken in. Save the answer, and bring it to the other organisation. Keep the file: it has the proofs.")
        )
    return received.answer(*desk.acting(), one.id, letter.sender, day=desk.today()), sentence


def _take_end(letter: Letter) -> tuple[bytes, str]:
    said = received.end(*desk.acting(), letter, day=desk.today())
    state, reply = received.confirm(*desk.acting(), said.handover, letter.sender, day=desk.today())
    return reply, str(_(ENDS[state]))


def _take_reply(letter: Letter) -> tuple[bytes, str]:
    given.take_reply(*desk.acting(), letter, day=desk.today())
    return b"", str(_("The answer is kept."))


def _sentence(one: Finding) -> str:
    return str(_(report.SENTENCES[one.code])) % one.values


def _to() -> AnyResponse:
    return redirect(url_for("handoverfiles.show"), code=303)
