"""The pool of records that a release may use, as columns of numbers. It holds no names, ids or exact days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from testimony.anonymity.hierarchies import Encoded, Hierarchy, encode

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NO_INCIDENT: Final = -1
"""The number of an unidentified incident: it may be any other incident of its class."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One coded account, at the floors.

    `values`: one an attribute. `marks`: the yes of its yes/no questions (families of violence, outcomes).
    `stigma`: those that nobody may be suspected of. `person`, `incident`: equal for the same ones; pseudonyms that
    never leave. An `incident` of "" may be any: it counts for none. `recipients`: to whom the witness lets it go.
    `waited`: batches in which it found no class. `unknown`, `unasked`: the marks whose question has no answer.
    """

    values: tuple[str, ...]
    marks: frozenset[str] = frozenset()
    stigma: frozenset[str] = frozenset()
    person: str
    incident: str
    recipients: frozenset[str] = frozenset()
    waited: int = 0
    unknown: frozenset[str] = frozenset()
    unasked: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Schema:
    """What a record has: quasi-identifiers, marks that are counted, and marks whose share in a class is limited."""

    attributes: tuple[Hierarchy, ...]
    marks: tuple[str, ...] = ()
    stigma: tuple[str, ...] = ()

    @property
    def ceilings(self) -> tuple[int, ...]:
        """The coarsest level of each attribute, as a number."""
        return tuple(len(attribute.levels) - 1 for attribute in self.attributes)


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Records as columns, n of them.

    `columns`: one an attribute. `person`, `incident`: numbers from 0, an incident of `NO_INCIDENT` counts for none.
    `marks`, `stigma`, `unknown`, `unasked`: n × marks. `group`: the number of the record's set of recipients among
    `groups`. `waited`: batches.
    """

    schema: Schema
    columns: tuple[Encoded, ...]
    person: Ints
    incident: Ints
    marks: Bools
    stigma: Bools
    unknown: Bools
    unasked: Bools
    group: Ints
    groups: tuple[tuple[str, ...], ...]
    waited: Ints

    def __len__(self) -> int:
        return len(self.person)

    @classmethod
    def from_records(cls, records: Sequence[Record], schema: Schema) -> Pool:
        """The columns of `records`, in their order. Raises `HierarchyUnusable`."""
        values = list(zip(*(record.values for record in records), strict=True)) or [()] * len(schema.attributes)
        groups = sorted({tuple(sorted(record.recipients)) for record in records})
        number_of = {group: number for number, group in enumerate(groups)}
        return cls(
            schema=schema,
            columns=tuple(encode(*pair) for pair in zip(schema.attributes, values, strict=True)),
            person=_numbered(record.person for record in records),
            incident=_numbered((record.incident for record in records), {"": NO_INCIDENT}),
            marks=_flags([record.marks for record in records], schema.marks),
            stigma=_flags([record.stigma for record in records], schema.stigma),
            unknown=_flags([record.unknown for record in records], schema.marks),
            unasked=_flags([record.unasked for record in records], schema.marks),
            group=np.array([number_of[tuple(sorted(record.recipients))] for record in records], dtype=np.int64),
            groups=tuple(groups),
            waited=np.array([record.waited for record in records], dtype=np.int64),
        )


def _numbered(names: Iterable[str], known: Mapping[str, int] | None = None) -> Ints:
    """Numbers in the order in which the names come, but those of `known`, which lie below 0."""
    numbers: dict[str, int] = dict(known or {})
    held = len(numbers)
    return np.array([numbers.setdefault(name, len(numbers) - held) for name in names], dtype=np.int64)


def _flags(held: Sequence[frozenset[str]], names: Sequence[str]) -> Bools:
    flags = np.zeros((len(held), len(names)), dtype=np.bool_)
    for column, name in enumerate(names):
        flags[:, column] = [name in one for one in held]
    return flags
