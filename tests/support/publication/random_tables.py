"""Tables that nobody would expect: random steps, labels, groups, counts and blanks, all within the rules."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from testimony.anonymity.class_table import BLANK_BELOW, NOT_SHOWN, ClassTable, Count, TableRow, total
from testimony.anonymity.field_hierarchies import standard
from testimony.anonymity.hierarchies import MISSING, Hierarchy
from testimony.anonymity.remainder import Asked, rounded
from testimony.anonymity.risk import Risk
from testimony.publication.edition import Edition
from tests.support.anonymity.populations import NATIONS, SEGMENTS

LADDERS = standard(SEGMENTS)
DATES = ("2021", "2022-03", "2022-01..2022-03", "2020-12", "2024-07", MISSING)
GROUPS = (("P06",), ("P06", "P07"), ("P06", "P10:a", "P10:b"))
MARKS = ("deaths", "dogs", "people_missing", "sexual", "unheard_of")
STIGMA = ("sexual",)
ALPHA = 0.5


def values(ladder: Hierarchy) -> tuple[str, ...]:
    return {"date": DATES, "place": (*SEGMENTS, "AAA-BBB:all"), "nat": NATIONS}.get(ladder.name, ladder.domain)


def shown(mark: str, count: int, n: int) -> Count:
    hidden = count < BLANK_BELOW or (mark in STIGMA and count > ALPHA * n)
    return (NOT_SHOWN if mark in STIGMA else None) if hidden else count


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    tiers = draw(st.lists(st.tuples(*(st.integers(0, len(one.levels) - 1) for one in LADDERS)), min_size=1, max_size=3))
    rows: dict[tuple[object, ...], tuple[TableRow, dict[str, int]]] = {}
    for number in range(draw(st.integers(0, 9))):
        tier = draw(st.integers(0, len(tiers) - 1))
        group = draw(st.sampled_from(GROUPS))
        labels = tuple(
            one.ladder(draw(st.sampled_from((*values(one), MISSING))))[level]
            for one, level in zip(LADDERS, tiers[tier], strict=True)
        )
        n = draw(st.integers(5, 40))
        counts = {mark: draw(st.one_of(st.integers(0, 4), st.integers(0, n))) for mark in MARKS}
        row = TableRow(
            id=f"{number:032x}",
            tier=tier,
            labels=labels,
            levels=tuple(one.levels[level] for one, level in zip(LADDERS, tiers[tier], strict=True)),
            recipients=group,
            n=n,
            counts={mark: shown(mark, count, n) for mark, count in counts.items()},
        )
        rows[(group, tier, labels)] = (row, counts)
    held = list(rows.values())
    return Edition(
        name=draw(st.sampled_from(("a1", "0" * 32, "2026-11:x"))),
        recipient="P06",
        preset="trusted",
        k=5,
        m=2,
        alpha=ALPHA,
        attributes=tuple(one.name for one in LADDERS),
        marks=MARKS,
        stigma=STIGMA,
        table=_table(held),
        asked=(Asked(answered=rounded(sum(row.n for row, _ in held)), unknown=None, unasked=None),) * len(MARKS),
        risk=_risk(draw, [row for row, _ in held]),
        legend=tuple({one.name: one.levels[level] for one, level in zip(LADDERS, tier, strict=True)} for tier in tiers),
        revoked=tuple(draw(st.lists(st.sampled_from(("ab" * 16, "01" * 16, "ff" * 16)), unique=True))),
        organisation=draw(st.text(st.characters(categories=("L", "N", "P", "S")), max_size=20)),
    )


def _table(held: list[tuple[TableRow, dict[str, int]]]) -> ClassTable:
    groups = sorted({row.recipients for row, _ in held})
    return ClassTable(
        rows=tuple(row for row, _ in held),
        totals={
            group: {mark: _total(mark, [one for one in held if one[0].recipients == group]) for mark in MARKS}
            for group in groups
        },
    )


def _total(mark: str, lines: list[tuple[TableRow, dict[str, int]]]) -> int | None:
    if any(row.counts[mark] == NOT_SHOWN for row, _ in lines):
        return None
    return total([counts[mark] for _, counts in lines])


def _risk(draw: st.DrawFn, rows: list[TableRow]) -> Risk:
    persons = [draw(st.integers(5, row.n)) for row in rows]
    published = sum(row.n for row in rows)
    waiting = tuple((waited, draw(st.integers(1, 9))) for waited in range(draw(st.integers(0, 3))))
    return Risk(
        records=published + sum(number for _, number in waiting),
        published=published,
        classes=len(rows),
        persons=sum(persons),
        smallest=min(persons, default=0),
        prosecutor=1 / min(persons) if persons else 0.0,
        marketer=len(rows) / sum(persons) if persons else 0.0,
        stigma=(0.0,),
        blanks=0.0,
        shown=0,
        tiers=(),
        loss=tuple(draw(st.floats(0, 1)) for _ in LADDERS),
        waiting=waiting,
    )


def shuffled(edition: Edition, draw: st.DataObject) -> Edition:
    """The same with everything in another order that has no order."""
    table = edition.table
    rows = [replace(row, counts=dict(reversed(row.counts.items()))) for row in draw.draw(st.permutations(table.rows))]
    return replace(
        edition,
        table=ClassTable(rows=tuple(rows), totals=dict(draw.draw(st.permutations(list(table.totals.items()))))),
        risk=replace(edition.risk, waiting=tuple(reversed(edition.risk.waiting))),
        revoked=tuple(reversed(edition.revoked)),
    )
