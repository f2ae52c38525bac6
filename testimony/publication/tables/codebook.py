"""The codebook of a file of published tables: every code in it, in words, and what a column counts.

A file whose codes are not all known does not leave: its readers could not tell what they read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from testimony.domain.tables import times
from testimony.domain.tables.account import is_border
from testimony.domain.tables.count import ANSWERED, COUNTED, HELD
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.groups import GENDER, GROUP, REGION, STAGE, VIOLENCE, parted
from testimony.domain.tables.offsets import Unit
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import TABLES
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER, GENDERS, MONTH, NATIONALITY, PERSON, PERSONS, QUESTIONS
from testimony.domain.tables.rows import ALL, rest_code
from testimony.publication.sheets.coverage import regions
from testimony.publication.sheets.sheet import Cell, Column, Sheet
from testimony.publication.tables import lines as tables_lines
from testimony.publication.tables.lines import COVERED, Line
from testimony.publication.tables.vocabulary import FIELDS, REASONS, Vocabulary
from testimony.publication.text.phrases import LANGUAGES, Words
from testimony.publication.text.vocabulary import PEOPLE
from testimony.questionnaire.codebook import Codebook

NAME: Final = "codebook"
UNIT: Final = "unit"
COVERAGE: Final = "coverage"


class Coded(Protocol):
    """A line by its codes, whether it is about to be written or was read."""

    @property
    def dimension(self) -> str: ...
    @property
    def row(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def unit(self) -> str: ...


def lines_to_leave(made: Published) -> list[Line]:
    """The lines of `made`. Raises `TablesRefused("codes")` where one holds a code that the codebook does not have."""
    known = {one.id for one in TABLES} | {COVERAGE}
    found = tables_lines.lines(made)
    for line in found:
        if line.table not in known or not _is_row(line, made) or not _is_column(line, made):
            raise TablesRefused("codes")
    return found


def sheet(found: Sequence[Line]) -> Sheet:
    """A row for each question, then for each of its codes in these lines, in the order in which they come.

    `counts`: the answers of the questionnaire that a column counts.
    """
    spoken = [Vocabulary(Words(lang)) for lang in LANGUAGES]
    rows = dict.fromkeys(pair for line in found for pair in codes_of(line))
    return Sheet(
        name=NAME,
        columns=(
            Column(name="question", tag="#indicator+question+code"),
            Column(name="code", tag="#indicator+answer+code"),
            *(Column(name=f"label_{lang}", tag=f"#indicator+label+i_{lang}") for lang in LANGUAGES),
            Column(name="field", tag="#meta+field+code"),
            Column(name="hxl", tag="#meta+hxl+code"),
            Column(name="counts", tag="#meta+counts+list"),
        ),
        rows=tuple(
            (of, code or None, *(_label(of, code, one) for one in spoken), *_source(of, code)) for of, code in rows
        ),
    )


def codes_of(line: Coded) -> Iterator[tuple[str, str]]:
    """Each (question, code) of a line; "" in place of a code for the question itself."""
    yield from ((line.dimension, ""), (line.dimension, line.row))
    if line.question:
        yield from ((line.question, ""), (line.question, line.column))
    yield UNIT, str(line.unit)


def _label(of: str, code: str, words: Vocabulary) -> str:
    if of == UNIT:
        return words.unit(Unit(code))
    if code == ANSWERED:
        return words.answered()
    if not code:
        return words.title(BORDER, HELD) if of == HELD else words.question(of)
    return words.row(of, code) if of in (BORDER, NATIONALITY, PERSON, GROUP) else words.column(of, code)


def _source(of: str, code: str) -> tuple[Cell, Cell, Cell]:
    """The field of the questionnaire and its HXL tag, of a question; what a column counts, of a code."""
    if code:
        counted = QUESTIONS[of].columns.get(code, ()) if of in QUESTIONS else ()
        return None, None, " ".join(sorted(counted)) or None
    name = QUESTIONS[of].field if of in QUESTIONS else FIELDS.get(of)
    return (name, Codebook.load().fields[name].hxl, None) if name else (None, None, None)


def _is_row(line: Line, made: Published) -> bool:
    if line.row in (ALL, rest_code(made.rows.get(line.dimension, ()))):
        return True
    return _is_code(line.dimension, line.row, made)


def _is_column(line: Line, made: Published) -> bool:
    if not line.question or line.column == ANSWERED:
        return line.question in ("", BORDER, MONTH, *QUESTIONS)
    if line.question == COVERED:
        return line.column == COUNTED
    return _is_code(line.question, line.column, made)


def _is_code(of: str, code: str, made: Published) -> bool:
    held = Codebook.load()
    if of == BORDER:
        return is_border(code, held.countries)
    if of == MONTH:
        period = Period.of(made.period)
        return any(code in times.columns(one, period) for one in (times.MONTHS, times.QUARTERS, times.YEARS))
    if of == GROUP:
        return _is_group(*parted(code))
    known: Iterable[str] = {
        NATIONALITY: held.codes("iso3"), PERSON: PERSONS, HELD: REASONS,
    }.get(of, QUESTIONS[of].columns if of in QUESTIONS else ())  # fmt: skip
    return code in known


def _is_group(kind: str, code: str) -> bool:
    known: Iterable[str] = {
        GENDER: GENDERS, STAGE: PEOPLE, REGION: regions(), VIOLENCE: ("yes", "no"),
    }.get(kind, ())  # fmt: skip
    return code in known
