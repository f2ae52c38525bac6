"""File systems as Linux lists them. macOS lists them otherwise, and is not asked."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from testimony.platform.posix.media import MOUNTS, OCTAL

SHARED: Final = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "fuse.sshfs", "fuse.davfs2", "davfs", "fuse.rclone")
)
"""Over a network: locks and `fsync` hold as far as the other machine likes, and SQLite's log does not work there."""
PUBLIC: Final = frozenset(("vfat", "msdos", "exfat", "fuse.exfat"))
"""Of sticks: a file has no owner there, so every user of the machine reads it."""


def unfit(folder: Path, mounts: Path = MOUNTS) -> str | None:
    """The name of the file system of `folder`, or of the folder in which it will be, if no station may be there."""
    found = _kind(folder.absolute(), mounts) if mounts.is_file() else ""
    return found if found in SHARED | PUBLIC else None


def _kind(folder: Path, mounts: Path) -> str:
    """What is mounted last at the deepest point above the folder."""
    deepest, kind = -1, ""
    for line in mounts.read_text("utf-8", "surrogateescape").splitlines():
        words = line.split(" ")
        point = Path(OCTAL.sub(lambda code: chr(int(code[1], 8)), words[4]))
        if folder.is_relative_to(point) and len(point.parts) >= deepest:
            deepest, kind = len(point.parts), words[words.index("-") + 1]
    return kind
