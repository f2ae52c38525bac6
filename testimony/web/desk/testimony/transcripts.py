"""The page of one recording: a machine writes it down, a lawyer corrects each line and signs. Texts stay in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony.domain.testimony.languages import dir_of
from testimony.sealing.errors import CannotOpen
from testimony.services.opening.errors import MediumUnknown, TestimonyUnknown
from testimony.services.opening.media import OpenMedia
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.services.speech import models, recogniser
from testimony.services.speech import transcripts as signed_transcripts
from testimony.services.speech.errors import ModelUnchosen, SpeechRefused
from testimony.services.speech.transcripts import Held, Signed, Written
from testimony.services.testimony.view import Opened
from testimony.store.errors import PartDamaged
from testimony.web import context, error_handlers
from testimony.web.audiences import Visitor
from testimony.web.auth import UnlockNeeded, audience, by_itself
from testimony.web.desk.session import key
from testimony.web.desk.testimony import machine_writer, media
from testimony.web.desk.testimony.machine_writer import writer
from testimony.web.text import labels
from testimony.web.text.numerals import comma

bp = Blueprint("transcripts", __name__)

MOMENT: Final = 1.5
"""Seconds to wait for a short recording, so that no page of progress is shown for it."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A signed transcript for a page: by which machine, and who read and signed it."""

    lang: str
    dir: str
    lines: list[tuple[str, str]]
    machine: str
    signer: str
    day: str


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What the page of a testimony shows below its recordings. `waiting`: what nobody has signed yet is of this one."""

    signed: list[Shown]
    waiting: bool


def beside(opened: Opened) -> tuple[dict[int, Beside], int, bool]:
    """By number of the recording; how many transcripts cannot be read; whether this desk can write recordings down.

    What was signed opens with the account: the consent to the recording ends once it is written down.
    """
    held = signed_transcripts.transcripts_of(context.station(), key.key_holder().annexes, opened.tid, opened.manifest)
    numbers = [one.number for one in opened.gallery.media if one.item.kind == media.VOICE] if opened.gallery else []
    read = "narrative" not in opened.permission.closed
    return {number: _beside(opened.tid, number, held, read=read) for number in numbers}, held.unread, _is_able()


def prepare(app: Flask) -> None:
    """Give a desk its writer. A draft whose page opens no more is dropped once this desk knows: after each exchange,
    and after each act here.
    """
    machine_writer.prepare(app)
    app.extensions["testimony.key"].on_news.append(forget_closed)

    @app.after_request
    def look(response: Response) -> Response:
        if request.method == "POST":
            forget_closed()
        return response


@bp.get("/<lang:lang>/testimony/<tid>/recording/<int:number>")
@audience(Visitor.LAWYER)
def show(lang: str, tid: str, number: int) -> str:
    """What the machine wrote or a lawyer signed, or else the choice of a model."""
    reader = key.reader()
    forget_closed()
    with context.reading() as db:
        _opened_media, held = _opened(db, reader, tid, number)
    draft, signed = writer().of(tid, number), held.current(number)
    waiting = draft is not None and draft.is_waiting
    written = draft.written() if draft and waiting else _as_signed(signed[-1]) if signed else None
    spoken = {words[0].start: words for words in draft.lines} if draft and waiting else {}
    return render_template(
        "desk/transcript.html",
        tid=tid,
        number=number,
        title=_(media.TITLES[media.VOICE], number=number),
        draft=draft,
        error=error_handlers.sentence_of(draft.error) if draft and draft.error else "",
        waiting=waiting,
        written=written,
        written_dir=dir_of(written.lang) if written else "",
        spoken=spoken,
        several=len(signed) > 1,
        signed=[_shown(one) for one in signed],
        seen=[one.transcript.id for one in signed],
        models=models.hearing(context.station().settings.home) if recogniser.is_installed() else [],
        clock=media.clock,
    )


@bp.post("/testimony/<tid>/recording/<int:number>/begin")
@audience(Visitor.LAWYER)
def begin(tid: str, number: int) -> Response:
    """{"model": its hash} -> the page, with progress. Raises `ModelUnchosen`, `SpeechRefused`, and `UnlockNeeded` if
    the key was locked meanwhile: then nothing goes on.
    """
    reader = key.reader()
    here = models.hearing(context.station().settings.home)
    model = next((one for one in here if one.hash == request.form.get("model")), None)
    if model is None:
        raise ModelUnchosen
    forget_closed()
    with context.reading() as db:
        opened, _held = _opened(db, reader, tid, number)
        _require_served(db, tid)
        run = writer().begin(context.station().database, opened, number, model)
    if key.key_holder().peek() is not reader:  # locking came before there was anything to end
        run.stop()
        writer().forget()
        raise UnlockNeeded
    run.wait(MOMENT)
    return _to_page(tid, number)


@bp.post("/testimony/<tid>/recording/<int:number>/stop")
@audience(Visitor.LAWYER)
def stop(tid: str, number: int) -> Response:
    """End the engine, or discard what it wrote of this recording."""
    run = writer().of(tid, number)
    if run is not None:
        writer().forget()
        run.wait(MOMENT)
    return _to_page(tid, number)


@bp.post("/testimony/<tid>/recording/<int:number>/sign")
@audience(Visitor.LAWYER)
def sign(tid: str, number: int) -> dict[str, object]:
    """{"texts": one for each line, "seen": the ids of the transcripts on the page, "draft": the id of what the machine
    wrote, or "" where the page corrects the last of `seen`} -> {"sentence", "seen"}.

    What was not on the page still stands. Raises `SpeechRefused`, also where the lines on the page were replaced, and
    nothing is signed.
    """
    posted = context.posted()
    texts, ids, drafted = posted.get("texts"), posted.get("seen"), posted.get("draft")
    if not _are_texts(texts) or not _are_texts(ids) or not isinstance(drafted, str):
        raise BadRequest
    reader = key.reader()
    with context.reading() as db:
        opened, held = _opened(db, reader, tid, number)
        _require_served(db, tid)
    seen = held.named(number, ids)
    draft = writer().of(tid, number) if drafted else None
    if draft is not None and draft.is_waiting and draft.id == drafted:
        written = draft.written()
    elif not drafted and seen and seen[-1] in held.current(number):
        written = _as_signed(seen[-1])
    else:
        raise SpeechRefused("lines")
    made = signed_transcripts.sign(
        context.station(), reader, tid, opened.record.id, seen, written, texts, day=context.now().date()
    )
    if draft is not None:
        draft.signed = True
    return {"sentence": _("Signed and sealed to the lawyers."), "seen": [made.transcript.id]}


@bp.get("/recordings/state")
@audience(Visitor.LAWYER)
@by_itself
def state() -> dict[str, Any]:
    """For the script of the page: {"running", "done", "total"}, in seconds of the recording."""
    found = writer().state()
    return {**found, "done": found["done"] // 1000, "total": found["total"] // 1000}


def forget_closed() -> None:
    """End and drop the last draft if its page opens no more, as after a withdrawal: nobody could discard it there.

    Asking is no use of the key. Locking drops the draft itself.
    """
    last, reader = writer().last, key.key_holder().peek()
    if last is None or reader is None:
        return
    with context.reading() as db:
        if not _is_in_sight(db, reader, last.tid, last.medium):
            writer().forget()


def _is_in_sight(db: Session, reader: Reader, tid: str, number: int) -> bool:
    try:
        _opened(db, reader, tid, number)
    except (CannotOpen, MediumUnknown, PartDamaged, TestimonyUnknown):
        return False
    return record_queries.is_served(db, tid)


def _to_page(tid: str, number: int) -> Response:
    return redirect(url_for("transcripts.show", tid=tid, number=number), code=303)


def _opened(db: Session, reader: Reader, tid: str, number: int) -> tuple[OpenMedia, Held]:
    """The media and the transcripts. Raises as `media.open_media`, and `CannotOpen` without consent to record."""
    opened = media.open_media(db, tid, by=reader)
    item = opened.item(number)
    if item.kind != media.VOICE:
        raise MediumUnknown
    opened.permission.require(item.kind)
    annexes = key.key_holder().annexes
    annexes.refresh(context.station(), db, reader)
    return opened, signed_transcripts.transcripts_of(context.station(), annexes, tid, opened.record.id)


def _require_served(db: Session, tid: str) -> None:
    if not record_queries.is_served(db, tid):
        raise SpeechRefused("withdrawn")


def _are_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _as_signed(signed: Signed) -> Written:
    """What was signed, to be corrected and signed again."""
    made = signed.transcript
    return Written(
        medium=made.medium,
        lang=made.lang,
        engine=made.engine,
        model=made.model,
        model_name=made.model_name,
        lines=made.lines,
    )


def _is_able() -> bool:
    return recogniser.is_installed() and bool(models.hearing(context.station().settings.home))


def _beside(tid: str, number: int, held: Held, *, read: bool) -> Beside:
    draft = writer().of(tid, number)
    signed = held.current(number) if read else []
    return Beside(signed=[_shown(one) for one in signed], waiting=draft is not None and draft.is_waiting)


def _shown(signed: Signed) -> Shown:
    made = signed.transcript
    return Shown(
        lang=made.lang,
        dir=made.dir,
        lines=[(media.clock(one.start), one.text) for one in made.lines if one.text],
        machine=_machine(made.engine, made.model_name, made.model),
        signer=signed.signer,
        day=labels.day(made.day.isoformat()),
    )


def _machine(engine: str, name: str, model: str) -> str:
    """Engine, the model's name, and the beginning of its hash."""
    return f"{engine}{comma()}{name} ({model[:16]})"
