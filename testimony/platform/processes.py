"""Processes: started apart, asked to end, with as little of this one's surroundings as they can run with."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

if sys.platform == "win32":
    from testimony.platform.windows.processes import (
        APART,
        RENEWING,
        SHARES_PORTS,
        be_found_alone,
        end_this,
        end_with_starter,
    )
else:
    from testimony.platform.posix.processes import (
        APART,
        RENEWING,
        SHARES_PORTS,
        be_found_alone,
        end_this,
        end_with_starter,
    )

__all__ = [
    "APART",
    "RENEWING",
    "SHARES_PORTS",
    "bare",
    "be_found_alone",
    "end_this",
    "end_with_starter",
    "ended_early",
    "keep_files_private",
    "speak_utf8",
]
NEEDED = ("SYSTEMROOT",)
"""Without it Windows starts no Python; other systems do not have it."""


def bare(**values: str) -> dict[str, str]:
    """An environment with these values and what the system itself needs."""
    return {name: os.environ[name] for name in NEEDED if name in os.environ} | values


def keep_files_private() -> None:
    """What this process makes from now on is for this user alone, where files have modes."""
    os.umask(0o077)


def speak_utf8() -> None:
    """Write to a pipe or a file in UTF-8; Windows would take its old code page, which has no Arabic. Never fails."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if os.name == "nt" and reconfigure is not None and not stream.isatty():
            reconfigure(encoding="utf-8", errors="backslashreplace")


@contextmanager
def ended_early() -> Iterator[None]:
    """Write to a process that may end before it read everything. Windows calls that pipe invalid, others broken."""
    with suppress(BrokenPipeError):
        try:
            yield
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
