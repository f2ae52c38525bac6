"""Language packs of the texts that a witness hears, and digests of the texts before each answer.

A page carries its interviewer's language; the witness's language is a pack (`/interview/said/<tag>`), so that no page
grows with the number of languages.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testimony.domain.consent.fold import Purpose
from testimony.domain.consent.offers import offers
from testimony.domain.testimony.languages import SCRIPTS, dir_of
from testimony.questionnaire.sentence_states import SOURCE, State
from testimony.services.wordings import states
from testimony.services.wordings.sentences import (
    DRAFT_MARK,
    NAMED,
    NOTHING,
    everything,
    scripts,
    sentences,
    withdrawal_page,
)
from testimony.services.wordings.wordings import InForce


@dataclass(frozen=True)
class Spoken:
    """One thing to say: its words in the language of the page, and the key of the witness's words in a pack."""

    id: str
    key: str
    text: str

    def is_like(self, label: str) -> bool:
        """Whether `label` says the same as this text: in the same words, or by the same numbers."""
        numbers = _numbers(label)
        return self.text.lower() == label.lower() or (numbers != [] and numbers == _numbers(self.text))


def _numbers(text: str) -> list[int]:
    """The numbers in `text`, in the digits of any script."""
    return [int(digits) for digits in re.findall(r"\d+", text)]


def pack(organisation: Mapping[str, Any], roster: str, lang: str, in_force: InForce | None = None) -> dict[str, Any]:
    """What the phone keeps of one language. It names its roster and its script: words of another one are not shown.
    `words` are in the order of `said_keys`, and `keys` is the digest of that list.

    `in_force`: the wording that holds. It brings who checked all of these words, and recordings. A phone gets a
    recording only if witnesses understood its sentence. `states` leaves out machine drafts.
    """
    changed = in_force.mended if in_force else NOTHING
    words = everything(organisation, lang, changed) | draft_mark(lang, changed)
    known = states.states(words, lang, in_force)
    keys = said_keys(organisation)
    return {
        "lang": lang,
        "dir": dir_of(lang),
        "roster": roster,
        "sha256": scripts()[lang].sha256,
        "keys": keys["digest"],
        "words": [words[key] for key in keys["list"]],
        "states": {key: state.code for key, state in known.items() if state is not State.DRAFT},
        "wording": in_force.name if in_force else None,
        "checked": in_force.checked if in_force else None,
        "clips": {key: clip.to_value() for key, clip in states.played(words, lang, in_force).items()},
    }


def said_keys(organisation: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a pack's words, the same in every language, and a digest of them: {"list": [...], "digest": hex}.

    They stand in the cards, once for all packs: they are a quarter of a pack's bytes.
    """
    keys = [*everything(organisation, SOURCE), DRAFT_MARK]
    return {"list": keys, "digest": _digest(keys)}


def draft_mark(lang: str, mended: Mapping[str, str]) -> dict[str, str]:
    """By its key, what the slip says where its words were not checked."""
    return {DRAFT_MARK: withdrawal_page(lang, mended)[DRAFT_MARK]}


def draft_questions(in_force: Mapping[str, InForce]) -> list[str]:
    """The languages of which some spoken question may not be read aloud as it stands."""
    return [lang for lang in SCRIPTS if not states.of_questions(lang, in_force.get(lang)).may_be_read]


def question_states(in_force: Mapping[str, InForce]) -> dict[str, dict[str, Any]]:
    """How far what is said for each question was checked, by language: {"rest": state, "others": {field: state}}."""
    return {lang: _short(states.by_question(lang, in_force.get(lang))) for lang in SCRIPTS}


def _short(known: Mapping[str, State]) -> dict[str, Any]:
    counted = Counter(known.values())
    rest = max(counted, key=lambda state: counted[state])
    return {"rest": rest.code, "others": {field: state.code for field, state in known.items() if state is not rest}}


def digests(organisation: Mapping[str, Any], in_force: Mapping[str, InForce]) -> dict[str, str]:
    """A digest of what is said before each answer, in all languages and with every name put in: {field: hex}."""
    texts = {lang: sentences(organisation, lang, mended(in_force, lang)) for lang in sorted(SCRIPTS)}
    script = scripts()[SCRIPTS[0]]
    told = {f"told_{at:02d}": (f"told.{item.id}",) for at, item in enumerate(script.told, 1)}
    taught = {f"teach_{at}": (f"teach_back.{item.id}",) for at, item in enumerate(script.teach_back, 1)}
    uses = {
        f"purpose_{one.id}": (*_before(one.purpose), f"ask.{one.id}", f"for.{one.id}", f"life.{one.id}")
        for one in offers(organisation)
    }
    return {
        field: _digest([[texts[lang][key] for key in keys] for lang in texts])
        for field, keys in (told | taught | uses).items()
    }


def _before(purpose: Purpose) -> tuple[str, ...]:
    """What is said before a use is asked: a yes that was given without it is asked for again."""
    return ("words.named_lead",) if purpose in NAMED else ()


def mended(in_force: Mapping[str, InForce], lang: str) -> Mapping[str, str]:
    """What the organisation says in `lang` in the place of the program's sentences."""
    return in_force[lang].mended if lang in in_force else NOTHING


def _digest(words: list[str] | list[list[str]]) -> str:
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:16]
