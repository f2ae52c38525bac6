"""Windows' own functions. They are looked up when they are called, so that every system can import this half."""

from __future__ import annotations

import ctypes
import errno
import importlib
from pathlib import Path
from typing import Any

ERRORS = {
    2: errno.ENOENT,  # ERROR_FILE_NOT_FOUND
    3: errno.ENOENT,  # ERROR_PATH_NOT_FOUND
    5: errno.EACCES,  # ERROR_ACCESS_DENIED
    19: errno.EROFS,  # ERROR_WRITE_PROTECT
    32: errno.EACCES,  # ERROR_SHARING_VIOLATION: another program has it open
    33: errno.EACCES,  # ERROR_LOCK_VIOLATION
    39: errno.ENOSPC,  # ERROR_HANDLE_DISK_FULL
    80: errno.EEXIST,  # ERROR_FILE_EXISTS
    112: errno.ENOSPC,  # ERROR_DISK_FULL
    145: errno.ENOTEMPTY,  # ERROR_DIR_NOT_EMPTY
    183: errno.EEXIST,  # ERROR_ALREADY_EXISTS
}


def system_dll(name: str) -> Any:
    """A DLL of the system, such as kernel32, which keeps the number of its last error for `last_error`."""
    loader: Any = ctypes
    return loader.WinDLL(name, use_last_error=True)


def runtime() -> Any:
    """Python's module `msvcrt`."""
    return importlib.import_module("msvcrt")


def last_error() -> int:
    """The number of the error that the last call of a library's function ended with, in this thread."""
    calls: Any = ctypes
    return int(calls.get_last_error())


def error(number: int, *paths: Path | str) -> OSError:
    """The error of this number of Windows as Python would raise it."""
    return OSError(ERRORS.get(number, errno.EIO), f"Windows error {number}", *map(str, paths[:1]))
