"""What the bytes of a file are packed into: gzip, zlib, zip and brotli streams, LevelDB tables and logs, snappy values.

Streams without a mark of their own are found only where something names them: raw deflate in a zip file, brotli behind
its header in the browser's cache. What is named but cannot be unpacked here (zstd) is told as such, never passed over.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import brotli

from tests.support.canaries import leveldb

GZIP, ZLIB = re.compile(rb"\x1f\x8b\x08"), re.compile(rb"\x78[\x01\x5e\x9c\xda]")
ZIPPED = re.compile(rb"PK\x03\x04")
SNAPPY_VALUE = re.compile(rb"\xff\x11\x02")  # how Chromium marks a compressed value of IndexedDB
CACHE_ENTRY, CACHE_END = bytes.fromhex("305c72a71b6dfbfc"), bytes.fromhex("d8410d97456ffaf4")
CONTENT_LENGTH = re.compile(rb"content-length: *([0-9]+)")
PIECE, LARGEST, DEEPEST = 512, 1 << 26, 3

Layer = tuple[str, bytes | None]
"""Where it was found, and what; None: known to be packed, and by what we cannot unpack."""


def of_file(file: Path) -> Iterator[Layer]:
    """The bytes of a file, then everything that they hold packed."""
    content = file.read_bytes()
    yield from of_bytes("", content)
    if (file.parent / "CURRENT").exists():
        for name, found in leveldb.unpacked(content):
            yield from of_bytes(name, found) if found is not None else ((name, None),)


def of_bytes(where: str, content: bytes, depth: int = 0) -> Iterator[Layer]:
    """`content` itself, and what is packed in it, and in that."""
    yield where, content
    if depth == DEEPEST:
        return
    for name, found in _packed(content):
        place = f"{where} {name}".strip()
        yield from of_bytes(place, found, depth + 1) if found is not None else ((place, None),)


def _packed(content: bytes) -> Iterator[Layer]:
    for name, pattern, window in (("gzip", GZIP, 31), ("zlib", ZLIB, 15)):
        for match in pattern.finditer(content):
            yield from _told(f"{name} at {match.start()}", _inflated(content, match.start(), window))
    for match in ZIPPED.finditer(content):
        yield from _told(f"zip at {match.start()}", _unzipped(content, match.start()))
    for match in SNAPPY_VALUE.finditer(content):
        yield from _told(f"snappy at {match.end()}", leveldb.unsnappied(content, match.end()))
    if content.startswith(CACHE_ENTRY):
        yield from _decoded(content)


def _told(name: str, found: bytes) -> Iterator[Layer]:
    if found:
        yield name, found


def _inflated(content: bytes, start: int, window: int) -> bytes:
    """As much of the stream as can be read: a torn one leaks as well as a whole one."""
    stream, found = zlib.decompressobj(window), bytearray()
    for at in range(start, len(content), PIECE):
        try:
            found += stream.decompress(content[at : at + PIECE])
        except zlib.error:
            break
        if stream.eof or len(found) > LARGEST:
            break
    return bytes(found)


def _unzipped(content: bytes, start: int) -> bytes:
    """One member of a zip file, which has no mark in front of its stream."""
    header = content[start : start + 30]
    if len(header) < 30 or header[8] != 8:  # stored as it is, or not a member after all
        return b""
    name, extra = struct.unpack_from("<HH", header, 26)
    return _inflated(content, start + 30 + int(name) + int(extra), -15)


def _decoded(entry: bytes) -> Iterator[Layer]:
    """The body of an entry of the browser's cache, by the content encoding that its headers name."""
    headers = entry[entry.find(CACHE_END) :].lower()
    (key,) = struct.unpack_from("<I", entry, 12)
    body = entry[24 + int(key) : entry.find(CACHE_END)]
    length = CONTENT_LENGTH.search(headers)
    if length is not None and int(length[1]) < len(body):
        return  # a worker's own script lies there unpacked, under the headers with which it came
    if b"content-encoding:br" in headers.replace(b" ", b""):
        yield "brotli", brotli.decompress(body)
    elif b"content-encoding:zstd" in headers.replace(b" ", b""):
        yield "zstd", None
