"""From where a lawyer brought an account, as its provenance says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testimony.services.imports.sealing import KIND


@dataclass(frozen=True, kw_only=True)
class Brought:
    """`kept`: (heading, cell) of what no answer says."""

    source: str
    consent: str
    row: str
    file_sha256: str
    row_sha256: str
    kept: list[tuple[str, str]]


def brought(content: Mapping[str, Any]) -> Brought | None:
    """What the provenance `content` says; None for an interview, and where another program wrote something else."""
    said = content.get(KIND)
    if not isinstance(said, Mapping):
        return None
    kept = said.get("kept")
    pairs = [one for one in kept if isinstance(one, list) and len(one) == 2] if isinstance(kept, list) else []
    told = {name: str(said.get(name, "")) for name in ("source", "consent", "row", "file_sha256", "row_sha256")}
    return Brought(kept=[(str(heading), str(cell)) for heading, cell in pairs], **told)
