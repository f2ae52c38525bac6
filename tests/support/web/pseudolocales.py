"""Two languages that nobody speaks, for tests: `en-XA`, accented and longer, and `ar-XB`, from right to left.

Their catalogues take the places of French and Arabic: what then stands on a page without their marks was never in a
catalogue, and whoever reads English would not have noticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo

from testimony.catalogues import FOLDER
from tests.support.web import catalogues

SLOTS = {"fr": "en-XA", "ar": "ar-XB"}
OPEN, CLOSE = "⟦", "⟧"
PLACE = re.compile(r"(%\(\w+\)[sd]|%%|\{\w+\})")
ACCENTS = str.maketrans("aceinouyACEINOUY", "áçéîñôüýÁÇÉÎÑÔÜÝ")
RIGHT_TO_LEFT, POP = "\u202e", "\u202c"
LONGER = 0.4
PADDING = "lorem ipsum dolor sit amet "


def accented(text: str) -> str:
    """`text` for en-XA: readable, marked, and 40 % longer, as other languages are."""
    pieces = [piece if PLACE.fullmatch(piece) else piece.translate(ACCENTS) for piece in PLACE.split(text)]
    size = int(len(text) * LONGER)
    more = (PADDING * (size // len(PADDING) + 1))[:size].strip()
    return OPEN + "".join(pieces) + (f" {more}" if more else "") + CLOSE


def mirrored(text: str) -> str:
    """`text` for ar-XB: its letters run from right to left."""
    pieces = [
        piece if PLACE.fullmatch(piece) else f"{RIGHT_TO_LEFT}{piece}{POP}" for piece in PLACE.split(text) if piece
    ]
    return OPEN + "".join(pieces) + CLOSE


SAYS = {"en-XA": accented, "ar-XB": mirrored}


def make(folder: Path) -> Path:
    """The catalogues of both, compiled, in `folder` as in `translations/`."""
    questionnaire = catalogues.read(FOLDER / "questionnaire.pot")
    for slot, name in SLOTS.items():
        place = folder / slot / "LC_MESSAGES"
        place.mkdir(parents=True)
        for domain, template in (("messages", catalogues.template()), ("questionnaire", questionnaire)):
            with (place / f"{domain}.mo").open("wb") as file:
                write_mo(file, _said(template, slot, name))
    return folder


def _said(template: Catalog, slot: str, name: str) -> Catalog:
    made = Catalog(locale=slot)
    for message in template:
        if message.id:
            made.add(message.id, _strings(message, made.num_plurals, name), context=message.context)
    return made


def _strings(message: Message, plurals: int, name: str) -> str | tuple[str, ...]:
    if isinstance(message.id, str):
        return SAYS[name](message.id)
    return tuple(SAYS[name](message.id[-1]) for _ in range(plurals))


class Texts(HTMLParser):
    """What a page says: texts and attributes that are read aloud, without what is in another language than the page."""

    SPOKEN = ("aria-label", "placeholder", "title", "alt", "content")
    SILENT = frozenset({"script", "style", "bdi", "code", "pre"})
    EMPTY = frozenset({"input", "meta", "link", "img", "br", "wbr", "hr", "use", "path"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []  # (tag, whether it is silent)
        self._lang = ""
        self._goes_on = False  # after a place where a long word may break
        self.feed(page)

    @property
    def _silent(self) -> bool:
        return any(silent for _, silent in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._goes_on = tag == "wbr"
        self._lang = self._lang or told.get("lang") or ""
        foreign = told.get("lang", self._lang) != self._lang or "data-words" in told
        if not foreign and not self._silent and (tag != "meta" or told.get("name") == "description"):
            self.found += [value for name in self.SPOKEN if (value := told.get(name))]
        if tag not in self.EMPTY:
            self._open.append((tag, foreign or tag in self.SILENT or told.get("translate") == "no"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.EMPTY:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        self._goes_on = False
        while self._open and self._open.pop()[0] != tag:
            continue

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._silent:
            if self._goes_on:
                data = self.found.pop() + data
            self.found.append(data.strip())


def unmarked(texts: list[str], known: frozenset[str]) -> Iterator[str]:
    """Those of `texts` that hold words which came from no catalogue and are not `known` names."""
    for text in texts:
        rest = _without_marked(text).strip()
        names = {rest, rest.strip(" :·,/–()."), rest.rpartition(" · ")[2], rest.strip("0123456789 ")}
        if not names & known and re.search(r"[A-Za-z]{3,}", rest):
            yield text


def _without_marked(text: str) -> str:
    """`text` without what came from a catalogue, one piece in another too."""
    while (shorter := re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", " ", text)) != text:
        text = shorter
    return re.sub("\u2068[^\u2069]*\u2069", " ", text)  # a name, like `bdi` where no markup may stand
