"""One thing that is done aside, in a thread of its own, while whoever wants it does something else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Aside(Generic[T]):
    """Begins `act` at once. The thread ends with the process: nobody who stops a program waits for a link."""

    def __init__(self, act: Callable[[], T]) -> None:
        self._act = act
        self._given: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="testimony-aside", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until it has ended, well or not."""
        self._thread.join()

    @property
    def failed(self) -> bool:
        """Whether it has ended with an error."""
        return self._error is not None

    def result(self) -> T:
        """What `act` gave, once it has ended; raises what it raised."""
        self.wait()
        if self._error is not None:
            raise self._error
        return self._given[0]

    def _run(self) -> None:
        try:
            self._given.append(self._act())
        except BaseException as error:
            self._error = error  # whatever it is, it is raised where somebody waits
            if not isinstance(error, Exception):
                raise
