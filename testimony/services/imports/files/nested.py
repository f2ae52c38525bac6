"""Makes cells of values inside values: groups become columns, and the rows of a repeat group lines of one cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files.table import NUMBERS

DEEPEST: Final = 12
"""Groups inside groups."""
_ADDED: Final = frozenset({"__system/submissionDate", "_submission_time"})
"""Fields of the server that become columns. All others that begin with "_" are left out."""


def flat(value: Mapping[str, Any], above: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """(path of groups, cell) of everything in `value` that a person said. Raises `ImportRefused("damaged")`."""
    if depth > DEEPEST:
        raise ImportRefused("damaged")
    for key, one in value.items():
        name = f"{above}{key}"
        if name.startswith("_") and name.lower() not in NUMBERS and name not in _ADDED and not is_status(name):
            if isinstance(one, dict) and name == "__system":
                yield from flat(one, f"{name}/", depth + 1)
            continue
        if isinstance(one, dict) and one.get("type") == "Point":
            yield name, " ".join(str(part) for part in one.get("coordinates") or ())
        elif isinstance(one, dict):
            yield from flat(one, f"{name}/", depth + 1)
        elif "@odata." not in key:
            yield name, text(one, depth)


def text(value: Any, depth: int = 0) -> str:
    """The text of a cell. The rows of a repeat group become its lines, so that nothing is lost."""
    if depth > DEEPEST:
        raise ImportRefused("damaged")
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if not isinstance(value, list):
        return str(value).strip()
    lines = [_line(one, depth + 1) for one in value]
    return "\n".join(lines) if any(isinstance(one, dict) for one in value) else " ".join(lines)


def is_status(name: str) -> bool:
    """Whether the column says if a submission is encrypted."""
    return name.lower() in ("status", "__system/status")


def _line(value: Any, depth: int) -> str:
    if not isinstance(value, dict):
        return text(value, depth)
    return "; ".join(f"{name}: {cell}" for name, cell in flat(value, "", depth))
