"""Emptying the write-ahead log when nobody writes, so that deleted rows do not linger in it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from testimony.errors import TestimonyError


class Tidying:
    """A thread that calls `tidy` once after each burst of writing, `idle_seconds` after its last commit."""

    def __init__(self, tidy: Callable[[], None], idle_seconds: float) -> None:
        self._tidy = tidy
        self._idle_seconds = idle_seconds
        self._changed = threading.Condition()
        self._writes = 0
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="testimony-tidying", daemon=True)
        self._thread.start()

    def written(self) -> None:
        """Something was committed."""
        with self._changed:
            self._writes += 1
            if self._writes == 1:
                self._changed.notify()

    def stop(self) -> None:
        """End the thread and wait for it."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while self._quiet_after_writing():
            try:
                self._tidy()
            except TestimonyError:
                continue  # a full or failing disk is said to whoever writes next; tidying comes round again

    def _quiet_after_writing(self) -> bool:
        """Wait for a write and then for quiet; False when stopped."""
        with self._changed:
            self._changed.wait_for(lambda: self._writes or self._stopped)
            while not self._stopped:
                seen = self._writes
                self._changed.wait_for(lambda: self._stopped, timeout=self._idle_seconds)
                if self._writes == seen:
                    self._writes = 0
                    break
            return not self._stopped
