"""The rules that a published table must keep, and that a recipient can check from its content alone."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from testimony.anonymity import field_hierarchies
from testimony.anonymity.class_table import BLANK_BELOW, NOT_SHOWN, Count
from testimony.anonymity.hierarchies import ANY, MISSING, Hierarchy
from testimony.anonymity.remainder import LEVELS, PLACE, ROUNDED_TO
from testimony.errors import N_
from testimony.group_floor import LARGEST_SHARE, LEAST_INCIDENTS, LEAST_PERSONS
from testimony.publication.content import CLASS, FIRST_FORMAT, FORMAT, HIDDEN, MARK, WHOLE, Content, Line
from testimony.publication.sheets import coverage
from testimony.publication.sheets.table import columns

NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]{0,127}")
LONGEST: Final = 200
EMPTY_WORDS: Final = frozenset(
    {"NA", "N/A", "n/a", "#NA", "#N/A", "<NA>", "None", "NULL", "Null", "null", "NaN", "nan", "-NaN", "-nan"}
)
"""What programs write for nothing, and other programs read as nothing."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is not as it has to be; `str` is a sentence for a person, `sentence` its id in the catalogue."""

    code: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence


def faults(content: Content) -> Iterator[Fault]:
    """Every fault of `content`, those of its head first; none where it may leave."""
    yield from _head(content)
    for line in content.lines:
        yield from _line(content, line)
    yield from _order(content)
    yield from _totals(content)
    yield from _figures(content)
    yield from _waiting(content)
    yield from _asked(content)


def _head(content: Content) -> Iterator[Fault]:
    weak = content.k < LEAST_PERSONS or content.m < LEAST_INCIDENTS or content.alpha > LARGEST_SHARE * WHOLE
    if weak:
        yield Fault(
            code="weak",
            sentence=N_(
                "The release asks for %(k)s people and %(m)s pushbacks a line; no release may ask for so little."
            ),
            values={"k": content.k, "m": content.m},
        )
    named = (content.release, content.preset)
    spoken = (content.recipient, content.organisation, content.made_with)
    marks = all(MARK.fullmatch(mark) and mark not in EMPTY_WORDS for mark in (*content.marks, *content.stigma))
    ladder = [_ladders().get(attribute) for attribute in content.attributes]
    named_twice = None not in ladder and _named_twice(content)
    unfit = not all(map(NAME.fullmatch, named)) or not all(one.isprintable() and len(one) <= LONGEST for one in spoken)
    if unfit or not marks or None in ladder or named_twice:
        yield Fault(code="head", sentence=N_("The names in the table are not those of a release."))
    if any(not CLASS.fullmatch(one) for one in (*content.revoked, *content.recalled)):
        yield Fault(code="classes", sentence=N_("A class that was taken back has no name of a class."))


def _named_twice(content: Content) -> bool:
    """Whether two columns would have one name or one tag."""
    made = columns(content)
    return len({one.name for one in made}) < len(made) or len({one.tag for one in made}) < len(made)


def _line(content: Content, line: Line) -> Iterator[Fault]:
    who = {"line": line.id}
    if not CLASS.fullmatch(line.id):
        yield Fault(code="class", sentence=N_("A line has no name of a class."))
        return
    if line.n < content.k:
        yield Fault(
            code="small",
            sentence=N_("The line %(line)s stands for fewer than %(k)s accounts."),
            values=who | {"k": content.k},
        )
    counts = list(zip(content.marks, line.counts, strict=False))
    if len(line.counts) != len(content.marks) or not all(_may_stand(content, line, *one) for one in counts):
        yield Fault(
            code="count",
            sentence=N_("The line %(line)s says a count that should be blank, or that is larger than the line."),
            values=who,
        )
    for mark, count in counts:
        if mark in content.limited and isinstance(count, int) and count * WHOLE > content.alpha * line.n:
            yield Fault(
                code="stigma",
                sentence=N_("The line %(line)s says a count of “%(mark)s” that should not be shown."),
                values=who | {"mark": mark},
            )
    if not 0 < line.tier <= len(content.legend) or content.legend[line.tier - 1] != line.levels:
        yield Fault(
            code="legend", sentence=N_("The line %(line)s is not at the levels of its step."), values=who
        )  # fmt: skip
    for attribute, level, label in zip(content.attributes, line.levels, line.labels, strict=True):
        if not holds(attribute, level, label):
            yield Fault(
                code="label",
                sentence=N_("The line %(line)s has a label of “%(column)s” that is none at its level."),
                values=who | {"column": attribute},
            )


def _may_stand(content: Content, line: Line, mark: str, count: Count) -> bool:
    """Whether `count` is blank, not shown, or a number that is not too small, as it may be of `mark`."""
    if isinstance(count, int):
        return BLANK_BELOW <= count <= line.n
    return (count == NOT_SHOWN) == (mark in content.limited)


def _order(content: Content) -> Iterator[Fault]:
    places = [line.place for line in content.lines]
    if len({line.id for line in content.lines}) < len(places) or len(set(places)) < len(places):
        yield Fault(code="twice", sentence=N_("A class stands in the table twice."))
    groups = sorted({line.group for line in content.lines})
    if places != sorted(places) or groups != list(range(1, len(groups) + 1)):
        yield Fault(code="order", sentence=N_("The lines are not in their order."))
    if any(list(known) != sorted(set(known)) for known in (content.revoked, content.recalled)):
        yield Fault(code="order", sentence=N_("The classes that were taken back are not in their order."))


