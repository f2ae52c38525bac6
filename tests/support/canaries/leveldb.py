"""Reads what LevelDB wrote (IndexedDB, local and session storage): its tables, its logs, and the snappy in both."""

from __future__ import annotations

import struct
from collections.abc import Iterator

TABLE_END = bytes.fromhex("57fb808b247547db")
FOOTER, TRAILER = 48, 5  # bytes: the end of a table; what stands behind each of its blocks
LOG_BLOCK, LOG_HEADER = 32768, 7
RAW, SNAPPY = 0, 1
BEFORE_IT_ALL = 1 << 32  # a distance that only damaged bytes have


def unpacked(content: bytes) -> Iterator[tuple[str, bytes | None]]:
    """The blocks of a table, or the records of a log put together; None for a block that is packed otherwise."""
    if content.endswith(TABLE_END):
        yield from _blocks(content)
    else:
        yield from (("log", record) for record in _records(content))


def unsnappied(content: bytes, start: int = 0) -> bytes:
    """As much as can be read of a snappy block that begins at `start`."""
    try:
        size, at = _varint(content, start)
    except IndexError:
        return b""
    found = bytearray()
    while at < len(content) and len(found) < size:
        tag = content[at]
        length, distance, at = _literal(content, at) if tag & 3 == 0 else _copy(content, at)
        if distance == 0:
            found += content[at : at + length]
            at += length
        elif distance > len(found):
            break  # no snappy, or damaged
        else:
            again = found[-distance:]  # as often as it fits: it may overlap with what it makes
            found += (again * (length // distance + 1))[:length]
    return bytes(found)


def _literal(content: bytes, at: int) -> tuple[int, int, int]:
    """(length, 0, where its bytes begin)."""
    code = content[at] >> 2
    more = max(0, code - 59)
    length = int.from_bytes(content[at + 1 : at + 1 + more], "little") if more else code
    return length + 1, 0, at + 1 + more


def _copy(content: bytes, at: int) -> tuple[int, int, int]:
    """(length, how far back, where the next begins)."""
    tag = content[at]
    if tag & 3 == 1:
        back = tag >> 5 << 8 | int.from_bytes(content[at + 1 : at + 2], "little")
        return (tag >> 2 & 7) + 4, back or BEFORE_IT_ALL, at + 2
    width = 2 if tag & 3 == 2 else 4
    back = int.from_bytes(content[at + 1 : at + 1 + width], "little")
    return (tag >> 2) + 1, back or BEFORE_IT_ALL, at + 1 + width


def _blocks(table: bytes) -> Iterator[tuple[str, bytes | None]]:
    _, at = _handle(table, len(table) - FOOTER)  # the first handle is that of the index of what is no data
    handles = [_handle(table, len(table) - FOOTER)[0], index := _handle(table, at)[0]]
    handles += [_handle(value, 0)[0] for _, value in _entries(_block(table, *index) or b"")]
    for start, size in handles:
        block = _block(table, start, size)
        yield f"block at {start}", block
        if block is not None:
            yield f"entries at {start}", b"\n".join(part for entry in _entries(block) for part in entry)


def _block(table: bytes, start: int, size: int) -> bytes | None:
    kind, held = table[start + size], table[start : start + size]
    if kind == RAW:
        return held
    return unsnappied(held) if kind == SNAPPY else None


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(key, value). A key is written as what it has of its own behind what it shares with the one before."""
    if len(block) < 4:
        return
    (restarts,) = struct.unpack_from("<I", block, len(block) - 4)
    at, end, key = 0, len(block) - 4 - 4 * int(restarts), b""
    while at < end:
        shared, at = _varint(block, at)
        own, at = _varint(block, at)
        size, at = _varint(block, at)
        key = key[:shared] + block[at : at + own]
        yield key, block[at + own : at + own + size]
        at += own + size


def _records(log: bytes) -> Iterator[bytes]:
    """The records of a log, those put together that were cut at the edge of a block."""
    held = b""
    for start in range(0, len(log), LOG_BLOCK):
        block, at = log[start : start + LOG_BLOCK], 0
        while at + LOG_HEADER <= len(block):
            _, length, kind = struct.unpack_from("<IHB", block, at)
            piece = block[at + LOG_HEADER : at + LOG_HEADER + int(length)]
            at += LOG_HEADER + int(length)
            held = held + piece if kind in (3, 4) else piece  # 1 whole, 2 first, 3 middle, 4 last
            if kind in (1, 4):
                yield held
    yield held


def _handle(data: bytes, at: int) -> tuple[tuple[int, int], int]:
    """((start, size) of a block, where the handle ends)."""
    start, at = _varint(data, at)
    size, at = _varint(data, at)
    return (start, size), at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
