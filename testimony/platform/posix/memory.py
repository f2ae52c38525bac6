"""Memory as Linux and macOS have it: `prctl`, `mlockall`, `mallopt`."""

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
ARENAS = -8  # M_ARENA_MAX of glibc's mallopt
MAPPED = -3  # M_MMAP_THRESHOLD
LARGE = 128 * 1024  # bytes from which memory goes back to the system as soon as it is free


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


def share_one_heap(*, keeps: bool = False) -> None:
    """glibc gives each thread a heap of its own, which keeps what the thread once needed: 3 MB in all.

    After the first large body it would keep the memory of all later ones, too; `keeps`: let it do so.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if set_option is not None:
        set_option(ARENAS, 1)
        if not keeps:
            set_option(MAPPED, LARGE)
