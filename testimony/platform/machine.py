"""Asks the machine to set its clock or to make its hotspot. Only the image of a node has a service that does so.

The program itself may do neither. It leaves a request in a folder. A service of the image that runs as root takes the
request, checks it, and does what it says (`packaging/image/machine`).
"""

from __future__ import annotations

import enum
import os
import time
from datetime import datetime
from pathlib import Path
from typing import Final

REQUESTS: Final = Path("/run/testimony-machine")
"""The folder of the requests. It exists on a machine from the image alone."""
CLOCK: Final = "clock"
HOTSPOT: Final = "hotspot"
ANSWER: Final = 10.0
"""Seconds to wait for the service. After them a request that it did not take is taken back."""
LOOK: Final = 0.1


class Outcome(enum.Enum):
    """What became of a request."""

    DONE = enum.auto()
    WORKING = enum.auto()
    """The service took it, and has not ended yet."""
    REFUSED = enum.auto()
    """The service did not do it, or did not take it. It will not be done."""


def has_service(folder: Path = REQUESTS) -> bool:
    """Whether this machine has the service that answers requests in `folder`."""
    return folder.is_dir()


def set_clock(moment: datetime, folder: Path = REQUESTS, *, patience: float = ANSWER) -> Outcome:
    """Ask for `moment`, in whole seconds, and wait at most `patience` seconds.

    Raises `OSError` if the request cannot be written.
    """
    return _ask(folder / CLOCK, f"{int(moment.timestamp())}\n", patience)


def make_hotspot(name: str, password: str, folder: Path = REQUESTS, *, patience: float = ANSWER) -> Outcome:
    """Ask for a hotspot; both texts have one line. Waits and raises as `set_clock` does."""
    return _ask(folder / HOTSPOT, f"name={name}\npassword={password}\n", patience)


def last(folder: Path = REQUESTS) -> Outcome:
    """What became of the last requests: the worst of both."""
    requests = [folder / CLOCK, folder / HOTSPOT]
    if any(_taken(request).exists() for request in requests):
        return Outcome.WORKING
    return Outcome.REFUSED if any(_refused(request).exists() for request in requests) else Outcome.DONE


def _taken(request: Path) -> Path:
    return request.with_suffix(".taken")


def _refused(request: Path) -> Path:
    return request.with_suffix(".refused")


def _ask(request: Path, text: str, patience: float) -> Outcome:
    whole = request.with_suffix(".new")
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    _refused(request).unlink(missing_ok=True)
    whole.replace(request)
    ends = time.monotonic() + patience
    while request.exists() or _taken(request).exists():
        if time.monotonic() > ends:
            return _take_back(request)
        time.sleep(LOOK)
    return Outcome.REFUSED if _refused(request).exists() else Outcome.DONE


def _take_back(request: Path) -> Outcome:
    try:
        request.unlink()
    except FileNotFoundError:  # the service was quicker
        return Outcome.WORKING
    return Outcome.REFUSED
