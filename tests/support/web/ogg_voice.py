"""A recording that a player really plays, made up here: silence in padded Opus packets in Ogg pages.

RFC 3533 (Ogg), 6716 (Opus: code 3 packets with padding), 7845 (Opus in Ogg).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

PACKETS = 50  # of 20 ms: a second is a page
SAMPLES = 960
SERIAL = 1
FIRST, LAST = 2, 4


def silence(seconds: int, packet_bytes: int = 1000) -> bytes:
    """`seconds` of silence, of about 50 * `packet_bytes` bytes a second."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I4sI", 4, b"test", 0)
    pages = [_page(0, FIRST, 0, [head]), _page(1, 0, 0, [tags])]
    packet = _padded(packet_bytes)
    for second in range(seconds):
        kind = LAST if second == seconds - 1 else 0
        pages.append(_page(second + 2, kind, (second + 1) * PACKETS * SAMPLES, [packet] * PACKETS))
    return b"".join(pages)


def _padded(size: int) -> bytes:
    """One 20 ms frame of silence and as much padding as makes `size` bytes, about."""
    full, rest = divmod(size - 8, 255)
    lengths = b"\xff" * full + bytes([rest])
    return b"\xfb\x41" + lengths + b"\xff\xfe" + bytes(254 * full + rest)


def _page(number: int, kind: int, position: int, packets: Sequence[bytes]) -> bytes:
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    body = b"".join(packets)
    header = struct.pack("<4sBBqIII", b"OggS", 0, kind, position, SERIAL, number, 0) + bytes([len(lacing)]) + lacing
    return header[:22] + struct.pack("<I", _crc(header + body)) + header[26:] + body


def _table() -> list[int]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1) ^ 0x04C11DB7 if value & 0x80000000 else value << 1
        table.append(value & 0xFFFFFFFF)
    return table


TABLE = _table()


def _crc(data: bytes) -> int:
    value = 0
    for byte in data:
        value = ((value << 8) & 0xFFFFFFFF) ^ TABLE[(value >> 24) ^ byte]
    return value
