"""Language packs of the texts that a witness hears, and digests of the texts before each answer.

A page carries its interviewer's language; the witness's language is a pack (`/interview/said/<tag>`), so that no page
grows with the number of languages.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testimony.domain.consent.offers import offers
from testimony.domain.testimony.languages import SCRIPTS, dir_of, in_own_digits
from testimony.questionnaire.spoken_questions import SpokenQuestions
from testimony.services.wordings.sentences import scripts, sentences
from testimony.services.wordings.wordings import InForce


@dataclass(frozen=True)
class Spoken:
    """One thing to say: its words in the language of the page, and the key of the witness's words in a pack."""

    id: str
    key: str
    text: str


def pack(organisation: Mapping[str, Any], roster: str, lang: str, in_force: InForce | None = None) -> dict[str, Any]:
    """What the phone keeps of one language. It names its roster and its script: words of another one are not shown.

    `in_force`: the wording that holds. It brings who checked all of these words, and the recordings that can be played.
    """
    clips = {key: clip.to_value() for key, clip in in_force.clips.items()} if in_force else {}
    return {
        "lang": lang,
        "dir": dir_of(lang),
        "roster": roster,
        "sha256": scripts()[lang].sha256,
        "words": sentences(organisation, lang) | questions(lang),
        "wording": in_force.name if in_force else None,
        "checked": in_force.checked if in_force else None,
        "clips": clips,
    }


def questions(lang: str) -> dict[str, str]:
    """What is said aloud for the questions of the form and for their answers in `lang`, by key."""
    return {key: in_own_digits(text, lang) for key, text in SpokenQuestions.load(lang).sentences().items()}


def draft_questions() -> list[str]:
    """The languages whose spoken questions no second speaker has checked."""
    return [lang for lang in SCRIPTS if SpokenQuestions.load(lang).draft]


def digests(organisation: Mapping[str, Any]) -> dict[str, str]:
    """A digest of what is said before each answer, in all languages and with every name put in: {field: hex}."""
    texts = {lang: sentences(organisation, lang) for lang in sorted(SCRIPTS)}
    script = scripts()[SCRIPTS[0]]
    told = {f"told_{at:02d}": (f"told.{item.id}",) for at, item in enumerate(script.told, 1)}
    taught = {f"teach_{at}": (f"teach_back.{item.id}",) for at, item in enumerate(script.teach_back, 1)}
    uses = {f"purpose_{one.id}": (f"ask.{one.id}", f"for.{one.id}", f"life.{one.id}") for one in offers(organisation)}
    return {
        field: _digest([[texts[lang][key] for key in keys] for lang in texts])
        for field, keys in (told | taught | uses).items()
    }


def _digest(words: list[list[str]]) -> str:
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:16]
