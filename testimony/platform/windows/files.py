"""Files and folders on Windows: names are written through, open files make others wait, folders get an access list.

Windows documents no way to make a folder durable. NTFS writes names to its own log, and `replace` asks it to wait for
the disk (MOVEFILE_WRITE_THROUGH).
"""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from testimony.platform.windows import api

MOVES_OPEN = False
"""Whether a folder can be renamed while a file in it is open."""
REPLACE_EXISTING, WRITE_THROUGH = 0x1, 0x8  # of MoveFileExW
BUSY = (5, 32, 33)  # access denied, sharing violation, lock violation
BUSY_TIMEOUT = 3.0  # seconds: a scanner for viruses, or a reader of ours, has a file open for so long at most
GLANCE = 0.02
OWNER_ALONE = "D:P(A;OICI;FA;;;OW)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
"""Owner, system and administrators may do everything, also with what is made in the folder; nobody else anything."""
REVISION = 1  # SDDL_REVISION_1
ALREADY_THERE = 183
syncfs: Callable[[int], None] | None = None


class _Security(ctypes.Structure):
    """SECURITY_ATTRIBUTES."""

    _fields_ = (("length", ctypes.c_uint32), ("descriptor", ctypes.c_void_p), ("inherit", ctypes.c_int))


def sync(descriptor: int) -> None:
    """Make what was written there last. Raises `OSError`."""
    os.fsync(descriptor)  # calls FlushFileBuffers


@contextmanager
def opened_folder(folder: Path) -> Iterator[int]:
    """No descriptor: Windows opens no folder so. Raises `OSError` if there is none."""
    sync_folder(folder)
    yield -1


def sync_folder(folder: Path) -> None:
    """Raise `OSError` if there is no such folder; its names last already (see above)."""
    os.stat(folder)


sync_stick = sync_folder


def sync_file(path: Path | str) -> None:
    """Make the contents of a file last. Raises `OSError`."""
    if os.path.isdir(path):
        return
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))  # FlushFileBuffers needs the right to write
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def replace(new: Path | str, path: Path | str) -> None:
    """Give the file `new` the name `path`, in the place of what has it, also when somebody just reads that.

    Raises `OSError`; then both are as they were.
    """
    _move(new, path, REPLACE_EXISTING | WRITE_THROUGH)


def put_folder(new: Path, path: Path) -> None:
    """Give the folder `new` the name `path`, in the place of an empty folder or of none. Raises `OSError`."""
    if path.is_dir():
        path.rmdir()
    _move(new, path, WRITE_THROUGH)


def make_folder(folder: Path) -> None:
    """Make `folder`, and those above it that are missing, for this user alone; one that is there stays as it is.

    `os.mkdir` does that from Python 3.12.4 on; the last installer of 3.11 for Windows is older.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        _make_private(one)


def _make_private(folder: Path) -> None:
    descriptor = ctypes.c_void_p()
    rights = api.system_dll("advapi32").ConvertStringSecurityDescriptorToSecurityDescriptorW
    if not rights(ctypes.c_wchar_p(OWNER_ALONE), ctypes.c_uint32(REVISION), ctypes.byref(descriptor), None):
        raise api.error(api.last_error(), folder)
    kernel = api.system_dll("kernel32")
    security = _Security(ctypes.sizeof(_Security), descriptor, 0)
    try:
        if not kernel.CreateDirectoryW(ctypes.c_wchar_p(str(folder)), ctypes.byref(security)):
            number = api.last_error()
            if number != ALREADY_THERE or not folder.is_dir():
                raise api.error(number, folder)
    finally:
        kernel.LocalFree(descriptor)


def _move(new: Path | str, path: Path | str, flags: int) -> None:
    move = api.system_dll("kernel32").MoveFileExW
    until = time.monotonic() + BUSY_TIMEOUT
    while not move(ctypes.c_wchar_p(str(new)), ctypes.c_wchar_p(str(path)), ctypes.c_uint32(flags)):
        number = api.last_error()
        if number not in BUSY or time.monotonic() >= until:
            raise api.error(number, path)
        time.sleep(GLANCE)
