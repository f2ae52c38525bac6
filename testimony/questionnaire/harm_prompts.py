"""Do-no-harm prompts: which answers call for which help, and after which answers no more detail is asked.

Conditions are those of the form (`conditions.py`), over its answers and those of the cards before it. The texts are in
the scripts.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from testimony.questionnaire.codebook import read_json


@dataclass(frozen=True, kw_only=True)
class Prompt:
    id: str  # urgent, return, child, sexual, medical, missing
    when: Any  # a condition
    kinds: tuple[str, ...]  # of referrals, the most fitting first
    silences: tuple[str, ...] = ()  # fields that leave the path; what was answered before stays

    @property
    def words(self) -> str:
        """The name of what is said to the witness, in `Script.words`."""
        return f"prompt_{self.id}"


@functools.cache
def prompts() -> tuple[Prompt, ...]:
    """All of them, in the order in which they are shown when several are due."""
    return tuple(
        Prompt(id=one["id"], when=one["when"], kinds=tuple(one["kinds"]), silences=tuple(one.get("silences", ())))
        for one in read_json("prompts.json")["prompts"]
    )
