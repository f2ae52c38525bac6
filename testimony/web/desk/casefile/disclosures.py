"""Page of what left the organisation: each file, for whom, under which consent; who must be told today, and who was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from testimony.domain.consent.purposes import Key
from testimony.domain.review.disclosure import ARCHIVE, CASE_FILE
from testimony.errors import N_
from testimony.services.exports.exports import EXPORT
from testimony.services.review import attachments, disclosures, notices
from testimony.services.review.disclosures import Left
from testimony.services.review.errors import NoticeRefused
from testimony.services.review.notices import Notices
from testimony.services.stories import files, quotations
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import choices as casefile_choices
from testimony.web.desk.casefile.attachments import is_hidden
from testimony.web.desk.casefile.choices import Use
from testimony.web.desk.casefile.referrals import REFERRAL
from testimony.web.desk.casefile.submissions import KINDS
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("disclosures", __name__)
TITLES = {
    CASE_FILE: N_("Case file"),
    ARCHIVE: N_("Archive"),
    REFERRAL: N_("Referral sheet"),
    EXPORT: N_("Export"),
    quotations.MADE: quotations.TITLE,
    files.MADE: N_("Story"),
    files.LIST_MADE: N_("List of published stories"),
    **KINDS,
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A file. `ended`: the testimonies in it whose consent for this use does not stand today.

    `told`: of these, the day on which those that got the file were told, and who told them. `attached`: titles of the
    attachments that it names, "" for one that cannot be read any more.
    """

    id: str
    title: str
    day: str
    made_on: str
    by: str
    use: Use | None
    sha256: str
    tids: tuple[str, ...]
    ended: frozenset[str]
    told: dict[str, tuple[str, str]]
    attached: tuple[str, ...]

    @property
    def is_due(self) -> bool:
        """Whether somebody must be told still."""
        return not self.ended <= self.told.keys()


@bp.get("/<lang:lang>/disclosures")
@audience(Visitor.LAWYER)
def show(lang: str) -> str:
    """The newest first; a file about which somebody has to be told says so."""
    found, held, unread = _register()
    return render_template(
        "desk/disclosures.html",
        lines=[_line(one, held, lang) for one in found],
        unread=unread,
        today=context.today(),
    )


@bp.post("/disclosures/<file>/told")
@audience(Visitor.LAWYER)
def tell(file: str) -> Response:
    """Those who got the file were told on the day `told` that consent has ended."""
    left, held = _named(file)
    try:
        told = date.fromisoformat(request.form.get("told", ""))
    except ValueError as error:
        raise NoticeRefused("day") from error
    day = context.now().date()
    notices.tell(context.station(), key.reader(), held, left, _ended(left), told, day=day)
    return _back(file)


@bp.post("/disclosures/<file>/mistake")
@audience(Visitor.LAWYER)
def take_back(file: str) -> Response:
    """That was a mistake: they were not told."""
    left, held = _named(file)
    notices.take_back(context.station(), key.reader(), held, left, day=context.now().date())
    return _back(file)


def due(lang: str, *, tids: Iterable[str] | None = None, case: Key | None = None) -> list[Line]:
    """The files of which somebody has to be told, or was: those with one of `tids`, or those for `case`."""
    wanted = None if tids is None else set(tids)
    found, held, _unread = _register()
    lines = [
        _line(one, held, lang)
        for one in found
        if (wanted is None or wanted & set(one.tids)) and (case is None or one.file.use == case)
    ]
    return [one for one in lines if one.ended]


def _register() -> tuple[list[Left], Notices, int]:
    """All files and what was said of them, with what came since; how many annexes cannot be read."""
    annexes = key.key_holder().annexes
    with context.reading() as db:
        annexes.refresh(context.station(), db, key.reader())
    found, unread = disclosures.register(context.station(), annexes)
    held = notices.read(context.station(), annexes)
    return found, held, unread + held.unread


def _named(file: str) -> tuple[Left, Notices]:
    """Raises `NoticeRefused`."""
    found, held, _unread = _register()
    left = next((one for one in found if one.file.id == file), None)
    if left is None:
        raise NoticeRefused("unknown")
    return left, held


def _ended(one: Left) -> frozenset[str]:
    if one.file.use is None:
        return frozenset()
    return frozenset(lack.tid for lack in casefile_choices.lacking(one.file.use, one.tids))


def _line(one: Left, held: Notices, lang: str) -> Line:
    use, ended = one.file.use, _ended(one)
    said = {tid: held.told(one.file.id, tid) for tid in one.tids if tid in ended}
    return Line(
        id=one.file.id,
        title=TITLES.get(one.file.made, one.file.made),
        day=labels.day(one.file.day.isoformat()),
        made_on=one.file.day.isoformat(),
        by=one.by,
        use=casefile_choices.use(use, lang) if use else None,
        sha256=one.file.sha256,
        tids=one.tids,
        ended=ended,
        told={
            tid: (labels.day(told.notice.told.isoformat()), told.signer)
            for tid, told in said.items()
            if told is not None
        },
        attached=_titles(one.file.attached),
    )


def _titles(ids: tuple[str, ...]) -> tuple[str, ...]:
    if not ids:
        return ()
    files = attachments.read(context.station(), key.key_holder().annexes).files
    titles = {one.file.id: one.file.title for one in files if one.file.id in ids and not is_hidden(one.tid)}
    return tuple(titles.get(id, "") for id in ids)


def _back(file: str) -> Response:
    flash(_("Written down and signed. It counts here from now on; the next exchange brings it to the other lawyers."))
    return redirect(url_for("disclosures.show", _anchor=f"file-{file}"), code=303)
