"""A stand-in for what Windows has and this system has not: `msvcrt`, and the functions of its libraries.

It does what Microsoft's documentation says they do, with what POSIX has. So the half for Windows really runs, as far as
that can be without a Windows.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from testimony.platform.windows import api, limits

POSIX = ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "readline")
"""Modules that Windows does not have."""
NAMES = {
    "os": (
        "fork", "register_at_fork", "getuid", "geteuid", "getgid", "getegid", "fchmod", "fchown", "chown", "lchown",
        "sync", "fstatvfs", "pread", "pwrite", "posix_fallocate", "posix_fadvise", "O_DIRECTORY",
        "O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK", "killpg", "setsid", "setpgid", "getpgid", "mkfifo", "uname", "sysconf",
        "fchdir", "chroot", "nice", "sched_getaffinity", "sched_setaffinity", "getloadavg", "wait", "forkpty",
    ),
    "time": ("clock_gettime", "CLOCK_BOOTTIME", "CLOCK_MONOTONIC", "tzset"),
    "socket": ("AF_UNIX",),
    "signal": ("SIGKILL", "SIGHUP", "SIGALRM", "SIGPIPE", "SIGUSR1", "SIGUSR2", "pthread_kill", "alarm", "setitimer"),
}  # fmt: skip
"""What these modules lack on Windows."""
DENIED, SHARING, MISSING, EXISTS = 5, 32, 2, 183


class Msvcrt:
    """`msvcrt`, with locks of open file descriptions on the bytes from where the file stands."""

    LK_LOCK, LK_NBLCK, LK_UNLCK = 1, 2, 0

    def __init__(self) -> None:
        import fcntl

        self._fcntl = fcntl

    def locking(self, descriptor: int, act: int, size: int) -> None:
        import struct

        kind = self._fcntl.F_UNLCK if act == self.LK_UNLCK else self._fcntl.F_WRLCK
        place = os.lseek(descriptor, 0, os.SEEK_CUR)
        asked = struct.pack("hhqqi4x", kind, os.SEEK_SET, place, size, 0)
        try:
            self._fcntl.fcntl(descriptor, self._fcntl.F_OFD_SETLK, asked)
        except OSError as error:
            raise PermissionError(errno.EACCES, "Permission denied") from error


class Function:
    """A function of a library, which may be told what it returns."""

    restype: Any = None

    def __init__(self, act: Callable[..., int]) -> None:
        self._act = act

    def __call__(self, *arguments: Any) -> int:
        return self._act(*arguments)


class Kernel:
    """kernel32 and advapi32. `drives`: their letters and types; `busy`: how often a file is open elsewhere."""

    def __init__(
        self, *, drives: dict[str, int] | None = None, busy: int = 0, systems: dict[str, str] | None = None
    ) -> None:
        self.drives, self.busy, self.systems = drives or {}, busy, systems or {}
        self.last_error = 0
        self.calls: list[str] = []
        self.moves: list[int] = []
        self.limits: Any = None
        self.jobs: list[int] = []
        self.screened: set[int] = set()
        self.entered = 0

    def __getattr__(self, name: str) -> Function:
        if name.startswith("__"):
            raise AttributeError(name)
        act = getattr(type(self), f"do_{name}", None)
        if act is None:
            raise AttributeError(f"{name} is in no library that this stand-in has")

        def call(*arguments: Any) -> int:
            self.calls.append(name)
            return int(act(self, *arguments))

        return Function(call)

    def fail(self, number: int) -> int:
        self.last_error = number
        return 0

    def do_MoveFileExW(self, new: Any, path: Any, flags: Any) -> int:
        self.moves.append(flags.value)
        if self.busy:
            self.busy -= 1
            return self.fail(SHARING)
        if not os.path.exists(new.value):
            return self.fail(MISSING)
        if os.path.exists(path.value) and not flags.value & 1:
            return self.fail(EXISTS)
        if os.path.isdir(path.value):
            return self.fail(DENIED)
        os.replace(new.value, path.value)
        return 1

    def do_ConvertStringSecurityDescriptorToSecurityDescriptorW(self, text: Any, *_: Any) -> int:
        assert text.value.startswith("D:P(")
        return 1

    def do_CreateDirectoryW(self, path: Any, security: Any) -> int:
        assert security is not None
        if os.path.exists(path.value):
            return self.fail(EXISTS)
        os.mkdir(path.value, 0o700)
        return 1

    def do_LocalFree(self, _: Any) -> int:
        return 0

    def do_SetErrorMode(self, _: Any) -> int:
        return 0

    def do_WerSetFlags(self, _: Any) -> int:
        return 0

    def do_GetLogicalDrives(self) -> int:
        return sum(1 << ord(letter) - ord("A") for letter in self.drives)

    def do_GetVolumeInformationW(self, root: Any, *told: Any) -> int:
        told[5].value = self.systems.get(root.value[:1], "NTFS")
        return 1

    def do_GetDriveTypeW(self, root: Any) -> int:
        return self.drives.get(root.value[0], 3)

    def do_CreateJobObjectW(self, *_: Any) -> int:
        self.jobs.append(71 + len(self.jobs))
        return self.jobs[-1]

    def do_GetCurrentProcess(self) -> int:
        return 2**64 - 1

    def do_SetInformationJobObject(self, job: Any, kind: int, told: Any, size: int) -> int:
        assert job.value in self.jobs
        assert size == ctypes.sizeof(told._obj)
        if kind == limits.EXTENDED:
            self.limits = told._obj
        if kind == limits.SCREEN:
            self.screened.add(job.value)
        return 1

    def do_AssignProcessToJobObject(self, job: Any, process: Any) -> int:
        """A process is in one job and in those below it, of which none has restrictions of the screen."""
        assert (job.value in self.jobs, process.value) == (True, 2**64 - 1)
        if self.entered and {self.entered, job.value} & self.screened:
            return self.fail(DENIED)
        self.entered = job.value
        return 1


def stand_in(monkeypatch: pytest.MonkeyPatch, kernel: Kernel) -> None:
    """Let the half for Windows find this in the place of Windows."""
    monkeypatch.setattr(api, "system_dll", lambda _: kernel)
    monkeypatch.setattr(api, "last_error", lambda: kernel.last_error)
    monkeypatch.setattr(api, "runtime", Msvcrt)
    limits.entered.cache_clear()


def private(folder: Path) -> bool:
    """Whether nobody else may enter the folder."""
    return folder.stat().st_mode & 0o077 == 0
