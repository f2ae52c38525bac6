"""A translation made at a desk: a separate statement that names its original and is aligned with it by sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from testimony.domain.errors import EventUnreadable, TranslationUnreadable
from testimony.domain.testimony.languages import dir_of
from testimony.domain.values import DAY, HASH, ID, matched

KIND = "translation"
CHECKED: Final = "machine_checked"
METHODS: Final = ("person", "interpreter", CHECKED)
"""By somebody who reads both; told by an interpreter and written down; by a machine, and read against the original."""
MOST_SENTENCES = 5_000
LONGEST = 400_000  # characters of all sentences together
MOST_SHOWN = 2 * LONGEST  # characters beside an original
LONGEST_NAME = 100
STATEMENT: Final = re.compile(r"[0-9A-Za-z._:-]{1,64}", re.ASCII)
TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}", re.ASCII)

_END = re.compile(r"""[.!?…؟۔।॥።፧。！？]+["'”’»)\]]*(?=\s|$)|[።፧॥।。]+|\n+""")
"""The end of a sentence in the scripts that witnesses write, and at every new line."""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """`text` says what the original says from `start` to `end` (Unicode code points)."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A machine that drafted sentences of a translation. `engine`: its name and version. `model`: the SHA-256 of the
    model's manifest, `model_name` what that calls it. `drafted`: by number of the sentence what it wrote, before a
    person read it.
    """

    engine: str
    model: str
    model_name: str
    drafted: Mapping[int, str] = field(default_factory=dict)

    def to_value(self) -> dict[str, Any]:
        return {"engine": self.engine, "model": self.model, "model_name": self.model_name}

    @classmethod
    def parse(cls, value: Any, drafted: Mapping[int, str]) -> Machine:
        """Raises `TranslationUnreadable`."""
        if not isinstance(value, Mapping):
            raise TranslationUnreadable
        names = [value.get("engine"), value.get("model_name")]
        if not all(isinstance(one, str) and 0 < len(one) <= LONGEST_NAME for one in names):
            raise TranslationUnreadable
        model = matched(value.get("model"), HASH)
        return cls(engine=str(names[0]), model=model, model_name=str(names[1]), drafted=drafted)


