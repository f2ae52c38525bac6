"""Runs one function in a background thread while the caller does something else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent import futures
from typing import Generic, TypeVar

T = TypeVar("T")


class Aside(Generic[T]):
    """Begins `act` at once. The thread ends with the process: nobody who stops a program waits for a link."""

    def __init__(self, act: Callable[[], T]) -> None:
        self._future: futures.Future[T] = futures.Future()
        threading.Thread(target=self._run, args=(act,), name="testimony-aside", daemon=True).start()

    def wait(self) -> None:
        """Until it has ended, well or not."""
        futures.wait([self._future])

    @property
    def failed(self) -> bool:
        """Whether it has ended with an error."""
        return self._future.done() and self._future.exception() is not None

    def result(self, seconds: float | None = None) -> T:
        """What `act` gave, once it has ended; raises what it raised, and `TimeoutError` after so many seconds."""
        return self._future.result(seconds)

    def _run(self, act: Callable[[], T]) -> None:
        try:
            given = act()
        except BaseException as error:  # noqa: BLE001  # whatever it is, `result` raises it where somebody waits
            self._future.set_exception(error)
        else:
            self._future.set_result(given)
