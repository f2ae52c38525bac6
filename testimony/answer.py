"""An answer to a question: a value, or one of three reasons for a missing value. The reasons are never merged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MISSING = ("unk", "ref", "nask")  # does not know, prefers not to say, not asked
Answers = Mapping[str, Mapping[str, Any]]  # field -> {"value": …} | {"missing": a code of MISSING}


def read(answer: Mapping[str, Any] | None) -> dict[str, Any]:
    """One answer as it counts: {"value"…}, {"missing"…} or {} (nothing yet).

    The codes unk, ref and nask mean the same inside a list and are read as missing; beside other codes they say
    nothing. An empty text or list is no answer.
    """
    if answer is None:
        return {}
    if answer.get("missing") in MISSING:
        return {"missing": answer["missing"]}
    value = answer.get("value")
    if isinstance(value, str) and value in MISSING:
        return {"missing": value}
    if isinstance(value, list):
        told = [one for one in value if one not in MISSING]
        if value and not told:
            return {"missing": value[0]}
        value = told
    return {} if value is None or value == "" or value == [] else {"value": value}
