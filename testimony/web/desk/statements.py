"""The accounts in an opened narrative, those that can be read as such."""

from __future__ import annotations

from typing import Any

from testimony.domain.statement import Statement
from testimony.services.compartments import Compartment


def of(narrative: Compartment | None) -> list[Statement]:
    """In the order of the narrative; none where it is closed."""
    values = (narrative.content or {}).get("statements") if narrative else None
    return [Statement.parse(value) for value in values if _is_statement(value)] if isinstance(values, list) else []


def _is_statement(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in ("id", "lang", "text"))
