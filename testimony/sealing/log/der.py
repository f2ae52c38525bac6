"""A strict DER parser: each value has one encoding, so signed data cannot be read in two ways (X.690, section 10).

It supports only what time stamps need. Twin of `testimony/web/verifier/log/der.js`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

BOOLEAN, INTEGER, BITS, OCTETS, OID, ENUMERATED = 0x01, 0x02, 0x03, 0x04, 0x06, 0x0A
UTC_TIME, TIME = 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31
MOST_LENGTH_BYTES: Final = 4


class DerWrong(ValueError):
    """These bytes are no DER, or not the value that must stand here."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its tag byte, its content, and the whole of it as it stands."""

    tag: int
    content: bytes
    whole: bytes

    def require(self, tag: int) -> Value:
        if self.tag != tag:
            raise DerWrong
        return self

    def values(self, tag: int | None = None) -> list[Value]:
        """What is inside, of a value that must have `tag`. Raises `DerWrong`."""
        if tag is not None:
            self.require(tag)
        return list(_values(self.content))

    def only(self, tag: int) -> Value:
        """The one value inside."""
        found = self.values(tag)
        if len(found) != 1:
            raise DerWrong
        return found[0]

    @property
    def oid(self) -> str:
        """An object identifier with dots."""
        content = self.require(OID).content
        if not content or content[-1] & 0x80:
            raise DerWrong
        numbers, number, first = [], 0, True
        for byte in content:
            if first and byte == 0x80:
                raise DerWrong
            number, first = number << 7 | byte & 0x7F, not byte & 0x80
            if first:
                numbers.append(number)
                number = 0
        top = min(numbers[0] // 40, 2)
        return ".".join(map(str, (top, numbers[0] - 40 * top, *numbers[1:])))

    @property
    def integer(self) -> int:
        content = self.require(INTEGER).content
        if not content or (len(content) > 1 and content[0] in (0, 0xFF) and content[0] >> 7 == content[1] >> 7):
            raise DerWrong
        return int.from_bytes(content, signed=True)

    @property
    def time(self) -> datetime:
        """A GeneralizedTime, without the parts of a second (RFC 3161, 2.4.2)."""
        text = self.require(TIME).content.decode("ascii", "replace")
        whole, point, part = text.removesuffix("Z").partition(".")
        if not text.endswith("Z") or not whole.isdigit() or len(whole) != 14:
            raise DerWrong
        if point and (not part.isdigit() or part.endswith("0")):
            raise DerWrong
        try:
            return datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError as error:
            raise DerWrong from error


def read(data: bytes) -> Value:
    """The one value that `data` is, to its last byte. Raises `DerWrong`."""
    found = list(_values(data))
    if len(found) != 1:
        raise DerWrong
    return found[0]


def write(tag: int, *contents: bytes) -> bytes:
    """A value of `tag` round `contents`."""
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content


def write_integer(number: int) -> bytes:
    """A number that is not negative."""
    return write(INTEGER, number.to_bytes(number.bit_length() // 8 + 1))


def _values(data: bytes) -> Iterator[Value]:
    at = 0
    while at < len(data):
        start = at
        if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
            raise DerWrong
        tag, size = data[at], data[at + 1]
        at += 2
        if size >= 0x80:
            count = size & 0x7F
            size = int.from_bytes(data[at : at + count])
            at += count
            if not 0 < count <= MOST_LENGTH_BYTES or size < 0x80 or size.bit_length() <= 8 * (count - 1):
                raise DerWrong
        if at + size > len(data):
            raise DerWrong
        yield Value(tag, data[at : at + size], data[start : at + size])
        at += size
