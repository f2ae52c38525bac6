"""Check which characters the fonts of a case file have; missing and invisible ones are shown by their code point."""

from __future__ import annotations

import functools
import struct
import unicodedata
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).with_name("casefonts")
FAMILIES: Final = ("NotoSans", "NotoNaskhArabic", "NotoSansEthiopic", "NotoSansBengali")
JOINING: Final = frozenset("\u200c\u200d")
"""Zero-width joiners and non-joiners, without which Persian and Bengali are misspelt. All others are shown."""
BLANKS: Final = {"\t": " ", "\u00a0": "\u00a0", "\u202f": "\u202f", "\n": "\n"}


def printable(text: str) -> str:
    """`text` with `[U+202E]` for each character that the fonts lack, that is invisible, or that changes the
    direction.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    base: frozenset[int] = frozenset()
    for sign in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")):
        if sign in BLANKS:
            shown.append(BLANKS[sign])
            base = frozenset()
            continue
        fonts = _fonts_of(sign)
        if unicodedata.category(sign).startswith("M"):  # a mark on a letter comes from the letter's own font
            fonts &= base
        elif sign not in JOINING:
            base = fonts
        shown.append(sign if fonts or (sign in JOINING and base) else f"[U+{ord(sign):04X}]")
    return "".join(shown)


@functools.lru_cache(maxsize=16_384)
def _fonts_of(sign: str) -> frozenset[int]:
    category = unicodedata.category(sign)
    if category in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or (category == "Cf" and sign not in JOINING):
        return frozenset()
    return frozenset(number for number, known in enumerate(_covered()) if ord(sign) in known)


@functools.cache
def _covered() -> tuple[frozenset[int], ...]:
    """For each family, the code points that it has in both weights."""
    return tuple(
        characters((FONTS / f"{family}-Regular.ttf").read_bytes())
        & characters((FONTS / f"{family}-Bold.ttf").read_bytes())
        for family in FAMILIES
    )


def characters(font: bytes) -> frozenset[int]:
    """The code points of a TrueType font, from its `cmap` table for Windows (OpenType, format 4)."""
    tables = {font[at : at + 4]: struct.unpack_from(">II", font, at + 8) for at in range(12, 12 + 16 * font[5], 16)}
    start = tables[b"cmap"][0]
    (number,) = struct.unpack_from(">H", font, start + 2)
    records = [struct.unpack_from(">HHI", font, start + 4 + 8 * one) for one in range(number)]
    at = start + next(offset for platform, encoding, offset in records if (platform, encoding) == (3, 1))
    doubled = struct.unpack_from(">H", font, at + 6)[0]
    ends, starts, deltas, ranges = (
        struct.unpack_from(f">{doubled // 2}H", font, at + place)
        for place in (14, 16 + doubled, 16 + 2 * doubled, 16 + 3 * doubled)
    )
    found = set()
    for one, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if ranges[one]:
                spot = at + 16 + 3 * doubled + 2 * one + ranges[one] + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", font, spot)
            if glyph and (glyph + deltas[one]) & 0xFFFF:
                found.add(code)
    return frozenset(found)
