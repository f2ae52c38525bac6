"""Shared by tests: demo."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.cli.program import ROOT


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
