"""A template sheet for a Human Rights Council mechanism: what the table shows on each theme of its letter."""

from __future__ import annotations

from typing import Final

from testimony.errors import N_
from testimony.publication.content import Content
from testimony.publication.sheets import aggregates
from testimony.publication.sheets.aggregates import Range
from testimony.publication.sheets.sheet import Cell, Column, Sheet
from testimony.publication.text.phrases import Words
from testimony.publication.text.vocabulary import mark_of, mark_word, unsaid

THEMES: Final = {
    "T01": N_("Collective expulsion"),
    "T02": N_("Non-refoulement"),
    "T03": N_("Denial of the right to seek asylum"),
    "T04": N_("Absolute closure of borders"),
    "T05": N_("Criminalisation of irregular entry"),
    "T06": N_("Criminalisation of humanitarian assistance, rescue and defenders"),
    "T07": N_("Militarisation and excessive use of force"),
    "T08": N_("Deaths and lethal disregard"),
    "T09": N_("Individual examination"),
    "T10": N_("Effective remedy and appeal before a judicial authority"),
    "T11": N_("Gender-responsive legal services"),
    "T12": N_("Gender-responsive interpretation"),
    "T13": N_("Suspension of removal while an appeal is pending"),
    "T14": N_("Prompt and thorough investigation"),
    "T15": N_("Independent monitoring: access to facilities and procedures"),
    "T16": N_("Bias in law enforcement"),
    "T17": N_("Children and persons in vulnerable situations"),
    "T18": N_("Torture and inhuman or degrading treatment"),
    "T19": N_("Widespread, systematic pattern; impunity"),
    "T20": N_("Third States, agencies and private actors"),
    "T21": N_("Land and sea"),
    "T22": N_("Harm and remedy for victims"),
}
ALL: Final = N_("Accounts in this release")
CHILDREN: Final = N_("Accounts of people under 18")
BORDERS: Final = N_("Borders that the accounts tell of")
NOTHING: Final = N_("This release counts nothing for it")


def sheet(content: Content, words: Words) -> Sheet:
    """A row for each theme and count; a theme without any has one that says so."""
    rows: list[tuple[Cell, ...]] = []
    for theme, title in THEMES.items():
        counted = _counted(content, theme, words)
        rows += [
            (theme, words.say(title), id, word, *_range(one, id in content.limited, words)) for id, word, one in counted
        ]
        if not counted:
            rows.append((theme, words.say(title), None, words.say(NOTHING), None, None, None))
    return Sheet(
        name="themes",
        columns=(
            Column(name="theme", tag="#subsector+code"),
            Column(name="theme_title", tag="#subsector+name"),
            Column(name="counted", tag="#indicator+code"),
            Column(name="counted_title", tag="#indicator+name"),
            Column(name="at_least", tag="#indicator+num+min", kind="number"),
            Column(name="at_most", tag="#indicator+num+max", kind="number"),
            Column(name="why_empty", tag="#indicator+remark"),
        ),
        rows=tuple(rows),
    )


def _range(one: Range, limited: bool, words: Words) -> tuple[int | None, int | None, str | None]:
    """At least, at most, and why neither is said."""
    return (one.least, one.most, None) if one.said else (None, None, unsaid(limited, words))


def _counted(content: Content, theme: str, words: Words) -> list[tuple[str, str, Range]]:
    found = [
        (mark, mark_word(mark, words), aggregates.of_mark(content, mark))
        for mark in content.marks
        if (known := mark_of(mark)) is not None and theme in known.themes
    ]
    everybody = Range(least=content.accounts, most=content.accounts)
    if theme == "T17" and "age" in content.attributes:
        found.insert(0, ("child", words.say(CHILDREN), aggregates.children(content)))
    if theme == "T19":
        found.insert(0, ("accounts", words.say(ALL), everybody))
    if theme == "T21" and "place" in content.attributes:
        borders = len(aggregates.by(content, "place").keys() - {"missing", "any"})
        found.insert(0, ("borders", words.say(BORDERS), Range(least=borders, most=borders)))
    return found
