"""The sandboxed child process that decodes a JPEG into raw pixels: it reads and writes pipes and can do nothing else.

Run by its path with `python -I`. It reads a JPEG on standard input and writes to standard output the width and height
(two unsigned 32-bit numbers, the high byte first), then the rows of red, green and blue. Limits are set and, on Linux,
a filter of system calls is in force before the first byte of the picture is read (docs/decisions/decoder.md).
"""

from __future__ import annotations

import io
import os
import struct
import sys
from pathlib import Path

if not __package__:  # run by its path, where `python -I` finds no package of ours
    sys.path.insert(0, str(Path(__file__).parents[3]))

from testimony.platform import limits, memory

LARGEST = 16 << 20  # bytes of a JPEG
PIXELS = 25_000_000
MEMORY = 640 << 20
CPU = 15  # seconds
DAMAGED, LARGE, MIXED, FOREIGN, OPEN = 3, 4, 5, 6, 7
"""Exit codes if there is no picture; OPEN: this computer could not be locked down. Any other failure of the decoder
ends the child with another number.
"""


def limit() -> None:
    """Forbid growing files, new processes and core dumps; limit memory and time."""
    limits.limit(memory=MEMORY, seconds=CPU, too_large=LARGE, alone=True)


def lock() -> bool:
    """Restrict this process to reading, writing and its own memory. False if this computer has no such lock."""
    return limits.confine()


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
    memory.withhold()  # a new program has neither setting from the desk, which warns where memory may be swapped
    memory.is_kept_out_of_swap()
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
