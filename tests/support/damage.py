"""Damages bytes for tests: one bit is another, so that the result always differs."""

from __future__ import annotations


def last_byte_changed(data: bytes) -> bytes:
    """`data` with another last byte. A fixed byte in its place would change nothing once in 256 times."""
    return data[:-1] + bytes([data[-1] ^ 1])
