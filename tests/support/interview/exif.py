"""A JPEG as a phone's camera writes it: with the place, the device and a turn of the picture in it, byte by byte."""

from __future__ import annotations

import struct

PLACE = b"GPSPLACE"
MAKER = b"Invented Camera 7"
TURNED = 6
"""The camera was held upright: the picture has to be turned by a quarter to stand."""
APP1, APP2, APP11, COM = 0xE1, 0xE2, 0xEB, 0xFE


def _segment(code: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, code, len(data) + 2) + data


def _exif() -> bytes:
    """TIFF in little endian: IFD0 with maker, orientation and a pointer to the IFD of the place."""
    maker = MAKER + b"\0"
    maker_at = 8 + 2 + 3 * 12 + 4
    place_at = maker_at + len(maker)
    degrees_at = place_at + 2 + 3 * 12 + 4
    first = struct.pack("<H", 3)
    first += struct.pack("<HHII", 0x010F, 2, len(maker), maker_at)
    first += struct.pack("<HHIHH", 0x0112, 3, 1, TURNED, 0)
    first += struct.pack("<HHII", 0x8825, 4, 1, place_at) + struct.pack("<I", 0)
    place = struct.pack("<H", 3)
    place += struct.pack("<HHI4s", 1, 2, 2, b"N\0\0\0")
    place += struct.pack("<HHII", 2, 5, 3, degrees_at)
    place += struct.pack("<HHII", 0x1B, 7, len(PLACE), degrees_at + 24) + struct.pack("<I", 0)
    degrees = struct.pack("<6I", 45, 1, 48, 1, 2952, 100)
    return b"Exif\0\0II*\0\x08\0\0\0" + first + maker + place + degrees + PLACE


def as_a_camera_writes_it(jpeg: bytes) -> bytes:
    """`jpeg` with everything in it that must not be kept, and a second small picture behind it."""
    assert jpeg[:2] == b"\xff\xd8"
    notes = _segment(APP1, _exif())
    notes += _segment(APP1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + PLACE + b"</x:xmpmeta>")
    notes += _segment(APP2, b"ICC_PROFILE\0\x01\x01" + bytes(128))
    notes += _segment(COM, b"taken by " + MAKER)
    return jpeg[:2] + notes + jpeg[2:] + jpeg[:2] + _segment(APP1, _exif()) + jpeg[2:]


def segments_of(jpeg: bytes) -> list[int]:
    """The markers before the picture's data, in order: a reader of its own, not the one that the page has."""
    codes, at = [], 2
    while jpeg[at + 1] != 0xDA:
        codes.append(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return codes


def size_of(jpeg: bytes) -> tuple[int, int]:
    """(width, height), as the frame says it."""
    at = 2
    while jpeg[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    height, width = struct.unpack(">HH", jpeg[at + 5 : at + 9])
    return width, height


def with_credentials(jpeg: bytes) -> bytes:
    """`jpeg` with Content Credentials in it, a JUMBF superbox of C2PA in a segment APP11, and nothing else changed."""
    label = b"\x63\x32\x70\x61\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71\x03c2pa\0"
    described = struct.pack(">I", 8 + len(label)) + b"jumd" + label
    claim = b"invented claim, signed by an invented camera"
    content = described + struct.pack(">I", 8 + len(claim)) + b"cbor" + claim
    box = struct.pack(">I", 8 + len(content)) + b"jumb" + content
    return jpeg[:2] + _segment(APP11, b"JP" + struct.pack(">HI", 1, 1) + box) + jpeg[2:]
