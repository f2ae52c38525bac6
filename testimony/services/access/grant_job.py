"""Background job that grants active readers access to everything that they may read; it can be stopped and resumed.

No progress is stored. A second run finds what was granted already and continues from there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final

from sqlalchemy.orm import Session

from testimony.background.worker import Run, Worker
from testimony.domain.roles import Audience
from testimony.services.access import gaps, grants
from testimony.services.access.gaps import Gap, Why
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.errors import KeyFileForeign, TestimonyUnknown
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from testimony.store.errors import StoreFailing

TOGETHER: Final = 10
"""Testimonies whose heads are stored and reported together; stopping takes no longer than these."""
HEADS: Final = 100
"""The same for heads of annexes."""


@dataclass(kw_only=True)
class Progress(Run):
    """Progress of the job. `done` of `total` testimonies were checked; `let_in` of them got `heads`; `left`: why others
    did not.
    """

    let_in: int = 0
    heads: int = 0
    later: int = 0  # heads of annexes
    to_recovery: int = 0  # how many of those testimonies the recovery key got heads of
    left: Counter[Why] = field(default_factory=Counter)


class Letting:
    """The grants that one reader makes on one day: check testimonies against everything that arrived meanwhile, make
    heads.
    """

    def __init__(self, station: Station, reader: Reader, index: AnnexIndex, day: date, *, anew: bool = False) -> None:
        """`anew`: also to audiences whose heads a restored central may have lost."""
        self.station, self.reader, self.index, self.day, self.anew = station, reader, index, day, anew

    def names(self, only: str = "") -> list[str]:
        """The manifests to check, oldest arrival first, or only that of the testimony `only`.

        Raises `ConsentActRefused` (role, unseen, closed, gone), `NotEnoughLawyers`, `TestimonyUnknown`.
        """
        with self.station.database.reading() as session:
            self._require(session)
            found = manifests(session, only)
            if only and not found:
                raise TestimonyUnknown(tid=only)
            if only and not record_queries.is_served(session, only):
                raise ConsentActRefused("gone")
        return found

    def behind(self) -> int:
        """How many testimonies here the current recovery key cannot open in full, whoever could grant it access."""
        with self.station.database.reading() as session:
            self.index.refresh(self.station, session, self.reader)
            return len(gaps.behind(self.station, session, self.reader, self.index, at=self.day))

    def steps(self, names: Sequence[str], progress: Progress, *, later: bool) -> Iterator[Progress]:
        """Grant access to these, and with `later` to annexes first; one step each time the iterator is advanced.

        Raises what `names` does, also partway through: somebody may leave, or withdraw something, meanwhile.
        """
        while later:
            made = self._step_of_annexes()
            progress.later += made
            later = made == HEADS
            yield progress
        for start in range(0, len(names), TOGETHER):
            self._step(names[start : start + TOGETHER], progress)
            yield progress

    def _step(self, names: Sequence[str], progress: Progress) -> None:
        with self.station.database.reading() as session:
            self._require(session)
            records = record_queries.records_of(session, names)
            held = [records[name] for name in names if name in records]
            found = gaps.judged(self.station, session, self.reader, self.index, held, at=self.day, anew=self.anew)
        progress.heads += self._close([gap for one in found for gap in one.gaps])
        progress.left.update(one.why for one in found if one.why is not None)
        progress.let_in += sum(1 for one in found if one.gaps)
        to = Audience.RECOVERY
        progress.to_recovery += sum(1 for one in found if any(gap.audience is to for gap in one.gaps))
        progress.done += len(names)

    def _step_of_annexes(self) -> int:
        with self.station.database.reading() as session:
            self._require(session)
            found = gaps.of_annexes(self.station, session, self.reader, self.index, at=self.day, anew=self.anew)
            chosen = list(islice(found, HEADS))
        return self._close(chosen)

    def _close(self, found: Sequence[Gap]) -> int:
        return grants.close(self.station, self.reader, found, self.day)

    def _require(self, session: Session) -> None:
        if not opening_reader.still_reads(self.station.chain.latest, self.reader):
            raise KeyFileForeign
        grants.require_may(self.station, self.reader)
        self.index.refresh(self.station, session, self.reader)
        grants.require_all_seen(session, self.index, self.day)


class LettingAll(Worker[Progress]):
    """Run grants in the background, one run at a time. When stopped, it finishes the testimonies in progress."""

    def __init__(self) -> None:
        super().__init__("letting", failure=StoreFailing)

    def begin(self, letting: Letting, *, only: str = "") -> None:
        """Start with everything, or with the testimony `only`. Does nothing while a run is in progress.

        Raises what `Letting.names` does.
        """
        if self.busy:
            return
        names = letting.names(only)

        def run(progress: Progress) -> None:
            for _ in letting.steps(names, progress, later=not only):
                if progress.stopping:
                    progress.stopped = progress.done < progress.total
                    break

        self.start(Progress(total=len(names)), run)


def manifests(session: Session, only: str = "") -> list[str]:
    """The names of all manifests here, or only that of the testimony `only`."""
    if only:
        return [one.id for one in record_queries.records_about(session, only) if one.kind == "manifest"]
    found: list[str] = []
    after = -1
    while page := record_queries.records_of_kind(session, "manifest", after=after):
        after = page[-1][0]
        found += [record.id for _, record in page]
    return found
