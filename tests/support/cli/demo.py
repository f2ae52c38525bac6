"""A running demonstration, and what it prints."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from testimony.cli.station.demo import SECRETS
from tests.support.cli.program import ROOT


@dataclass(frozen=True)
class Said:
    """What a demonstration tells who starts it: on the screen, and in the file with the passphrases."""

    folder: Path
    printed: str

    def address(self, person: str) -> str:
        """Of the desk of this person."""
        return next(words[1] for words in self._lines() if len(words) > 2 and words[2] == person)

    def passphrase(self, person: str) -> str:
        return next(" ".join(words[1:-1]) for words in self._lines() if words[:1] == [person])

    def _lines(self) -> list[list[str]]:
        told = (self.folder / SECRETS).read_text("utf-8")
        return [line.split() for line in (*self.printed.splitlines(), *told.splitlines())]


@contextmanager
def demonstration(folder: Path, first_port: int, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running demonstration and what it printed until it was ready."""
    command = [sys.executable, "-m", "testimony", "demo", "--folder", str(folder), "--port", str(first_port), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            printed = ""
            assert process.stdout is not None
            for line in process.stdout:
                printed += line
                if "Ctrl-C stops all" in line:
                    break
            else:
                assert process.stderr is not None
                pytest.fail(process.stderr.read())
            yield process, printed
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
