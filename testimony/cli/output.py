"""Formats command-line output: two columns of labels and values, and tables of secrets that are shown once."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Sequence
from datetime import date
from types import TracebackType

SUBJECT = 13
ACTIVE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def line(subject: str, fact: str) -> None:
    """One fact, at once. What comes from records, phones and other stations is shown as `safe` shows it."""
    print(f"  {safe(subject):<{SUBJECT}} {safe(fact)}", flush=True)


def in_words(day: date) -> str:
    """Sunday 29 November 2026: a month in words is not taken for a day."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def counted(number: int, one: str) -> str:
    """A number and what it is of, as English has it: 1 entry, 2 entries, 2 batches, 0 keys."""
    if number == 1:
        return f"1 {one}"
    if one.endswith(("dy", "ny", "ry")):
        return f"{number} {one[:-1]}ies"
    return f"{number} {one}es" if one.endswith("ch") else f"{number} {one}s"


def harmless(text: str) -> str:
    """`text` with everything escaped that could make a terminal do or hide something: the words come from strangers."""
    return ACTIVE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def safe(text: str) -> str:
    """`text` as one line, with everything as its code that a terminal could act upon."""
    return harmless(text).replace("\n", "\\n")


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows under each other, each column as wide as its widest cell; the cells are `safe`."""
    shown = [[safe(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in shown) for column in range(len(shown[0]))]
    return "\n".join(
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in shown
    )


class Step:
    """Work that takes a while: on a terminal its details replace each other, elsewhere it prints begin and end."""

    def __init__(self, subject: str, title: str) -> None:
        self.subject, self.title = subject, title
        self.live = sys.stdout.isatty()

    def __enter__(self) -> Step:
        self.since = time.monotonic()
        if self.live:
            self.tell("")
        else:
            line(self.subject, f"{self.title} …")
        return self

    def tell(self, detail: str) -> None:
        """What is being done now."""
        if self.live:
            print(f"\r\x1b[2K  {self.subject:<{SUBJECT}} {self.title} … {safe(detail)}", end="", flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.live:
            print("\r\x1b[2K", end="")
        if kind is None:
            line(self.subject, f"{self.title}: done in {time.monotonic() - self.since:.1f} s")
