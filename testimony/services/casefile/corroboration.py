"""Find the incidents that testimonies of a case file tell of, and which other accounts tell of them too."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from testimony.domain.consent.purposes import Key
from testimony.domain.incidents.linkage import Linked
from testimony.services.consent import usable
from testimony.services.incidents import linkage
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Corroboration:
    """An incident that a testimony tells of. `number`: within the file, from 1; testimonies have their place in it.

    `within`: the testimonies of the file by other persons that tell of it. `same`: those by the same person. `others`:
    how many outside the file, by other persons, may be used for the same case today. `contested`: lawyers differ
    whether this testimony tells of it.
    """

    number: int
    within: tuple[int, ...]
    same: tuple[int, ...]
    others: int
    contested: bool


def read(
    station: Station,
    session: Session,
    reader: Reader,
    annexes: AnnexIndex,
    case: Key,
    tids: tuple[str, ...],
    *,
    at: date,
) -> dict[str, tuple[Corroboration, ...]]:
    """By testimony, from what lawyers linked. `annexes`: refreshed before.

    An account whose consent does not cover `case` at `at` is neither named nor counted.
    """
    linked = linkage.current_links(station.chain, annexes).linked
    told = list(dict.fromkeys(name for tid in tids for name in sorted(linked.incidents.get(tid, ()))))
    possible = {tid for name in told for tid in linked.accounts.get(name, ()) if tid not in tids}
    covered = {tid for tid in possible if _is_covered(station, session, reader, annexes, case, tid, at)}
    return {
        tid: tuple(
            _one(linked, number, name, tid, tids, covered)
            for number, name in enumerate(told, 1)
            if name in linked.incidents.get(tid, ())
        )
        for tid in tids
    }


def _is_covered(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, case: Key, tid: str, at: date
) -> bool:
    stands = usable.one_of(station, session, reader, tid, annexes, at=at)
    return stands is not None and case in stands.usable


def _one(
    linked: Linked, number: int, name: str, tid: str, tids: tuple[str, ...], covered: Collection[str]
) -> Corroboration:
    sure = [one for one in sorted(linked.accounts[name]) if one != tid and (one, name) not in linked.contested]
    same = {one for one in sure if _is_same_person(linked.persons, one, tid)}
    contested = (tid, name) in linked.contested
    return Corroboration(
        number=number,
        within=() if contested else _places(tids, {*sure} - same),
        same=() if contested else _places(tids, same),
        others=0 if contested else len(({*sure} - same) & {*covered}),
        contested=contested,
    )


def _is_same_person(persons: Mapping[str, str], one: str, other: str) -> bool:
    return one in persons and persons.get(one) == persons.get(other)


def _places(tids: tuple[str, ...], wanted: Collection[str]) -> tuple[int, ...]:
    return tuple(place for place, tid in enumerate(tids, 1) if tid in wanted)
