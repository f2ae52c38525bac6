"""Limits by a job object that this process puts itself into. Windows has no filter of system calls.

The kernel refuses memory over the limit, ends the process after so many seconds of processor, lets it start no other
process, and shows no box when it fails. It can still open files; nothing that it reads or writes tells it to.
"""

from __future__ import annotations

import ctypes
from functools import cache

from testimony.platform.windows import api

EXTENDED, SCREEN = 9, 4  # JobObjectExtendedLimitInformation, JobObjectBasicUIRestrictions
PROCESS_TIME, ACTIVE_PROCESS, PROCESS_MEMORY, DIE = 0x2, 0x8, 0x100, 0x400
EVERYTHING = 0xFF
"""No clipboard, no settings of the system, no window of another program, no shutdown."""
TICKS = 10_000_000  # in a second: Windows counts 100 nanoseconds


class _Basic(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("smallest_set", ctypes.c_size_t),
        ("largest_set", ctypes.c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    )


class Extended(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("basic", _Basic),
        ("io", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


def limit(*, memory: int, seconds: int, too_large: int, alone: bool = False) -> None:
    """Limit memory (bytes) and time on the processor; `alone`: forbid new processes. A second call changes the limits
    of the first. Raises `OSError`.

    `too_large` is for other systems: here an allocation over the limit fails at once.
    """
    kernel = api.system_dll("kernel32")
    flags = PROCESS_TIME | PROCESS_MEMORY | DIE | (ACTIVE_PROCESS if alone else 0)
    basic = _Basic(process_time=seconds * TICKS, flags=flags, processes=1 if alone else 0)
    limits = Extended(basic=basic, process_memory=memory)
    if not kernel.SetInformationJobObject(entered(), EXTENDED, ctypes.byref(limits), ctypes.sizeof(limits)):
        raise api.error(api.last_error())


@cache
def entered() -> ctypes.c_void_p:
    """The job of this process, which enters it at the first call: Windows puts no process of a job with `SCREEN` into
    another one. Raises `OSError`.
    """
    kernel = api.system_dll("kernel32")
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
    screen = ctypes.c_uint32(EVERYTHING)
    if not (
        job.value
        and kernel.SetInformationJobObject(job, SCREEN, ctypes.byref(screen), ctypes.sizeof(screen))
        and kernel.AssignProcessToJobObject(job, ctypes.c_void_p(kernel.GetCurrentProcess()))
    ):
        raise api.error(api.last_error())
    return job


def confine(*, measures: bool = False) -> bool:
    """True: there is no more to take away here than `limit` did (docs/decisions/decoder.md)."""
    return True
