"""Set the review status of several testimonies at once: each is checked on its own, and refusals are reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from testimony.domain.review.review import ReviewState
from testimony.errors import TestimonyError
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.services.review import reviews
from testimony.services.review.errors import ReviewRefused
from testimony.station.station import Station


@dataclass(kw_only=True)
class Said:
    """`done`: for how many it was recorded; `refused`: the reason for the others, by testimony."""

    done: int = 0
    refused: dict[str, TestimonyError] = field(default_factory=dict)


def assign(station: Station, reader: Reader, annexes: AnnexIndex, tids: Sequence[str], to: str, *, day: date) -> Said:
    """Assign them to `to`, "" for nobody. Raises `StationKeyless`, and errors of the disk."""
    return _each(station, reader, annexes, tids, lambda stands: reviews.assign(station, reader, stands, to, day=day))


def take(station: Station, reader: Reader, annexes: AnnexIndex, tids: Sequence[str], *, day: date) -> Said:
    """Move them to "in review". Raises as `assign`."""
    return _each(
        station,
        reader,
        annexes,
        tids,
        lambda stands: reviews.move(station, reader, stands, ReviewState.IN_REVIEW, day=day),
    )


def _each(
    station: Station,
    reader: Reader,
    annexes: AnnexIndex,
    tids: Sequence[str],
    say: Callable[[reviews.Standing], object],
) -> Said:
    said = Said()
    with station.database.reading() as session:
        annexes.refresh(station, session, reader)
        here = {tid: _refusal(session, tid) for tid in tids}
    for tid, refusal in here.items():
        try:
            if refusal is not None:
                raise refusal
            say(reviews.review_of(station, annexes, tid))
            said.done += 1
        except (ReviewRefused, TestimonyUnknown) as error:
            said.refused[tid] = error
    return said


def _refusal(session: Session, tid: str) -> TestimonyError | None:
    if not any(one.kind == "manifest" for one in record_queries.records_about(session, tid)):
        return TestimonyUnknown(tid=tid)
    return None if record_queries.is_served(session, tid) else ReviewRefused("gone")
