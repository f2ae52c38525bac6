"""Cuts words that never end into blocks: a browser takes a minute to break tens of thousands of joined letters.

Chromium shapes what is left of a word anew for every line into which it breaks it, whatever `overflow-wrap` says. A
block of its own is shaped once. Only what is shown is cut: nothing is added to the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from flask import Flask
from markupsafe import Markup, escape

LONGEST: Final = 1000
"""Letters of a word in one block; a word that is not longer stays as it is."""
JOINERS: Final = "\u200c\u200d"
MOST_MARKS: Final = 16
"""Signs that stay with the letter before them."""
ENDLESS = re.compile(rf"\S{{{LONGEST + 1},}}")
BLOCK: Final = Markup('<span class="piece">{}</span>')


def pieces(text: Any) -> Any:
    """`text` with each word that is longer than `LONGEST` in blocks, which the page shows one below the other."""
    if not isinstance(text, str) or not ENDLESS.search(text):
        return text
    shown, done = Markup(), 0
    for word in ENDLESS.finditer(text):
        shown += escape(text[done : word.start()])
        shown += Markup().join(BLOCK.format(piece) for piece in _cut(word[0]))
        done = word.end()
    return shown + escape(text[done:])


def register(app: Flask) -> None:
    """`{{ text | pieces }}` for what a person wrote freely."""
    app.jinja_env.filters["pieces"] = pieces


def _cut(word: str) -> Iterator[str]:
    begin = 0
    while begin < len(word):
        end = min(begin + LONGEST, len(word))
        most = min(end + MOST_MARKS, len(word))
        while end < most and (unicodedata.category(word[end])[0] == "M" or word[end] in JOINERS):
            end += 1
        yield word[begin:end]
        begin = end
