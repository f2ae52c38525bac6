"""A command out of the program that has everything imported, held as `subprocess.Popen` holds one."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from tests.support.journeys.warm_process import warmed

LONGEST = 600.0  # seconds until a test that waits has failed


class Program:
    """What it prints comes out of two pipes; `quiet`: nobody reads what it says of errors."""

    def __init__(
        self, arguments: Sequence[object], variables: Mapping[str, str] | None = None, *, quiet: bool = False
    ) -> None:
        self._kept = tempfile.TemporaryDirectory()
        self._code = Path(self._kept.name, "code")
        self._ended: int | None = None
        self._last = signal.SIGKILL  # the signal that it was sent last
        (reading, out), (failing, err) = os.pipe(), os.pipe()
        ours = Path(f"/proc/{os.getpid()}/fd")
        files = (ours / str(out), Path(os.devnull) if quiet else ours / str(err))
        self._started = warmed(variables).start(list(map(str, arguments)), *files, variables or {}, code=self._code)
        for end in (out, err):
            os.close(end)
        self.pid = self._started.number
        self.stdout, self.stderr = os.fdopen(reading, encoding="utf-8"), os.fdopen(failing, encoding="utf-8")

    def __enter__(self) -> Program:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.wait()
        self.close()

    def close(self) -> None:
        """Once it has ended: what it printed and left is thrown away."""
        self._ended = self.poll()
        self.stdout.close()
        self.stderr.close()
        self._kept.cleanup()

    def poll(self) -> int | None:
        if self._ended is not None or self._started.is_running():
            return self._ended
        return int(self._code.read_text("ascii")) if self._code.exists() else -self._last

    def wait(self, patience: float = LONGEST) -> int:
        self._started.wait(patience)
        found = self.poll()
        assert found is not None
        return found

    def send_signal(self, sign: signal.Signals) -> None:
        if self._started.is_running():
            self._last = sign
        self._started.send_signal(sign)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)
