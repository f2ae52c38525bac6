"""The machine's own clock since it started, which no wrong date affects."""

from __future__ import annotations

import secrets
import time
from functools import cache
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def running() -> float:
    """Seconds on the machine's own clock since it started, including sleep if the system counts it."""
    if hasattr(time, "clock_gettime"):
        return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
    return time.monotonic()


@cache
def boot() -> str:
    """An id of this run of the machine; if the system has none, of this run of the program."""
    return BOOT_ID.read_text("ascii").strip() if BOOT_ID.is_file() else secrets.token_hex(16)
