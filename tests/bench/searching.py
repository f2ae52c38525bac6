"""Search at a desk: opening statements, and asking ten thousand of them, in processor time of one core."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from testimony.services.demo import demo
from testimony.services.inbox.search import Text, WordIndex
from testimony.services.startup import open_station
from tests.bench.node import organisation_of
from tests.bench.support.figures import Aim, Figure
from tests.support.services.batches import bring, told
from tests.support.services.desks import desks

OPENED = 300
STATEMENTS = 10_000
LENGTH = 1_500  # characters, as an account of ten minutes has
LANGUAGES = ("ar", "fr", "es", "prs", "en")
DAY = date(2026, 1, 20)
OPENING = "post-quantum decapsulation and the check of each manifest's signatures, on one core"
SCANNING = "a slower or busier processor: every statement is looked at"


def measure() -> Sequence[Figure]:
    return [*_opening(), *_asking()]


def _opening() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        homes = Path(folder)
        organisation = organisation_of(homes)
        with open_station(homes / "org" / "central") as central:
            bring(organisation, central, [told(number, ("P01", "P04")) for number in range(OPENED)])
        with desks(homes / "org", organisation) as at:
            desk = at["lawyer-1"]
            desk.exchange()
            index, before = WordIndex(), time.process_time()
            found = index.read_on(desk.station, desk.reader, desk.annexes, day=DAY, seconds=600)
            spent = time.process_time() - before
    aim = Aim(least=150, cause=OPENING)
    return [Figure("statements opened to be searched, a second", found.read / spent, "testimonies", aim)]


def _asking() -> Sequence[Figure]:
    chance = random.Random(1)
    words = {lang: _words(lang) for lang in LANGUAGES}
    index, held = WordIndex(), 0
    for number in range(STATEMENTS):
        text = _statement(chance, words)
        index.hold(f"{number:032x}", "", [text])
        held += sys.getsizeof(text.text) + sys.getsizeof(text.folded)
    common, rare = words["fr"][0], "nobody-says-this"
    most = Aim(most=100, cause=SCANNING)
    return [
        Figure("a word that nobody says, in 10,000 statements of 1,500 characters", _asked(index, rare), "ms", most),
        Figure("a word that many say (the first hundred)", _asked(index, common), "ms", most),
        Figure(
            "three words in other languages", _asked(index, f"{words['ar'][3]} {words['ar'][5]} {rare}"), "ms", most
        ),
        Figure("memory of the ten thousand", held / 1e6, "MB"),
    ]


def _asked(index: WordIndex, question: str) -> float:
    spent = []
    for _ in range(9):
        before = time.process_time()
        index.search(question)
        spent.append(time.process_time() - before)
    return 1000 * sorted(spent)[4]


def _words(lang: str) -> list[str]:
    """Of the demonstration's account in that language."""
    (text,) = [one["text"] for one in demo.invented() if one["lang"] == lang][:1]
    return str(text).split()


def _statement(chance: random.Random, words: dict[str, list[str]]) -> Text:
    lang = chance.choice(LANGUAGES)
    said: list[str] = []
    length = 0
    while length < LENGTH:
        word = f"{chance.choice(words[lang])}{chance.randrange(1000)}"
        said.append(word)
        length += len(word) + 1
    return Text.from_text(lang, " ".join(said))
