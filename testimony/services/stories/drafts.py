"""What a story can be made of: the texts of a testimony with likely names marked, and what else it may say.

A story has its account, or a signed translation of it, in one language, and a month, a border, a number of people and
coded answers only as far as the lawyer chooses them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony.answer import read
from testimony.domain.release.columns import MISSING
from testimony.domain.release.columns import line as publishable_line
from testimony.domain.roles import Role
from testimony.domain.stories import coded
from testimony.domain.stories import text as story_text
from testimony.domain.stories.coded import Coded, Losses
from testimony.domain.stories.story import LONGEST_TITLE, MOST_PEOPLE, USE, Story
from testimony.domain.stories.text import Mark, Sort, Taken
from testimony.domain.testimony import redaction
from testimony.domain.testimony.languages import DESKS
from testimony.errors import N_
from testimony.publication.text.phrases import Words
from testimony.questionnaire.codebook import Codebook
from testimony.sealing.verification import Holds
from testimony.services.casefile import casefile, redacted_text, witness_names
from testimony.services.casefile.codes import CaseCodes
from testimony.services.casefile.redacted_text import Passage
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.release import candidates
from testimony.services.stories import hints
from testimony.services.stories.errors import StoryRefused
from testimony.services.testimony import view as testimony_view
from testimony.services.testimony.view import Opened
from testimony.station.station import Station

IN_THEIR_PLACE: Final = {
    Sort.NAME: N_("[name]"),
    Sort.PLACE: N_("[place]"),
    Sort.DATE: N_("[date]"),
    Sort.NUMBER: N_("[number]"),
}
LEFT_OUT: Final = "[…]"
"""What stands for other words, and for all words in languages that the catalogue does not have."""
WHOLE: Final = ":all"


@dataclass(frozen=True, kw_only=True)
class Text:
    """The account in one language. `id` names it in an order. `hints`: what the program would take out."""

    id: str
    lang: str
    dir: str
    sentences: tuple[str, ...]
    breaks: frozenset[int]
    translated: bool
    hints: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """`months`, `borders`: from exact to coarse; each may also be left out. `people`, `answers`, `losses`: what the
    testimony tells. `names`: taken out in any case.
    """

    tid: str
    manifest: str
    texts: tuple[Text, ...]
    months: tuple[str, ...]
    borders: tuple[str, ...]
    people: int | None
    answers: Coded
    losses: Losses
    names: tuple[str, ...]

    def text(self, id: str) -> Text:
        """Raises `StoryRefused("text")`."""
        found = next((one for one in self.texts if one.id == id), None)
        if found is None:
            raise StoryRefused("text")
        return found


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a lawyer chose. `text`: the id of a text; `people`: None if the story does not say."""

    tid: str
    text: str
    marks: tuple[Mark, ...]
    title: str
    month: str = ""
    border: str = ""
    people: int | None = None
    answers: Coded = field(default_factory=dict)
    losses: Losses = field(default_factory=dict)


def draft(station: Station, session: Session, reader: Reader, tid: str, *, annexes: AnnexIndex, at: date) -> Draft:
    """Open the testimony `tid`, which this desk's own log records. Raises `StoryRefused` (role, consent, closed)."""
    if reader.role is not Role.LAWYER:
        raise StoryRefused("role")
    annexes.refresh(station, session, reader)
    if casefile.lacking(station, session, reader, annexes, USE, [tid], at=at):
        raise StoryRefused("consent")
    opened = testimony_view.open_testimony(station, session, reader, tid, at=at, annexes=annexes)
    narrative = opened.compartment("narrative")
    if opened.withdrawn or opened.seal is Holds.NO or narrative is None or narrative.content is None:
        raise StoryRefused("closed")
    codes = casefile.codes(station, annexes, opened)
    line = publishable_line(codes.coarse, candidates.vocabulary())
    return Draft(
        tid=tid,
        manifest=opened.manifest,
        texts=texts_of(station, annexes, opened),
        months=_months(line.value("date")),
        borders=_borders(line.value("place")),
        people=_size(codes.answer("g_size")),
        answers=_answers(codes),
        losses={name: told for name in coded.LOSSES if (told := _size(codes.answer(name)))},
        names=tuple(witness_names.names_of(opened)),
    )


def texts_of(station: Station, annexes: AnnexIndex, opened: Opened) -> tuple[Text, ...]:
    """The account and its whole translations, with what the program would take out."""
    narrative = opened.compartment("narrative")
    places = _said(narrative.content if narrative else None, "i_loc_text")
    passages = [one for account in redacted_text.accounts(station, annexes, opened) for one in account.passages]
    return tuple(_text(one, _names(opened), places) for one in passages if one.complete)


