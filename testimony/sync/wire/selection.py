"""What a station accepts from a feed: no more than it may have, whatever the other side sends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from testimony.errors import NotCanonical
from testimony.sealing.records.records import SignedRecord
from testimony.services.feed.feed import COORDINATORS_MAY_OPEN
from testimony.services.records.types import Incoming

FOR_EVERYBODY: Final = frozenset(
    {"roster", "root", "withdraw", "withdraw-early", "contest", "shredded", "keep", "revoke", "question", "answer"}
)
FOR_READERS: Final = frozenset({"manifest", "grant", "annex", "refusal", "ceremony", "stamp", "cosigned"})
UNNAMED: Final = "object.unnamed"
"""The rule of what came and no record names, so that nobody has signed that it belongs here."""
NAME: Final = re.compile(rb'"([0-9a-f]{64})"')


def select(records: Sequence[SignedRecord], objects: Mapping[str, bytes], audience: str | None) -> list[Incoming]:
    """What to take in of `records` and `objects` (name -> bytes) for `audience`; None: for a field node, no objects."""
    kinds = FOR_EVERYBODY if audience is None else FOR_EVERYBODY | FOR_READERS
    wanted = [record for record in records if kind_of(record) in kinds]
    names = {name for record in wanted for name in _names(record, audience)} if audience is not None else set()
    return [
        *(Incoming("record", record.encode()) for record in wanted),
        *(Incoming("object", data) for name, data in objects.items() if name in names),
    ]


def unnamed(records: Sequence[SignedRecord], objects: Mapping[str, bytes]) -> list[str]:
    """The `objects` that nothing in `records` names, whatever the kind: also a newer one that is unknown here."""
    named = {name.decode() for record in records for name in NAME.findall(record.data)} if objects else set()
    return [name for name in objects if name not in named]


def kind_of(record: SignedRecord) -> str:
    """The record's kind, "" when it cannot be read: another station may send anything as a record."""
    try:
        return record.kind
    except NotCanonical:
        return ""


def _names(record: SignedRecord, audience: str | None) -> Iterator[str]:
    """Heads for `audience` and bodies that they open. Structure is only read here; `take_in` judges it."""
    value = record.value
    if record.kind == "grant" and _allowed(value.get("part"), audience):
        yield str(value.get("head"))
    parts = value.get("parts") if record.kind == "manifest" else [value.get("part")]
    for part in parts if isinstance(parts, list) else []:
        heads = part.get("heads") if isinstance(part, dict) else None
        if isinstance(heads, dict) and audience in heads and _allowed(part.get("part", "annex"), audience):
            yield str(heads[audience])
            yield str(part.get("body"))


def _allowed(part: Any, audience: str | None) -> bool:
    return audience == "lawyers" or (isinstance(part, str) and part in COORDINATORS_MAY_OPEN)
