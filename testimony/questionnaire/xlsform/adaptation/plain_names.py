"""Makes names and codes in the plain form that the compiler accepts, and keeps them unique."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

LONGEST = 40
MORE_THAN_A_CODE = re.compile(r"[^a-z0-9_-]+")


def plain_code(text: str) -> str:
    """`text` with only lowercase letters, digits, _ and -; "" if nothing is left."""
    letters = unicodedata.normalize("NFKD", text.strip().lower())
    ascii_only = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return MORE_THAN_A_CODE.sub("_", ascii_only).strip("_-")[:LONGEST]


def plain_name(text: str) -> str:
    """`text` as the name of a question, which begins with a letter and has no hyphen; "" if nothing is left."""
    name = plain_code(text).replace("-", "_")
    return name if name[:1].isalpha() or not name else f"q_{name}"[:LONGEST]


def unused(name: str, taken: Collection[str]) -> str:
    """`name`, or `name` with the first number that is not in `taken`."""
    number, found = 2, name
    while found in taken:
        end = f"_{number}"
        found, number = name[: LONGEST - len(end)] + end, number + 1
    return found
