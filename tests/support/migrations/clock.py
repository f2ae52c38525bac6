"""The clock of every station in a test: whoever asks this program for the time is told the one that the test says."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from unittest import mock

import testimony

PACKAGE = Path(testimony.__file__).parent
ASKS = "datetime.now("


@dataclass
class Clock:
    """`shown`: what it shows, in UTC."""

    shown: datetime

    def go_on(self, **by: float) -> None:
        self.shown += timedelta(**by)


@contextmanager
def showing(shown: datetime) -> Iterator[Clock]:
    """A clock that stands still until it is told to go on. Times in signatures and nonces, by which nothing is
    decided, are the machine's."""
    clock = Clock(shown)

    class Shown(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return clock.shown.astimezone(tz)

    with ExitStack() as patched:
        for module in modules_that_ask():
            patched.enter_context(mock.patch(f"{module}.datetime", Shown))
        yield clock


def modules_that_ask() -> list[str]:
    """Imported, each that asks for the time."""
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        if ASKS in file.read_text("utf-8"):
            found.append(".".join(("testimony", *file.relative_to(PACKAGE).with_suffix("").parts)))
            importlib.import_module(found[-1])
    return found
