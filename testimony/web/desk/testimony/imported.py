"""Where an imported account comes from, as its provenance says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testimony.services.imports.sealing import KIND


@dataclass(frozen=True, kw_only=True)
class Imported:
    """The provenance of an import. `source`, `consent`: where the records come from, and where consent is documented.

    `row`: its number in the file. `kept`: (heading, cell) of what fits no answer.
    """

    source: str
    consent: str
    row: str
    file_sha256: str
    row_sha256: str
    kept: list[tuple[str, str]]


def read(content: Mapping[str, Any]) -> Imported | None:
    """What the provenance `content` says of an import; None for an interview, and if `imported` is not an object."""
    said = content.get(KIND)
    if not isinstance(said, Mapping):
        return None
    kept = said.get("kept")
    pairs = [one for one in kept if isinstance(one, list) and len(one) == 2] if isinstance(kept, list) else []
    told = {name: str(said.get(name, "")) for name in ("source", "consent", "row", "file_sha256", "row_sha256")}
    return Imported(kept=[(str(heading), str(cell)) for heading, cell in pairs], **told)
