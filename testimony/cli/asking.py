"""Passphrases: asked for at the terminal without echo, or read from standard input; never an argument or a variable."""

from __future__ import annotations

import getpass
import sys


def passphrase(question: str) -> str:
    """One passphrase; its white space tidied, so that a copied line opens too."""
    typed = getpass.getpass(f"{question}: ") if sys.stdin.isatty() else sys.stdin.readline()
    return " ".join(typed.split())
