"""Count a coordinator desk's testimonies by border and language, from what its key opens.

Central cannot count this: both values are in the sealed parts `coded` and `consent`, which only coordinators, lawyers
and the recovery key open. A testimony is counted when somebody may count it today. It is left out, as in a release,
when it is withdrawn or on hold, or when the witness withdrew every counting use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from testimony.anonymity import small_counts
from testimony.domain.release.release_line import release_line
from testimony.sealing.records.records import SignedRecord
from testimony.services.coding import coded_record
from testimony.services.consent import cache as consent_cache
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.compartments import Compartment
from testimony.services.opening.reader import Reader
from testimony.station.station import Station

OTHERS: Final = "others"
"""The values that are each too rare to be named."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """How often each occurs, most frequent first and `OTHERS` last, which is never a small number. None if there are
    too few to name one.
    """

    counts: tuple[tuple[str, int], ...] | None


@dataclass(frozen=True, kw_only=True)
class CodedCounts:
    """`borders`: "HRV-BIH" or `MISSING`. `languages`: of the consent conversation, BCP 47 or `MISSING`. `counted`:
    testimonies in both; `left_out`: those that are here and not counted.
    """

    borders: Told
    languages: Told
    counted: int
    left_out: int


def count(station: Station, session: Session, reader: Reader, annexes: AnnexIndex, *, at: date) -> CodedCounts:
    """Count everything here at `at`. `reader`: a coordinator."""
    stands = consent_cache.current_consents(station, session, reader, annexes, at=at, label=label)
    facts = [stand.told for _, stand in stands if stand is not None and stand.told is not None]
    return CodedCounts(
        borders=shown_counts(Counter(border for border, _ in facts)),
        languages=shown_counts(Counter(language for _, language in facts)),
        counted=len(facts),
        left_out=len(stands) - len(facts),
    )


def label(
    station: Station, annexes: AnnexIndex, manifest: SignedRecord, coded: Compartment, consent: Compartment
) -> tuple[str, str] | None:
    """The border and the language under which a testimony is counted; None if its coded part does not open."""
    known = coded_record.of_record(station.chain, station.settings.home, annexes, manifest, coded)
    if known is None:
        return None
    return release_line(known.answers).border, coded_record.language(consent.content or {})


def shown_counts(counted: Mapping[str, int]) -> Told:
    """What may be shown of `counted`: rare values are added up as `OTHERS`, so that no name stands for one person."""
    limit = small_counts.least_shown([*counted.values()])
    known = [(name, number) for name, number in counted.items() if limit is not None and number >= limit]
    if limit is None or not known:
        return Told(counts=None)
    named = sorted(known, key=_frequent_first)
    rest = sum(number for number in counted.values() if number < limit)
    return Told(counts=(*named, *([(OTHERS, rest)] if rest else [])))


def _frequent_first(one: tuple[str, int]) -> tuple[int, str]:
    return -one[1], one[0]
