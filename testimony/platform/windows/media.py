"""USB sticks on Windows: drives with a letter that the system calls removable."""

from __future__ import annotations

import ctypes
import string
from collections.abc import Iterator
from pathlib import Path

from testimony.platform.windows import api

REMOVABLE = 2  # DRIVE_REMOVABLE


def mounted() -> Iterator[Path]:
    """Every drive where a stick may be."""
    kernel = api.system_dll("kernel32")
    letters = int(kernel.GetLogicalDrives())
    for place, letter in enumerate(string.ascii_uppercase):
        root = f"{letter}:\\"
        if letters >> place & 1 and kernel.GetDriveTypeW(ctypes.c_wchar_p(root)) == REMOVABLE:
            yield Path(root)
