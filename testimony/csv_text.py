"""Decodes the text of CSV files. A person chooses an encoding that is not certain; it is never guessed."""

from __future__ import annotations

from typing import Final

ENCODINGS: Final = {
    "utf-8": "Unicode (UTF-8)",
    "windows-1252": "Windows-1252 (français, español, Deutsch)",
    "windows-1250": "Windows-1250 (hrvatski, polski, magyar)",
    "windows-1251": "Windows-1251 (српски, български)",
    "windows-1253": "Windows-1253 (ελληνικά)",
    "windows-1254": "Windows-1254 (Türkçe)",
    "windows-1256": "Windows-1256 (العربية, فارسی)",
}
"""Encodings that a person can choose if the bytes do not tell it: Python's name -> the name that is shown."""
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS: Final = (",", ";", "\t", "|")


class EncodingUnknown(ValueError):
    """The bytes are no text in the encoding that they say or that a person chose, or they say none."""


def decoded(data: bytes, encoding: str = "") -> str:
    """The text of `data`. `encoding`: a key of `ENCODINGS`, for a file without a mark. Raises `EncodingUnknown`."""
    if encoding and encoding not in ENCODINGS:
        raise EncodingUnknown
    name = next((name for mark, name in _MARKS if data.startswith(mark)), encoding or "utf-8")
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise EncodingUnknown from error


def separator(text: str) -> str:
    """The separator that is most frequent in the first line, outside quotes."""
    line, quoted, counts = text.partition("\n")[0], False, dict.fromkeys(_SEPARATORS, 0)
    for sign in line:
        quoted ^= sign == '"'
        if not quoted and sign in counts:
            counts[sign] += 1
    return max(_SEPARATORS, key=lambda sign: counts[sign])
