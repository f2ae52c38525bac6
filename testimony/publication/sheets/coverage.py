"""What a file does not show: the accounts in it beside those that wait because their group is too small.

The numbers of the file are those of its lines. Waiting accounts are rounded to ten. How many are held back for want of
consent or of a review is not said: they are no part of what may be counted.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from testimony.anonymity import field_hierarchies
from testimony.anonymity.remainder import LEVELS, PLACE
from testimony.publication.content import Content
from testimony.publication.sheets import aggregates
from testimony.publication.sheets.sheet import Cell, Column, Sheet

FEW, UNSAID = "fewer_than_10", "not_said"
IN_FILE, NOT_IN_FILE = "in_file", "not_in_file"
COUNTED: Final = "counted"
"""In place of an attribute: the rows about what is counted."""


@dataclass(frozen=True, kw_only=True)
class Covered:
    """`accounts`: in the lines with this label. `waiting`: rounded, `FEW`, `UNSAID`, or None."""

    label: str
    accounts: int
    waiting: int | str | None


def by(content: Content) -> Mapping[str, tuple[Covered, ...]]:
    """Of each attribute, the labels in the file and those of accounts that wait."""
    found: dict[str, tuple[Covered, ...]] = {}
    for attribute, waiting in content.waiting:
        place = content.attributes.index(attribute)
        inside: dict[str, int] = {}
        for line in content.lines:
            label = coarse(attribute, line.labels[place])
            inside[label] = inside.get(label, 0) + line.n
        waits = {coarse(attribute, label): number for label, number in waiting}
        found[attribute] = tuple(
            Covered(
                label=label,
                accounts=inside.get(label, 0),
                waiting=_waiting(attribute, label, inside, waits) if label in waits else None,
            )
            for label in sorted(inside.keys() | waits.keys())
        )
    return found


def _waiting(attribute: str, label: str, inside: Mapping[str, int], waits: Mapping[str, int | None]) -> int | str:
    """A rounded number, or why there is none: a border without a line is named and not counted."""
    number = waits[label]
    return number if number is not None else UNSAID if attribute == PLACE and label not in inside else FEW


def missing(content: Content) -> tuple[str, ...]:
    """The borders of which people told and that are in no line."""
    waiting = dict(content.waiting).get(PLACE, ())
    at = content.attributes.index(PLACE) if waiting else 0
    inside = {coarse(PLACE, line.labels[at]) for line in content.lines}
    return tuple(label for label, _ in waiting if label not in inside)


def counted(content: Content) -> tuple[tuple[str, int], ...]:
    """Of each mark, the accounts in the lines that say a number of it."""
    return tuple(
        (mark, sum(line.n for line in content.lines if isinstance(line.counts[place], int)))
        for place, mark in enumerate(content.marks)
    )


def regions() -> frozenset[str]:
    """The codes of all regions, and of those who have no nationality."""
    return frozenset(_regions().values())


def few(number: int | None) -> int | str:
    """A rounded number, or the word for one that is too small."""
    return FEW if number is None else number


def coarse(attribute: str, label: str) -> str:
    """The label under which lines and waiting accounts are put beside each other."""
    if attribute == "nat":
        return _regions().get(label, label)
    return aggregates.coarse(attribute, label)


def sheet(content: Content) -> Sheet:
    """A row for each label and for each mark."""
    rows: list[tuple[Cell, ...]] = []
    for attribute, labels in by(content).items():
        rows += [
            (attribute, one.label, one.accounts, one.waiting, _shown(one.accounts), None, None, None) for one in labels
        ]
    for (mark, accounts), asked in zip(counted(content), content.asked, strict=True):
        answers = (few(number) for number in (asked.answered, asked.unknown, asked.unasked))
        rows.append((COUNTED, mark, accounts, None, _shown(accounts), *answers))
    return Sheet(
        name="coverage",
        columns=(
            Column(name="question", tag="#meta+question+code"),
            Column(name="label", tag="#meta+label+code"),
            Column(name="accounts", tag="#indicator+accounts+num", kind="number"),
            Column(name="waiting", tag="#indicator+waiting+num"),
            Column(name="shown", tag="#meta+shown+code"),
            Column(name="answered", tag="#indicator+answered+num"),
            Column(name="unknown", tag="#indicator+unknown+num"),
            Column(name="not_asked", tag="#indicator+unasked+num"),
        ),
        rows=tuple(rows),
    )


def _shown(accounts: int) -> str:
    return IN_FILE if accounts else NOT_IN_FILE


@functools.cache
def _regions() -> Mapping[str, str]:
    """Of each label of a nationality, the region in which it lies."""
    hierarchy = field_hierarchies.nationalities()
    level = hierarchy.levels.index(LEVELS["nat"])
    return {
        label: ladder[level]
        for value in hierarchy.domain
        for ladder in [hierarchy.ladder(value)]
        for label in ladder[: level + 1]
    }
