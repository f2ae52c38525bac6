"""Remember which sealed files of backups this home wrote, or was restored from: it may replace these and no others.

A new desk may have the name of a lost one, and so the names of its files. The lost desk's only backup must stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from testimony.canonical import sha256_hex
from testimony.store.files import durable

WRITTEN: Final = "backup.written"
"""A file of the home, in no backup: a mark a line."""
BEGINNING: Final = 512
"""Bytes that a mark is made of: the head of an age file differs in every file."""
MOST: Final = 2000
"""Marks that are kept, of the newest files: a station may write two files each night for years."""


def are_ours(home: Path, files: Iterable[Path]) -> bool:
    """Whether this home may replace all of `files`; one that is not there counts as its own. Raises `StoreFailing`."""
    known = _known(home)
    return all(mark in known for mark in marks_of(files))


def note(home: Path, *beginnings: bytes) -> None:
    """Files that begin so are this home's; to be called before they get their names. Raises `StoreFull`, …"""
    add(home, [_mark(one) for one in beginnings])


def add(home: Path, marks: Iterable[str]) -> None:
    """Files with these `marks` are this home's. Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`."""
    known = _known(home)
    new = [mark for mark in dict.fromkeys(marks) if mark not in known]
    if new:
        with durable.named_errors(home):
            durable.replace_file(home / WRITTEN, "".join(f"{mark}\n" for mark in [*known, *new][-MOST:]).encode())


def marks_of(files: Iterable[Path]) -> list[str]:
    """The marks of those of `files` that are there. Raises `StoreUnwritable`, `StoreFailing`."""
    marks = []
    for file in files:
        with durable.named_errors(file.parent):
            if file.is_file():
                with file.open("rb") as opened:
                    marks.append(_mark(opened.read(BEGINNING)))
            elif file.exists():  # a folder, which nobody replaces
                marks.append("")
    return marks


def _mark(beginning: bytes) -> str:
    return sha256_hex(beginning[:BEGINNING])


def _known(home: Path) -> list[str]:
    file = home / WRITTEN
    with durable.named_errors(home):
        return file.read_text("ascii", "replace").split() if file.is_file() else []
