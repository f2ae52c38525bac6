"""Data quality of an account's codes: for each field, answered or the reason why not, but never the answer itself."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from testimony.answer import read
from testimony.domain.coding.coded_account import Definition, generalise, is_at_floor, is_coded


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


class Judge:
    """Says it of accounts that were taken with one form; of none where the form is not here."""

    def __init__(self, definition: Definition | None) -> None:
        self._definition = definition or {"fields": {}, "lists": {}}
        self._fields = [name for name, one in self._definition["fields"].items() if is_coded(one)]
        self._sound: set[tuple[str, str]] = set()
        """Answers at their floors, which are few. Any other value is checked again each time and never cached."""

    def said_of(self, answers: Mapping[str, Any], *, contested: Collection[str] = frozenset()) -> Said:
        """Each field that may leave by the form, with its status."""
        return tuple(pair(name, self._status(name, answers, contested)) for name in self._fields)

    def _status(self, name: str, answers: Mapping[str, Any], contested: Collection[str]) -> Status:
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
        if self._is_sound(name, said):
            return Status.ANSWERED
        return Status.FINER if self._has_floor(name, answers) else Status.UNCODED

    def _is_sound(self, name: str, said: Mapping[str, Any]) -> bool:
        known = (name, repr(said["value"]))
        if known not in self._sound and is_at_floor(name, said, self._definition):
            self._sound.add(known)
        return known in self._sound

    def _has_floor(self, name: str, answers: Mapping[str, Any]) -> bool:
        """Whether the form's floor makes something of it."""
        told = {field: answer for field, answer in answers.items() if isinstance(answer, Mapping)}
        return "value" in generalise(told, self._definition).get(name, {})


@functools.lru_cache(maxsize=8192)
def pair(field: str, status: Status) -> tuple[str, Status]:
    """One object for each of the few pairs there are: of thousands of accounts that is most of the memory."""
    return field, status
