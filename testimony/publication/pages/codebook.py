"""The codebook of a release: every column, level and code of its table explained, as a sheet and as a page."""

from __future__ import annotations

from testimony.anonymity.class_table import NOT_SHOWN
from testimony.domain.release.columns import ATTRIBUTES
from testimony.errors import N_
from testimony.publication.content import Content
from testimony.publication.markup import element
from testimony.publication.pages.page import document, grid, paragraph, section
from testimony.publication.sheets.sheet import Cell, Column, Sheet
from testimony.publication.sheets.table import ACCOUNTS, columns
from testimony.publication.text.phrases import Words
from testimony.publication.text.vocabulary import (
    NOT_SHOWN_MEANS,
    attribute_word,
    label_word,
    level_word,
    mark_of,
    mark_word,
)
from testimony.questionnaire.codebook import Codebook

OWN = {
    "class": N_("The class: one line. The same code in every file; a later notice names it."),
    "group": N_("Lines that totals are given for together."),
    "tier": N_("At which step of the plan the line was made; it says how exact it is."),
    "date_start": N_("First day of the period in which it happened."),
    "date_end": N_("Last day of that period."),
    "date_level": N_("How exactly the period is known."),
    "expelled_from": N_("State that expelled (ISO 3166-1 alpha-3)."),
    "returned_to": N_("State to which people were returned (ISO 3166-1 alpha-3)."),
    ACCOUNTS: N_("Accounts in the line. A person may have given more than one; it is no count of people."),
    "blank": N_("Columns left empty: fewer than three people tell of it, or nobody. Never read them as zero."),
}
COUNTED = N_("Accounts of the line that tell of it, of each person one: %(what)s")
LEVEL = N_("How exactly it is told: %(what)s")


def sheet(content: Content, words: Words) -> Sheet:
    """A row for each column (without a code), and one for each code that a column may hold in this table."""
    rows: list[tuple[Cell, ...]] = []
    for column in columns(content):
        rows.append((column.name, column.tag, None, meaning(content, column, words), _source(column.name)))
        rows += [(column.name, column.tag, code, word, None) for code, word in _codes(content, column, words)]
    return Sheet(
        name="codebook",
        columns=(
            Column(name="column"),
            Column(name="tag"),
            Column(name="code"),
            Column(name="meaning"),
            Column(name="question"),
        ),
        rows=tuple(rows),
    )


def page(content: Content, words: Words) -> bytes:
    """The same to be read."""
    heads = [words.say(N_("Code")), words.say(N_("Meaning"))]
    sections = []
    for column in columns(content):
        codes = _codes(content, column, words)
        tag = element("p", words.say(N_("HXL tag:")), " ", element("code", column.tag))
        parts = [paragraph(meaning(content, column, words)), tag, *([grid(column.name, heads, codes)] if codes else [])]
        sections.append(section(column.name, *parts))
    return document(words, words.say(N_("Codebook")), sections)


def meaning(content: Content, column: Column, words: Words) -> str:
    """What a column holds."""
    if column.name in content.marks:
        return words.say(COUNTED, what=mark_word(column.name, words))
    if column.name in OWN:
        return words.say(OWN[column.name])
    attribute = column.name.removesuffix("_level")
    word = attribute_word(attribute, words)
    return word if column.name in content.attributes else words.say(LEVEL, what=word)


def _codes(content: Content, column: Column, words: Words) -> list[tuple[str, str]]:
    """The codes of a column that are in the table or may be, with their words."""
    if column.name in content.limited:
        return [(NOT_SHOWN, words.say(NOT_SHOWN_MEANS))]
    if column.codes:
        return [(code, level_word(code, words)) for code in column.codes]
    for place, attribute in enumerate(content.attributes):
        if column.name == attribute and attribute != "date":
            labels = sorted({line.labels[place] for line in content.lines})
            return [(label, label_word(attribute, label, words)) for label in labels]
        if column.name == f"{attribute}_level":
            return [
                (level, level_word(level, words)) for level in sorted({line.levels[place] for line in content.lines})
            ]
    return []


def _source(name: str) -> str | None:
    """The question of the codebook that the column is made of, with its tag there."""
    mark = mark_of(name)
    field = mark.field if mark else ATTRIBUTES.get(name)
    held = Codebook.load().fields.get(field) if field else None
    return f"{held.id} {held.hxl or ''}".strip() if held else None
