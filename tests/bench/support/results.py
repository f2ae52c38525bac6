"""What was measured, kept in docs/benchmarks.json, and the page that is written from it: docs/benchmarks.md."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.others import anchors
from tests.bench.support.figures import Aim, Figure

ROOT = Path(__file__).parents[3]
KEPT = ROOT / "docs" / "benchmarks.json"
PAGE = ROOT / "docs" / "benchmarks.md"

INTRODUCTION = """\
Written by `make bench` from docs/benchmarks.json, never by hand. `make bench BENCH=name` measures one table again and
leaves the others as they are: each says when, and on what. “Load” is how many cores others kept busy when it began.

rsync and restic copy from folder to folder. PouchDB replicates to express-pouchdb, whose store is in memory. The Nostr
relay, in Python, verifies a signature for each record and syncs nothing.
"""


@dataclass(frozen=True)
class Result:
    """One table: what it is called, when and on what it was measured, and its figures."""

    title: str
    measured: str
    figures: Sequence[Figure]


def load(path: Path = KEPT) -> dict[str, Result]:
    """The results of earlier runs, by section; none where there is no file."""
    if not path.exists():
        return {}
    held = json.loads(path.read_text(encoding="utf-8"))
    return {name: Result(said["title"], said["measured"], _figures(said["figures"])) for name, said in held.items()}


def save(results: Mapping[str, Result], titles: Mapping[str, str]) -> None:
    """Keep `results` and write the page from them: no figure on it is written by hand. `titles`: of all sections."""
    held = {
        name: {"title": one.title, "measured": one.measured, "figures": [_bare(figure) for figure in one.figures]}
        for name, one in results.items()
    }
    KEPT.write_text(json.dumps(held, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(results, titles), encoding="utf-8")


def page(results: Mapping[str, Result], titles: Mapping[str, str]) -> str:
    """The whole of docs/benchmarks.md; of `titles` (section -> title) those without a result are named as waiting."""
    missed = _excuses(figure for one in results.values() for figure in one.figures)
    return "\n".join(
        [
            "# Benchmarks\n",
            INTRODUCTION,
            anchors.SOURCE,
            *("\n" + section(name, one) for name, one in results.items()),
            "\n## Missed aims, and why\n",
            "\n".join(missed) or "None.",
            *_waiting({name: title for name, title in titles.items() if name not in results}),
            "",
        ]
    )


def _waiting(titles: Mapping[str, str]) -> Iterator[str]:
    if titles:
        yield "\n## Not measured yet\n"
        yield "\n".join(f"* {title}: `make bench BENCH={name}`." for name, title in titles.items())


def section(name: str, one: Result) -> str:
    """One table of the page."""
    others = anchors.NAMES if any(figure.beside for figure in one.figures) else ()
    before = ["before"] if any(figure.before for figure in one.figures) else []
    heads = ["what", *before, "figure", "aim", *others]
    rows = (_row(_cells(figure, len(others), before=bool(before))) for figure in one.figures)
    table = [_row(heads), "|" + "---|" * len(heads), *rows]
    return "\n".join([f"## {one.title}\n\n`make bench BENCH={name}`: {one.measured}\n", *table])


def _excuses(figures: Iterable[Figure]) -> Iterator[str]:
    """Each cause once, with the figures that it explains."""
    explained: dict[str, list[str]] = {}
    for figure in figures:
        if figure.aim is not None and figure.is_missed:
            explained.setdefault(figure.aim.cause, []).append(f"{figure.what} ({figure.text.strip()})")
    return (f"* {'; '.join(missed)}: {cause}." for cause, missed in explained.items())


def _cells(figure: Figure, others: int, *, before: bool) -> Sequence[str]:
    aim = "" if figure.aim is None else f"{figure.aim.text}: {'**missed**' if figure.is_missed else 'met'}"
    was = [figure.before] if before else []
    return figure.what, *was, figure.text.strip(), aim, *(figure.beside or [""] * others)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _bare(figure: Figure) -> dict[str, Any]:
    said: dict[str, Any] = {"what": figure.what, "value": figure.value, "unit": figure.unit}
    if figure.aim is not None:
        most = None if math.isinf(figure.aim.most) else figure.aim.most
        said["aim"] = {"least": figure.aim.least, "most": most, "cause": figure.aim.cause}
    if figure.beside:
        said["beside"] = list(figure.beside)
    if figure.before:
        said["before"] = figure.before
    return said


def _figures(held: Sequence[Mapping[str, Any]]) -> Sequence[Figure]:
    return [
        Figure(
            one["what"],
            one["value"],
            one["unit"],
            _aim(one.get("aim")),
            tuple(one.get("beside", ())),
            one.get("before", ""),
        )
        for one in held
    ]


def _aim(held: Mapping[str, Any] | None) -> Aim | None:
    if held is None:
        return None
    most = math.inf if held["most"] is None else held["most"]
    return Aim(least=held["least"], most=most, cause=held["cause"])
