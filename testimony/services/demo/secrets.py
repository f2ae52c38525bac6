"""The invented passphrases and withdrawal codes of a demonstration, from the file that lists them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

FILE: Final = "README-demonstration.txt"
DESKS = {
    "desk-lawyer": "lawyer-1",
    "desk-lawyer-2": "lawyer-2",  # a testimony is cleared by two
    "desk-coordinator": "coordinator-1",
    "desk-coordinator-2": "coordinator-2",
}
"""Home of a desk -> the person with its key."""
NODES = {"field": "interviewer-1"}
"""Home of a field node -> the interviewer who takes testimonies there."""
_CODE: Final = re.compile(r"  ((?:\d{5} ){4}\d{5})  ", re.ASCII)


def passphrases(folder: Path) -> dict[str, str]:
    """Person or root -> passphrase, of the demonstration in `folder`."""
    words = (line.split() for line in _lines(folder))
    return {found[0]: " ".join(found[1:-1]) for found in words if found and found[-1].startswith("keys/")}


def of_desk(home: Path) -> str:
    """The passphrase of the key at the desk in `home`; "" where it lies in no demonstration."""
    return _of(DESKS.get(home.name), home)


def of_interviewer(home: Path) -> tuple[str, str]:
    """The interviewer at the field node in `home` and their passphrase; ("", "") where it lies in no demonstration."""
    person = NODES.get(home.name, "")
    passphrase = _of(person, home)
    return (person, passphrase) if passphrase else ("", "")


def codes(folder: Path) -> list[str]:
    """The withdrawal codes, in groups of five digits; the last one is of a testimony that is counted."""
    return [found.group(1) for line in _lines(folder) if (found := _CODE.match(line))]


def _of(person: str | None, home: Path) -> str:
    if not person or not (home.parent / FILE).is_file():
        return ""
    return passphrases(home.parent).get(person, "")


def _lines(folder: Path) -> list[str]:
    return (folder / FILE).read_text(encoding="utf-8").splitlines()
