"""The coded account: an incident cut down to what coordinators may see. Twin of `generalising.js`.

Everything here leaves at the floors of docs/questionnaire.md ("Floors"), never finer, and only what the form marks as exportable.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Answers = Mapping[str, Mapping[str, Any]]


def generalise(answers: Answers, definition: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The coded answers of the incident `answers` ({field: {"value"…}|{"missing"…}}).

    `definition` is the form's (`Form.value`, in the page the embedded JSON). What it does not know is left out.
    """
    raise NotImplementedError
