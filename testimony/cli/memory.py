"""Keeps what this process opens out of core dumps, out of the sight of other programs, and out of swap."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from pathlib import Path
from typing import Any

NOT_DUMPABLE = (4, 0, 0, 0, 0)  # PR_SET_DUMPABLE of Linux's prctl
CURRENT_FUTURE_TOUCHED = 1 | 2 | 4  # of Linux's mlockall; the last: only pages that are in use
SWAPS = Path("/proc/swaps")


def withhold() -> None:
    """No core dumps; on Linux no other program of the same user reads this memory either."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux" and _library().prctl(*NOT_DUMPABLE) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_DUMPABLE)")


def is_kept_out_of_swap() -> bool:
    """Ask the system to keep all of this process out of swap; False where it refuses and swaps.

    A limit that is not reached yet would make a later allocation fail, so it is asked only where there is none.
    """
    if sys.platform != "linux":
        return False
    soft, hard = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if hard == resource.RLIM_INFINITY and soft != hard:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (hard, hard))
    free = hard == resource.RLIM_INFINITY or os.geteuid() == 0
    if free and _library().mlockall(CURRENT_FUTURE_TOUCHED) == 0:
        return True
    return not _swaps()


def _swaps() -> bool:
    return not SWAPS.exists() or len(SWAPS.read_text("utf-8").splitlines()) > 1


def _library() -> Any:
    return ctypes.CDLL(None, use_errno=True)
