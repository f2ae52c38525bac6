"""What is said aloud for each question of the form, in simple words. One file per language in `spoken/`.

They are not in the scripts, because a consent names a script by its hash: a better question would make a new version of
what somebody agreed to. Nor are they in the form: its hash stands in every part.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

from testimony.questionnaire.codebook import read_json
from testimony.questionnaire.consent_scripts import LANGUAGES


@dataclass(frozen=True, kw_only=True)
class SpokenQuestion:
    """How one question of the form is asked aloud."""

    say: str  # one short clause
    options: Mapping[str, str] = field(default_factory=dict)  # code -> what to say; of the codes that are said aloud


@dataclass(frozen=True, kw_only=True)
class SpokenQuestions:
    """The spoken questions of the form in one language, by the id of the field. None of them holds a name in braces."""

    id: str
    version: int
    lang: str
    draft: bool  # no second speaker has checked it
    questions: Mapping[str, SpokenQuestion]

    @classmethod
    def load(cls, lang: str) -> SpokenQuestions:
        """The spoken questions in `lang`. Raises KeyError for a language that has no script."""
        if lang not in LANGUAGES:
            raise KeyError(lang)
        return _load(lang)

    def sentences(self) -> dict[str, str]:
        """All of them by key: each `question.<field>`, then its answers as `option.<field>.<code>`."""
        found: dict[str, str] = {}
        for name, one in self.questions.items():
            found[question_key(name)] = one.say
            found |= {option_key(name, code): text for code, text in one.options.items()}
        return found


def question_key(name: str) -> str:
    """The key of what is said for the field `name`."""
    return f"question.{name}"


def option_key(name: str, code: str) -> str:
    """The key of what is said for the answer `code` to the field `name`."""
    return f"option.{name}.{code}"


@functools.cache
def never_asked() -> Mapping[str, str]:
    """The fields of the form that nobody asks aloud: {field: the reason}."""
    fields: dict[str, str] = read_json("never_asked.json")["fields"]
    return fields


@functools.cache
def _load(lang: str) -> SpokenQuestions:
    raw = read_json(f"spoken/{lang}.json")
    questions = {name: SpokenQuestion(**entry) for name, entry in raw["questions"].items()}
    return SpokenQuestions(**{**raw, "questions": questions})
