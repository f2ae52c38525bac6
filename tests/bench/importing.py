"""Records from elsewhere at a desk: a sheet of ten thousand rows is read, and rows become sealed testimonies."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from testimony.services.imports import proposals
from testimony.services.imports.column_choices import ACCOUNT, Choices, Column
from testimony.services.imports.job import Importer, Opened, Progress
from testimony.services.imports.known_rows import Known
from tests.bench.node import organisation_of
from tests.bench.support.figures import Figure
from tests.bench.support.memory import in_memory
from tests.support.services.desks import TODAY, Desk, desks

T = TypeVar("T")
READ, SEALED = 10_000, 500
"""Rows of the sheet that is read, and how many of them become testimonies here."""
NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
CHOICES = Choices(
    columns=(
        Column(to="i_date", order="ymd"),
        Column(to="v_acts", values={"beaten": "beat", "dogs": "dog"}),
        Column(to=ACCOUNT),
    )
)
WORDS = "They took us to the river in the night and sent us back. " * 10


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        organisation = organisation_of(Path(folder))
        with desks(Path(folder) / "org", organisation) as at:
            return _imported(at["lawyer-1"])


def _imported(desk: Desk) -> Sequence[Figure]:
    before = in_memory()
    opened, reading = _timed(lambda: Opened(sheet(READ), "records.csv"))
    _, proposing = _timed(lambda: proposals.proposed(opened.table))
    held = in_memory() - before
    some = Opened(sheet(SEALED), "records.csv")
    some.choose(CHOICES, "Example network", "Signed sheets")
    importer, progress = Importer(desk.station, desk.reader, desk.annexes, Known(), NOW), Progress()
    before = in_memory()
    _, sealing = _timed(lambda: [*importer.steps(some, progress)])
    assert progress.sealed == SEALED
    return [
        Figure(f"a CSV file of {READ:,} rows, 5.9 MB: read", READ / reading, "rows a second"),
        Figure("its columns proposed", proposing, "s"),
        Figure("memory while it is open", held / 1e6, "MB"),
        Figure("sealed, signed, stored and logged", SEALED / sealing, "rows a second"),
        Figure(f"memory that {SEALED} of these add", (in_memory() - before) / 1e6, "MB"),
    ]


def sheet(rows: int) -> bytes:
    """Invented records with 600 characters of words each."""
    lines = [f"2025-07-{1 + row % 28:02},{'beaten' if row % 3 else 'dogs'},{row} {WORDS}" for row in range(rows)]
    return "\n".join(["day,what,report", *lines]).encode()


def _timed(act: Callable[[], T]) -> tuple[T, float]:
    """What `act` returns, and its processor time in seconds."""
    began = time.process_time()
    return act(), time.process_time() - began
