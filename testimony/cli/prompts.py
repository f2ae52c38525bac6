"""Asks for passphrases at the terminal without echo, or reads them from standard input; never from arguments."""

from __future__ import annotations

import getpass
import sys
from datetime import date

from testimony.platform import memory


def passphrase(question: str) -> str:
    """One passphrase; its white space tidied, so that a copied line opens too. What it opens stays in this process."""
    memory.withhold()
    typed = getpass.getpass(f"{question}: ") if sys.stdin.isatty() else sys.stdin.readline()
    return " ".join(typed.split())


def confirmed(question: str) -> None:
    """Raise `EnrolmentRefused("words")` unless the answer is yes, in full: a habit should not confirm."""
    from testimony.sealing.roster.errors import EnrolmentRefused

    if _answer(f"{question} yes/no") != "yes":
        raise EnrolmentRefused("words")


def is_today(question: str) -> None:
    """Raise `RosterRefused("date")` unless the answer is yes, in full."""
    from testimony.sealing.roster.errors import RosterRefused

    if _answer(f"{question} yes/no") != "yes":
        raise RosterRefused("date")


def dated(day: date) -> None:
    """Raise `RosterRefused("date")` unless somebody types the date `day`, which was not shown in this form."""
    from testimony.sealing.roster.errors import RosterRefused

    if _answer("The date of the roster, as YEAR-MONTH-DAY in digits") != day.isoformat():
        raise RosterRefused("date")


def line(question: str) -> str | None:
    """What was typed on one line, its white space tidied; None at the end of the input."""
    print(f"{question}: ", end="", flush=True)
    typed = sys.stdin.readline()
    if not sys.stdin.isatty():
        print(typed.rstrip("\n"))
    return " ".join(typed.split()) if typed else None


def _answer(question: str) -> str:
    print(f"\n{question}: ", end="", flush=True)
    typed = sys.stdin.readline().strip().lower()
    if not sys.stdin.isatty():
        print(typed)
    return typed
