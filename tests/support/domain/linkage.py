"""Checks that an event of linkage holds nothing but ids, days, codes and numbers."""

from __future__ import annotations

import re
from typing import Any

from testimony.domain.incidents import events as incident_events
from testimony.domain.incidents.events import Act, People

CODES = {incident_events.KIND, *(str(one) for one in Act), *(str(one) for one in People)}


def harmless(leaf: Any) -> bool:
    """An id, a day, a code of this program, a number, or nothing."""
    bare = isinstance(leaf, str) and re.fullmatch(r"([0-9a-f]{32})?|[0-9]{4}-[0-9]{2}-[0-9]{2}", leaf)
    return leaf is None or isinstance(leaf, int) or leaf in CODES or bool(bare)


def leaves(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return [value] if inner is None else [leaf for each in inner for leaf in leaves(each)]
