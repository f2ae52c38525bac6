"""The translation page: each sentence of the original with a field beside it. Texts stay in scripts and memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from testimony.domain.testimony import translation
from testimony.domain.testimony.languages import AUTONYMS, TRANSLATED, dir_of
from testimony.domain.testimony.statement import Statement
from testimony.domain.testimony.translation import CHECKED, METHODS, TAG, Machine, Translation
from testimony.errors import N_
from testimony.sealing.errors import CannotOpen
from testimony.sealing.records.records import SignedRecord
from testimony.services.consent import permissions
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.review import translations
from testimony.services.review.errors import TranslationRefused
from testimony.services.review.translations import Held, Signed
from testimony.services.speech.drafter import Draft
from testimony.services.speech.errors import DraftRefused
from testimony.store.errors import PartDamaged
from testimony.web import context, error_handlers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.review.machine_drafter import able, drafter
from testimony.web.desk.session import key
from testimony.web.text import labels
from testimony.web.text.numerals import comma

bp = Blueprint("translating", __name__)

HOW = {
    "person": N_("by a person who reads both languages"),
    "interpreter": N_("told by an interpreter and written down"),
    "machine_checked": N_("by a machine on this computer, and read against the original by a person"),
}


def tongues() -> tuple[str, ...]:
    """The languages of translations and notes: those of releases first, then the others as the page's language sorts
    their names.
    """
    others = set(AUTONYMS) - set(TRANSLATED)
    return (*TRANSLATED, *sorted(others, key=lambda tag: labels.language(tag).text.casefold()))


@dataclass(frozen=True, kw_only=True)
class Column:
    """One translation beside its original: `texts`, one for each sentence of the original."""

    lang: str
    dir: str
    how: str
    who: str
    signer: str
    day: str
    complete: bool
    texts: list[str]
    machines: list[str]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A sentence of the original and its field. `drafted`: a machine filled it, and nobody signed that."""

    said: str
    text: str
    drafted: bool


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A statement as it was said, sentence by sentence, and its translations."""

    statement: Statement
    sentences: list[str]
    columns: list[Column]

    @property
    def translatable(self) -> bool:
        """Whether there is something to translate, and a name by which a translation may call it."""
        return bool(self.sentences) and translation.STATEMENT.fullmatch(self.statement.id) is not None


def beside(tid: str, manifest: str, said: Sequence[Statement]) -> tuple[list[Beside], int]:
    """The originals among `said` with what was translated at desks; how many translations cannot be read."""
    held = translations.translations_of(context.station(), key.key_holder().annexes, tid, manifest)
    return [_beside(one, held) for one in said if one.original is None], held.unread


@bp.get("/<lang:lang>/testimony/<tid>/translate/<statement>")
@audience(Visitor.LAWYER)
def choose(lang: str, tid: str, statement: str) -> Response:
    """To the page of the language that was chosen."""
    to = request.args.get("to", "")
    if not TAG.fullmatch(to):
        raise BadRequest
    return redirect(url_for("translating.show", tid=tid, statement=statement, to=to), code=303)


@bp.get("/<lang:lang>/testimony/<tid>/translate/<statement>/<to>")
@audience(Visitor.LAWYER)
def show(lang: str, tid: str, statement: str, to: str) -> str:
    """The fields hold what was translated last into this language, and else what a machine drafted."""
    if not TAG.fullmatch(to):
        raise NotFound
    reader = key.reader()
    forget_closed()
    with context.reading() as db:
        record, original = opened_original(db, reader, tid, statement)
        held = refreshed(db, reader, tid, record)
    signed, draft = [one.translation for one in held.current(original.id, to)], drafter().of(tid, original.id, to)
    newest = signed[-1] if signed else None
    waiting = draft is not None and draft.is_waiting
    rows = _rows(original, newest, draft if waiting else None)
    return render_template(
        "desk/translate.html",
        tid=tid,
        original=original,
        to=to,
        to_dir=dir_of(to),
        rows=rows,
        newest=newest,
        several=len(signed) > 1,
        seen=[one.id for one in signed],
        methods={CHECKED: HOW[CHECKED]} if waiting else HOW,
        draft=draft,
        waiting=waiting,
        error=error_handlers.sentence_of(draft.error) if draft and draft.error else "",
        models=able(original.lang, to) if any(not row.text.strip() for row in rows) else [],
        labels=labels,
    )


@bp.post("/testimony/<tid>/translate/<statement>")
@audience(Visitor.LAWYER)
def save(tid: str, statement: str) -> dict[str, object]:
    """{"lang", "method", "translator", "texts": one for each sentence, "seen": the ids of the translations on the page,
    "draft": the id of what a machine wrote there, or ""} -> {"sentence", "complete", "method": the one that was
    signed, "seen"}.

    What was not on the page still stands. Raises `TranslationRefused`, and `DraftRefused` where that draft is not the
    one on the page any more.
    """
    body = context.posted()
    lang, method, translator, drafted = (body.get(name) for name in ("lang", "method", "translator", "draft"))
    texts, ids = body.get("texts"), body.get("seen")
    if not isinstance(lang, str) or method not in METHODS or not isinstance(translator, str):
        raise BadRequest
    if not _are_texts(texts) or not _are_texts(ids) or not isinstance(drafted, str):
        raise BadRequest
    draft, reader = _waiting(tid, statement, lang, drafted) if drafted else None, key.reader()
    with context.reading() as db:
        record, original = opened_original(db, reader, tid, statement)
        if not record_queries.is_served(db, tid):
            raise TranslationRefused("gone")
        seen = refreshed(db, reader, tid, record).named(original.id, lang, ids)
    signed = translations.say(
        context.station(), reader, tid, record.id, original, seen,
        lang=lang, method=CHECKED if draft else str(method), translator=translator, texts=texts,
        day=context.now().date(), machine=draft.machine if draft else None,
    )  # fmt: skip
    if draft is not None:
        draft.signed = True
    made = signed.translation
    said = _("Signed and sealed to the lawyers.") if made.complete else _("Signed and sealed as far as it has come.")
    if made.method != method:
        said = f"{said} {_('How was it translated?')} {_(HOW[made.method])}"
    return {"sentence": said, "complete": made.complete, "method": made.method, "seen": [made.id]}


def forget_closed() -> None:
    """End and drop the last draft if its page opens no more, as after a withdrawal: nobody could discard it there.

    Asking is no use of the key. Locking drops the draft itself.
    """
    last, reader = drafter().last, key.key_holder().peek()
    if last is None or reader is None:
        return
    with context.reading() as db:
        if not _is_in_sight(db, reader, last.tid, last.original):
            drafter().forget()


def _is_in_sight(db: Session, reader: Reader, tid: str, original: str) -> bool:
    try:
        opened_original(db, reader, tid, original)
    except (CannotOpen, NotFound, PartDamaged, TestimonyUnknown):
        return False
    return record_queries.is_served(db, tid)


def opened_original(db: Session, reader: Reader, tid: str, name: str) -> tuple[SignedRecord, Statement]:
    """The manifest and the statement. Raises `TestimonyUnknown`, `NotFound` where this key opens no such statement."""
    record = next((one for one in record_queries.records_about(db, tid) if one.kind == "manifest"), None)
    if record is None:
        raise TestimonyUnknown(tid=tid)
    annexes = key.key_holder().annexes
    annexes.refresh(context.station(), db, reader)
    opened = permissions.open_part(
        ReadingSession.at(context.station(), db, reader),
        record,
        "narrative",
        annexes=annexes,
        at=context.now().date(),
    )
    found = next((one for one in Statement.all_in(opened.content) if one.id == name and one.original is None), None)
    if found is None:
        raise NotFound
    return record, found


def refreshed(db: Session, reader: Reader, tid: str, record: SignedRecord) -> Held:
    key.key_holder().annexes.refresh(context.station(), db, reader)
    return translations.translations_of(context.station(), key.key_holder().annexes, tid, record.id)


def _are_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _waiting(tid: str, statement: str, lang: str, name: str) -> Draft:
    """The draft `name`. Raises `DraftRefused("lines")` if it is gone, signed, or of another page."""
    draft = drafter().of(tid, statement, lang)
    if draft is None or not draft.is_waiting or draft.id != name:
        raise DraftRefused("lines")
    return draft


def _rows(original: Statement, newest: Translation | None, draft: Draft | None) -> list[Row]:
    spans = translation.spans(original.text)
    texts = newest.along(spans) if newest else [""] * len(spans)
    written = draft.written if draft else {}
    return [
        Row(
            said=original.text[start:end],
            text=text or written.get(number, ""),
            drafted=not text.strip() and number in written,
        )
        for number, ((start, end), text) in enumerate(zip(spans, texts, strict=True))
    ]


def _beside(statement: Statement, held: Held) -> Beside:
    spans = translation.spans(statement.text)
    columns = [_column(one, spans) for one in held.current(statement.id)]
    sentences = [statement.text[start:end] for start, end in spans]
    return Beside(statement=statement, sentences=sentences, columns=columns)


def _column(signed: Signed, spans: Sequence[tuple[int, int]]) -> Column:
    one = signed.translation
    return Column(
        lang=one.lang,
        dir=one.dir,
        how=_(HOW[one.method]),
        who=one.translator,
        signer=signed.signer,
        day=labels.day(one.day.isoformat()),
        complete=one.complete,
        texts=one.along(spans),
        machines=[_machine(each) for each in one.machines],
    )


def _machine(made: Machine) -> str:
    """Engine, the model's name, and the beginning of its hash."""
    return f"{made.engine}{comma()}{made.model_name} ({made.model[:16]})"