@dataclass(frozen=True, kw_only=True)
class Translation:
    """`of`: the manifest's record. `original`: id of the statement. `translator`: a name, "" for who signed it.

    `complete`: False while sentences are lacking. `after`: ids of the translations that its desk had seen.
    `machines`: those that drafted sentences, each sentence by one of them at most.
    """

    id: str
    of: str
    original: str
    lang: str
    method: str
    translator: str
    sentences: tuple[Sentence, ...]
    complete: bool
    day: date
    after: frozenset[str] = frozenset()
    machines: tuple[Machine, ...] = ()

    @property
    def dir(self) -> str:
        return dir_of(self.lang)

    @property
    def text(self) -> str:
        return "\n".join(one.text for one in self.sentences if one.text)

    def beside(self, span: tuple[int, int]) -> str:
        """What it says of the piece of the original from `span[0]` to `span[1]`."""
        return self.along([span])[0]

    def along(self, spans: Sequence[tuple[int, int]]) -> list[str]:
        """The same of each of `spans`, which are in order. In one walk, and no more than `MOST_SHOWN` in all.

        A dishonest statement has many pieces, and a dishonest sentence goes over all of them.
        """
        found: list[str] = []
        first, given = 0, 0
        for start, end in spans:
            while first < len(self.sentences) and self.sentences[first].end <= start:
                first += 1
            said = self._said_before(end, first) if given < MOST_SHOWN else ""
            given += len(said)
            found.append(said)
        return found

    def _said_before(self, end: int, first: int) -> str:
        """By the sentences from number `first` on that begin before `end`."""
        texts: list[str] = []
        for number in range(first, len(self.sentences)):
            if self.sentences[number].start >= end:
                break
            texts.append(self.sentences[number].text)
        return " ".join(text for text in texts if text)

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(translation.to_value()) == translation`."""
        drafted = {
            number: {"drafted": text, "machine": place}
            for place, one in enumerate(self.machines)
            for number, text in one.drafted.items()
        }
        return {
            "kind": KIND,
            "id": self.id,
            "of": self.of,
            "original": self.original,
            "lang": self.lang,
            "method": self.method,
            "translator": self.translator,
            "sentences": [
                {"start": one.start, "end": one.end, "text": one.text} | drafted.get(number, {})
                for number, one in enumerate(self.sentences)
            ],
            "complete": self.complete,
            "day": self.day.isoformat(),
            "after": sorted(self.after),
            **({"machines": [one.to_value() for one in self.machines]} if self.machines else {}),
        }

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Translation:
        """Raises `TranslationUnreadable`."""
        method, translator, after = value.get("method"), value.get("translator"), value.get("after")
        if method not in METHODS or not isinstance(translator, str) or len(translator) > LONGEST_NAME:
            raise TranslationUnreadable
        if not isinstance(value.get("complete"), bool) or not isinstance(after, list):
            raise TranslationUnreadable
        sentences = _sentences(value.get("sentences"))
        try:
            return cls(
                id=matched(value.get("id"), ID),
                of=matched(value.get("of"), HASH),
                original=matched(value.get("original"), STATEMENT),
                lang=matched(value.get("lang"), TAG),
                method=str(method),
                translator=translator,
                sentences=sentences,
                complete=value["complete"],
                day=date.fromisoformat(matched(value.get("day"), DAY)),
                after=frozenset(matched(one, ID) for one in after),
                machines=_machines(value.get("machines", []), value["sentences"]),
            )
        except (ValueError, EventUnreadable) as error:
            raise TranslationUnreadable from error


def without_machine(value: Mapping[str, Any]) -> dict[str, Any]:
    """The content of an annex without the words of a machine, for what leaves: a person signed the others."""
    listed = value.get("sentences")
    each = [
        {key: said for key, said in one.items() if key not in ("drafted", "machine")}
        if isinstance(one, Mapping)
        else one
        for one in (listed if isinstance(listed, list) else ())
    ]
    return {**value, "sentences": each} if isinstance(listed, list) else dict(value)


def spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of the sentences of `text`, without the blanks between; a reader's eye may see more or fewer.

    The last of `MOST_SENTENCES` is all that is left: a translation holds no more, and no page lists more.
    """
    found: list[tuple[int, int]] = []
    begin = 0
    for end in [*(match.end() for match in _END.finditer(text)), len(text)]:
        end = len(text) if len(found) >= MOST_SENTENCES - 1 else end
        piece = text[begin:end]
        bare = piece.strip()
        if bare:
            start = begin + len(piece) - len(piece.lstrip())
            found.append((start, start + len(bare)))
        begin = end
    return found


def current(translations: Iterable[Translation]) -> list[Translation]:
    """Those that no later one of the same original and language had seen: two where desks did not know of each other.

    By language and id.
    """
    everything = list(translations)
    replaced: set[str] = set()
    for one in everything:
        same = {each.id for each in everything if (each.original, each.lang) == (one.original, one.lang)}
        replaced |= (one.after & same) - {one.id}
    return sorted((one for one in everything if one.id not in replaced), key=lambda one: (one.lang, one.id))


def _machines(value: Any, sentences: Sequence[Any]) -> tuple[Machine, ...]:
    """`sentences`: the values, which hold what each of the machines drafted."""
    drafted = {number: one for number, one in enumerate(sentences) if "drafted" in one or "machine" in one}
    texts = [one.get("drafted") for one in drafted.values()]
    if not all(isinstance(text, str) for text in texts) or sum(map(len, texts)) > LONGEST:
        raise TranslationUnreadable
    if not isinstance(value, list) or len(value) > len(texts):
        raise TranslationUnreadable
    by: list[dict[int, str]] = [{} for _ in value]
    for number, one in drafted.items():
        place = one.get("machine")
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(by):
            raise TranslationUnreadable
        by[place][number] = one["drafted"]
    return tuple(Machine.parse(one, said) for one, said in zip(value, by, strict=True))


def _sentences(value: Any) -> tuple[Sentence, ...]:
    if not isinstance(value, list) or len(value) > MOST_SENTENCES:
        raise TranslationUnreadable
    found = [_sentence(each) for each in value]
    if sum(len(one.text) for one in found) > LONGEST or not _in_order(found):
        raise TranslationUnreadable
    return tuple(found)


def _sentence(value: Any) -> Sentence:
    if not isinstance(value, Mapping):
        raise TranslationUnreadable
    start, end, text = value.get("start"), value.get("end"), value.get("text")
    whole = all(isinstance(one, int) and not isinstance(one, bool) for one in (start, end))
    if not whole or not isinstance(text, str):
        raise TranslationUnreadable
    return Sentence(start=int(start or 0), end=int(end or 0), text=text)


def _in_order(sentences: Sequence[Sentence]) -> bool:
    edges = [edge for one in sentences for edge in (one.start, one.end)]
    return all(before <= after for before, after in zip([0, *edges], edges, strict=False)) and all(
        one.start < one.end for one in sentences
    )
