"""The texts of the withdrawal page beside its script, one file per language. No consent names these texts.

They are not in the scripts, because a consent names a script by its hash: a better label for a button would make a new
version of what somebody agreed to, and that version would have to be checked and recorded again in every language.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from testimony.questionnaire.codebook import read_json
from testimony.questionnaire.consent_scripts import LANGUAGES


@dataclass(frozen=True, kw_only=True)
class PageWords:
    """The words of the page in one language. None of them holds a name in braces."""

    lang: str
    draft: bool  # no second speaker has checked it
    words: Mapping[str, str]

    @classmethod
    def load(cls, lang: str) -> PageWords:
        """The texts in `lang`. Raises KeyError for a language that has no script."""
        if lang not in LANGUAGES:
            raise KeyError(lang)
        return _load(lang)


@functools.cache
def _load(lang: str) -> PageWords:
    return PageWords(**read_json(f"withdrawal_texts/{lang}.json"))
