"""Takes names, places, dates and numbers out of an account, and says in their place what stood there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from testimony.domain.errors import MarkUnusable
from testimony.domain.testimony import redaction
from testimony.domain.testimony.redaction import MOST


class Sort(StrEnum):
    """What is taken out."""

    NAME = "name"
    PLACE = "place"
    DATE = "date"
    NUMBER = "number"
    OTHER = "other"

    __hash__ = str.__hash__  # it is looked up by its value too


class Mark(NamedTuple):
    """From `start` to `end` (Unicode code points of the text in NFC) in the sentence `sentence` (from 0)."""

    sentence: int
    start: int
    end: int
    sort: Sort

    @classmethod
    def parse_all(cls, value: Any) -> tuple[Mark, ...]:
        """From `[{"sentence", "start", "end", "sort"}]`. Raises `MarkUnusable`: a mark is never passed over."""
        if not isinstance(value, list) or len(value) > MOST:
            raise MarkUnusable
        return tuple(cls._parse(one) for one in value)

    @classmethod
    def _parse(cls, value: Any) -> Mark:
        if not isinstance(value, Mapping) or set(value) != set(cls._fields):
            raise MarkUnusable
        if value["sort"] not in set(Sort):
            raise MarkUnusable
        return cls(*redaction.span_of(value), Sort(value["sort"]))


class Taken(NamedTuple):
    """A word or several that stand nowhere in a story, whatever their case."""

    words: str
    sort: Sort


def plain(text: str) -> str:
    """The form in which texts are shown and marked."""
    return unicodedata.normalize("NFC", text)


def taken(sentences: Sequence[str], marks: Iterable[Mark], names: Iterable[str]) -> list[Taken]:
    """What is taken out everywhere: what was marked, and the witness's `names`, whole and word by word.

    Raises `MarkUnusable` for a mark that fits no text.
    """
    found = [Taken(one, Sort.NAME) for one in redaction.name_words(list(names))]
    for mark in marks:
        if mark.sentence >= len(sentences) or mark.end > len(sentences[mark.sentence]):
            raise MarkUnusable
        words = sentences[mark.sentence][mark.start : mark.end]
        found += [Taken(one, mark.sort) for one in redaction.words_of([words])]
    return list(dict.fromkeys(found))


def cut(sentence: str, gone: Iterable[Taken], spans: Iterable[tuple[int, int, Sort]], words: Mapping[Sort, str]) -> str:
    """`sentence` with one of `words` for each place that is marked or has something of `gone` in it.

    A longer word with something of `gone` in it is taken out whole: what is left of it would tell the rest.
    """
    found = [
        *((*_bare(sentence, start, end), sort) for start, end, sort in spans),
        *((*_whole(sentence, span), one.sort) for one in gone for span in redaction.places_of(one.words, sentence)),
    ]
    pieces, at = [], 0
    for start, end, sort in _joined(sentence, found):
        pieces += [sentence[at:start], words[sort]]
        at = end
    return "".join([*pieces, sentence[at:]])


def _bare(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The place without the signs round its words: the comma behind a name stays."""
    inside = [at for at in range(start, end) if _is_letter(sentence[at])]
    return (inside[0], inside[-1] + 1) if inside else (start, end)


def _whole(sentence: str, span: tuple[int, int]) -> tuple[int, int]:
    """`span` as far as the words at its ends go."""
    start, end = span
    while start and _is_letter(sentence[start - 1]):
        start -= 1
    while end < len(sentence) and _is_letter(sentence[end]):
        end += 1
    return start, end


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


def _joined(sentence: str, spans: Iterable[tuple[int, int, Sort]]) -> list[tuple[int, int, Sort]]:
    """In order, and as one where they overlap, or where only blanks stand between two of one sort.

    How many words stood there would tell something. Of two that begin at one place the longer one says the sort.
    """
    joined: list[tuple[int, int, Sort]] = []
    for start, end, sort in sorted(spans, key=lambda one: (one[0], -one[1])):
        if joined and (
            start < joined[-1][1] or (sort is joined[-1][2] and not sentence[joined[-1][1] : start].strip())
        ):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]), joined[-1][2])
        else:
            joined.append((start, end, sort))
    return joined
