"""The canary search: does any file in these folders hold one of these secrets, in any of the ways bytes are written?

`spellings` are the ways in which words are written, `layers.py` knows what they are packed into.
"""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from tests.support.canaries import layers

PLAIN = ("utf-8", "utf-16le", "utf-16be", "latin-1")
SHORTEST = 7  # bytes: whatever its offset, such a spelling holds four bytes that begin at a multiple of four
WINDOW = 4


def spellings(secret: str) -> dict[str, bytes]:
    """The ways in which a leak may be written: name -> bytes."""
    found: dict[str, bytes] = {}
    for encoding in PLAIN:
        plain = secret.encode(encoding, "ignore")
        if plain.decode(encoding) == secret:  # else this encoding cannot write it
            found |= {encoding: plain} | {f"{encoding} {name}": each for name, each in _as_text(plain).items()}
    for name, text in _escaped(secret).items():
        found |= {name: text.encode(), f"{name} in utf-16le": text.encode("utf-16le")}
    return {name: each for name, each in found.items() if len(each) >= SHORTEST}


class Seeker:
    """Looks for all spellings of all secrets at once."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._named: dict[bytes, str] = {}
        for secret in secrets:
            for name, spelled in spellings(secret).items():
                self._named.setdefault(spelled, f"{name} of {secret!r}")
        self._by_window: dict[int, list[bytes]] = {}
        for spelled in self._named:
            for window in _windows(spelled):
                self._by_window.setdefault(window, []).append(spelled)
        self._windows = frozenset(self._by_window)
        self._halves = np.zeros(1 << 16, dtype=np.bool_)  # which first halves a window may have: told of all at once
        self._halves[[window & 0xFFFF for window in self._windows]] = True

    def find(self, content: bytes) -> list[str]:
        """Which spellings are in these bytes, as they are."""
        aligned = np.frombuffer(content, dtype="<u4", count=len(content) // WINDOW)
        maybe = aligned[self._halves[aligned & 0xFFFF]].tolist()
        likely = {spelled for window in self._windows.intersection(maybe) for spelled in self._by_window[window]}
        return sorted(self._named[spelled] for spelled in likely if spelled in content)

    def find_packed(self, file: Path) -> Iterator[str]:
        """Which spellings are in a file, as it is and unpacked; what cannot be unpacked is a find as well."""
        for where, content in layers.of_file(file):
            if content is None:
                yield f"{where}: cannot be looked into"
            else:
                yield from (f"{where}: {what}" if where else what for what in self.find(content))


def search(folders: Iterable[Path], secrets: Iterable[str]) -> list[str]:
    """What leaked where: "file: spelling of secret". Empty files and sockets hold nothing; names of files count."""
    seeker = Seeker(secrets)
    return [found for folder in folders for file in _files(folder) for found in _in(file, folder, seeker)]


def _in(file: Path, folder: Path, seeker: Seeker) -> Iterator[str]:
    yield from (f"{file}: {what} in its name" for what in seeker.find(bytes(file.relative_to(folder))))
    yield from (f"{file}: {what}" for what in seeker.find_packed(file))


def _windows(spelled: bytes) -> set[int]:
    """Those of four bytes that stand at a multiple of four when `spelled` begins at each of the four offsets."""
    start = (len(spelled) - SHORTEST) // 2  # words differ more in their middle
    return {int.from_bytes(spelled[at : at + WINDOW], "little") for at in range(start, start + WINDOW)}


def _as_text(plain: bytes) -> dict[str, bytes]:
    """Bytes written in letters."""
    hexed = plain.hex()
    made = {"hex": hexed, "HEX": hexed.upper(), "escaped": "".join(f"\\x{byte:02x}" for byte in plain)}
    for offset in range(3):
        inner = _inner_base64(plain, offset)
        made |= {f"base64+{offset}": inner, f"base64url+{offset}": inner.replace("+", "-").replace("/", "_")}
    narrow = {name: text.encode() for name, text in made.items()}
    return narrow | {f"{name} in utf-16le": text.encode("utf-16le") for name, text in made.items()}


def _escaped(secret: str) -> dict[str, str]:
    """Words as addresses, scripts and pages escape them."""
    percent, json_text = urllib.parse.quote(secret, safe=""), json.dumps(secret)[1:-1]
    return {
        "percent": percent,
        "percent lower case": _lower(percent, "%", 2),
        "form": urllib.parse.quote_plus(secret),
        "json": json_text,
        "json upper case": "".join(each if ord(each) < 128 else _json_upper(each) for each in secret),
        "html decimal": "".join(each if ord(each) < 128 else f"&#{ord(each)};" for each in secret),
        "html hexadecimal": "".join(each if ord(each) < 128 else f"&#x{ord(each):x};" for each in secret),
        "python": secret.encode("unicode_escape").decode(),
    }


def _lower(text: str, sign: str, digits: int) -> str:
    """The digits behind each `sign` in lower case."""
    first, *rest = text.split(sign)
    return first + "".join(sign + each[:digits].lower() + each[digits:] for each in rest)


def _json_upper(letter: str) -> str:
    wide = letter.encode("utf-16be").hex().upper()
    return "".join(f"\\u{wide[at : at + 4]}" for at in range(0, len(wide), 4))


def _inner_base64(plain: bytes, offset: int) -> str:
    """The characters of base64 that `plain` alone decides when it begins at `offset` of a group of three."""
    text = base64.b64encode(bytes(offset) + plain).decode()
    start = -(-offset * 8 // 6)
    return text[start : (offset + len(plain)) * 8 // 6]


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
