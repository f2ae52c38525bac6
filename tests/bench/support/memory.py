"""What this process itself needs."""

from __future__ import annotations

import os
from pathlib import Path


def in_memory() -> int:
    """Bytes of this process that lie in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
