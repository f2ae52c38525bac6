"""What the invented witness of a practice interview says: a line for each question, in a few languages of interviewers.

A line is found by the question's field; "told", "purpose" and "other" stand for what has no line of its own. The story
names no State and no real person. It is not in the catalogues: a witness speaks, and a page does not.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from testimony.questionnaire.codebook import read_json

FILE = "practice_witness.json"
OTHERWISE = "en"
"""What the witness speaks where nobody wrote the lines in the interviewer's language."""


@dataclass(frozen=True, kw_only=True)
class Witness:
    """The witness as somebody hears them who works in one language."""

    lang: str
    lines: Mapping[str, str]
    facts: tuple[str, ...]  # whose lines are compared at the end with what was entered, in the order of the story


@functools.cache
def heard_in(lang: str) -> Witness:
    """The witness's lines in `lang`, or in English where there are none."""
    held = read_json(FILE)
    every: Mapping[str, Mapping[str, str]] = held["lines"] | held["facts"]
    spoken = lang if all(lang in line for line in every.values()) else OTHERWISE
    said = {field: line[spoken] for field, line in every.items()}
    return Witness(lang=spoken, lines=said, facts=tuple(held["facts"]))
