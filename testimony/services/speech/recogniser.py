"""Run the engine that writes a recording down: a child process without network, watched, and ended when asked."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, cast

from testimony.background.worker import Run
from testimony.domain.testimony.note import LATEST
from testimony.domain.testimony.transcript import LONGEST, Word
from testimony.platform import processes
from testimony.services.speech import recogniser_process
from testimony.services.speech.errors import SpeechRefused
from testimony.services.speech.models import Model

CHILD: Final = Path(recogniser_process.__file__)
ENGINE: Final = "pocketsphinx"
STALL: Final = 120.0  # seconds without a line, after which the engine hangs
LEAST: Final = 120  # seconds of processor that every recording gets
FACTOR: Final = 20  # and for each second of it
LONGEST_LINE: Final = 1 << 20
MOST_WORDS: Final = LONGEST // 2
WHY: Final = {
    recogniser_process.ABSENT: "absent",
    recogniser_process.MODEL: "load",
    recogniser_process.DAMAGED: "damaged",
    recogniser_process.LARGE: "slow",
    recogniser_process.OPEN: "absent",
    **dict.fromkeys((-9, -24), "slow"),  # SIGKILL, SIGXCPU: no processor time is left
}


@dataclass(kw_only=True)
class Hearing(Run):
    """One recording that is written down. `words`: what was heard so far. `done` and `total` are milliseconds."""

    words: list[Word] = field(default_factory=list)
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False, compare=False)

    def stop(self) -> None:
        """End it at once, and its engine."""
        super().stop()
        child = self._child
        if child is not None:
            child.kill()

    def watch(self, child: subprocess.Popen[bytes]) -> None:
        """End `child` with this run, also when that was to end before."""
        self._child = child
        if self.stopping:
            child.kill()


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


def hear(run: Hearing, model: Model, recording: Iterable[bytes], *, seconds: int, stall: float = STALL) -> None:
    """Write the recording down into `run.words`. `seconds`: its length, for the limit of processor time.

    Raises `SpeechRefused`, `Stopped`, and what `recording` raises. Data goes through pipes, and none to a disk.
    """
    if not model.is_whole():
        raise SpeechRefused("altered")
    child = subprocess.Popen(
        [sys.executable, "-I", "-B", str(CHILD), str(model.folder.resolve()), str(LEAST + FACTOR * seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=processes.bare(),
        cwd="/",
    )
    run.watch(child)
    watchdog = _Watchdog(child.kill, stall)
    with child:
        try:
            _give(child, recording, run)
            for line in _lines(child, watchdog):
                _take(run, line)
            code = child.wait()
        finally:
            watchdog.end()
            child.kill()
    run.require_wanted()
    if watchdog.barked:
        raise SpeechRefused("slow")
    if code:
        raise SpeechRefused(WHY.get(code, "crashed"))


class _Watchdog:
    """Calls `act` when nobody stroked it for `seconds`."""

    def __init__(self, act: Callable[[], None], seconds: float) -> None:
        self.barked = False
        self._act, self._seconds = act, seconds
        self._timer = self._begun()

    def stroke(self) -> None:
        self._timer.cancel()
        self._timer = self._begun()

    def end(self) -> None:
        self._timer.cancel()

    def _begun(self) -> threading.Timer:
        timer = threading.Timer(self._seconds, self._bark)
        timer.daemon = True
        timer.start()
        return timer

    def _bark(self) -> None:
        self.barked = True
        self._act()


def _give(child: subprocess.Popen[bytes], recording: Iterable[bytes], run: Run) -> None:
    into = cast("IO[bytes]", child.stdin)
    with processes.ended_early():
        for piece in recording:
            run.require_wanted()
            into.write(piece)
    with processes.ended_early():
        into.close()


def _lines(child: subprocess.Popen[bytes], watchdog: _Watchdog) -> Iterator[bytes]:
    out = cast("IO[bytes]", child.stdout)
    while line := out.readline(LONGEST_LINE):
        watchdog.stroke()
        yield line


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
