"""Attachments on the page of a case: listed, added, saved and taken out. Words and files come by script, in memory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, flash, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from testimony.domain.consent.purposes import Key
from testimony.domain.review.attachment import LONGEST, LONGEST_REASON, Signed, Sort
from testimony.domain.sealed_file import LARGEST
from testimony.services.casefile.attachment_list import SORTS
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.file_sources import SAFE_ENDINGS
from testimony.services.records import queries as record_queries
from testimony.services.review import attachments, cases
from testimony.services.review.attachments import Attached, Wish
from testimony.services.review.errors import AttachmentRefused
from testimony.web import context, headers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import choices
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.text import labels, quantities

bp = Blueprint("attachments", __name__)
UNSAID: Final = "?"
"""Nobody has chosen yet whom the file concerns: the page proposes no witness."""

BESIDE: Final = 64 * 1024
"""Bytes of a request that are not the file."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """An attachment for the page. `tid`: the testimony that it concerns, "" for the case. `closed`: whether the consent
    of that testimony to this case has ended. `why`: why it was taken out, by whom and when. `title` and reason are ""
    where the account does not open.
    """

    id: str
    title: str
    sort: str
    made: str
    size: str
    sha256: str
    day: str
    by: str
    tid: str
    closed: bool
    why: tuple[str, str, str] | None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Those of one case, and what its form may send."""

    within: list[Line]
    out: list[Line]
    unread: int
    covered: list[str]
    sorts: list[tuple[str, str]]
    largest: int = LARGEST
    longest: int = LONGEST
    longest_reason: int = LONGEST_REASON

    @property
    def megabytes(self) -> int:
        return self.largest // (1024 * 1024)


@bp.url_value_preprocessor
def _allow(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow a larger request for a file, and refuse one that is too large before anything reads it."""
    if endpoint == "attachments.add":
        request.max_content_length = LARGEST + BESIDE
        if (request.content_length or 0) > request.max_content_length:
            raise AttachmentRefused("large")


def shown(case: Key) -> Shown:
    """The attachments of a case, by the annexes that the desk has opened."""
    held, covered = read(), covered_in(case)
    lines = [_line(one, covered) for one in held.of(case)]
    return Shown(
        within=[one for one in lines if one.why is None],
        out=[one for one in lines if one.why is not None],
        unread=held.unread,
        covered=covered,
        sorts=[(str(sort), str(_(words))) for sort, words in SORTS.items()],
    )


def read() -> Attached:
    """Those of all cases, with what came since."""
    annexes = key.key_holder().annexes
    with context.reading() as db:
        annexes.refresh(context.station(), db, key.reader())
    return attachments.read(context.station(), annexes)


def covered_in(case: Key) -> list[str]:
    """The testimonies of the case whose consent to it stands today."""
    annexes = key.key_holder().annexes
    with context.reading() as db:
        annexes.refresh(context.station(), db, key.reader())
    within = cases.within(context.station(), annexes)
    tids = sorted(tid for tid, held in within.items() if case in held)
    ended = {lack.tid for lack in choices.lacking(case, tids)}
    return [tid for tid in tids if tid not in ended]


@bp.post("/attachments/add")
@audience(Visitor.LAWYER)
def add() -> dict[str, str]:
    """A form with "case", "about", "title", "sort", "made" and the file -> {"sentence"}, which the next page says."""
    form, sent = request.form, request.files.get("file")
    if not {"case", "about", "title", "sort", "made"} <= form.keys() or form["sort"] not in [*Sort]:
        raise BadRequest
    if sent is None:
        raise AttachmentRefused("none")
    if form["about"] == UNSAID:
        raise AttachmentRefused("about")
    (case, held), tid = _known(form["case"]), form["about"]
    wish = Wish(
        tid=tid,
        of=manifest_of(tid) if tid else "",
        title=form["title"],
        sort=Sort(form["sort"]),
        made=form["made"].strip(),
        name=sent.filename or "",
        data=sent.read(),
    )
    attachments.attach(
        context.station(), key.reader(), held, case, wish, covered=covered_in(case), day=context.now().date()
    )
    damaged = attachments.looks_damaged(attachments.ending_of(wish.name), wish.data)
    sentence = _("Signed and sealed to the lawyers.")
    if damaged:
        sentence = _("Attached as it is. But this file seems to be cut off or of another kind: see that it opens.")
    flash(sentence, "refused" if damaged else "message")
    return {"sentence": sentence}


@bp.get("/attachments/<file>/<path:case>")
@audience(Visitor.LAWYER)
def show(file: str, case: str) -> Response:
    """The whole file, to be saved. This desk's own log says so."""
    known, held = _known(case)
    one = held.find(known, file)
    if one.tid and one.tid not in covered_in(known):
        raise AttachmentRefused("closed")
    with context.transaction() as db:
        data = attachments.open_file(
            context.station(), db, key.reader(), key.key_holder().annexes, one, day=context.now().date()
        )
    answer = Response(data, content_type="application/octet-stream")
    ending = one.file.ending if one.file.ending in SAFE_ENDINGS else attachments.OTHER
    answer.headers["Content-Disposition"] = f'attachment; filename="attachment-{one.file.id[:8]}.{ending}"'
    answer.headers["Content-Security-Policy"] = headers.BYTES
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/attachments/out")
@audience(Visitor.LAWYER)
def take_out() -> dict[str, str]:
    """{"case", "file", "reason"} -> {"sentence"}, which the next page says too."""
    body = context.posted()
    file, reason = body.get("file"), body.get("reason")
    if not isinstance(file, str) or not isinstance(reason, str):
        raise BadRequest
    case, held = _known(body.get("case"))
    attachments.take_out(context.station(), key.reader(), held, case, file, reason, day=context.now().date())
    sentence = _("Taken out. Every lawyer sees why and by whom.")
    flash(sentence)
    return {"sentence": sentence}


def _known(code: object) -> tuple[Key, Attached]:
    """A case that this organisation has, and what is attached, with what came since. Raises `AttachmentRefused`."""
    case, held = choices.case_of(code), read()
    if case not in choices.uses() and not held.of(case):
        raise AttachmentRefused("other")
    return case, held


def is_hidden(tid: str) -> bool:
    """Whether the words of an attachment that concerns the testimony `tid` stay closed: its account does not open."""
    return bool(tid and consent_state.closed_today(tid))


def manifest_of(tid: str) -> str:
    """The name of its manifest. Raises `TestimonyUnknown`."""
    with context.reading() as db:
        record = next((one for one in record_queries.records_about(db, tid) if one.kind == "manifest"), None)
    if record is None:
        raise TestimonyUnknown(tid=tid)
    return record.id


def _line(one: Signed, covered: Collection[str]) -> Line:
    file, out = one.file, one.out
    hidden = is_hidden(one.tid)
    return Line(
        id=file.id,
        title="" if hidden else file.title,
        sort=str(_(SORTS[file.sort])),
        made=labels.day(file.made.isoformat()) if file.made else "",
        size=quantities.amount(file.size),
        sha256=file.sha256,
        day=labels.day(file.day.isoformat()),
        by=one.signer,
        tid=one.tid,
        closed=bool(one.tid) and one.tid not in covered,
        why=("" if hidden else out[0].reason, out[1], labels.day(out[0].day.isoformat())) if out else None,
    )
