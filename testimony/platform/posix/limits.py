"""Limits by `setrlimit`; on Linux a filter of system calls too (seccomp)."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
import threading
from typing import Final

# read write close fstat lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn mremap madvise
# sched_yield getpid gettid futex clock_gettime getrandom sigaltstack exit exit_group
CALLS: Final[dict[str, tuple[int, tuple[int, ...]]]] = {
    "x86_64": (
        0xC000003E,
        (0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 25, 28, 24, 39, 186, 202, 228, 318, 131, 60, 231),
    ),
    "aarch64": (
        0xC00000B7,
        (63, 64, 57, 80, 62, 222, 226, 215, 214, 134, 135, 139, 216, 233, 124, 172, 178, 98, 113, 278, 132, 93, 94),
    ),
}
"""By machine: its number in <linux/audit.h>, and the allowed system calls, in the order above."""
GETRUSAGE = {"x86_64": 98, "aarch64": 165}
SECCOMP = {"x86_64": 317, "aarch64": 277}
KILL, ALLOW = 0x80000000, 0x7FFF0000
LOAD, EQUAL, ANSWER = 0x20, 0x15, 0x06
NO_NEW_PRIVILEGES = 38  # of prctl
FILTER, EVERY_THREAD = 1, 1  # SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC
GLANCE = 0.02  # seconds between two looks at the memory


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def limit(*, memory: int, seconds: int, too_large: int, alone: bool = False) -> None:
    """Forbid growing files and core dumps; limit memory (bytes) and time on the processor.

    `alone`: forbid new processes. Where the kernel does not enforce the limit of memory, as on macOS, a thread looks
    at it and ends the process with the exit code `too_large`.
    """
    if sys.platform != "linux":
        watch(memory, too_large)
    for what, most in (
        *(((resource.RLIMIT_AS, memory),) if sys.platform == "linux" else ()),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        *(((resource.RLIMIT_NPROC, 0),) if alone else ()),
    ):
        resource.setrlimit(what, (most, most))


def watch(memory: int, too_large: int) -> None:
    """End this process with the code `too_large` soon after it used more than `memory` bytes."""
    unit = 1 if sys.platform == "darwin" else 1024

    def look() -> None:
        while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit <= memory:
            ended.wait(GLANCE)
        os._exit(too_large)

    ended = threading.Event()
    threading.Thread(target=look, name="memory", daemon=True).start()


def confine(*, measures: bool = False) -> bool:
    """Restrict this process, with every thread that it has, to reading, writing and its own memory.

    False if Linux has no such filter for it.
    `measures`: it may ask how much of the processor it used, as some engines do all the time.
    """
    if sys.platform != "linux":
        return True  # only the limits: docs/decisions/decoder.md explains it
    known = CALLS.get(platform.machine())
    if known is None:
        return False
    machine, calls = known
    calls = (*calls, GETRUSAGE[platform.machine()]) if measures else calls
    steps = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, machine), (ANSWER, 0, 0, KILL), (LOAD, 0, 0, 0)]
    steps += [(EQUAL, len(calls) - place, 0, call) for place, call in enumerate(calls)]
    steps += [(ANSWER, 0, 0, KILL), (ANSWER, 0, 0, ALLOW)]
    program = _Program(len(steps), b"".join(struct.pack("=HBBI", *step) for step in steps))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    call = ctypes.c_long(SECCOMP[platform.machine()])
    return int(libc.syscall(call, FILTER, EVERY_THREAD, ctypes.byref(program))) == 0
