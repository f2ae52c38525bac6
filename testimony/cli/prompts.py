"""Asks for passphrases at the terminal without echo, or reads them from standard input; never from arguments."""

from __future__ import annotations

import getpass
import sys


def passphrase(question: str) -> str:
    """One passphrase; its white space tidied, so that a copied line opens too."""
    typed = getpass.getpass(f"{question}: ") if sys.stdin.isatty() else sys.stdin.readline()
    return " ".join(typed.split())


def confirmed(question: str) -> None:
    """Raise `EnrolmentRefused("words")` unless the answer is yes, in full: a habit should not confirm."""
    from testimony.sealing.roster.errors import EnrolmentRefused

    print(f"\n{question} yes/no: ", end="", flush=True)
    typed = sys.stdin.readline().strip().lower()
    if not sys.stdin.isatty():
        print(typed)
    if typed != "yes":
        raise EnrolmentRefused("words")
