"""The canary search: does any file in these folders hold one of these secrets, in any of the ways bytes are written?"""

from __future__ import annotations

import base64
import json
import mmap
import urllib.parse
from collections.abc import Iterable, Iterator
from pathlib import Path


def spellings(secret: str) -> dict[str, bytes]:
    """The ways in which a leak may be written. Base64 at its three possible offsets."""
    found: dict[str, bytes] = {}
    for encoding in ("utf-8", "utf-16le", "latin-1"):
        plain = secret.encode(encoding, "ignore")
        if plain.decode(encoding) != secret:
            continue  # this encoding cannot write it
        found |= {
            encoding: plain,
            f"{encoding} hex": plain.hex().encode(),
            f"{encoding} HEX": plain.hex().upper().encode(),
        }
        for offset in range(3):
            found[f"{encoding} base64+{offset}"] = _inner_base64(plain, offset)
    found["json"] = json.dumps(secret)[1:-1].encode()
    found["url"] = urllib.parse.quote(secret).encode()
    return found


def search(folders: Iterable[Path], secrets: Iterable[str]) -> list[str]:
    """What leaked where: "file: spelling of secret". Empty files and sockets hold nothing."""
    wanted = {spelled: f"{name} of {secret!r}" for secret in secrets for name, spelled in spellings(secret).items()}
    return [f"{file}: {wanted[each]}" for folder in folders for file in _files(folder) for each in _in(file, wanted)]


def _inner_base64(plain: bytes, offset: int) -> bytes:
    """The characters of base64 that `plain` alone decides when it begins at `offset` of a group of three."""
    text = base64.b64encode(bytes(offset) + plain)
    start = -(-offset * 8 // 6)
    return text[start : (offset + len(plain)) * 8 // 6]


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _in(file: Path, wanted: Iterable[bytes]) -> list[bytes]:
    if file.stat().st_size == 0:
        return []
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return [each for each in wanted if content.find(each) >= 0]
