"""The sandboxed child process that decodes a JPEG into raw pixels: it reads and writes pipes and can do nothing else.

Run by its path with `python -I`. It reads a JPEG on standard input and writes to standard output the width and height
(two unsigned 32-bit numbers, the high byte first), then the rows of red, green and blue. Limits are set and, on Linux,
a filter of system calls is in force before the first byte of the picture is read (docs/decisions/decoder.md).
"""

from __future__ import annotations

import ctypes
import io
import os
import platform
import resource
import struct
import sys

LARGEST = 16 << 20  # bytes of a JPEG
PIXELS = 25_000_000
MEMORY = 640 << 20
CPU = 15  # seconds
DAMAGED, LARGE, MIXED, FOREIGN, OPEN = 3, 4, 5, 6, 7
"""Exit codes if there is no picture; OPEN: this computer could not be locked down. Any other failure of the decoder
ends the child with another number.
"""

# read write close fstat lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn mremap madvise
# sched_yield getpid gettid futex clock_gettime getrandom sigaltstack exit exit_group
CALLS = {
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
KILL, ALLOW = 0x80000000, 0x7FFF0000
LOAD, EQUAL, ANSWER = 0x20, 0x15, 0x06
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def limit() -> None:
    """Forbid growing files, new processes and core dumps; limit memory and time."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))


def lock() -> bool:
    """Restrict this process to reading, writing and its own memory. False if Linux has no such filter for it."""
    if sys.platform != "linux":
        return True  # only the limits: docs/decisions/decoder.md explains it
    known = CALLS.get(platform.machine())
    if known is None:
        return False
    machine, calls = known
    steps = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, machine), (ANSWER, 0, 0, KILL), (LOAD, 0, 0, 0)]
    steps += [(EQUAL, len(calls) - place, 0, call) for place, call in enumerate(calls)]
    steps += [(ANSWER, 0, 0, KILL), (ANSWER, 0, 0, ALLOW)]
    program = _Program(len(steps), b"".join(struct.pack("=HBBI", *step) for step in steps))
    control = ctypes.CDLL(None, use_errno=True).prctl
    done = control(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or control(SECCOMP, FILTER, ctypes.byref(program), 0, 0)
    return int(done) == 0


def end_of(data: bytes) -> int | None:
    """Where the first picture in `data` ends, after its end marker; None if it does not end."""
    at = 2
    while (at := data.find(b"\xff", at)) >= 0:
        marker = data[at + 1 : at + 2]
        if marker in (b"\x00", b"\x01", b"\xff") or b"\xd0" <= marker <= b"\xd8":
            at += 1 if marker == b"\xff" else 2
        elif marker == b"\xd9":
            return at + 2
        elif len(length := data[at + 2 : at + 4]) == 2:
            at += 2 + int.from_bytes(length)
        else:
            return None
    return None


def decode(data: bytes) -> tuple[int, int, bytes] | int:
    """Width, height and rows; or the exit code."""
    from PIL.JpegImagePlugin import JpegImageFile

    if not data.startswith(b"\xff\xd8\xff"):
        return FOREIGN
    if len(data) > LARGEST:
        return LARGE
    image = JpegImageFile(io.BytesIO(data))
    width, height = image.size
    if width * height > PIXELS:
        return LARGE
    end = end_of(data)
    if end is None:
        return DAMAGED
    if data[end:].strip(b"\0"):
        return MIXED
    return width, height, image.convert("RGB").tobytes()


def warm() -> None:
    """Import everything that decoding needs, before the filter is in force."""
    from PIL import Image, JpegImagePlugin, TiffImagePlugin  # noqa: F401

    own = io.BytesIO()
    for mode in ("L", "RGB", "CMYK"):
        own.seek(0)
        Image.new(mode, (9, 9)).save(own, "JPEG", progressive=mode == "RGB")
        decode(own.getvalue())


def main() -> int:
    limit()
    warm()
    os.closerange(3, 1024)
    if not lock():
        return OPEN
    data = sys.stdin.buffer.read(LARGEST + 1)
    try:
        found = decode(data)
    except MemoryError:
        return LARGE
    if isinstance(found, int):
        return found
    width, height, rows = found
    sys.stdout.buffer.write(struct.pack(">II", width, height))
    sys.stdout.buffer.write(rows)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    os._exit(main())
