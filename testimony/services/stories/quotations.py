"""Make words of a testimony leave without the name: for a report, or for journalists that the witness agreed to.

A lawyer writes the words. The program offers the account with likely names taken out, and refuses the witness's names
(docs/submissions.md, "Words without the name").
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony.domain.consent.purposes import Key, Purpose, months_later
from testimony.domain.roles import Role
from testimony.domain.stories import text as story_text
from testimony.domain.testimony import redaction
from testimony.errors import N_
from testimony.sealing.verification import Holds
from testimony.services.casefile import casefile, document, witness_names
from testimony.services.casefile.casefile import ALTERED, CLOSED, GONE, LANGUAGES, Lacking
from testimony.services.casefile.errors import CaseFileRefused
from testimony.services.casefile.language import Data, Row, Speech, facts, tag_of, theirs
from testimony.services.consent import usable
from testimony.services.consent.consents import Consents
from testimony.services.custody import log as custody_log
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.stories import drafts
from testimony.services.stories.errors import LONGEST_QUOTATION, QuotationRefused
from testimony.services.testimony import view as testimony_view
from testimony.services.testimony.view import Opened
from testimony.station.station import Station

MADE: Final = "quotation"
"""How the register of what left names it."""
PURPOSES: Final = (Purpose.QUOTES, Purpose.JOURNALISTS)
FURTHEST: Final = 1
"""Months that the words may be used without asking again. The end of the consent itself would tell the day of the
interview.
"""
TITLE: Final = N_("Words without the name")
FORWARD: Final = N_(
    "The witness agreed that these words are used without the name. Use them only until the day above; ask us if you "
    "need them for longer. Do not look for the witness. If we tell you that the witness took it back, destroy this "
    "page and do not use the words again."
)


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """The account in one language, with likely names, places, dates and numbers taken out."""

    lang: str
    dir: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Quotation:
    """What is requested. `words`: what leaves; `checked`: whether a lawyer says that nobody can be recognised by it."""

    tid: str
    use: Key
    lang: str
    words: str
    checked: bool

    def require_possible(self) -> None:
        """Raise `QuotationRefused`, `CaseFileRefused` if the request is impossible."""
        if self.use.purpose not in PURPOSES:
            raise QuotationRefused("use")
        if self.lang not in LANGUAGES:
            raise CaseFileRefused("language")
        if not any(sign.isalpha() for sign in self.words):
            raise QuotationRefused("words")
        if len(self.words) > LONGEST_QUOTATION:
            raise QuotationRefused("long")
        if not self.checked:
            raise QuotationRefused("checked")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The content, before it is put in words. `until`: the last day on which the words may be used without asking."""

    quotation: Quotation
    day: date
    until: date
    organisations: tuple[Mapping[str, Any], ...]


def allowed(stands: Consents) -> list[Key]:
    """The reports and journalists that may get words of it, by its consents."""
    return sorted(one for one in stands.usable if one.purpose in PURPOSES)


def beginnings(
    station: Station, session: Session, reader: Reader, tid: str, *, annexes: AnnexIndex, at: date
) -> list[Beginning]:
    """What a lawyer may begin with; nothing without consent. This desk's own log says `opened`.

    Raises `CaseFileRefused`.
    """
    if reader.role is not Role.LAWYER:
        raise CaseFileRefused("role")
    annexes.refresh(station, session, reader)
    stands = usable.one_of(station, session, reader, tid, annexes, at=at)
    if stands is None or not allowed(stands):
        return []
    opened = testimony_view.open_testimony(station, session, reader, tid, at=at, annexes=annexes)
    if _unsound(opened):
        return []
    names = witness_names.names_of(opened)
    return [_beginning(one, names) for one in drafts.texts_of(station, annexes, opened)]


def gather(
    station: Station, session: Session, reader: Reader, asked: Quotation, *, annexes: AnnexIndex, at: date
) -> Sheet | list[Lacking]:
    """Build the page, or say which consent is missing today. This desk's own log says `opened` and `exported`.

    Raises `QuotationRefused`, `CaseFileRefused`, `TestimonyUnknown`.
    """
    if reader.role is not Role.LAWYER:
        raise CaseFileRefused("role")
    asked.require_possible()
    annexes.refresh(station, session, reader)
    refused = casefile.lacking(station, session, reader, annexes, asked.use, [asked.tid], at=at)
    if refused:
        return refused
    opened = testimony_view.open_testimony(station, session, reader, asked.tid, at=at, annexes=annexes)
    if why := _unsound(opened):
        return [Lacking(tid=asked.tid, why=why)]
    if _names_witness(asked.words, opened):
        raise QuotationRefused("name")
    custody_log.append(session, kind="exported", ref=opened.manifest, by=reader.id, day=at.isoformat())
    ends = [line.until for line in opened.consent.lines or () if line.key == asked.use and line.until]
    return Sheet(
        quotation=asked,
        day=at,
        until=min(months_later(at, FURTHEST), *ends),
        organisations=tuple(roster.organisation for roster in station.chain.rosters),
    )


def data_of(made: Sheet) -> Data:
    """The data of the PDF. It names neither the testimony nor the lawyer nor the day of the consent."""
    asked, day = made.quotation, made.day
    speech = Speech(asked.lang, made.organisations)
    title = speech.say(TITLE)
    until = speech.say(N_("Until: %(day)s"), day=speech.day(made.until))
    rows: list[Row] = [
        (speech.say(N_("For whom")), [speech.recipient(asked.use)]),
        (speech.say(N_("Made on")), [speech.day(day)]),
        (speech.purpose(asked.use), [until]),
    ]
    paragraphs = [theirs((" ".join(one.split()),)) for one in asked.words.splitlines() if one.strip()]
    return {
        "lang": tag_of(speech.lang),
        "dir": speech.dir,
        "title": title,
        "author": speech.organisation(),
        "date": [day.year, day.month, day.day],
        "running": [title, speech.recipient(asked.use), speech.day(day)],
        "page": speech.say(N_("%(n)s of %(all)s"), n="{n}", all="{all}"),
        "bar": speech.say(N_("redacted")),
        "cover": [facts(rows, speech), *document.notes_of([FORWARD], speech), {"kind": "words", "words": paragraphs}],
        "index": None,
        "front": [],
        "exhibits": [],
    }


def _beginning(text: drafts.Text, names: list[str]) -> Beginning:
    gone = story_text.taken(text.sentences, text.hints, names)
    return Beginning(lang=text.lang, dir=text.dir, words="\n".join(drafts.paragraphs_of(text, text.hints, gone)))


def _unsound(opened: Opened) -> str:
    """Why nothing of it leaves. Where the names do not open, nobody can tell whether the words have one."""
    if opened.withdrawn:
        return GONE
    if opened.seal is Holds.NO or opened.parts is Holds.NO:
        return ALTERED
    narrative, identity = opened.compartment("narrative"), opened.compartment("identity")
    return CLOSED if narrative is None or narrative.closed or (identity and identity.closed) else ""


def _names_witness(words: str, opened: Opened) -> bool:
    names = [_visible(one) for one in witness_names.names_of(opened)]
    return any(redaction.places_of(one, _visible(words)) for one in redaction.name_words(names))


def _visible(text: str) -> str:
    """In NFC and without signs that nobody sees: one within a name would hide it."""
    return unicodedata.normalize("NFC", "".join(sign for sign in text if unicodedata.category(sign) != "Cf"))
