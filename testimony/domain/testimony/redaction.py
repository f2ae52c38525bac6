"""Redacts text in documents: removed before typesetting, and replaced by a bar that does not reveal its length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from testimony.domain.errors import MarkUnusable

BAR: Final = None
"""What stands in the place of words that were burnt out: nothing of them, not even how many they were."""
Segments = tuple[str | None, ...]
"""A text in pieces: words, or `BAR`."""
ALONE: Final = 4
"""Words shorter than this are burnt out elsewhere only where they stand alone: "Ali" is not burnt out of "Italian"."""
MOST: Final = 2_000


class Mark(NamedTuple):
    """From `start` to `end` (Unicode code points) in the sentence `sentence` (from 0) of the text `text`."""

    text: str
    sentence: int
    start: int
    end: int

    @classmethod
    def parse_all(cls, value: Any) -> tuple[Mark, ...]:
        """From `[{"text", "sentence", "start", "end"}]`. Raises `MarkUnusable`: a mark is never passed over."""
        if not isinstance(value, list) or len(value) > MOST:
            raise MarkUnusable
        return tuple(cls._parse(one) for one in value)

    @classmethod
    def _parse(cls, value: Any) -> Mark:
        if not isinstance(value, Mapping) or set(value) != set(cls._fields) or not isinstance(value["text"], str):
            raise MarkUnusable
        return cls(value["text"], *span_of(value))


def span_of(value: Mapping[str, Any]) -> tuple[int, int, int]:
    """The sentence, start and end of a mark. Raises `MarkUnusable` unless they are numbers and mark something."""
    places = [value[name] for name in ("sentence", "start", "end")]
    if not all(isinstance(one, int) and not isinstance(one, bool) and one >= 0 for one in places):
        raise MarkUnusable
    sentence, start, end = places
    if not start < end:
        raise MarkUnusable
    return sentence, start, end


@dataclass(frozen=True)
class Burner:
    """Burns `words` out of every text that it is given, besides what is marked in that text."""

    words: tuple[str, ...] = ()

    def burn(self, text: str, spans: Iterable[tuple[int, int]] = ()) -> Segments:
        """`text` without what is marked, and without each of `words` wherever it stands."""
        plain = unicodedata.normalize("NFC", text)
        found = [_composed(text, start, end) for start, end in spans]
        for word in self.words:
            found += places_of(word, plain)
        return _cut(plain, found)


def words_of(texts: Iterable[str]) -> tuple[str, ...]:
    """What is looked for everywhere, of the texts that were marked; the longest first."""
    plain = {_bare(" ".join(unicodedata.normalize("NFC", one).split())) for one in texts}
    return tuple(sorted(plain - {""}, key=lambda one: (-len(one), one)))


def places_of(word: str, plain: str) -> list[tuple[int, int]]:
    """Where one of `words_of` stands in a text in NFC."""
    return [match.span() for match in _pattern(word).finditer(plain)]


def is_burnt(segments: Segments) -> bool:
    return BAR in segments


def initials(name: str) -> str:
    """ "Nour Example" as "N. E.": the first letter of each word with the signs that belong to it."""
    first = [re.match(r"\w[\u0300-\u036f]*", word) for word in unicodedata.normalize("NFC", name).split()]
    return " ".join(f"{one[0]}." for one in first if one)


def name_words(names: Sequence[str]) -> tuple[str, ...]:
    """Names whole and word by word, as far as a word is long enough to be a name."""
    return words_of([*names, *(word for name in names for word in name.split() if len(word) > 2)])


def _bare(word: str) -> str:
    """Without the signs round it: who marks "Karim," wants "Karim" gone everywhere."""
    inside = [at for at, sign in enumerate(word) if unicodedata.category(sign)[0] in "LMN"]
    return word[inside[0] : inside[-1] + 1] if inside else ""


def _composed(text: str, start: int, end: int) -> tuple[int, int]:
    """The same place in `text` as NFC writes it, with all signs of its first and its last letter."""
    while start and start < len(text) and unicodedata.category(text[start]).startswith("M"):
        start -= 1
    while end < len(text) and unicodedata.category(text[end]).startswith("M"):
        end += 1
    return len(unicodedata.normalize("NFC", text[:start])), len(unicodedata.normalize("NFC", text[:end]))


def _pattern(word: str) -> re.Pattern[str]:
    """Whatever its case and the blanks in it."""
    body = r"\s+".join(re.escape(piece) for piece in word.split())
    return re.compile(body if len(word) >= ALONE else rf"(?<!\w){body}(?!\w)", re.IGNORECASE)


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> Segments:
    pieces: list[str | None] = []
    at = 0
    for start, end in _joined(spans):
        pieces += [text[at:start]] if start > at else []
        pieces.append(BAR)
        at = min(end, len(text))
    return (*pieces, text[at:]) if at < len(text) or not pieces else tuple(pieces)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, and as one where they touch or overlap: two bars side by side would tell something."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
