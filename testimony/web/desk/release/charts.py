"""Figures and charts of a planned release: destinations of testimonies, precision of lines, and information loss."""

from __future__ import annotations

import math
from dataclasses import dataclass

from flask_babel import gettext as _

from testimony.anonymity.risk import Risk
from testimony.services.release.plan import Plan
from testimony.web import charts
from testimony.web.charts import Chart, Counted
from testimony.web.desk.release import text as release_text


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Of one plan. `usable`: testimonies that could be in it; `steps`: (number of testimonies, levels in words)."""

    usable: int
    published: int
    lines: int
    waiting: int
    left_out: list[tuple[str, str, int]]
    where: Chart
    lost: Chart
    words: list[tuple[str, str]]
    waited: list[tuple[int, int]]
    risk: list[tuple[str, str, str]]
    steps: Chart


def figures(plan: Plan, *, turned: bool) -> Figures:
    """For the page; `turned` where it runs from the right."""
    left_out = release_text.left_out(plan.left_out)
    return Figures(
        usable=len(plan.members),
        published=plan.batch.published,
        lines=len(plan.batch.classes),
        waiting=len(plan.batch.waiting),
        left_out=left_out,
        where=charts.bars(_where(plan, left_out), limit=1, turned=turned),
        lost=charts.bars(_lost(plan), limit=1, turned=turned),
        words=[(release_text.attribute(name), release_text.lost(share)) for name, share in plan.loss.items()],
        waited=list(plan.risk.waiting),
        risk=risks(plan.risk),
        steps=charts.bars(_steps(plan), limit=1, turned=turned),
    )


def risks(risk: Risk) -> list[tuple[str, str, str]]:
    """(code, what, number in words) of each figure of the risk."""
    numbers = {
        "smallest": str(risk.smallest),
        "prosecutor": _of_100(risk.prosecutor),
        "marketer": _of_100(risk.marketer),
        "stigma": _of_100(max(risk.stigma, default=0.0)),
        "blanks": _of_100(risk.blanks),
    }
    return [(code, release_text.risk(code), number) for code, number in numbers.items()]


def _where(plan: Plan, left_out: list[tuple[str, str, int]]) -> list[Counted]:
    found = [
        Counted(name=str(_("would be published")), number=plan.batch.published),
        Counted(name=str(_("wait: their group is still too small")), number=len(plan.batch.waiting)),
    ]
    return found + [Counted(name=why, number=number) for _code, why, number in left_out]


def _lost(plan: Plan) -> list[Counted]:
    return [Counted(name=release_text.attribute(name), number=round(100 * share)) for name, share in plan.loss.items()]


def _steps(plan: Plan) -> list[Counted]:
    named = (_("Step %(number)s", number=number) for number in range(1, len(plan.risk.tiers) + 1))
    return [Counted(name=str(name), number=number) for name, number in zip(named, plan.risk.tiers, strict=True)]


def _of_100(share: float) -> str:
    """A share as a person says it, rounded up: only what is nothing is said to be nothing."""
    if 0 < share < 0.01:  # one of a hundred
        return str(_("fewer than 1 of 100"))
    return str(_("%(number)s of 100", number=math.ceil(round(100 * share, 6))))
