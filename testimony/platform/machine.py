"""Asks the machine to set its clock or to make its hotspot. Only the image of a node has a service that does so.

The program itself may do neither. It leaves a request in a folder. A service of the image that runs as root checks the
request, does what it says and deletes it (`packaging/image/machine`).
"""

from __future__ import annotations

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
"""Seconds that the machine has to do what was asked."""
LOOK: Final = 0.1


def has_service(folder: Path = REQUESTS) -> bool:
    """Whether this machine has the service that answers requests in `folder`."""
    return folder.is_dir()


def set_clock(moment: datetime, folder: Path = REQUESTS, *, patience: float = ANSWER) -> bool:
    """Ask for `moment`, in whole seconds. Returns whether the machine took the request within `patience` seconds.

    Raises `OSError` if the request cannot be written.
    """
    return _ask(folder / CLOCK, f"{int(moment.timestamp())}\n", patience)


def make_hotspot(name: str, password: str, folder: Path = REQUESTS, *, patience: float = ANSWER) -> bool:
    """Ask for a hotspot; both texts have one line. Returns and raises as `set_clock` does."""
    return _ask(folder / HOTSPOT, f"name={name}\npassword={password}\n", patience)


def _ask(request: Path, text: str, patience: float) -> bool:
    whole = request.with_suffix(".new")
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    whole.replace(request)
    ends = time.monotonic() + patience
    while request.exists():
        if time.monotonic() > ends:
            request.unlink(missing_ok=True)
            return False
        time.sleep(LOOK)
    return True
