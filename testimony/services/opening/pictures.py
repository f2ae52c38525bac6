"""Show pictures at a desk: decoded in a sandboxed child process, and re-encoded from the raw pixels."""

from __future__ import annotations

import struct
import subprocess
import sys
import threading
import zlib
from pathlib import Path
from typing import IO, Final, cast

from testimony.platform import processes
from testimony.services.opening import decoder_process
from testimony.services.opening.errors import MediumUnknown, PictureUnreadable
from testimony.services.opening.media import OpenMedia

CHILD: Final = Path(decoder_process.__file__)
SANDBOX_TIMEOUT: Final = 20.0  # seconds
WHY: Final = {
    decoder_process.DAMAGED: "damaged",
    decoder_process.LARGE: "large",
    decoder_process.MIXED: "mixed",
    decoder_process.FOREIGN: "foreign",
    decoder_process.OPEN: "open",
}
_turns = threading.BoundedSemaphore(2)  # at most two children at a time


def shown(opened: OpenMedia, number: int) -> bytes:
    """The picture with this number as a PNG that this program wrote.

    Raises `MediumUnknown` for a recording, `PictureUnreadable`, and for its pieces what `OpenMedia.piece` raises.
    """
    return decoded(sealed(opened, number))


def sealed(opened: OpenMedia, number: int) -> bytes:
    """The picture with this number as it was sealed, for a decoder only. Raises as `shown`."""
    item = opened.item(number)
    if item.kind != "picture":
        raise MediumUnknown
    if item.len > decoder_process.LARGEST:
        raise PictureUnreadable("large")
    return b"".join(opened.piece(item, place) for place in range(item.pieces))


def decoded(jpeg: bytes, *, timeout: float = SANDBOX_TIMEOUT) -> bytes:
    """`jpeg` as a PNG with its pixels and nothing else. Raises `PictureUnreadable`."""
    return png(*dots(jpeg, timeout=timeout))


def dots(jpeg: bytes, *, timeout: float = SANDBOX_TIMEOUT) -> tuple[int, int, memoryview]:
    """Width, height and rows of 8-bit red, green and blue. Raises `PictureUnreadable`."""
    with _turns:
        code, answer = _ask(jpeg, timeout)
    if code is None:
        raise PictureUnreadable("slow")
    if code:
        raise PictureUnreadable(WHY.get(code, "damaged"))
    width, height = struct.unpack(">II", answer[:8]) if len(answer) >= 8 else (0, 0)
    if not 0 < width * height <= decoder_process.PIXELS or len(answer) != 8 + 3 * width * height:
        raise PictureUnreadable("damaged")  # the child's output is never trusted
    return width, height, memoryview(answer)[8:]


def png(width: int, height: int, rows: memoryview) -> bytes:
    """A PNG (RFC 2083) of 8-bit red, green and blue."""
    stride = 3 * width
    packer = zlib.compressobj(1)
    lines = [packer.compress(b"\0" + rows[start : start + stride]) for start in range(0, len(rows), stride)]
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = b"".join((*lines, packer.flush()))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _ask(jpeg: bytes, timeout: float) -> tuple[int | None, bytes]:
    """(exit code of the child, its output); None if it took too long. Data goes through pipes, and none to a disk."""
    child = subprocess.Popen(
        [sys.executable, "-I", "-B", str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=processes.bare(),
        cwd="/",
    )
    late = threading.Event()

    def end() -> None:
        late.set()
        child.kill()

    timer = threading.Timer(timeout, end)
    timer.start()
    with child:
        into, out = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
        try:
            with processes.ended_early():
                into.write(jpeg)
            with processes.ended_early():
                into.close()
            answer = out.read(8 + 3 * decoder_process.PIXELS + 1)
            out.close()  # read no more than allowed
            code = child.wait()
        finally:
            timer.cancel()
            child.kill()
    return (None if late.is_set() else code), answer
