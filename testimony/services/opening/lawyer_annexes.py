"""Read what lawyers signed: annexes of a kind, each with its signer. Those that cannot be used are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from testimony.domain.errors import EventUnreadable
from testimony.domain.roles import Role
from testimony.errors import TestimonyError
from testimony.sealing.roster.chain import RosterChain
from testimony.services.opening.annexes import OpenedAnnex


class _Bound(Protocol):
    """Of a testimony with one manifest (`of`), under an id that nobody else may use."""

    @property
    def id(self) -> str: ...

    @property
    def of(self) -> str: ...


T = TypeVar("T")
B = TypeVar("B", bound=_Bound)


@dataclass(frozen=True, kw_only=True)
class Said(Generic[T]):
    """What a lawyer said in `annex`. `signer`: the id in the roster."""

    what: T
    signer: str
    annex: OpenedAnnex


def signer_of(chain: RosterChain, annex: OpenedAnnex) -> str | None:
    """The id of the lawyer who signed `annex`, also of one who is no longer active; None for anybody else."""
    entry = chain.signer(annex.by) if annex.code is None else None
    return entry.id if entry is not None and entry.role == Role.LAWYER else None


def read(
    chain: RosterChain,
    annexes: Iterable[OpenedAnnex],
    parse: Callable[[Mapping[str, Any]], T],
    unreadable: type[TestimonyError] = EventUnreadable,
) -> tuple[list[Said[T]], int]:
    """Those of `annexes` that a lawyer signed and that `parse` reads; and how many others there are.

    `unreadable`: what `parse` raises for content that it cannot read.
    """
    said, unread = [], 0
    for annex in annexes:
        signer = signer_of(chain, annex)
        try:
            what = parse(annex.content)
        except unreadable:
            signer = None
        if signer is None:
            unread += 1
        else:
            said.append(Said(what=what, signer=signer, annex=annex))
    return said, unread


def alone(said: Iterable[Said[B]], manifest: str) -> tuple[list[Said[B]], int]:
    """Those of `said` that are about `manifest`, and whose id no other has; and how many others there are."""
    by_id: dict[str, list[Said[B]]] = {}
    others = 0
    for one in said:
        if one.what.of == manifest:
            by_id.setdefault(one.what.id, []).append(one)
        else:
            others += 1
    found = [group[0] for group in by_id.values() if len(group) == 1]
    return found, others + sum(len(group) for group in by_id.values() if len(group) > 1)
