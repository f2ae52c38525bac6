"""Parses documents: the tests that they may cite, their anchors, sentences and syllables."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]


@cache
def names_of(path: Path) -> frozenset[str]:
    """The functions of a module. By its lines: parsing a thousand files costs half a minute."""
    return frozenset(re.findall(r"^ *(?:async )?def (\w+)\(", path.read_text(encoding="utf-8"), re.M))


def anchors_of(text: str) -> set[str]:
    """The places in a page to which a link can lead, as GitHub and the site name its headings."""
    found: Counter[str] = Counter()
    anchors = set()
    for heading in re.findall(r"^#{1,6} (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M):
        name = (
            re.sub(r"[^\w\s-]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).strip().replace(" ", "-")
        )
        anchors.add(f"{name}-{found[name]}" if found[name] else name)
        found[name] += 1
    return anchors


def sentences_of(text: str) -> list[list[str]]:
    """The sentences of a page, as their words; no pictures, and each cell of a table for itself."""
    text = re.sub(r"<[^>]*>", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    parts = re.split(r"[.!?:](?:\s|\*|$)|\n\s*\n|\||^\s*(?:\d\.|[-*#]+) ", text, flags=re.M)
    sentences = (re.findall(r"[A-Za-z’']+", part) for part in parts)
    return [words for words in sentences if words]


def syllables_of(word: str) -> int:
    """About how many syllables an English word has: its groups of vowels, without a silent e."""
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    return max(1, groups - (word.lower().endswith("e") and not word.lower().endswith("le")))


def grade_of(text: str) -> float:
    """The grade of Flesch and Kincaid: the years of school after which an English text is read with ease."""
    sentences = sentences_of(text)
    words = [word for sentence in sentences for word in sentence]
    syllables = sum(syllables_of(word) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
