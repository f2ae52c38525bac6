"""Bech32 (BIP 173) without its length limit, as age uses it for keys."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable

from testimony.sealing.age.errors import KeyTextWrong

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
VALUES = {character: value for value, character in enumerate(ALPHABET)}
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
REMAINDERS = [
    functools.reduce(operator.xor, (factor for i, factor in enumerate(GENERATOR) if top >> i & 1), 0)
    for top in range(32)
]


def encode(prefix: str, data: bytes) -> str:
    """`data` as lower-case Bech32 under the human-readable `prefix`."""
    words = _regroup(data, 8, 5, pad=True)
    checksum = _polymod([*_expand(prefix), *words, 0, 0, 0, 0, 0, 0]) ^ 1
    tail = [checksum >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(ALPHABET[word] for word in [*words, *tail])


def decode(prefix: str, text: str) -> bytes:
    """The bytes of Bech32 `text`, which must carry `prefix` and be of one case. Raises `KeyTextWrong`."""
    if text not in (text.lower(), text.upper()):
        raise KeyTextWrong
    found, _, coded = text.lower().rpartition("1")
    if found != prefix or len(coded) < 6 or not all(character in VALUES for character in coded):
        raise KeyTextWrong
    words = [VALUES[character] for character in coded]
    if _polymod([*_expand(prefix), *words]) != 1:
        raise KeyTextWrong
    return bytes(_regroup(words[:-6], 5, 8, pad=False))


def _expand(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        check = (check & 0x1FFFFFF) << 5 ^ value ^ REMAINDERS[check >> 25]
    return check


def _regroup(values: Iterable[int], source: int, target: int, *, pad: bool) -> list[int]:
    bits = accumulator = 0
    groups = []
    for value in values:
        accumulator = (accumulator << source | value) & 0xFFFF
        bits += source
        while bits >= target:
            bits -= target
            groups.append(accumulator >> bits & (1 << target) - 1)
    rest = accumulator & (1 << bits) - 1
    if pad:
        return [*groups, rest << target - bits] if bits else groups
    if bits >= source or rest:
        raise KeyTextWrong
    return groups
