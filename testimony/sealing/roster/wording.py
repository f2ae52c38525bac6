"""Signed wordings: the sentences of a language that a person checked, and the recordings that say them.

A wording names every sentence by its hash, as spoken with the organisation's names in it, and every recording by its
own. A roster that names the wording approves it (docs/sealing.md, "Wording").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from testimony.errors import NotCanonical, Refused
from testimony.sealing.errors import SignatureBad
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.errors import WordingRefused
from testimony.sealing.roster.organisation import LANGUAGE
from testimony.sealing.roster.roster import Roster

KIND: Final = "wording"
KEYS: Final = frozenset(("lang", "script", "checked", "texts", "clips", "by", "day"))
HEARD: Final = "heard"
"""A key more, true, where witnesses heard the words: without it a wording is what it always was."""
MENDED: Final = "mended"
"""A key more, with the sentences that the organisation mended, where there are any."""
STATES: Final = ("draft", "agreed", "back_translated", "checked", "heard")
"""How far a sentence can be checked (docs/consent.md)."""
LONGEST_SENTENCE: Final = 1000
SIGNERS: Final = frozenset(("lawyer", "coordinator"))
TYPES: Final = ("audio/webm", "audio/mp4", "audio/ogg")
LARGEST_CLIP: Final = 256 * 1024
"""Bytes of one recording: it travels in one frame."""
LONGEST_CLIP: Final = 180_000
"""Milliseconds."""
MOST: Final = 512
"""Sentences of one language."""
LONGEST_NAME: Final = 100
SENTENCE: Final = re.compile(r"[a-z_]{1,32}(?:\.[A-Za-z0-9_-]{1,96}){1,2}")
"""The key of a sentence in a pack or in the files of the program: "told.who", "ask.P05-camp-clinic",
"option.i_held.none".
"""
UNSEEN: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Turns the words around it; a name needs none. A half-space is not among them."""
BREAKING: Final = ("Cc", "Zl", "Zp")
"""Categories of signs that break a line."""


@dataclass(frozen=True, kw_only=True)
class Clip:
    """The recording of one sentence."""

    sha256: str
    size: int  # bytes
    ms: int
    type: str  # one of `TYPES`

    def to_value(self) -> dict[str, Any]:
        """As a pack has it: {"sha256", "len", "ms", "type"}."""
        return {"sha256": self.sha256, "len": self.size, "ms": self.ms, "type": self.type}


