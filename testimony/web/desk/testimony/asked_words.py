"""How far the words were checked in which the questions were asked aloud, as the provenance says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testimony.domain.testimony.languages import AUTONYMS
from testimony.questionnaire.sentence_states import state_of


@dataclass(frozen=True, kw_only=True)
class AskedWords:
    """The questions that were asked in one language. `checked`: so many in words that a speaker of it had checked;
    `draft`: so many in words that nobody had."""

    language: str
    checked: int
    draft: int


def read(content: Mapping[str, Any]) -> list[AskedWords]:
    """What the provenance `content` says, by the languages' own names. A state that this version does not know counts
    as a draft, so that it never says too much. A language in no list of ours could be free text, and is left out.
    """
    said = content.get("questions")
    told = said if isinstance(said, Mapping) else {}
    found = [_in(AUTONYMS[lang], states) for lang, states in told.items() if lang in AUTONYMS]
    return sorted((one for one in found if one.checked or one.draft), key=lambda one: one.language)


def _in(language: str, states: Any) -> AskedWords:
    fields = (
        {state: one for state, one in states.items() if isinstance(one, list)} if isinstance(states, Mapping) else {}
    )
    checked = sum(len(asked) for state, asked in fields.items() if _was_checked(state))
    return AskedWords(language=language, checked=checked, draft=sum(map(len, fields.values())) - checked)


def _was_checked(state: object) -> bool:
    try:
        return state_of(state).may_be_read
    except ValueError:
        return False
