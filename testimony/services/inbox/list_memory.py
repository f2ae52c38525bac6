"""Keeps what the list and the search need until the next unlocking (services/opening/sealed_index.py).

An entry is used only if the records and acts of consent that it was made from are the same, on a day on which the
consent says the same. Otherwise the testimony is opened again. What was incomplete or not proved is not kept: it may
change by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony.domain.coding import corrections
from testimony.domain.consent import authority
from testimony.services.custody import split_view
from testimony.services.inbox.code_labels import Code
from testimony.services.inbox.search import Text
from testimony.services.inbox.summaries import Glimpse
from testimony.services.opening import sources
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.sealed_index import SealedIndex
from testimony.services.records import media_counts
from testimony.station.station import Station

KIND: Final = "list"
LASTING: Final = frozenset({"media", "partial", "closed", "uncoded"})
"""The flags that only another record or act can change. `uncoded` is what the interviewer said; what the desk coded
since is read each time.
"""


@dataclass(frozen=True, slots=True)
class Look:
    """What was opened of one testimony. `codes`: None if they were not read."""

    glimpse: Glimpse
    texts: tuple[Text, ...] = ()
    codes: frozenset[Code] | None = None
    names: tuple[Text, ...] = ()


def made_from(session: Session, annexes: AnnexIndex, manifests: Mapping[str, str]) -> dict[str, str]:
    """Testimony -> hash of what a look is made from. Ask before opening: meanwhile another page may take in an act that
    the look does not count.
    """
    return sources.hashes(session, annexes, manifests, _concerns)


def keep(index: SealedIndex, looks: Mapping[str, Look], made: Mapping[str, str]) -> None:
    """Keep those of `looks`, testimony -> look, that cannot change by themselves. `made`: see `made_from`."""
    lasting = {tid: look for tid, look in looks.items() if look.glimpse.days and look.glimpse.flags <= LASTING}
    index.keep(KIND, {tid: _written(look, made[tid]) for tid, look in lasting.items()}, _subjects(lasting))


def recall(
    station: Station,
    session: Session,
    index: SealedIndex,
    annexes: AnnexIndex,
    manifests: Mapping[str, str],
    *,
    day: date,
) -> dict[str, Look]:
    """Testimony -> look, for what was kept and is still valid on `day`. `manifests`: testimony -> name of its manifest,
    for testimonies that are served here.
    """
    if split_view.is_forked(station.chain, session):
        return {}  # no proof of the log counts, so each testimony is opened again
    held = index.find(KIND, _subjects(manifests))
    made = made_from(session, annexes, {tid: manifests[tid] for tid in held})
    media = media_counts.count(session, [manifests[tid] for tid in held])
    found = {}
    for tid, value in held.items():
        look = _read(value) if value["made"] == made[tid] else None
        counted = media.get(manifests[tid])
        if look is not None and _holds_on(day, look) and not (counted and counted.lacking):
            found[tid] = look
    index.drop(KIND, held.keys() - found.keys())
    return found


def _holds_on(day: date, look: Look) -> bool:
    return look.glimpse.days is not None and look.glimpse.days[0] <= day <= look.glimpse.days[1]


def _concerns(annex: OpenedAnnex) -> bool:
    """Whether the entry depends on the annex. Reviews, labels, translations and lawyers' own corrections are read each
    time.
    """
    return annex.content.get("kind") in (authority.KIND, corrections.RECODING)


def _subjects(tids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    return {tid: (tid,) for tid in tids}


def _written(look: Look, made: str) -> dict[str, Any]:
    seen = {field.name: _plain(getattr(look.glimpse, field.name)) for field in fields(Glimpse)}
    texts, names = ([[one.lang, one.text, one.folded] for one in found] for found in (look.texts, look.names))
    codes = None if look.codes is None else [f"{name} {code}" for name, code in sorted(look.codes)]
    return {"made": made, "seen": seen, "texts": texts, "codes": codes, "names": names}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple) and value and isinstance(value[0], date):
        return [one.isoformat() for one in value]
    return sorted(value) if isinstance(value, frozenset) else value


def _read(value: Mapping[str, Any]) -> Look:
    seen: dict[str, Any] = value["seen"]
    first, last = seen["days"]
    made = {
        **seen,
        "languages": tuple(seen["languages"]),
        "originals": tuple((name, lang) for name, lang in seen["originals"]),
        "told": frozenset(seen["told"]),
        "consent": frozenset(seen["consent"]),
        "flags": frozenset(seen["flags"]),
        "opens": tuple(seen["opens"]),
        "days": (date.fromisoformat(first), date.fromisoformat(last)),
    }
    codes = value["codes"]
    return Look(
        glimpse=Glimpse(**made),
        texts=_texts(value["texts"]),
        codes=None if codes is None else frozenset(map(_code, codes)),
        names=_texts(value["names"]),
    )


def _texts(kept: Iterable[Iterable[str]]) -> tuple[Text, ...]:
    return tuple(Text(lang=lang, text=text, folded=folded) for lang, text, folded in kept)


@cache
def _code(said: str) -> Code:
    """A code, as one object for all testimonies that have it: there are thousands, and thirty in a testimony."""
    name, _, code = said.partition(" ")
    return name, code
