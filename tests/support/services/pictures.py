"""A real picture, and one that claims to be huge."""

from __future__ import annotations

import io
import struct

from PIL import Image


def jpeg(size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    made = io.BytesIO()
    image = Image.new("RGB", size, "#c03020")
    image.paste("#2050c0", (0, 0, size[0] // 2, size[1]))
    image.save(made, "JPEG", **options)
    return made.getvalue()


def bomb() -> bytes:
    """A few hundred bytes that say to be of 65,000 dots each way."""
    small = jpeg()
    at = small.index(b"\xff\xc0") + 5
    return small[:at] + struct.pack(">HH", 65_000, 65_000) + small[at + 4 :]
