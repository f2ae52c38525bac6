"""What a desk opened is opened once; what is derived from it is forgotten before anything is opened again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from testimony.sealing.records.records import SignedRecord
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.opened_cache import OpenedCache
from testimony.services.opening.reading_session import ReadingSession
from tests.support.services.batches import bring, told
from tests.support.services.desks import Desk, desks

TODAY = date(2026, 1, 20)


@dataclass(frozen=True)
class Number:
    """How many were opened before it."""

    at: int
    final: bool = True


@dataclass
class Recorder(OpenedCache[Number]):
    forgotten: list[set[str] | None] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    def forget(self, tids: Collection[str] | None) -> None:
        self.forgotten.append(None if tids is None else set(tids))

    def open_all(self, records: Mapping[str, SignedRecord]) -> Iterator[tuple[str, Number]]:
        for record in records.values():
            self.opened.append(record.value["tid"])
            yield record.value["tid"], Number(len(self.opened))


class Stopped(Exception):
    """The reader stopped it."""


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def refresh(cache: Recorder, desk: Desk, *, at: date = TODAY, stop: bool = False) -> Mapping[str, str]:
    def watched(opened: int, total: int) -> None:
        if stop:
            raise Stopped

    with cache.lock, desk.station.database.reading() as session:
        return cache.refresh(
            desk.station,
            ReadingSession.at(desk.station, session, desk.reader),
            desk.annexes,
            at=at,
            open_all=cache.open_all,
            watched=watched,
        )


def test_each_is_opened_once_a_day_and_again_when_it_was_not_final(desk: Desk, organisation: Organisation) -> None:
    first, second = (one.record.value["tid"] for one in bring(organisation, desk.station, [told(0), told(1)]))
    cache = Recorder()
    assert refresh(cache, desk) == {}
    refresh(cache, desk)
    assert sorted(cache.opened) == sorted([first, second])
    assert list(cache.here) == [first, second], "in order of arrival"
    cache.opened.clear()
    cache.held[second] = Number(0, final=False)
    refresh(cache, desk)
    assert cache.opened == [second]
    refresh(cache, desk, at=TODAY + timedelta(1))
    assert sorted(cache.opened) == sorted([second, first, second])


def test_what_is_derived_is_forgotten_although_opening_is_stopped(desk: Desk, organisation: Organisation) -> None:
    """Otherwise a clearance that was taken back meanwhile would still count."""
    (first,) = (one.record.value["tid"] for one in bring(organisation, desk.station, [told(0)]))
    cache = Recorder()
    refresh(cache, desk)
    (second,) = (one.record.value["tid"] for one in bring(organisation, desk.station, [told(1)]))
    with pytest.raises(Stopped):
        refresh(cache, desk, stop=True)
    assert cache.forgotten == [None, {second}]
    assert set(cache.held) == {first, second}, "what was opened until then stays"
