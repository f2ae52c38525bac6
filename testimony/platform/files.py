"""Files and folders: opened for bytes, made durable, moved into place."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    from testimony.platform.windows.files import (
        MOVES_OPEN,
        make_folder,
        opened_folder,
        put_folder,
        replace,
        sync,
        sync_file,
        sync_folder,
        sync_stick,
        syncfs,
    )
else:
    from testimony.platform.posix.files import (
        MOVES_OPEN,
        make_folder,
        opened_folder,
        put_folder,
        replace,
        sync,
        sync_file,
        sync_folder,
        sync_stick,
        syncfs,
    )

__all__ = [
    "MOVES_OPEN",
    "create",
    "forget_cached",
    "let_others_read",
    "make_folder",
    "open_bytes",
    "opened_folder",
    "put_folder",
    "read_at",
    "replace",
    "reserve",
    "sync",
    "sync_file",
    "sync_folder",
    "sync_stick",
    "syncfs",
    "taken",
]
BYTES = getattr(os, "O_BINARY", 0)
"""Without it Windows writes two bytes for each line feed."""
BLOCK = 512  # what `st_blocks` counts
PIECE = bytes(1 << 20)


def open_bytes(path: Path | str, flags: int, mode: int = 0o600) -> int:
    """Like `os.open`, for bytes on every system; a new file is for this user alone. Raises `OSError`."""
    return os.open(path, flags | BYTES, mode)


def create(path: Path | str) -> int:
    """A descriptor of a new file for this user alone. Raises `FileExistsError`, `OSError`."""
    return open_bytes(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)


def reserve(descriptor: int, size: int) -> None:
    """Give the empty file `size` bytes of the disk, and not in name alone. Raises `OSError`."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
        return
    written = 0
    while written < size:
        written += os.write(descriptor, PIECE[: size - written])
    sync(descriptor)


def taken(path: Path) -> int:
    """Bytes that the file takes up on the disk, as far as the system tells. Raises `OSError`."""
    status = path.stat()
    return status.st_blocks * BLOCK if hasattr(status, "st_blocks") else status.st_size


def read_at(descriptor: int, size: int, place: int) -> bytes:
    """Up to `size` bytes of an open file, from `place` on, and leave it there. Raises `OSError`."""
    os.lseek(descriptor, place, os.SEEK_SET)
    return os.read(descriptor, size)


def forget_cached(descriptor: int) -> None:
    """Read the file from the medium next, where a system can be told so."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def let_others_read(descriptor: int, mode: int) -> None:
    """Set the mode of an open file, where files have one. Raises `OSError`."""
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, mode)