def compose(found: Draft, order: Order) -> Story:
    """The story, as it will be published. Raises `StoryRefused`, `MarkUnusable`."""
    text, title = found.text(order.text), " ".join(order.title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise StoryRefused("title")
    gone = story_text.taken(text.sentences, order.marks, found.names)
    if any(redaction.places_of(one.words, story_text.plain(title)) for one in gone):
        raise StoryRefused("told")
    _require_told(found, order)
    paragraphs = paragraphs_of(text, order.marks, gone)
    if not any(sign.isalpha() for one in paragraphs for sign in one):
        raise StoryRefused("empty")
    return Story(
        id=os.urandom(16).hex(),
        of=found.manifest,
        lang=text.lang,
        title=title,
        month=order.month,
        border=order.border,
        people=order.people,
        answers={
            name: tuple(one for one in told if one in order.answers[name])
            for name, told in found.answers.items()
            if order.answers.get(name)
        },
        losses=order.losses,
        paragraphs=paragraphs,
    )


def require_still_told(found: Draft, story: Story) -> None:
    """That the testimony tells all that `story` says besides its text: somebody may have corrected it since.

    Raises `StoryRefused("changed")`.
    """
    try:
        _require_told(found, story)
    except StoryRefused as refused:
        raise StoryRefused("changed") from refused


def in_their_place(lang: str) -> dict[Sort, str]:
    """What stands in a story where words were taken out."""
    known = lang.partition("-")[0] in DESKS
    words = Words(lang.partition("-")[0])
    return {one: words.say(IN_THEIR_PLACE[one]) if known and one in IN_THEIR_PLACE else LEFT_OUT for one in Sort}


def paragraphs_of(text: Text, marks: Sequence[Mark], gone: Sequence[Taken]) -> tuple[str, ...]:
    """`text` without what is marked in it and without `gone`, wherever it stands."""
    words = in_their_place(text.lang)
    found: list[list[str]] = [[]]
    for at, sentence in enumerate(text.sentences):
        if at in text.breaks:
            found.append([])
        spans = [(one.start, one.end, one.sort) for one in marks if one.sentence == at]
        found[-1].append(story_text.cut(sentence, gone, spans, words))
    return tuple(" ".join(one) for one in found if one)


def _require_told(found: Draft, order: Order | Story) -> None:
    """That the story says no more than the testimony, and nothing in a form that nobody could count."""
    if order.month not in ("", *found.months):
        raise StoryRefused("month")
    if order.border not in ("", *found.borders):
        raise StoryRefused("border")
    people = [] if order.people is None else [order.people]
    if not all(1 <= number <= MOST_PEOPLE for number in (*people, *order.losses.values())):
        raise StoryRefused("people")
    lost = any(number > found.losses.get(name, 0) for name, number in order.losses.items())
    if lost or any(number > (found.people or 0) for number in people):
        raise StoryRefused("more")
    if coded.says_more(order.answers, found.answers):
        raise StoryRefused("answers")


def _text(passage: Passage, names: Sequence[str], places: Sequence[str]) -> Text:
    sentences = tuple(story_text.plain("".join(one or "" for one in said)) for said in passage.sentences)
    return Text(
        id=passage.id,
        lang=passage.lang,
        dir=passage.dir,
        sentences=sentences,
        breaks=passage.breaks,
        translated=bool(passage.method),
        hints=hints.marks(sentences, passage.lang, names=names, places=places),
    )


def _names(opened: Opened) -> list[str]:
    """The witness's, and those of the dead and the missing."""
    identity = opened.compartment("identity")
    return [*witness_names.names_of(opened), *_said(identity.content if identity else None, "d_names")]


def _said(content: Mapping[str, Any] | None, name: str) -> list[str]:
    answers = (content or {}).get("answers")
    answer = answers.get(name) if isinstance(answers, Mapping) else None
    value = answer.get("value") if isinstance(answer, Mapping) else None
    return [value] if isinstance(value, str) else []


def _months(when: str) -> tuple[str, ...]:
    """The month, where it is known, and the year."""
    if when == MISSING:
        return ()
    year = when[:4]
    return (when, year) if len(when) == len("2026-03") else (year,)


def _borders(where: str) -> tuple[str, ...]:
    """The part of the border, where it is known, and the whole of it."""
    if where == MISSING:
        return ()
    whole = where.partition(":")[0] + WHOLE
    return (whole,) if where == whole else (where, whole)


def _size(answer: Any) -> int | None:
    value = _value(answer)
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_PEOPLE else None


def _answers(codes: CaseCodes) -> Coded:
    """What the codes tell, in the order of the codebook."""
    book, found = Codebook.load(), {}
    for name in coded.FIELDS:
        value = _value(codes.answer(name))
        said = value if isinstance(value, list) else [value]
        told = tuple(one for one in book.codes(book.fields[name].list or "") if one in said)
        if told:
            found[name] = told
    return found


def _value(answer: Any) -> Any:
    return read(answer).get("value") if isinstance(answer, Mapping) else None
