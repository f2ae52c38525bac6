"""The contents of a release's zip as one value: the table, its totals and its risk figures. All files derive from it.

From an edition it takes only what anybody who obtains the zip may read. Sets of recipients become numbers. The share of
a stigma in a class is not given, only its limit: together with the counts, the share could reveal a blank.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from testimony import __version__, canonical
from testimony.anonymity.class_table import NOT_SHOWN, Count
from testimony.anonymity.hierarchies import ANY
from testimony.anonymity.remainder import Asked, Labels
from testimony.anonymity.risk import Risk
from testimony.errors import NotCanonical
from testimony.publication.edition import Edition
from testimony.publication.errors import EditionUnfit

FORMAT: Final = "testimony/2/release"
FIRST_FORMAT: Final = "testimony/1/release"
"""Of files that left before a count could be "not shown". Such files are still checked."""
HIDDEN: Final = "any"
"""The code of what is hidden altogether: a star means something else to a spreadsheet."""
WHOLE: Final = 10_000
"""A share of everything; shares are whole numbers of hundredths of a per cent."""
MARK: Final = re.compile(r"[a-z][a-z0-9_.:-]{0,63}")
CLASS: Final = re.compile(r"c[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One class. `group`, `tier`: from 1; `labels`, `levels`: by attribute; `counts`: by mark."""

    id: str
    group: int
    tier: int
    labels: tuple[str, ...]
    levels: tuple[str, ...]
    n: int
    counts: tuple[Count, ...]

    @property
    def place(self) -> tuple[int, tuple[str, ...], int]:
        """Its position in the table; no two lines have the same."""
        return self.group, self.labels, self.tier


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Figures of these lines; shares in 1/100 %, rounded up. `held_back`: (batches waited, number, None: blank)."""

    fewest_persons: int
    global_risk: int
    loss: tuple[int, ...]
    published: int | None
    held_back: tuple[tuple[int, int | None], ...]

    @property
    def prosecutor_risk(self) -> int:
        return -(-WHOLE // self.fewest_persons) if self.fewest_persons else 0


@dataclass(frozen=True, kw_only=True)
class Content:
    """`totals`: by group, by mark, None where not said. `legend`: of each tier the level of each attribute.

    `waiting`: by attribute, coarse labels of accounts that are in no line. `asked`: by mark. `form`: `FORMAT` or
    `FIRST_FORMAT`.
    """

    release: str
    recipient: str
    organisation: str
    made_with: str
    preset: str
    k: int
    m: int
    alpha: int
    attributes: tuple[str, ...]
    marks: tuple[str, ...]
    stigma: tuple[str, ...]
    legend: tuple[tuple[str, ...], ...]
    lines: tuple[Line, ...]
    totals: tuple[tuple[int, tuple[int | None, ...]], ...]
    figures: Figures
    revoked: tuple[str, ...]
    recalled: tuple[str, ...]
    waiting: tuple[tuple[str, Labels], ...] = ()
    asked: tuple[Asked, ...] = ()
    form: str = FORMAT

    @property
    def limited(self) -> frozenset[str]:
        """The marks whose counts may be not shown."""
        return frozenset(self.stigma) if self.form != FIRST_FORMAT else frozenset()

    @property
    def accounts(self) -> int:
        """In all lines together."""
        return sum(line.n for line in self.lines)

    @property
    def value(self) -> dict[str, Any]:
        """For canonical JSON: `table.json`."""
        figures = self.figures
        waiting = [
            {"attribute": attribute, "labels": [{"label": label, "n": number} for label, number in labels]}
            for attribute, labels in self.waiting
        ]
        return {
            **({} if self.form == FIRST_FORMAT else {"waiting": waiting, "asked": list(map(asdict, self.asked))}),
            "v": self.form,
            "release": self.release,
            "recipient": self.recipient,
            "organisation": self.organisation,
            "made_with": self.made_with,
            "preset": self.preset,
            "k": self.k,
            "m": self.m,
            "alpha": self.alpha,
            "attributes": list(self.attributes),
            "marks": list(self.marks),
            "stigma": list(self.stigma),
            "legend": [dict(zip(self.attributes, levels, strict=True)) for levels in self.legend],
            "rows": [self._row(line) for line in self.lines],
            "totals": [{"group": group, "counts": list(counts)} for group, counts in self.totals],
            "figures": {
                "fewest_persons": figures.fewest_persons,
                "global_risk": figures.global_risk,
                "loss": list(figures.loss),
                "published": figures.published,
                "held_back": [{"waited": waited, "n": number} for waited, number in figures.held_back],
            },
            "revoked": list(self.revoked),
            "recalled": list(self.recalled),
        }

    def _row(self, line: Line) -> dict[str, Any]:
        return {
            "class": line.id,
            "group": line.group,
            "tier": line.tier,
            "labels": dict(zip(self.attributes, line.labels, strict=True)),
            "levels": dict(zip(self.attributes, line.levels, strict=True)),
            "n": line.n,
            "counts": list(line.counts),
        }


def content_of(edition: Edition) -> Content:
    """What may be read of `edition`; equal for equal rows in whatever order they came. Raises `EditionUnfit`."""
    groups = sorted({row.recipients for row in edition.table.rows})
    number = {group: place for place, group in enumerate(groups, 1)}
    lines = [
        Line(
            id=f"c{row.id}",
            group=number[row.recipients],
            tier=row.tier + 1,
            labels=tuple(map(_code, row.labels)),
            levels=tuple(map(_code, row.levels)),
            n=row.n,
            counts=tuple(row.counts[mark] for mark in edition.marks),
        )
        for row in edition.table.rows
    ]
    return Content(
        release=edition.name,
        recipient=edition.recipient,
        organisation=edition.organisation,
        made_with=__version__,
        preset=edition.preset,
        k=edition.k,
        m=edition.m,
        alpha=round(edition.alpha * WHOLE),
        attributes=edition.attributes,
        marks=edition.marks,
        stigma=edition.stigma,
        legend=tuple(tuple(_code(tier[one]) for one in edition.attributes) for tier in edition.legend),
        lines=tuple(sorted(lines, key=lambda line: line.place)),
        totals=tuple(
            (number[group], tuple(edition.table.totals[group].get(mark) for mark in edition.marks)) for group in groups
        ),
        figures=_figures(edition.risk, edition.k),
        revoked=tuple(sorted(f"c{one}" for one in edition.revoked)),
        recalled=tuple(sorted(f"c{one}" for one in edition.recalled)),
        waiting=edition.waiting,
        asked=edition.asked,
    )


def read(data: bytes) -> Content:
    """From the bytes of `table.json`, and from nothing else that resembles them. Raises `EditionUnfit`."""
    try:
        value = canonical.decode_object(data)
        found = _read(value)
    except (NotCanonical, KeyError, TypeError, ValueError, AttributeError) as error:
        raise EditionUnfit(what="table.json") from error
    if found.value != value or found.form not in (FORMAT, FIRST_FORMAT):
        raise EditionUnfit(what="table.json")
    return found


def _read(value: Mapping[str, Any]) -> Content:
    attributes = _texts(value["attributes"])
    figures = value["figures"]
    return Content(
        form=_text(value["v"]),
        waiting=tuple((_text(one["attribute"]), _waiting(one["labels"])) for one in value.get("waiting", ())),
        asked=tuple(_asked(one) for one in value.get("asked", ())),
        release=_text(value["release"]),
        recipient=_text(value["recipient"]),
        organisation=_text(value["organisation"]),
        made_with=_text(value["made_with"]),
        preset=_text(value["preset"]),
        k=_whole(value["k"]),
        m=_whole(value["m"]),
        alpha=_whole(value["alpha"]),
        attributes=attributes,
        marks=_texts(value["marks"]),
        stigma=_texts(value["stigma"]),
        revoked=_texts(value["revoked"]),
        recalled=_texts(value["recalled"]),
        legend=tuple(tuple(_text(tier[one]) for one in attributes) for tier in value["legend"]),
        lines=tuple(_line(row, attributes) for row in value["rows"]),
        totals=tuple((_whole(one["group"]), _numbers(one["counts"])) for one in value["totals"]),
        figures=Figures(
            fewest_persons=_whole(figures["fewest_persons"]),
            global_risk=_whole(figures["global_risk"]),
            loss=tuple(map(_whole, figures["loss"])),
            published=_numbers([figures["published"]])[0],
            held_back=tuple((_whole(one["waited"]), _numbers([one["n"]])[0]) for one in figures["held_back"]),
        ),
    )


def _line(row: Mapping[str, Any], attributes: tuple[str, ...]) -> Line:
    return Line(
        id=_text(row["class"]),
        group=_whole(row["group"]),
        tier=_whole(row["tier"]),
        labels=tuple(_text(row["labels"][one]) for one in attributes),
        levels=tuple(_text(row["levels"][one]) for one in attributes),
        n=_whole(row["n"]),
        counts=_counts(row["counts"]),
    )


def _figures(risk: Risk, k: int) -> Figures:
    """Numbers held back that are smaller than `k` are blank, and then the share of all is not said either."""
    held = tuple((waited, number if number >= k else None) for waited, number in sorted(risk.waiting))
    says = risk.records > 0 and all(number is not None for _, number in held)
    return Figures(
        fewest_persons=risk.smallest,
        global_risk=_share(risk.marketer),
        loss=tuple(100 * math.ceil(round(100 * one, 6)) for one in risk.loss),
        published=WHOLE * risk.published // risk.records if says else None,
        held_back=held,
    )


def _share(value: float) -> int:
    return math.ceil(round(value * WHOLE, 6))


def _code(label: str) -> str:
    return HIDDEN if label == ANY else label


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(map(_text, value))


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError
    return value


def _waiting(value: object) -> Labels:
    if not isinstance(value, list):
        raise TypeError
    return tuple((_text(one["label"]), _numbers([one["n"]])[0]) for one in value)


def _asked(value: Mapping[str, Any]) -> Asked:
    answered, unknown, unasked = _numbers([value[name] for name in ("answered", "unknown", "unasked")])
    return Asked(answered=answered, unknown=unknown, unasked=unasked)


def _numbers(value: object) -> tuple[int | None, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(None if one is None else _whole(one) for one in value)


def _counts(value: object) -> tuple[Count, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(NOT_SHOWN if one == NOT_SHOWN else None if one is None else _whole(one) for one in value)
