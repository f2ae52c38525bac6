"""Normalises words for search, so that different keyboards and scripts give the same term."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
"""Accents and vowel signs that people leave out. Those of Indic and other scripts are letters and stay."""
SAME = str.maketrans({
    "ي": "ی", "ى": "ی", "ې": "ی", "ۍ": "ی", "ك": "ک", "ڪ": "ک", "ة": "ه", "ھ": "ه", "ە": "ه", "ٱ": "ا", "ـ": None,
    "\u200c": None, "\u200d": None, "\u00ad": None, "\u200e": None, "\u200f": None, "\u061c": None,
    "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "´": "'", "`": "'", "ß": "ss", "ı": "i",
})  # fmt: skip
"""Letters that one language writes so and its neighbour otherwise, and signs that nobody sees."""


def folded(text: str) -> str:
    """`text` in the form in which two spellings of a word are equal; blanks are one blank each."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = unicodedata.normalize(
        "NFKD", plain.casefold()
    )  # letters of mathematics become letters, and then small ones
    bare = MARKS.sub("", plain.translate(SAME))
    return " ".join("".join(map(_digit, bare)).split())


def terms(query: str) -> tuple[str, ...]:
    """What is asked for: words, and phrases between quotation marks, folded; none twice."""
    found: list[str] = []
    for position, piece in enumerate(re.split(r'["“”«»„]', query)):
        found += [folded(piece)] if position % 2 else folded(piece).split(" ")
    return tuple(dict.fromkeys(one for one in found if one))


def place(text: str, term: str) -> tuple[int, int] | None:
    """(start, end) in `text` of the first place that says `term`, which is folded."""
    pieces = [(folded(match[0]), match.start(), match.end()) for match in re.finditer(r"\S+", text)]
    line, edges = "", []
    for said, start, end in pieces:
        if said:
            line += f" {said}" if line else said
            edges.append((len(line) - len(said), len(line), start, end))
    at = line.find(term)
    if at < 0:
        return None
    touched = [(start, end) for begin, stop, start, end in edges if begin < at + len(term) and stop > at]
    return touched[0][0], touched[-1][1]


@cache
def _digit(sign: str) -> str:
    """Digits of every script as Western ones, all else as it is."""
    return sign if sign.isascii() or not sign.isdecimal() else str(unicodedata.decimal(sign))
