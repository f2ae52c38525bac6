"""A bitmap of the missing names in a list: hex, most significant bit first, last byte padded with zeros."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def write(names: Sequence[str], lacking: Collection[str]) -> str:
    """Bit i is 1 when `names[i]` is in `lacking`."""
    bits = bytearray((len(names) + 7) // 8)
    for number, name in enumerate(names):
        if name in lacking:
            bits[number // 8] |= 0x80 >> number % 8
    return bits.hex()


def read(names: Sequence[str], text: str) -> set[str]:
    """The lacking ones of `names`. Raises `ValueError` when `text` is no bitmap for so many names."""
    bits = bytes.fromhex(text)
    if len(bits) != (len(names) + 7) // 8 or bits.hex() != text:
        raise ValueError("not a bitmap of this length")
    if len(names) % 8 and bits[-1] & (0xFF >> len(names) % 8):
        raise ValueError("bits after the last name")
    return {name for number, name in enumerate(names) if bits[number // 8] & (0x80 >> number % 8)}