def _totals(content: Content) -> Iterator[Fault]:
    if [group for group, _ in content.totals] != sorted({line.group for line in content.lines}):
        yield Fault(code="totals", sentence=N_("The totals are not those of the groups in the table."))
        return
    if any(len(line.counts) != len(content.marks) for line in content.lines):
        return  # the line is already reported; there is nothing to add up
    for group, totals in content.totals:
        lines = [line for line in content.lines if line.group == group]
        for place, (mark, total) in enumerate(zip(content.marks, totals, strict=False)):
            counts = [line.counts[place] for line in lines]
            shown = [count for count in counts if isinstance(count, int)]
            if NOT_SHOWN in counts:
                safe = total is None
            else:
                safe = said_safely(total, sum(shown), counts.count(None), content.form)
            if not safe:
                yield Fault(
                    code="blank",
                    sentence=N_("The total of “%(mark)s” in group %(group)s tells a count that is blank, or is wrong."),
                    values={"mark": mark, "group": group},
                )
        if len(totals) != len(content.marks):
            yield Fault(code="totals", sentence=N_("The totals are not those of the groups in the table."))


def said_safely(total: int | None, said: int, blanks: int, form: str = FORMAT) -> bool:
    """Whether `total` is right, and tells of none of the `blanks` beside counts that add up to `said` what it is.

    A blank is 0 to `BLANK_BELOW` − 1, and all b of them add up to r = total − said. A total is said only where r is no
    small count itself and each blank may be any of its numbers: `BLANK_BELOW` ≤ r ≤ (b − 1)(`BLANK_BELOW` − 1). Where
    no total is said, r is another number, small or large: so each blank may be any of its numbers too. Files of the
    first form have a total for each r between nothing and the largest.
    """
    if total is None:
        return blanks > 0
    if not blanks:
        return total == said
    largest = BLANK_BELOW - 1
    if form == FIRST_FORMAT:
        return blanks > 1 and 0 < total - said < blanks * largest
    return BLANK_BELOW <= total - said <= (blanks - 1) * largest


def _figures(content: Content) -> Iterator[Fault]:
    figures = content.figures
    fewest = min((line.n for line in content.lines), default=0)
    least = -(-WHOLE * len(content.lines) // max(1, content.accounts))  # were each account another person's
    held = [waited for waited, _ in figures.held_back]
    right = (
        (not content.lines or content.k <= figures.fewest_persons <= fewest)
        and (not content.lines or least <= figures.global_risk <= figures.prosecutor_risk)
        and len(figures.loss) == len(content.attributes)
        and all(share <= WHOLE for share in figures.loss)
        and figures.published == _published(content)
        and held == sorted(set(held))
        and all(number is None or number >= content.k for _, number in figures.held_back)
    )
    if not right:
        yield Fault(code="risk", sentence=N_("The figures of the risk are not what the table allows."))


def _waiting(content: Content) -> Iterator[Fault]:
    """Coarse labels alone, in their order, with rounded numbers."""
    named = [attribute for attribute, _ in content.waiting]
    right = named in ([], [one for one in content.attributes if one in LEVELS]) and all(
        [label for label, _ in labels] == sorted({label for label, _ in labels})
        and all(holds(attribute, LEVELS[attribute], label) for label, _ in labels)
        and all(number is None or (number >= ROUNDED_TO and number % ROUNDED_TO == 0) for _, number in labels)
        for attribute, labels in content.waiting
    )
    if right:
        counted = {
            label for attribute, labels in content.waiting for label, number in labels if attribute == PLACE and number
        }
        right = counted.isdisjoint(coverage.missing(content))
    if not right:
        yield Fault(code="waiting", sentence=N_("The accounts that wait are counted too exactly."))


def _asked(content: Content) -> Iterator[Fault]:
    """Rounded numbers of each mark, which together are no more than the accounts of the lines, as far as ten tells."""
    numbers = [(one.answered, one.unknown, one.unasked) for one in content.asked]
    right = len(numbers) in ({0} if content.form == FIRST_FORMAT else {len(content.marks)}) and all(
        all(number is None or (number >= ROUNDED_TO and number % ROUNDED_TO == 0) for number in three)
        and abs(sum(number or 0 for number in three) - content.accounts) <= 2 * ROUNDED_TO + ROUNDED_TO // 2
        for three in numbers
    )
    if not right:
        yield Fault(code="asked", sentence=N_("The numbers of answers are not rounded, or not those of the lines."))


def _published(content: Content) -> int | None:
    """The share of published accounts, recalculated; None if a suppressed number is blank."""
    held = [number for _, number in content.figures.held_back]
    everything = content.accounts + sum(number or 0 for number in held)
    return None if None in held or not everything else WHOLE * content.accounts // everything


@functools.cache
def _ladders() -> dict[str, Hierarchy]:
    return {hierarchy.name: hierarchy for hierarchy in field_hierarchies.standard()}


@functools.lru_cache(maxsize=100_000)
def holds(attribute: str, level: str, label: str) -> bool:
    """Whether `label` is one of `attribute` at `level`: no finer than the floor, no coarser than the ceiling."""
    hierarchy = _ladders().get(attribute)
    named = ANY if level == HIDDEN else level
    if hierarchy is None or named not in hierarchy.levels or HIDDEN in (level, label):
        return hierarchy is not None and hierarchy.has_star and level == label == HIDDEN
    place = hierarchy.levels.index(named)
    if label == MISSING:
        return True
    return any(
        (ladder := hierarchy.climb(value)) is not None and ladder[place] == label
        for value in (hierarchy.domain or _below(attribute, label))
    )


def _below(attribute: str, label: str) -> tuple[str, ...]:
    """Values that may have `label`: it itself, and for dates its first month, for borders a part."""
    if attribute == "place":
        return label, f"{label}:all"
    try:
        return label, field_hierarchies.span(label)[0]
    except ValueError:
        return ()
