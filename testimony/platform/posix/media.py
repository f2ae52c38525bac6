"""USB sticks on Linux and macOS: what is mounted where the system puts them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MOUNTED: Final = (Path("/media"), Path("/run/media"), Path("/mnt"))
"""Below these Linux mounts people's sticks."""
VOLUMES: Final = Path("/Volumes")
"""In it macOS mounts them."""
MOUNTS: Final = Path("/proc/self/mountinfo")
OCTAL: Final = re.compile(r"\\([0-7]{3})")


def mounted(*, below: tuple[Path, ...] = MOUNTED, mounts: Path = MOUNTS, volumes: Path = VOLUMES) -> Iterator[Path]:
    """Every folder where a stick may be."""
    if mounts.is_file():
        for line in mounts.read_text("utf-8", "surrogateescape").splitlines():
            point = Path(OCTAL.sub(lambda code: chr(int(code[1], 8)), line.split(" ")[4]))
            if any(point != folder and point.is_relative_to(folder) for folder in below):
                yield point
    elif sys.platform == "darwin" and volumes.is_dir():
        yield from (one for one in sorted(volumes.iterdir()) if os.path.ismount(one) and not one.is_symlink())
