"""Searches what a process and the processes that it started hold in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.programs import lacking

REGION = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r")
PIECE = 1 << 24  # bytes that are read at a time
ENCODINGS = ("utf-8", "utf-16-le", "utf-32-le")  # Python keeps a text with one, two or four bytes a character


def copies(process: int, text: str) -> int:
    """How often `text` stands in the memory of `process` and of all that it started. Needs the right to read it."""
    needles = {text.encode(encoding) for encoding in ENCODINGS}
    return sum(_found(one, needles) for one in _with_children(process))


def _with_children(process: int) -> Iterator[int]:
    yield process
    for thread in Path(f"/proc/{process}/task").iterdir():
        for child in (thread / "children").read_text("ascii").split():
            yield from _with_children(int(child))


def _found(process: int, needles: set[bytes]) -> int:
    overlap, found = max(map(len, needles)) - 1, 0
    try:
        with open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
            for first, last in _regions(process):
                before = b""
                for at in range(first, last, PIECE):
                    here = before + _read(memory, at, min(PIECE, last - at))
                    found += sum(here.count(one) - before.count(one) for one in needles)
                    before = here[-overlap:]
    except PermissionError:
        lacking("this user may not read the memory of another process (CAP_SYS_PTRACE)")
    return found


def _regions(process: int) -> Iterator[tuple[int, int]]:
    for line in Path(f"/proc/{process}/maps").read_text("utf-8").splitlines():
        region = REGION.match(line)
        if region is not None and not line.endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
            yield int(region[1], 16), int(region[2], 16)


def _read(memory: object, at: int, size: int) -> bytes:
    """What can be read there: pages may go while it is searched."""
    memory.seek(at)  # type: ignore[attr-defined]
    try:
        return bytes(memory.read(size))  # type: ignore[attr-defined]
    except OSError:
        return b""
