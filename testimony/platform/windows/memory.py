"""Memory on Windows: no report of a crash has any of it. A program of the same user can read it, and it may be swapped.

`VirtualLock` holds single pages, and Python does not say where it copies a text to. So a desk says that the swap file
must be encrypted (docs/own-key.md).
"""

from __future__ import annotations

from testimony.platform.windows import api

NO_BOXES = 0x1 | 0x2 | 0x8000  # SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SEM_NOOPENFILEERRORBOX
NO_HEAP = 0x1  # WER_FAULT_REPORTING_FLAG_NOHEAP


def withhold() -> None:
    """Keep this memory out of the reports that Windows makes of a crash. Raises `OSError`."""
    kernel = api.system_dll("kernel32")
    kernel.SetErrorMode(NO_BOXES)
    if kernel.WerSetFlags(NO_HEAP) != 0:
        raise api.error(api.last_error())


def is_kept_out_of_swap() -> bool:
    """False: Windows keeps no whole process out of its swap file."""
    return False


def share_one_heap(*, keeps: bool = False) -> None:
    """Nothing to do: threads share one heap on Windows."""
