"""A testimony that a witness gave after another one: its provenance names the manifest of the earlier one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

NAME: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def earlier_manifest(provenance: Mapping[str, Any]) -> str:
    """The name of the earlier testimony's manifest; "" where this is the first one, or where it names none."""
    name = provenance.get("further")
    return name if isinstance(name, str) and NAME.fullmatch(name) else ""
