"""The testimony that the same witness gave before this one, in the same sitting, as the provenance names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testimony.domain.testimony import further
from testimony.services.records import queries
from testimony.web import context


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """`tid`: "" where that testimony is not here, or was deleted."""

    tid: str


def earlier(content: Mapping[str, Any]) -> Earlier | None:
    """What the provenance `content` says; None where this is the witness's first."""
    if not (name := further.earlier_manifest(content)):
        return None
    with context.reading() as db:
        record = queries.record_of(db, name)
        tid = str(record.value.get("tid", "")) if record is not None and record.kind == "manifest" else ""
        return Earlier(tid=tid if tid and queries.is_served(db, tid) else "")
