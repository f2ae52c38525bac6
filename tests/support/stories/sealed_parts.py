"""What must lie in each compartment of a testimony: worked out from what was tapped and typed, not by the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from testimony.domain.coding import coded_account
from testimony.questionnaire.form import Form
from tests.support.stories.expected import REASONS

IN_STATEMENTS = "n_text"
MONTH = len("2020-10")


def answers(given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Compartment -> field -> answer, as a lawyer must find them; `coded` among them."""
    form = Form.load()
    found: dict[str, dict[str, Any]] = {}
    for name, value in given.items():
        if name != IN_STATEMENTS:
            known = MONTH if given.get(f"{name}_prec") == "month" else None  # a date is never finer than it is known
            found.setdefault(form.field(name).compartment, {})[name] = _answer(form.field(name).type, value, known)
    return found | {"coded": coded_account.generalise(found.get("incident", {}), form.value)}


def comparable(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers of several codes by what was ticked, in whatever order."""
    return {name: _sorted(held) for name, held in answers.items()}


def _sorted(held: Mapping[str, Any]) -> dict[str, Any]:
    value = held.get("value")
    codes = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return {"value": sorted(value)} if codes else dict(held)


def _answer(kind: str, value: Any, known: int | None) -> dict[str, Any]:
    told = value[0] if isinstance(value, list) and len(value) == 1 else value
    if told in REASONS:
        return {"missing": told}
    return {"value": int(value) if kind == "int" else value[:known] if kind == "date" else value}
