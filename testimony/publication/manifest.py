"""The manifest of a release's zip: all files with their hashes, as canonical JSON; it is the first file in the zip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.publication.content import FIRST_FORMAT, FORMAT, Content

NAME: Final = "manifest.json"


def make(content: Content, files: Mapping[str, bytes]) -> bytes:
    """The manifest of `files` by name, sorted by name."""
    return canonical.encode(
        {
            "v": content.form,
            "release": content.release,
            "recipient": content.recipient,
            "made_with": content.made_with,
            "files": [
                {"name": name, "len": len(data), "sha256": canonical.sha256_hex(data)}
                for name, data in sorted(files.items())
            ],
        }
    )


def listed(data: bytes) -> Mapping[str, tuple[int, str]] | None:
    """Length and SHA-256 of each file by name; None for what is no such list."""
    try:
        value: dict[str, Any] = canonical.decode_object(data)
        found = {str(one["name"]): (int(one["len"]), str(one["sha256"])) for one in value["files"]}
        whole = value["v"] in (FORMAT, FIRST_FORMAT) and len(found) == len(value["files"])
    except (NotCanonical, KeyError, TypeError, ValueError):
        return None
    return found if whole else None
