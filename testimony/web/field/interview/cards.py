"""The cards of the interview page: the form, laid out with one question per card in a language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from testimony.domain.testimony.languages import WITNESSES, autonym, dir_of
from testimony.questionnaire import labels
from testimony.questionnaire.form import Field, Form, Note, Piece
from testimony.questionnaire.form_labels import Wording
from testimony.questionnaire.spoken_questions import option_key, question_key
from testimony.services.wordings.sentences import questions
from testimony.web.field.interview.witness_text import Spoken

REASONS = ("unk", "ref", "nask")
"""Why there is no answer: does not know, does not want to say, was not asked."""
LONG = 12
"""A list with more options than this has a search above it."""
PICTURES = Path(__file__).parents[2] / "templates" / "interview" / "_pictures.html"
TAPPED = frozenset({"select", "multi", "code"})
"""Types whose options stand on the card."""
ACCOUNT = "n_text"
LANGUAGES = "bcp47"
HARD = frozenset({"v_acts", "d_any"})
"""The first question about violence and the first about the dead: a sentence warns of each, in any order of asking."""
SEARCHED = frozenset({"iso3", "gaz_segment"})
"""Lists too long for a card: chosen in a dialog with search."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One field as a card shows it."""

    field: Field
    label: str
    hint: str | None
    notes: tuple[Note, ...]
    row_notes: tuple[Note, ...]
    options: tuple[tuple[str, str], ...]  # (code, label); the three reasons are not among them
    said: Spoken | None  # how it is asked aloud
    said_options: Mapping[str, Spoken]  # code -> how the answer is said aloud
    precision: Question | None = None  # of a date: how exact it is, asked on the same card before it
    pieces: tuple[PieceQuestion, ...] = ()  # of a repeat

    @property
    def long(self) -> bool:
        return len(self.options) > LONG

    @property
    def drawn(self) -> frozenset[str]:
        """Which options have a drawing, as `list-code`: none unless the field is shown by pictures."""
        names = frozenset(f"{self.field.list}-{code}" for code, _ in self.options)
        return names & drawings() if self.field.picture else frozenset()


@dataclass(frozen=True, kw_only=True)
class PieceQuestion:
    """One piece of a row as the row shows it."""

    piece: Piece
    label: str
    options: tuple[tuple[str, str], ...]

    @property
    def long(self) -> bool:
        return len(self.options) > LONG


@dataclass(frozen=True, kw_only=True)
class CardSection:
    id: str
    title: str
    cards: tuple[tuple[Question, ...], ...]  # the questions of each card
    shortcut: str | None = None  # the field that offers "nothing of this happened"


def sections(form: Form, lang: str, mended: Mapping[str, str]) -> tuple[CardSection, ...]:
    """The coded pass and the identity questions, in the order of the form. `mended`: what the organisation says in the
    place of the program's spoken questions.
    """
    wording = Wording(form, lang, gaps=True)
    said = spoken_questions(form, lang, mended)
    together = {step.field: step.beside for step in form.path}
    return tuple(
        CardSection(
            id=section.id,
            title=wording.section_title(section.id),
            cards=_cards(_questions(section.fields, form, wording, said), together),
            shortcut=next((field.id for field in section.fields if field.id in section.none), None),
        )
        for section in form.sections
    )


def _cards(questions: Iterable[Question], together: Mapping[str, tuple[str, ...]]) -> tuple[tuple[Question, ...], ...]:
    """`questions` as cards: one each, or with those that `together` puts beside it."""
    cards: list[list[Question]] = []
    beside: tuple[str, ...] = ()
    for question in questions:
        if question.field.id in beside:
            cards[-1].append(question)
        else:
            cards.append([question])
            beside = together.get(question.field.id, ())
    return tuple(tuple(card) for card in cards)


def first_fact(form: Form) -> str | None:
    """The question after the account with which the default path begins: its card offers the whole form instead."""
    beside = {field.precision for field in form.fields}
    required = [field.id for field in form.fields if field.required and field.id not in beside]
    path = [step.field for step in form.path] or required
    return next((name for name in path if name != ACCOUNT), None)


def spoken_questions(form: Form, lang: str, mended: Mapping[str, str]) -> dict[str, Spoken]:
    """What is said aloud for `form`, by key. An organisation's own form has none: its questions say what it wants."""
    texts = {} if Wording(form, lang).own else questions(lang, mended)
    return {key: Spoken(key, key, text) for key, text in texts.items()}


def consent_questions(form: Form, lang: str) -> tuple[Question, ...]:
    """What is asked about the talk itself, before consent counts."""
    return tuple(_questions(form.consent_fields, form, Wording(form, lang), {}))


def _questions(
    fields: tuple[Field, ...], form: Form, wording: Wording, said: Mapping[str, Spoken]
) -> Iterator[Question]:
    beside = {field.precision for field in fields}
    for field in fields:
        if field.id not in beside:
            yield _question(field, form, wording, said)


def _question(field: Field, form: Form, wording: Wording, said: Mapping[str, Spoken]) -> Question:
    options = _options(field.list, field.options, wording) if field.type in TAPPED else ()
    aloud = {code: said.get(option_key(field.id, code)) for code, _ in options}
    return Question(
        field=field,
        label=wording.field_label(field.id),
        hint=wording.field_hint(field.id),
        notes=wording.field_notes(field.id),
        row_notes=wording.row_notes(field.id),
        options=options,
        said=said.get(question_key(field.id)),
        said_options={code: spoken for code, spoken in aloud.items() if spoken is not None},
        precision=None if field.precision is None else _question(form.field(field.precision), form, wording, said),
        pieces=tuple(_piece(field, piece, form, wording) for piece in field.pieces),
    )


def _options(list_id: str | None, codes: tuple[str, ...], wording: Wording) -> tuple[tuple[str, str], ...]:
    if list_id is None or list_id in SEARCHED:
        return ()
    if list_id == LANGUAGES:
        return tuple((tag, _known_as(tag, name, wording.lang)) for tag, _, name in witness_languages())
    return tuple((code, wording.option_label(list_id, code)) for code in codes if code not in REASONS)


def _known_as(tag: str, own: str, lang: str) -> str:
    """A language in its own name and, where that is another one, in the interviewer's language."""
    name = labels.language_name(tag, lang)
    return own if name is None or name.casefold() == own.casefold() else f"{own} · {name}"


def _piece(field: Field, piece: Piece, form: Form, wording: Wording) -> PieceQuestion:
    entry = form.lists.get(piece.list or "")
    return PieceQuestion(
        piece=piece,
        label=wording.piece_label(field.id, piece),
        options=_options(piece.list, () if entry is None else entry.codes, wording),
    )


@cache
def drawings() -> frozenset[str]:
    """What has a drawing of its own, as `list-code`."""
    return frozenset(re.findall(r'"([a-z_]+-[a-z0-9_]+)":', PICTURES.read_text(encoding="utf-8")))


def pickers(lang: str, form: Form) -> dict[str, Any]:
    """The lists of the search dialog: countries by name, and the words by which the page names parts of borders."""
    own = {"own": Wording(form, lang).own_segments()}
    return {"countries": labels.options("iso3", lang), "borders": labels.border_words(lang) | own}


def witness_languages() -> tuple[tuple[str, str, str], ...]:
    """(tag, direction, own name) of the languages a witness may speak, those of the most routes first."""
    return tuple((tag, dir_of(tag), autonym(tag)) for tag in WITNESSES)
