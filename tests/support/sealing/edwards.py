"""Ed25519 (RFC 8032) by hand, for what no library would make: signatures and keys with a part of small order."""

from __future__ import annotations

import hashlib
from typing import Final

P: Final = 2**255 - 19
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
D: Final = -121665 * pow(121666, -1, P) % P
ROOT: Final = pow(2, (P - 1) // 4, P)

Point = tuple[int, int]
IDENTITY: Final[Point] = (0, 1)


def add(one: Point, other: Point) -> Point:
    (x, y), (u, v) = one, other
    part = D * x * u * y * v % P
    return (
        (x * v + u * y) * pow(1 + part, -1, P) % P,
        (y * v + x * u) * pow(1 - part, -1, P) % P,
    )


def multiply(number: int, point: Point) -> Point:
    """By doubling in projective coordinates, one division at the end."""
    total, (x, y) = (0, 1, 1, 0), point
    base = (x, y, 1, x * y % P)
    while number:
        if number & 1:
            total = _sum(total, base)
        base, number = _sum(base, base), number >> 1
    inverse = pow(total[2], -1, P)
    return total[0] * inverse % P, total[1] * inverse % P


def encode(point: Point) -> bytes:
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(data: bytes) -> Point:
    """A point of the curve. Raises `ValueError`."""
    whole = int.from_bytes(data, "little")
    y, sign = whole & (1 << 255) - 1, whole >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        raise ValueError(data)
    return (P - x if x & 1 != sign else x) % P, y % P


BASE: Final = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def small_points() -> list[Point]:
    """The eight points of small order, by multiples of one of order 8."""
    found = next(
        point for y in range(2, 99) if (point := multiply(ORDER, _or_identity(y))) and multiply(4, point) != IDENTITY
    )
    return [multiply(number, found) for number in range(8)]


def spellings(point: Point) -> list[bytes]:
    """Every 32 bytes that a lenient reader takes for `point`: y below 2^255, either sign where x is 0."""
    x, y = point
    signs = (0, 1) if x == 0 else (x & 1,)
    return [(one | sign << 255).to_bytes(32, "little") for one in (y, y + P) if one < 1 << 255 for sign in signs]


class Forger:
    """A key of one seed whose public half, and whose signatures, have `twist` of small order in them."""

    def __init__(self, seed: bytes, twist: Point = IDENTITY) -> None:
        digest = hashlib.sha512(seed).digest()
        self.secret = (int.from_bytes(digest[:32], "little") & (1 << 254) - 8) | 1 << 254
        self.pub = encode(add(multiply(self.secret, BASE), twist))

    def sign(self, message: bytes, nonce: int, twist: Point = IDENTITY) -> bytes:
        """One that a cofactored check takes whatever the twists are, and RFC 8032 byte for byte only by chance."""
        commitment = encode(add(multiply(nonce % ORDER, BASE), twist))
        challenge = int.from_bytes(hashlib.sha512(commitment + self.pub + message).digest(), "little")
        return commitment + ((nonce + challenge * self.secret) % ORDER).to_bytes(32, "little")


def _sum(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, int, int, int]:
    a, b = (one[1] - one[0]) * (other[1] - other[0]), (one[1] + one[0]) * (other[1] + other[0])
    c, d = 2 * one[3] * other[3] * D, 2 * one[2] * other[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _or_identity(y: int) -> Point:
    try:
        return decode(y.to_bytes(32, "little"))
    except ValueError:
        return IDENTITY
