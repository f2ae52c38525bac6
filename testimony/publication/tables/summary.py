"""The paragraph at the head of a report: true sentences that repeat printed numbers and count nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf
from typing import Final

from testimony.domain.tables.count import ANSWERED
from testimony.domain.tables.offsets import Unit
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER
from testimony.domain.tables.rows import ALL
from testimony.errors import N_
from testimony.publication.tables import sheets as tables_sheets
from testimony.publication.tables import words as tables_words
from testimony.publication.tables.lines import Line
from testimony.publication.tables.vocabulary import Vocabulary
from testimony.publication.text.phrases import Words

COUNTED: Final = N_(
    "This report counts about %(accounts)s accounts of about %(incidents)s incidents. "
    "About %(persons)s people told them."
)
AGREED: Final = N_("Two people reviewed each account, and each witness agreed that it may be counted in public.")
BORDERS: Final = N_("The largest printed numbers of accounts are from these borders: %(list)s.")
ANSWERS: Final = N_(
    "About %(whole)s accounts answer the question “%(question)s”. The largest printed numbers are: %(list)s."
)
ASKED: Final = N_("Of about %(whole)s accounts that say whether somebody asked for protection, %(share)s say yes.")
UNEXAMINED: Final = N_(
    "Of about %(whole)s accounts that say how far the case was examined, %(share)s say that nobody examined it."
)
DEAD: Final = N_("About %(number)s accounts tell of deaths.")
MISSING: Final = N_("About %(number)s accounts tell of missing people.")
RANKED: Final = ("act", "officers")
"""The questions of which the largest numbers are told."""
SHARES: Final = (("asked", "yes", ASKED), ("examined", "none", UNEXAMINED))
GRAVEST: Final = (("dead", DEAD), ("missing", MISSING))
FIRST: Final = 3
MOST: Final = 5
"""Numbers in one list: the first three, and those that are as large as the third, if they are not many."""

Everybody = Mapping[tuple[str, str, Unit], Line]
"""(question, column, unit) -> line, of the row of all accounts."""


def sentences(made: Published, plan: Plan, found: Sequence[Line], vocabulary: Vocabulary, words: Words) -> list[str]:
    """The sentences of the report on `made`, whose lines are `found`. One without its number is left out."""
    everybody = {
        (one.question, one.column, one.unit): one for one in found if (one.dimension, one.row) == (BORDER, ALL)
    }
    unnamed = "; ".join(map(vocabulary.border, tables_words.without_row(made, plan)))
    return [
        *_counted(everybody, words),
        *_borders(found, vocabulary, words),
        *(one for question in RANKED for one in _ranked(question, everybody, vocabulary, words)),
        *_shares(everybody, vocabulary, words),
        *_gravest(everybody, words),
        *([words.say(tables_words.UNSHOWN, borders=unnamed)] if unnamed else []),
    ]


def of_borders(found: Iterable[Line]) -> dict[str, Line]:
    """Border -> the line with its number of accounts, of each border that has a row of its own."""
    return {
        one.row: one
        for one in found
        if one.dimension == BORDER and not one.question and one.unit is Unit.ACCOUNTS and not one.row.startswith(ALL)
    }


def _counted(everybody: Everybody, words: Words) -> Iterator[str]:
    lines = {str(unit): everybody.get(("", "", unit)) for unit in (Unit.ACCOUNTS, Unit.INCIDENTS, Unit.PERSONS)}
    numbers = {unit: line.number for unit, line in lines.items() if line is not None and line.number}
    if len(numbers) == len(lines):
        yield words.say(COUNTED, **numbers)
    yield words.say(AGREED)


def _borders(found: Iterable[Line], vocabulary: Vocabulary, words: Words) -> Iterator[str]:
    told = [f"{vocabulary.border(one.row)} ({one.number})" for one in _largest(of_borders(found).values())]
    if told:
        yield words.say(BORDERS, list="; ".join(told))


def _ranked(question: str, everybody: Everybody, vocabulary: Vocabulary, words: Words) -> Iterator[str]:
    whole = everybody.get((question, ANSWERED, Unit.ACCOUNTS))
    said = _largest(one for (of, column, _), one in everybody.items() if of == question and column != ANSWERED)
    if whole is None or not whole.number or not said:
        return
    told = [f"{vocabulary.column(question, one.column)}: {tables_sheets.cell(one, vocabulary)}" for one in said]
    yield words.say(ANSWERS, whole=whole.number, question=vocabulary.question(question), list="; ".join(told))


def _shares(everybody: Everybody, vocabulary: Vocabulary, words: Words) -> Iterator[str]:
    for question, column, sentence in SHARES:
        whole = everybody.get((question, ANSWERED, Unit.ACCOUNTS))
        one = everybody.get((question, column, Unit.ACCOUNTS))
        if whole is not None and one is not None and one.said:
            yield words.say(sentence, whole=whole.number, share=vocabulary.share(one.said))


def _gravest(everybody: Everybody, words: Words) -> Iterator[str]:
    for question, sentence in GRAVEST:
        one = everybody.get((question, "told", Unit.ACCOUNTS))
        if one is not None and one.number:
            yield words.say(sentence, number=one.number)


def _largest(lines: Iterable[Line]) -> list[Line]:
    """The lines with the largest numbers, the largest first. One that is not shown is nearly everybody: it is first.

    None is left out that is as large as the last one.
    """
    shown = sorted((one for one in lines if one.number != 0), key=_size, reverse=True)
    if len(shown) <= FIRST:
        return shown
    tied = [one for one in shown if _size(one) >= _size(shown[FIRST - 1])]
    return tied if len(tied) <= MOST else [one for one in tied if _size(one) > _size(tied[-1])]


def _size(line: Line) -> float:
    return inf if line.number is None else line.number
