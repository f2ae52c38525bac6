"""The face of a testimony: what a reader recognises it by, wherever it is named or chosen (`desk/_face.html`).

Only codes and labels that this reader's key opens, from the list that is in memory while the key is unlocked.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g
from flask_babel import gettext as _

from testimony.domain.release.release_line import CHILD_BANDS
from testimony.domain.review.review import ReviewState
from testimony.domain.testimony.inbox import Row
from testimony.errors import N_
from testimony.questionnaire import labels as codebook
from testimony.web import context
from testimony.web.desk.session import key
from testimony.web.text import i18n, labels
from testimony.web.text.labels import Words
from testimony.web.text.numerals import series

PEOPLE = {
    ("f", False): N_("woman"),
    ("f", True): N_("girl"),
    ("m", False): N_("man"),
    ("m", True): N_("boy"),
    ("x", False): N_("person"),
    ("x", True): N_("child"),
    ("", True): N_("child"),
}
MARKS = {
    "withdrawn": N_("withdrawn or set aside"),
    "ended": N_("deleted: the time for which it was to be kept is over"),
    "damaged": N_("damaged on this disk"),
    "media": N_("recordings or pictures"),
    "media_coming": N_("recordings or pictures"),
    "untranslated": N_("translation missing"),
}
"""Of the marks of the list those that help to recognise a testimony, or say that it cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Face:
    """`where` and `when`: border and month. `who`: of the witness, in a few words. `label`: the lawyers' private one.
    `number`: the short ID.

    All but the number is empty while the testimony is not opened, or where nothing of it opens.
    """

    tid: str
    number: str
    where: str = ""
    when: str = ""
    who: str = ""
    label: str = ""
    languages: tuple[Words, ...] = ()
    marks: tuple[str, ...] = ()
    withdrawn: bool = False

    @property
    def rest(self) -> str:
        """Month and witness; empty while neither is known."""
        return " · ".join(word for word in (self.when, self.who) if word)


def prepare(app: Flask) -> None:
    """Let every page of a desk name testimonies by their faces, and languages as its reader does."""
    app.context_processor(lambda: {"face_of": face_of, "language_of": labels.language})


def face_of(tid: str) -> Face:
    """The face of the testimony `tid`. If the list did not open it yet, testimonies are opened for a second at most,
    once for a page.
    """
    row = row_of(tid)
    return Face(tid=tid, number=tid[:8]) if row is None else face(row)


def row_of(tid: str) -> Row | None:
    """The row of the list; None where it is not here. Opens as `face_of` does."""
    index = key.key_holder().inbox
    row = index.row(tid)
    if (row is None or not (row.read or row.flags)) and not g.get("opened_for_faces"):
        g.opened_for_faces = True
        held, reader, day = key.key_holder(), key.reader(), context.now().date()
        index.read_on(context.station(), reader, held.annexes, day=day, seconds=key.AT_ONCE)
        row = index.row(tid)
    return row


def named(tid: str) -> str:
    """A testimony inside a sentence: border, month, witness, label and ID."""
    face = face_of(tid)
    return series(word for word in (face.where, face.when, face.who, face.label, face.number) if word)


def face(row: Row) -> Face:
    """The face of a row of the list."""
    lang = i18n.language()
    marks = [str(_(MARKS[code])) for code in MARKS if code in row.flags]
    if row.state is ReviewState.CLEARED:
        marks.append(str(_("cleared for release")))
    return Face(
        tid=row.tid,
        number=row.tid[:8],
        where=place(row.place),
        when=labels.day(row.month) if row.month else "",
        who=_who(row, lang),
        label=row.label,
        languages=tuple(labels.language(code) for code in row.languages),
        marks=tuple(dict.fromkeys(marks)),
        withdrawn=bool(row.flags & {"withdrawn", "ended"}),
    )


def place(code: str) -> str:
    """A border or a part of one, in words."""
    if not code:
        return ""
    try:
        return codebook.segment_name(code, i18n.language())
    except KeyError:
        return labels.border(code.partition(":")[0], i18n.language())


def kind(code: str) -> str:
    """A kind of incident, in words."""
    try:
        return codebook.option_label("inc_type", code, i18n.language())
    except KeyError:
        return code


def _who(row: Row, lang: str) -> str:
    """ "woman, 25-34, Syria": what is not known is left out."""
    person = PEOPLE.get((row.gender if row.gender in "fmx" else "", row.age in CHILD_BANDS), "")
    age = codebook.option_label("age", row.age, lang) if row.age and row.age not in ("unk", "ref") else ""
    country = codebook.country_name(row.nationality, lang) if row.nationality else ""
    return series(word for word in (str(_(person)) if person else "", age, country) if word)
