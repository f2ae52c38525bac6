"""Run the engine that writes a recording down: a child process without network."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from testimony.domain.testimony.note import LATEST
from testimony.domain.testimony.transcript import LONGEST, Word
from testimony.services.speech import child, recogniser_process
from testimony.services.speech.child import Task, Watched
from testimony.services.speech.errors import SpeechRefused
from testimony.services.speech.models import Model

CHILD: Final = Path(recogniser_process.__file__)
ENGINE: Final = "pocketsphinx"
LEAST: Final = 120  # seconds of processor that every recording gets
FACTOR: Final = 20  # and for each second of it
MOST_WORDS: Final = LONGEST // 2
WHY: Final = {
    recogniser_process.ABSENT: "absent",
    recogniser_process.MODEL: "load",
    recogniser_process.DAMAGED: "damaged",
    recogniser_process.LARGE: "slow",
    recogniser_process.OPEN: "absent",
}


@dataclass(kw_only=True)
class Hearing(Watched):
    """One recording that is written down. `words`: what was heard so far. `done` and `total` are milliseconds."""

    words: list[Word] = field(default_factory=list)


def is_installed() -> bool:
    """Whether this computer has the engine. It is looked up and not loaded."""
    try:
        engine()
    except SpeechRefused:
        return False
    return True


def engine() -> str:
    """Name and version. Raises `SpeechRefused("absent")`."""
    try:
        return f"{ENGINE} {importlib.metadata.version(ENGINE)}"
    except importlib.metadata.PackageNotFoundError as error:
        raise SpeechRefused("absent") from error


def hear(run: Hearing, model: Model, recording: Iterable[bytes], *, seconds: int, stall: float = child.STALL) -> None:
    """Write the recording down into `run.words`. `seconds`: its length, for the limit of processor time.

    Raises `SpeechRefused`, `Stopped`, and what `recording` raises. Data goes through pipes, and none to a disk.
    """
    if not model.is_whole(run.require_wanted):
        raise SpeechRefused("altered")
    task = Task(
        program=CHILD,
        arguments=(str(model.folder.resolve()), str(LEAST + FACTOR * seconds)),
        given=recording,
        take=partial(_take, run),
        why=WHY,
        refused=SpeechRefused,
    )
    child.converse(run, task, stall=stall)


def _take(run: Hearing, line: bytes) -> None:
    """The child's output is never trusted. Raises `SpeechRefused("crashed")`."""
    try:
        said = json.loads(line)
        far, words = _time(said["ms"]), [_word(*each) for each in said.get("words", ())]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SpeechRefused("crashed") from error
    if len(run.words) + len(words) > MOST_WORDS:
        raise SpeechRefused("crashed")
    run.words += words
    run.done = min(max(run.done, far), run.total)


def _word(start: Any, end: Any, text: Any) -> Word:
    if not isinstance(text, str) or not 0 < len(text) <= 100 or not text.isprintable():
        raise ValueError
    return Word(start=_time(start), end=_time(end), text=text)


def _time(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LATEST:
        raise ValueError
    return value
