"""Run the engine that drafts a translation: a child process without network."""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from testimony.services.speech import child, models, translator_process
from testimony.services.speech.child import Task, Watched
from testimony.services.speech.errors import DraftRefused
from testimony.services.speech.models import Model

CHILD: Final = Path(translator_process.__file__)
ENGINE: Final = "ctranslate2"
TOKENS: Final = "sentencepiece"
"""Cuts a sentence into what the engine reads."""
LEAST: Final = 300  # seconds of processor that every text gets
CHARACTERS: Final = 5  # for so many of them one more
LONGEST: Final = 100_000  # characters of a text
LONGEST_SENTENCE: Final = 20_000  # characters
_UNREADABLE: Final = re.compile("[\x00-\x1f\ud800-\udfff]")
WHY: Final = {
    translator_process.ABSENT: "absent",
    translator_process.MODEL: "load",
    translator_process.LARGE: "slow",
    translator_process.OPEN: "absent",
}


@dataclass(kw_only=True)
class Translating(Watched):
    """`texts`: what the machine wrote so far, in order; None for a sentence that is too long for its model."""

    texts: list[str | None] = field(default_factory=list)


def is_installed() -> bool:
    """Whether this computer has the engine. It is looked up and not loaded."""
    try:
        engine()
    except DraftRefused:
        return False
    return True


def engine() -> str:
    """Name and version. Raises `DraftRefused("absent")`."""
    try:
        version, _other = (importlib.metadata.version(one) for one in (ENGINE, TOKENS))
    except importlib.metadata.PackageNotFoundError as error:
        raise DraftRefused("absent") from error
    return f"{ENGINE} {version}"


def translate(
    run: Translating, model: Model, sentences: Sequence[str], *, lang: str, to: str, stall: float = child.STALL
) -> None:
    """Write a draft of each of `sentences` into `run.texts`. `model` is one of `models.translating(lang, to)`.

    Raises `DraftRefused`, `Stopped`. Data goes through pipes, and none to a disk.
    """
    size = sum(map(len, sentences))
    if size > LONGEST:
        raise DraftRefused("long")
    if not model.is_whole(run.require_wanted):
        raise DraftRefused("altered")
    task = Task(
        program=CHILD,
        arguments=(str(model.folder.resolve()), str(LEAST + size // CHARACTERS), *models.tokens(model, lang, to)),
        given=[json.dumps(list(sentences)).encode()],
        take=partial(_take, run, len(sentences)),
        why=WHY,
        refused=DraftRefused,
    )
    child.converse(run, task, stall=stall)
    if len(run.texts) != len(sentences):
        raise DraftRefused("crashed")


def _take(run: Translating, most: int, line: bytes) -> None:
    """The child's output is never trusted. Raises `DraftRefused("crashed")`."""
    try:
        text = json.loads(line)["text"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DraftRefused("crashed") from error
    if len(run.texts) >= most or not (text is None or _is_readable(text)):
        raise DraftRefused("crashed")
    run.texts.append(text)
    run.done = len(run.texts)


def _is_readable(text: object) -> bool:
    """Joiners of Arabic and Indic scripts count as text; signs of control and halves of a character do not."""
    return isinstance(text, str) and len(text) <= LONGEST_SENTENCE and not _UNREADABLE.search(text)
