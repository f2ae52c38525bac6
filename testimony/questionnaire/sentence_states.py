"""How far each sentence that a witness hears or reads was checked. One file per language in `sentence_states/`.

They are not in the scripts, because a consent names a script by its hash: a sentence that was checked is the same
sentence. A file says `rest`, the state of every sentence that it does not name, and under `sentences` the others by
key: {"told.who": {"state": "checked", "sha256": hash of the sentence as it stands in its file, with names in braces}}.
The hash keeps a state from outliving its sentence: a changed sentence is a machine draft again.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any

from testimony.canonical import sha256_hex
from testimony.questionnaire.codebook import read_json
from testimony.questionnaire.consent_scripts import LANGUAGES, Script
from testimony.questionnaire.spoken_questions import SpokenQuestions
from testimony.questionnaire.withdrawal_text import PageWords

SOURCE = "en"
"""The language in which every sentence is written first. Nothing was translated there, so it counts as checked."""


class State(IntEnum):
    """From the least to the most that can be said of a sentence."""

    DRAFT = 0  # a machine wrote it
    AGREED = 1  # two drafts, made apart, say the same
    BACK_TRANSLATED = 2  # somebody translated it back, and it still said the same
    CHECKED = 3  # a speaker of the language read or heard it
    HEARD = 4  # people like the witnesses heard it, and said in their own words what it means

    @property
    def code(self) -> str:
        """Its name in files and records."""
        return self.name.lower()

    @property
    def may_be_read(self) -> bool:
        """Whether it may be read aloud as it stands. Below that, somebody who speaks the language says it."""
        return self >= State.CHECKED

    @property
    def may_be_played(self) -> bool:
        """Whether a recording of it may speak for the organisation."""
        return self is State.HEARD


def state_of(code: object) -> State:
    """The state with this code. Raises `ValueError` for one that nobody knows."""
    found = {state.code: state for state in State}.get(code) if isinstance(code, str) else None
    if found is None:
        raise ValueError(f"unknown state of a sentence: {code!r}")
    return found


def lowest(states: Iterable[State]) -> State:
    """The state of several sentences together; of none it is the lowest."""
    return min(states, default=State.DRAFT)


@functools.cache
def texts(lang: str) -> Mapping[str, str]:
    """Every sentence in `lang` by key, with names in braces. Raises KeyError for a language that has no script."""
    script = Script.load(lang)
    groups = {name: getattr(script, name) for name in ("safety", "told", "teach_back", "readers", "gives")}
    told = {f"{group}.{item.id}": item.text for group, items in groups.items() for item in items}
    asked = {f"ask.{purpose.code}": purpose.text for purpose in script.purposes}
    single = {f"words.{name}": text for name, text in script.words.items()}
    page = {f"page.{name}": text for name, text in PageWords.load(lang).words.items()}
    return told | asked | single | SpokenQuestions.load(lang).sentences() | page


@functools.cache
def shipped(lang: str) -> Mapping[str, State]:
    """The state of each of `texts`, as this program ships it. Raises KeyError for a language that has no script."""
    if lang not in LANGUAGES:
        raise KeyError(lang)
    return parse(read_json(f"sentence_states/{lang}.json"), texts(lang))


def parse(raw: Mapping[str, Any], sentences: Mapping[str, str]) -> dict[str, State]:
    """The states in a file. Raises `ValueError` for an unknown state or sentence."""
    rest, named = state_of(raw["rest"]), raw["sentences"]
    if unknown := sorted(set(named) - set(sentences)):
        raise ValueError(f"no such sentence: {unknown}")
    said = {key: (state_of(one["state"]), one["sha256"]) for key, one in named.items()}
    held = {
        key: state if sha256_hex(sentences[key].encode()) == digest else State.DRAFT
        for key, (state, digest) in said.items()
    }
    return dict.fromkeys(sentences, rest) | held
