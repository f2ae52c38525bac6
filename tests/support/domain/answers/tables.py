"""What published tables count of drawn accounts, and which numbers a story makes smaller."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any, Final

from testimony.domain.stories import beside_tables
from testimony.domain.stories.story import Story
from testimony.domain.tables import admission, count, questions, times
from testimony.domain.tables.account import Counted, is_border
from testimony.domain.tables.acts import member
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.groups import groups, in_order
from testimony.domain.tables.membership import Membership, PrintedFile, files, split
from testimony.domain.tables.offsets import Offsets, Unit, printed
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from tests.support.domain.cells import held_back, mixed
from tests.support.domain.told_accounts import account, population

SHOWN: Final = 70
"""So many numbers of a file are noted one by one, drawn; the others by their hash."""
BORDERS: Final = ("HRV-BIH", "GRC-TUR", "HUN-SRB")
BACK: Final = {"gender:f": 30, "gender:m": 200, "stage:child": 40, "violence:no": 3, "region:m142": 90}


def publications() -> Iterator[tuple[str, Any]]:
    """The numbers of some periods."""
    for size, label, mixes in (
        (59, "2026", False),
        (60, "2026", False),
        (300, "2026", True),
        (700, "2026", True),
        (700, "2026-Q1", False),
        (2100, "2026", True),
        (2100, "2026-Q2", False),
        (2100, "2026-03", False),
        (130, "until 2026-03", True),
        (2100, "until 2026-03", True),
    ):
        accounts = (mixed if mixes else population)(size, size)
        for edition in (1, 2) if label == "2026" else (1,):
            made = _refused_or(_published, accounts, Period.of(label), edition)
            yield f"{size} in {label}, {edition}", made


def _published(accounts: Sequence[Counted], period: Period, edition: int) -> list[Any]:
    plan = Plan.fitting(2026, len(accounts), borders=BORDERS, codebook="1")
    held, back = held_back(len(accounts) // 9, 7), BACK if len(accounts) > 500 else {}
    offsets = Offsets.of(bytes(range(32)))
    return _numbers(count.publish(accounts, plan, period, offsets, edition=edition, held=held, back=back))


def _numbers(made: Published) -> list[Any]:
    value = made.to_value()
    lines = [
        f"{' '.join(f'{name}={code}' for name, code in cell.items())} {unit} {number}"
        for cell, unit, number in value.pop("numbers")
    ]
    whole = hashlib.sha256(json.dumps(lines).encode()).hexdigest()
    return [value, Random(1).sample(lines, min(SHOWN, len(lines))), whole]


def _refused_or(rule: Callable[..., Any], *given: Any) -> Any:
    try:
        return rule(*given)
    except TablesRefused as refused:
        return f"refused: {refused.reason}"


def levels() -> Iterator[tuple[str, Any]]:
    """How exactly the months of a row are shown."""
    dice = Random(3)
    for number in range(40):
        months = dice.sample(range(1, 13), dice.randint(1, 12))
        accounts = [account(n, when=f"2026-{month:02d}") for n, month in enumerate(months)]
        for months_planned in (True, False):
            found = [
                times.level_of(accounts, Period.of(label), months=months_planned, published=lambda _, held: held)
                for label in ("2026", "until 2026-12")
            ]
            yield f"{number} {len(months)} {months_planned}", found


def recounts() -> Iterator[tuple[str, Any]]:
    """Whether a period may be counted again, and whom it counts."""
    dice = Random(4)
    for number in range(50):
        persons, incidents = dice.choice((9, 10, 11)), dice.choice((4, 5, 6))
        rows = dice.choice((("a",), ("a", "a", "b"), ("a", "b")))
        changed = [(f"p{n}", f"i{n % incidents}" if n else "", dice.choice(rows)) for n in range(persons)]
        edition = dice.choice((2, 2, 2, 3))
        yield (
            f"{number}: {persons} {incidents} {edition}",
            _refused_or(admission.require_recount, changed, edition),
        )
    for label in ("2026-01", "2026-Q1", "2026", "until 2025-12", "until 2026-01"):
        counted = {"2026-01": "ab", "2026-02": "c", "2026-Q1": "abd", "2025": "ef"}
        yield label, sorted(admission.admitted(Period.of(label), "abcdefg", {**counted, "until 2025-11": "h"}))


def accounts_in_files() -> Iterator[tuple[str, Any]]:
    """What a coded account tells tables, and which accounts a printed file counts."""
    dice = Random(5)
    for number in range(40):
        said = {
            one.field: {
                "value": dice.choice(
                    (
                        sorted(dice.choice(sorted(one.columns.items()))[1]),
                        dice.choice(sorted(dice.choice(sorted(one.columns.items()))[1])),
                        "strange",
                        3,
                    )
                )
            }
            for one in questions.QUESTIONS.values()
            if dice.random() < 0.5
        }
        told = questions.told(said)
        age, gender = (
            dice.choice(("a0to11", "a15to17", "a18to24", "a60plus", "missing")),
            dice.choice(("f", "m", "x", "missing")),
        )
        who = [questions.person_of(age, gender), questions.stage_of(age), questions.gender_of(gender)]
        of_groups = in_order(groups(stage=who[1], gender=who[2], region=dice.choice(("", "m142")), told=told))
        yield f"{number}: {age} {gender}", [{name: sorted(columns) for name, columns in told.items()}, who, of_groups]
    for code in ("HRV-BIH", "BIH-HRV", "HRV-HRV", "HRV", "HRV-", "HRV-XYZ", "-BIH", ""):
        yield f"border {code}", is_border(code, ("HRV", "BIH"))
    printed_files: list[tuple[str, Membership]] = []
    for _ in range(24):
        members = frozenset(member(f"{one:064x}"[::-1]) for one in range(dice.choice((58, 59, 60, 61))))
        one = Membership(
            day=date(2026, 1, 1),
            about=dice.choice(("1a", "1b")) * 32,
            period=Period.of(dice.choice(("2026", "2025"))),
            edition=dice.choice((1, 2)),
            layer=dice.choice((1, 1, 2)),
            members=members,
        )
        printed_files.append((dice.choice(("al", "bo")), one))
    yield (
        "printed files",
        [
            f"{one.period.label} {one.layer} {len(one.members)} {one.counts('0' * 64)} {one.counts('f' * 64)}"
            for one in files(printed_files)
        ],
    )
    yield "lots", [len(lot) for lot in split([f"{n:032x}" for n in range(10_001)])]
    yield "in words", [printed(number, unit) for unit in Unit for number in (0, 5, 25)]


def stories() -> Iterator[tuple[str, Any]]:
    """The numbers that count a story, and how many others are left in each."""
    for number in range(70):
        dice = Random(100 + number)
        counted = [_told(dice, place) for place in range(dice.choice((3, 40, 70, 130, 620)))]
        own = dice.choice(counted)
        if dice.random() < 0.8:
            counted = [
                one if one.name != own.name else replace(own, border="HRV-BIH", when="2026-02") for one in counted
            ]
        story = _story(dice, own)
        printed_files = [
            PrintedFile(
                period=Period.of(label),
                layer=layer,
                members=frozenset(member(one.name) for one in counted if dice.random() < share)
                | frozenset({"e" * 32} if dice.random() < 0.3 else ()),
            )
            for label, layer, share in (
                ("2025", 1, 0.3),
                ("2026-Q1", 3, 0.3),
                ("2026-01", 2, 0.1),
                ("until 2025-12", 2, 0.2),
            )
            if dice.random() < 0.35
        ]
        known = [one.name for one in dice.sample(counted, 2)]
        at = date(2026, dice.choice((1, 2, 4, 12)), dice.choice((1, 28)))
        cells = beside_tables.cells(story, counted, known, {"beat": "force_body"}, files=printed_files, at=at)
        yield (
            f"{number}: {len(counted)} at {at}",
            [*[_cell(one) for one in cells if one.is_shown][:14], len(cells), sum(one.is_small for one in cells)],
        )


def _cell(one: beside_tables.Cell) -> str:
    counted = f"{one.accounts} {one.left} {one.others} {one.unknown} {one.is_small}"
    return f"{one.period} {one.border} {one.when} {'='.join(one.answer)}: {counted}"


def _told(dice: Random, place: int) -> beside_tables.Told:
    return beside_tables.Told(
        name=f"{place:064x}"[::-1],
        border=dice.choice(("HRV-BIH", "HRV-BIH", "GRC-TUR", "HUN-SRB", "")),
        when=dice.choice(("2026-01", "2026-02", "2026-Q1", "2025-07", "2025", "2026", "")),
        person=dice.choice(("", "", f"p{dice.randint(1, 4)}")),
        incident=dice.choice(("", f"i{place}", f"i{dice.randint(1, 9)}")),
        told={
            "act": frozenset(dice.sample(("force_body", "dogs", "none"), 1)),
            "dead": frozenset({"told"} if dice.random() < 0.1 else ()),
        },
    )


def _story(dice: Random, own: beside_tables.Told) -> Story:
    return Story(
        id="0" * 32,
        of=own.name if dice.random() < 0.9 else "f" * 64,
        lang="en",
        title="a",
        month=dice.choice(("2026-02", "2026-01", "2026", "2025-07", "")),
        border=dice.choice(("HRV-BIH:all", "HRV-BIH:all", "GRC-TUR:evros", "")),
        people=None,
        answers=dice.choice(({}, {"v_acts": ("beat",)}, {"v_acts": ("dogs", "beat")})),
        losses=dice.choice(({}, {}, {"d_dead": 1})),
        paragraphs=("a",),
    )


STATED: Final[Mapping[str, Callable[[], Iterator[tuple[str, Any]]]]] = {
    "publications": publications,
    "levels of months": levels,
    "recounts": recounts,
    "accounts in files": accounts_in_files,
    "stories beside tables": stories,
}
