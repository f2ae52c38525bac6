"""Central's page of the sentences that interviewers say are wrong: which, in which language, how often."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, render_template

from testimony.domain.testimony.languages import SCRIPTS, autonym, dir_of
from testimony.questionnaire.labels import language_name
from testimony.questionnaire.sentence_states import SOURCE
from testimony.services.wordings import sentences, wrong_sentences
from testimony.services.wordings.wrong_sentences import Wrong
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.text.labels import Words

bp = Blueprint("wrong_sentences", __name__)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One sentence of the list. `said`: None where it is said in other words by now."""

    sentence: str
    marks: int
    said: Words | None
    source: Words | None  # the English; None where it is the English that is wrong


@dataclass(frozen=True, kw_only=True)
class Language:
    """One language with the sentences that were marked in it."""

    own: Words
    name: str
    marks: int
    lines: tuple[Line, ...]


@bp.get("/<lang:lang>/wrong-sentences")
@audience(Visitor.OPERATOR, Visitor.ADMINISTRATOR, Visitor.REGISTRAR)
def show(lang: str) -> str:
    """By language, those marked most often first."""
    with context.reading() as db:
        found = wrong_sentences.counts(context.station(), db)
    english = sentences.everything(context.station().chain.latest.organisation, SOURCE)
    ordered = sorted(found, key=lambda one: SCRIPTS.index(one.lang))
    groups = [(tag, tuple(of)) for tag, of in groupby(ordered, key=lambda one: one.lang)]
    return render_template(
        "central/wrong_sentences.html",
        found=[
            Language(
                own=Words(autonym(tag), tag, dir_of(tag)),
                name=language_name(tag, lang) or "",
                marks=sum(one.marks for one in of),
                lines=tuple(_line(one, english.get(one.sentence)) for one in of),
            )
            for tag, of in groups
        ],
    )


def _line(one: Wrong, english: str | None) -> Line:
    return Line(
        sentence=one.sentence,
        marks=one.marks,
        said=None if one.words is None else Words(one.words, one.lang, dir_of(one.lang)),
        source=None if english is None or one.lang == SOURCE else Words(english, SOURCE, dir_of(SOURCE)),
    )