@dataclass(frozen=True, kw_only=True)
class Mended:
    """An erratum: the organisation says another sentence in the place of one of the program."""

    key: str  # in the files of the program
    old: str  # SHA-256 of the UTF-8 of the program's sentence, with names in braces
    words: str  # the new sentence, with the same names in braces
    state: str  # one of `STATES`

    def to_value(self) -> dict[str, Any]:
        return {"key": self.key, "old": self.old, "words": self.words, "state": self.state}


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What somebody signed about the words of one language. `name`: of the record, by which a roster names it."""

    name: str
    lang: str
    script_id: str
    script_version: int
    script_sha256: str
    checked: str | None  # the second speaker's name; None: recordings alone, still a draft
    texts: Mapping[str, str]  # SHA-256 of the UTF-8 of each sentence as it is said, by key
    clips: Mapping[str, Clip]  # by the key of the sentence
    by: str
    day: str
    heard: bool = False  # people like the witnesses heard it, and said in their own words what it means
    mended: Mapping[str, Mended] = field(default_factory=dict)  # errata, by the key in the files


def sign_wording(
    *,
    lang: str,
    script: Mapping[str, Any],
    checked: str | None,
    texts: Mapping[str, str],
    clips: Mapping[str, Clip],
    day: str,
    signer: Signer,
    heard: bool = False,
    mended: Mapping[str, Mended] | None = None,
) -> SignedRecord:
    """`script`: {"id", "version", "sha256"}; `texts`: hashes by key. Raises `WordingRefused` for what no reader takes.

    Keys stand in lists, because those of sentences have letters that a key of canonical JSON must not have.
    """
    value = {
        "v": f"testimony/1/{KIND}",
        "lang": lang,
        "script": {name: script[name] for name in ("id", "version", "sha256")},
        "checked": checked,
        "texts": [{"key": key, "sha256": texts[key]} for key in sorted(texts)],
        "clips": [{"key": key, **clips[key].to_value()} for key in sorted(clips)],
        "by": signer.kid,
        "day": day,
        **({HEARD: True} if heard else {}),
        **({MENDED: [mended[key].to_value() for key in sorted(mended)]} if mended else {}),
    }
    try:
        record = SignedRecord.sign(value, signer)
    except NotCanonical as error:
        raise WordingRefused("structure") from error
    parse_wording(record)
    return record


def parse_wording(record: SignedRecord) -> Wording:
    """Raises `WordingRefused`: newer, structure. Verifies no signature."""
    try:
        return _parse(record)
    except (NotCanonical, Refused) as error:
        newer = isinstance(error, Refused) and error.rule == "version.newer"
        raise WordingRefused("newer" if newer else "structure") from error


def verify_wording(record: SignedRecord, roster: Roster) -> Wording:
    """What `record` says. Raises `WordingRefused` unless an active lawyer or coordinator of `roster` signed it."""
    wording = parse_wording(record)
    signer = roster.signer(wording.by)
    if signer is None or not signer.active or signer.role not in SIGNERS:
        raise WordingRefused("signer")
    try:
        record.verify(signer.keys)
    except SignatureBad as error:
        raise WordingRefused("signature") from error
    return wording


def is_clip(data: bytes) -> bool:
    """Whether bytes of this length may be a recording."""
    return 0 < len(data) <= LARGEST_CLIP


def _parse(record: SignedRecord) -> Wording:
    more = {HEARD, MENDED} & record.value.keys()
    value = fields.statement(record, KIND, KEYS | more)
    script = fields.exactly(value["script"], {"id", "version", "sha256"})
    texts = {key: fields.sha256(one["sha256"]) for key, one in _by_key(value["texts"], {"sha256"}).items()}
    clips = {key: _clip(one) for key, one in _by_key(value["clips"], {"sha256", "len", "ms", "type"}).items()}
    if not texts or not clips.keys() <= texts.keys():
        raise Refused("structure")
    if HEARD in more and (value[HEARD] is not True or value["checked"] is None):
        raise Refused("structure")
    return Wording(
        name=record.id,
        lang=_lang(value["lang"]),
        script_id=fields.text(script["id"], 64),
        script_version=fields.integer(script["version"], 1),
        script_sha256=fields.sha256(script["sha256"]),
        checked=None if value["checked"] is None else _name(value["checked"]),
        texts=texts,
        clips=clips,
        by=fields.kid(value["by"]),
        day=fields.day(value["day"]),
        heard=HEARD in more,
        mended=_mended(value[MENDED]) if MENDED in more else {},
    )


def parse_mended(value: Any) -> Mended:
    """{"key", "old", "words", "state"}. Raises `Refused("structure")`."""
    said = fields.exactly(value, {"key", "old", "words", "state"})
    words = fields.text(said["words"], LONGEST_SENTENCE)
    if not isinstance(said["key"], str) or not SENTENCE.fullmatch(said["key"]) or said["state"] not in STATES:
        raise Refused("structure")
    if words != words.strip() or any(sign in UNSEEN or unicodedata.category(sign) in BREAKING for sign in words):
        raise Refused("structure")
    return Mended(key=said["key"], old=fields.sha256(said["old"]), words=words, state=said["state"])


def _mended(value: Any) -> dict[str, Mended]:
    """At least one, each key once and in ascending order."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST:
        raise Refused("structure")
    found = {one.key: one for one in map(parse_mended, value)}
    if [one["key"] for one in value] != sorted(found):
        raise Refused("structure")
    return found


def _by_key(value: Any, rest: set[str]) -> dict[str, dict[str, Any]]:
    """Entries with exactly "key" and `rest`, each key once and in ascending order."""
    if not isinstance(value, list) or len(value) > MOST:
        raise Refused("structure")
    found = {_key(fields.exactly(one, {"key", *rest})["key"]): one for one in value}
    if [one["key"] for one in value] != sorted(found):
        raise Refused("structure")
    return found


def _key(value: Any) -> str:
    if not isinstance(value, str) or not SENTENCE.fullmatch(value):
        raise Refused("structure")
    return value


def _clip(value: Mapping[str, Any]) -> Clip:
    if value["type"] not in TYPES:
        raise Refused("structure")
    return Clip(
        sha256=fields.sha256(value["sha256"]),
        size=fields.integer(value["len"], 1, LARGEST_CLIP),
        ms=fields.integer(value["ms"], 1, LONGEST_CLIP),
        type=value["type"],
    )


def _lang(value: Any) -> str:
    lang = fields.text(value, 64)
    if not LANGUAGE.fullmatch(lang):
        raise Refused("structure")
    return lang


def _name(value: Any) -> str:
    """A person's name: one line, nothing around it, nothing in it that turns what stands beside it."""
    name = fields.text(value, LONGEST_NAME)
    if name != name.strip() or any(sign in UNSEEN or unicodedata.category(sign) in BREAKING for sign in name):
        raise Refused("structure")
    return name
