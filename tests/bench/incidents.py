"""Which accounts may tell of one event: ten thousand opened testimonies, in processor time of one core."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Sequence
from datetime import date, timedelta

from testimony.domain.incidents.similarity import Account, Compared
from testimony.questionnaire.codebook import Codebook
from tests.bench.searching import LANGUAGES, STATEMENTS, _statement, _words
from tests.bench.support.figures import Aim, Figure

COMPARING = "a slower or busier processor: every account is looked at"
KEEPING = "longer statements, or more different words in them"
FIRST = date(2024, 1, 1)


def measure() -> Sequence[Figure]:
    tracemalloc.start()
    compared = _filled()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    spent, found = _asked(compared)
    most = Aim(most=200, cause=COMPARING)
    return [
        Figure("accounts like one of 10,000, the middle of 50 questions", 1000 * spent[25], "ms", most),
        Figure("the slowest of them", 1000 * spent[-1], "ms", most),
        Figure("suggestions for each of them", sum(found) / len(found), "accounts"),
        Figure("memory of the ten thousand", held / 1e6, "MB", Aim(most=150, cause=KEEPING)),
    ]


def _asked(compared: Compared) -> tuple[list[float], list[int]]:
    spent, found = [], []
    for number in range(0, STATEMENTS, STATEMENTS // 50):
        before = time.process_time()
        found.append(len(compared.alike(f"{number:032x}")))
        spent.append(time.process_time() - before)
    return sorted(spent), found


def _filled() -> Compared:
    chance, compared = random.Random(1), Compared()
    words = {lang: _words(lang) for lang in LANGUAGES}
    segments = list(Codebook.load().segments)[:20]
    for number in range(STATEMENTS):
        compared.hold(f"{number:032x}", _account(chance, segments), [_statement(chance, words).folded])
    return compared


def _account(chance: random.Random, segments: Sequence[str]) -> Account:
    first = FIRST + timedelta(days=chance.randrange(730))
    last = first + timedelta(days=chance.choice((0, 0, 6, 30)))
    size = chance.randrange(1, 60)
    return Account(segment=chance.choice(segments), first=first, last=last, size=size, type="pb_land")
