"""`make bench`: measure everything and write docs/benchmarks.md. BENCH=name measures one table again."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import (
    anonymity,
    archive,
    backup,
    casefile,
    chromium,
    clicks,
    consent,
    demonstration,
    floods,
    growth,
    hour,
    https,
    importing,
    inbox,
    incidents,
    intake,
    lighthouse,
    links,
    load,
    locking,
    media,
    node,
    page,
    releasing,
    sealing,
    searching,
    servers,
    shred,
    sitting,
    sync,
    tables,
    unlocking,
    voice,
)
from tests.bench.support import results
from tests.bench.support.figures import Figure
from tests.bench.support.results import Result


@dataclass(frozen=True)
class Section:
    title: str
    measure: Callable[[], Sequence[Figure]]


SECTIONS: Mapping[str, Section] = {
    "node": Section("A field node", node.measure),
    "https": Section("A field node with https and the help pages, beside the same one without", https.measure),
    "floods": Section("A field node that one machine with several addresses attacks", floods.measure),
    "load": Section("What a phone loads", load.measure),
    "page": Section("The interview on a cheap phone: Chromium with a processor six times slower", page.measure),
    "sitting": Section("How long a sitting takes: cards, words and taps, by walking the page", sitting.measure),
    "lighthouse": Section("The interview's first page, as Lighthouse sees it", lighthouse.measure),
    "sealing": Section("Sealing in Python, on one core, and the tools that people know", sealing.measure),
    "chromium": Section("Sealing in Chromium", chromium.measure),
    "phone": Section("Sealing in Chromium, six times slower, like a cheap phone", chromium.on_a_phone),
    "intake": Section("Taking in, by one node", intake.measure),
    "shred": Section("Shredding a testimony with 100 MB of recording", shred.measure),
    "sync": Section("Node to central to desk, over HTTP on this machine", sync.measure),
    "voice": Section("Voice and pictures on a cheap phone: Chromium with a processor six times slower", voice.measure),
    "consent": Section("What stands of a consent, in processor time of one core", consent.measure),
    "backup": Section("Backup, check and restoration of a node, in processor time of one core", backup.measure),
    "media": Section("A long recording from a phone to a lawyer's desk", media.measure),
    "links": Section("Sync where it is hard: numbers beside other tools, bad links, slow uploads", links.measure),
    "casefile": Section("A case file of twenty testimonies, in processor time of one core", casefile.measure),
    "releasing": Section("A release, built of ten thousand sealed testimonies", releasing.measure),
    "searching": Section("Search at a desk, in processor time of one core", searching.measure),
    "importing": Section("Records from elsewhere, in processor time of one core", importing.measure),
    "incidents": Section("Accounts that may tell of one event, in processor time of one core", incidents.measure),
    "anonymity": Section("Releases: levels chosen, batches made, in processor time of one core", anonymity.measure),
    "tables": Section("Published tables, in processor time of one core", tables.measure),
    "archive": Section("Archives, in processor time of one core and on the clock", archive.measure),
    "demonstration": Section("The demonstration: made, and seen on a laptop", demonstration.measure),
    "inbox": Section("The list of testimonies at a desk", inbox.measure),
    "clicks": Section("How many clicks desk work takes, by walking the pages", clicks.measure),
    "unlocking": Section("A desk that remembers, in processor time of one core", unlocking.measure),
    "locking": Section("A desk that is locked, and a word that never ends", locking.measure),
    "growth": Section("What a station costs when it grows", growth.measure),
    "growth-postgresql": Section("What central costs when it grows, on PostgreSQL", growth.on_postgresql),
    "hour": Section("An hour at half load", hour.measure),
    "servers": Section("Central that outgrows one machine: PostgreSQL, two servers, S3, many desks", servers.measure),
}


def titles() -> dict[str, str]:
    """Of every section."""
    return {name: section.title for name, section in SECTIONS.items()}


def main(names: Sequence[str]) -> int:
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        print(f"bench: there is no {unknown[0]}; there are {', '.join(SECTIONS)}", file=sys.stderr)
        return 2
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a station that is installed does not compile itself at each start
    kept = results.load()
    for name in names or SECTIONS:
        kept[name] = _measured(name)
        print(results.section(name, kept[name]), flush=True)
        results.save({section: kept[section] for section in SECTIONS if section in kept}, titles())
    print(f"  {'bench':<13} written: {results.PAGE.relative_to(results.ROOT)}")
    return 0


def _measured(name: str) -> Result:
    print(f"  {'bench':<13} {SECTIONS[name].title}", flush=True)
    said, before = _machine(), time.monotonic()
    figures = SECTIONS[name].measure()
    print(f"  {'bench':<13} {time.monotonic() - before:.0f} s", flush=True)
    return Result(SECTIONS[name].title, said, figures)


def _machine() -> str:
    return (
        f"{datetime.now(UTC).date()}. {os.cpu_count()} cores ({_processor()}), "
        f"Python {platform.python_version()}, {_chromium()}. "
        f"Load {os.getloadavg()[0]:.1f}."
    )


def _processor() -> str:
    names = re.findall(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return re.sub(r"\(.*?\)| Processor", "", names[0]) if names else platform.machine()


def _chromium() -> str:
    program = os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return " ".join(said.split()[:2]) or "no Chromium"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
