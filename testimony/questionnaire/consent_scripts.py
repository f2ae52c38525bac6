"""The exact consent scripts: safety check, required information, purposes, teach-back. One file per language.

Changing a word makes a new version: the old files move into `scripts/<version>/`, so that consents which name their
SHA-256 stay readable. A language that nobody has translated yet stays at the version that it has. Each item told,
purpose and teach-back question has an id, by which its sentence is found in a language pack and in a wording
("told.who", "ask.P05-camp-clinic", "teach_back.q1").
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testimony import canonical
from testimony.questionnaire.codebook import read_json

SCRIPTS = Path(__file__).with_name("scripts")
LANGUAGES = tuple(sorted(path.stem for path in SCRIPTS.glob("*.json")))
"""The languages that have a script; `domain/testimony/languages.py` lists those that are offered."""
ALL_TOLD = 5
"""The version from which the script tells everything that coordinators get."""
LATER = {"P15": "whole", "P16": "narrative"}
"""Purposes whose sentences stand among the `words`, and what they give (`compartments.GIVES`)."""
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, kw_only=True)
class Item:
    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class PurposeText:
    code: str  # P01 … P16, P08a … P08d
    text: str  # sentences of at most 20 plain words; holds {life} and names its recipient

    @property
    def id(self) -> str:
        return self.code


@dataclass(frozen=True, kw_only=True)
class Question:
    id: str  # q1 q2 q3
    text: str
    expect: str  # what the witness should be able to say in their own words
    back: tuple[str, ...]  # told items to say again when it was not understood, the most important first


@dataclass(frozen=True, kw_only=True)
class Script:
    """What is said in one language. A text may hold {organisation}, {lawyers}, {recipient}, {life}, …; see `filled`."""

    id: str
    version: int
    lang: str
    draft: bool  # no second speaker has checked it
    safety: tuple[Item, ...]  # private, officer, urgent, return, age
    told: tuple[Item, ...]  # the must-tell items
    purposes: tuple[PurposeText, ...]  # every purpose; which of them are asked is the roster's matter
    teach_back: tuple[Question, ...]
    readers: tuple[Item, ...]  # who can read: nobody, counts, lawyers, lawyers_counts
    gives: tuple[Item, ...]  # what a consent gives, by `compartments.GIVES`
    names: Mapping[str, str]  # organisation, lawyers, mechanism, public: where the roster names nobody
    words: Mapping[str, str]  # single sentences: refusal, not_asked, readback, withdrawal_code, titles of cards, …
    months: Mapping[str, str]  # "{number} months" by the plural category of CLDR: one, few, other, …
    categories: Mapping[str, str]  # how its sentences name each of `coded_categories`; none before version 5
    sha256: str  # of the canonical JSON of the whole file: what `consent` names as the exact wording

    @classmethod
    def load(cls, lang: str) -> Script:
        """The script of `lang`. Raises KeyError for a language that is not shipped."""
        if lang not in LANGUAGES:
            raise KeyError(lang)
        return read(lang)

    @property
    def told_ids(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.told)

    def purpose(self, code: str) -> PurposeText:
        """Raises KeyError."""
        return {one.code: one for one in self.purposes}[code]

    def who_reads(self, *, lawyers: bool, counted: bool) -> Item:
        """The sentence that says who can read: with P04 (`lawyers`), with P06, P07 or P10 (`counted`)."""
        name = "lawyers_counts" if lawyers and counted else "lawyers" if lawyers else "counts" if counted else "nobody"
        return next(item for item in self.readers if item.id == name)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A script by its hash: which one a consent names."""

    id: str
    version: int
    lang: str
    draft: bool
    told: tuple[str, ...]  # ids of its must-tell items: earlier versions had other ones


def filled(text: str, names: Mapping[str, str]) -> str:
    """`text` with {organisation}, {recipient}, … replaced by `names`; a brace in a name means nothing."""
    return PLACEHOLDER.sub(lambda found: names.get(found[1], found[0]), text)


@functools.cache
def coded_categories() -> Mapping[str, frozenset[str]]:
    """What the coded account tells of a person, and the fields of the codebook that tell it ("pregnancy": w_vuln, …).

    A field may tell several things. Every sentence that says what the office or a recipient of codes gets names each
    category.
    """
    return {name: frozenset(fields) for name, fields in read_json("coded_categories.json").items()}


@functools.cache
def shipped() -> Mapping[str, Wording]:
    """Every wording that this program has ever had, by its SHA-256."""
    found = {}
    for path in sorted(SCRIPTS.rglob("*.json")):
        raw: dict[str, Any] = read_json(f"scripts/{path.relative_to(SCRIPTS).as_posix()}")
        told = tuple(item["id"] for item in raw["told"])
        found[_sha256(raw)] = Wording(**{name: raw[name] for name in ("id", "version", "lang", "draft")}, told=told)
    return found


def told_items(circumstances: Any) -> tuple[str, ...]:
    """What a witness had to hear, by the script that `circumstances` (the content of `consent`) name.

    By the present script where that one is not known.
    """
    script = circumstances.get("script") if isinstance(circumstances, Mapping) else None
    sha256 = script.get("sha256") if isinstance(script, Mapping) else None
    known = shipped().get(sha256) if isinstance(sha256, str) else None
    return Script.load("en").told_ids if known is None else known.told


def tells_rough_facts(circumstances: Any) -> bool:
    """Whether the script that `circumstances` name told that coordinators see "only rough facts".

    A script that is not known here is a newer one, or says its version.
    """
    script = circumstances.get("script") if isinstance(circumstances, Mapping) else None
    if not isinstance(script, Mapping):
        return False
    known = shipped().get(sha256) if isinstance(sha256 := script.get("sha256"), str) else None
    version = known.version if known else script.get("version")
    return isinstance(version, int) and version < ALL_TOLD


@functools.cache
def read(name: str) -> Script:
    """The script in `scripts/`: `name` is a language, or a version and a language ("4/en")."""
    raw: dict[str, Any] = read_json(f"scripts/{name}.json")
    return Script(
        id=raw["id"],
        version=raw["version"],
        lang=raw["lang"],
        draft=raw["draft"],
        safety=_items(raw["safety"]),
        told=_items(raw["told"]),
        purposes=(*(PurposeText(**entry) for entry in raw["purposes"]), *_later_purposes(raw["words"])),
        teach_back=tuple(Question(**{**entry, "back": tuple(entry["back"])}) for entry in raw["teach_back"]),
        readers=_items(raw["readers"]),
        gives=(*_items(raw["gives"]), *_later_gives(raw["words"])),
        names=raw["names"],
        words=raw["words"],
        months=raw["months"],
        categories=raw.get("categories", {}),
        sha256=_sha256(raw),
    )


def _later_purposes(words: Mapping[str, str]) -> Iterator[PurposeText]:
    for code in LATER:
        if (text := words.get(f"ask_{code.lower()}")) is not None:
            yield PurposeText(code=code, text=text)


def _later_gives(words: Mapping[str, str]) -> Iterator[Item]:
    for code, given in LATER.items():
        if (text := words.get(f"gives_{code.lower()}")) is not None:
            yield Item(id=given, text=text)


def _sha256(raw: dict[str, Any]) -> str:
    return canonical.sha256_hex(canonical.encode(raw))


def _items(entries: list[dict[str, str]]) -> tuple[Item, ...]:
    return tuple(Item(**entry) for entry in entries)
