"""The face of a release: what a coordinator recognises it by, wherever it is named (`desk/_face.html`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from testimony.domain.ledger.ledger import LedgerBatch
from testimony.web.text import labels
from testimony.web.text.labels import Words


@dataclass(frozen=True, kw_only=True)
class ReleaseFace:
    """`day`: on which it was proposed. `whom`: for whom it is. `lines`: how many it has."""

    name: str
    day: str
    whom: tuple[Words, ...]
    lines: int

    @property
    def number(self) -> str:
        """The short ID."""
        return self.name[:8]


def face(batch: LedgerBatch, to: Mapping[str, Words]) -> ReleaseFace:
    """One release; `to`: its recipients in words."""
    return ReleaseFace(
        name=batch.name,
        day=labels.day(batch.day.isoformat()),
        whom=tuple(to[code] for code in batch.files),
        lines=len(batch.contents.classes),
    )
