"""Skip logic and checks: a small expression language in JSON. Twin of `relevance.js`, held by tests/vectors/relevance.json.

    true | false | ["and", …] | ["or", …] | ["not", x] | ["answered", field] | ["missing", field]
    ["has", field, code, …] | ["stands", purpose] | ["eq"|"lt"|"le"|"gt"|"ge", operand, operand]
    operand: integer | "text" | ["of", field] | ["sum", field, …] | ["today"]
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

Answers = Mapping[str, Mapping[str, Any]]


def read(answer: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """One answer as it counts: {"value"…}, {"missing"…} or {} (nothing yet); codes unk, ref, nask become missing."""
    raise NotImplementedError


def evaluate(tree: Any, answers: Answers, purposes: Collection[str] = (), today: str = "") -> bool:
    """The truth of `tree`; a comparison with something missing is false. `today` is an ISO date."""
    raise NotImplementedError


def relevant(definition: Mapping[str, Any], answers: Answers, purposes: Collection[str]) -> list[str]:
    """Ids of the fields to ask, in the order of the form; an answer to a skipped field counts for nothing."""
    raise NotImplementedError


def needed(definition: Mapping[str, Any], answers: Answers, purposes: Collection[str]) -> list[str]:
    """Required relevant fields with neither a value nor a reason for its absence."""
    raise NotImplementedError


def violations(definition: Mapping[str, Any], answers: Answers, purposes: Collection[str], today: str) -> list[dict[str, str]]:
    """Checks that fail: {"field", "check", "kind": "block"|"ask"}; "exclusive" and "code" are built-in blocks."""
    raise NotImplementedError


def by_compartment(definition: Mapping[str, Any], answers: Answers, purposes: Collection[str]) -> dict[str, dict[str, Any]]:
    """The relevant answers, sorted into {"incident", "identity", "narrative"}."""
    raise NotImplementedError
