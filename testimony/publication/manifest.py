"""The manifest of a zip that leaves: files with their hashes, as canonical JSON. It is the first file in the zip."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.sealing.archive.zip import StoredZip

NAME: Final = "manifest.json"


def make(head: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The manifest: `head`, which says of what it is, and the list of `files`, sorted by name."""
    listing = [
        {"name": name, "len": len(data), "sha256": canonical.sha256_hex(data)} for name, data in sorted(files.items())
    ]
    return canonical.encode({**head, "files": listing})


def packed(head: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The zip: the manifest, then `files` in the order of their names; stored, without a date."""
    written = io.BytesIO()
    container = StoredZip(written.write)
    container.add(NAME, make(head, files))
    for name, data in sorted(files.items()):
        container.add(name, data)
    container.finish()
    return written.getvalue()


def listed(data: bytes, *forms: str) -> Mapping[str, tuple[int, str]] | None:
    """Length and SHA-256 of each file by name; None for what is no such list of one of `forms`."""
    try:
        value: dict[str, Any] = canonical.decode_object(data)
        found = {str(one["name"]): (int(one["len"]), str(one["sha256"])) for one in value["files"]}
        whole = value["v"] in forms and len(found) == len(value["files"])
    except (NotCanonical, KeyError, TypeError, ValueError):
        return None
    return found if whole else None
