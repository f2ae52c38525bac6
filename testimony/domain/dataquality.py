"""How good the codes of an account are, field by field: answered, or why there is no answer; never the answer."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from testimony.answer import read
from testimony.domain.coded import Definition, generalise, is_at_floor


class Status(StrEnum):
    """What a field of a coded account says. Every field has exactly one of these."""

    ANSWERED = "answered"
    UNKNOWN = "unk"
    REFUSED = "ref"
    NOT_ASKED = "nask"
    SILENT = "silent"  # nothing at all: the question was not on this interview's path, or was skipped
    CONTESTED = "contested"  # lawyers differ; counts as unknown
    FINER = "finer"  # than its floor: no honest phone made it
    UNCODED = "uncoded"  # not of the form's list


Said = tuple[tuple[str, Status], ...]


def said_of(
    answers: Mapping[str, Any], definition: Definition | None, *, contested: Collection[str] = frozenset()
) -> Said:
    """Each field that may leave by the form, with its status; nothing where the form is not here."""
    return tuple(_pair(name, _status(name, answers, definition, contested)) for name in _fields(definition))


def _fields(definition: Definition | None) -> list[str]:
    fields = definition["fields"] if definition else {}
    return [name for name, one in fields.items() if one["compartment"] == "incident" and one["export"] != "never"]


@functools.lru_cache(maxsize=8192)
def _pair(field: str, status: Status) -> tuple[str, Status]:
    """One object for each of the few pairs there are: of thousands of accounts that is most of the memory."""
    return field, status


def _status(name: str, answers: Mapping[str, Any], definition: Definition | None, contested: Collection[str]) -> Status:
    if name in contested:
        return Status.CONTESTED
    answer = answers.get(name)
    if not isinstance(answer, Mapping):
        return Status.SILENT if answer is None else Status.UNCODED
    said = read(answer)
    if "missing" in said:
        return Status(said["missing"])
    if not said:
        return Status.SILENT
    if definition is None or is_at_floor(name, said, definition):
        return Status.ANSWERED
    return Status.FINER if _floor(name, answers, definition) else Status.UNCODED


def _floor(name: str, answers: Mapping[str, Any], definition: Definition) -> bool:
    """Whether the form's floor makes something of it."""
    told = {field: answer for field, answer in answers.items() if isinstance(answer, Mapping)}
    return "value" in generalise(told, definition).get(name, {})
