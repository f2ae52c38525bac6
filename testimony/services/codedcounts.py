"""Of which borders and in which languages a coordinator's desk has testimonies: counted from what its key opens.

Central cannot count this: both stand in sealed parts, `coded` and `consent`, which only coordinators, lawyers and
recovery open. Counted is what may be counted today for somebody: a testimony that is withdrawn, on hold, or whose
witness took every counting use back is left out, as it is in a release.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony.anonymity import smallcounts
from testimony.domain.compartment import COUNTING
from testimony.domain.languages import AUTONYMS
from testimony.domain.release import MISSING, release_line
from testimony.services import codedrecords, consents, openings
from testimony.services.annexes import AnnexIndex
from testimony.services.openings import Openings, Sealed
from testimony.services.readers import Reader
from testimony.services.station import Station

OTHERS: Final = "others"
"""Those of which each has too few to be named."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """How often each is named, the most frequent first and `OTHERS` last, which is never a small number. None where
    there are too few to name one."""

    counts: tuple[tuple[str, int], ...] | None


@dataclass(frozen=True, kw_only=True)
class CodedCounts:
    """`borders`: "HRV-BIH" or `MISSING`. `languages`: of the talk about consent, BCP 47 or `MISSING`. `counted`:
    testimonies behind both; `left_out`: those that are here and are not counted."""

    borders: Told
    languages: Told
    counted: int
    left_out: int


def count(station: Station, session: Session, reader: Reader, annexes: AnnexIndex, *, at: date) -> CodedCounts:
    """Over everything here, at `at`."""
    annexes.refresh(station, session, reader)
    borders: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    left_out = 0
    for _, sealed, how in openings.of_all(station, session, reader):
        facts = _facts(station, session, annexes, sealed, how, at) if sealed else None
        if facts is None:
            left_out += 1
            continue
        borders[facts[0]] += 1
        languages[facts[1]] += 1
    return CodedCounts(borders=told(borders), languages=told(languages), counted=borders.total(), left_out=left_out)


def told(counted: Mapping[str, int]) -> Told:
    """What may be shown of `counted`: what is rare is added up as `OTHERS`, so that no name stands for one person."""
    limit = smallcounts.least_shown([*counted.values()])
    known = [(name, number) for name, number in counted.items() if limit is not None and number >= limit]
    if limit is None or not known:
        return Told(counts=None)
    named = sorted(known, key=_frequent_first)
    rest = sum(number for number in counted.values() if number < limit)
    return Told(counts=(*named, *([(OTHERS, rest)] if rest else [])))


def _facts(
    station: Station, session: Session, annexes: AnnexIndex, sealed: Sealed, how: Openings, at: date
) -> tuple[str, str] | None:
    consent, said = how.open(sealed, "consent"), sealed.withdrawals
    stands = consents.of(station, session, sealed.record, consent, annexes=annexes, at=at, withdrawals=said)
    if COUNTING.isdisjoint(key.purpose for key in stands.usable):
        return None
    known = codedrecords.of_record(station, annexes, sealed.record, how.open(sealed, "coded"))
    return (release_line(known.answers).border, language(consent.content or {})) if known else None


def language(content: Mapping[str, Any]) -> str:
    """That of the talk, else of the wording; what no list of ours has may be a word of anybody's, and is not shown."""
    script = content.get("script")
    said = content.get("language") or (script.get("lang") if isinstance(script, dict) else None)
    return said if isinstance(said, str) and said in AUTONYMS else MISSING


def _frequent_first(one: tuple[str, int]) -> tuple[int, str]:
    return -one[1], one[0]
