"""`make bench`: measure everything in one run and write docs/benchmarks.md. BENCH=name measures and tells one table."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import anchors, chromium, intake, lighthouse, load, node, page, sealing, sync
from tests.bench.figures import Figure

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Section:
    title: str
    measure: Callable[[], Sequence[Figure]]


SECTIONS: Mapping[str, Section] = {
    "node": Section("A field node", node.measure),
    "load": Section("What a phone loads", load.measure),
    "page": Section("The interview on a cheap phone: Chromium with a processor six times slower", page.measure),
    "lighthouse": Section("The interview's first page, as Lighthouse sees it", lighthouse.measure),
    "sealing": Section("Sealing in Python, on one core, and the tools that people know", sealing.measure),
    "chromium": Section("Sealing in Chromium", chromium.measure),
    "phone": Section("Sealing in Chromium, six times slower, like a cheap phone", chromium.on_a_phone),
    "intake": Section("Taking in, by one node", intake.measure),
    "sync": Section("Node to central to desk, over HTTP on this machine", sync.measure),
}


def main(names: Sequence[str]) -> int:
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        print(f"bench: there is no {unknown[0]}; there are {', '.join(SECTIONS)}", file=sys.stderr)
        return 2
    machine, found = _machine(), {}
    for name in names or SECTIONS:
        print(f"  {'bench':<13} {SECTIONS[name].title}", flush=True)
        before = time.monotonic()
        found[name] = SECTIONS[name].measure()
        print(f"  {'bench':<13} {time.monotonic() - before:.0f} s", flush=True)
    if names:
        print("\n".join(_section(name, found[name]) for name in names))
    else:
        PAGE.write_text("\n".join(_page(machine, found)) + "\n", encoding="utf-8")
        print(f"  {'bench':<13} written: {PAGE.relative_to(ROOT)}")
    return 0


def _machine() -> str:
    return (
        f"{datetime.now(UTC).date()}. {os.cpu_count()} cores ({_processor()}, {platform.machine()}), "
        f"Python {platform.python_version()}, {_chromium()}. "
        f"Others kept {os.getloadavg()[0]:.1f} cores busy when it began, which figures by the clock on the wall show."
    )


def _processor() -> str:
    names = re.findall(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return names[0] if names else "unknown processor"


def _chromium() -> str:
    program = os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return " ".join(said.split()[:2]) or "no Chromium"


def _page(machine: str, found: Mapping[str, Sequence[Figure]]) -> Iterator[str]:
    yield "# Benchmarks\n"
    yield "Written by `make bench`, all in one run; `make bench BENCH=name` measures one table again.\n"
    yield machine
    for name, figures in found.items():
        yield "\n" + _section(name, figures)
    yield "\n## Missed aims, and why\n"
    yield "\n".join(_excuses(figure for figures in found.values() for figure in figures)) or "None."


def _excuses(figures: Iterable[Figure]) -> Iterator[str]:
    for figure in figures:
        if figure.aim is not None and figure.is_missed:
            yield f"* {figure.what}: {figure.text.strip()}, aim {figure.aim.text}: {figure.aim.cause}."


def _section(name: str, figures: Sequence[Figure]) -> str:
    others = anchors.NAMES if any(figure.beside for figure in figures) else ()
    heads = ["what", "figure", "aim", *others]
    table = [_row(heads), "|" + "---|" * len(heads), *(_row(_cells(figure, len(others))) for figure in figures)]
    return "\n".join([f"## {SECTIONS[name].title}\n\n`make bench BENCH={name}`\n", *table])


def _cells(figure: Figure, others: int) -> Sequence[str]:
    aim = "" if figure.aim is None else f"{figure.aim.text}: {'**missed**' if figure.is_missed else 'met'}"
    return figure.what, figure.text.strip(), aim, *(figure.beside or [""] * others)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
