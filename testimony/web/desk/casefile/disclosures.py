"""Page of what left the organisation: each file, for whom, when, under which consent, and what must be told today."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from testimony.domain.review.disclosure import ARCHIVE, CASE_FILE
from testimony.errors import N_
from testimony.services.review import disclosures
from testimony.services.review.disclosures import Left
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.casefile import choices as casefile_choices
from testimony.web.desk.casefile.choices import Use
from testimony.web.desk.casefile.submissions import KINDS
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("disclosures", __name__)
TITLES = {CASE_FILE: N_("Case file"), ARCHIVE: N_("Archive"), **KINDS}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A file. `ended`: the testimonies in it whose consent for this use does not stand today."""

    title: str
    day: str
    by: str
    use: Use | None
    sha256: str
    tids: tuple[str, ...]
    ended: frozenset[str]


@bp.get("/<lang:lang>/disclosures")
@audience(Visitor.LAWYER)
def show(lang: str) -> str:
    """The newest first; a file about which somebody has to be told says so."""
    with context.reading() as db:
        key.key_holder().annexes.refresh(context.station(), db, key.reader())
    found, unread = disclosures.register(context.station(), key.key_holder().annexes)
    return render_template("desk/disclosures.html", lines=[_line(one, lang) for one in found], unread=unread)


def _line(one: Left, lang: str) -> Line:
    use = one.file.use
    return Line(
        title=TITLES.get(one.file.made, one.file.made),
        day=labels.day(one.file.day.isoformat()),
        by=one.by,
        use=casefile_choices.use(use, lang) if use else None,
        sha256=one.file.sha256,
        tids=one.tids,
        ended=frozenset(lack.tid for lack in casefile_choices.lacking(use, one.tids)) if use else frozenset(),
    )
