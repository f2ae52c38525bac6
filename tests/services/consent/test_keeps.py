"""A lawyer's desk says in clear until when a witness agreed, so that stations without keys destroy on time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from testimony.domain.consent.events import Act
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import keeps
from testimony.services.enrolment.organisation import Organisation
from testimony.services.link import last_sync
from testimony.services.withdrawal import endings
from testimony.station.station import Station
from tests.support.services.consent.acts import late
from tests.support.services.desks import RECORD, TODAY, Desk, desks, testimony_at
from tests.support.services.reviews import meet

AFTER = date(2028, 1, 21)
END = "2028-01"
"""The month of the last day of a consent for 24 months that was given on the day of the invented testimonies."""


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def say(desk: Desk, day: date = TODAY, **more: dict[str, frozenset[str]]) -> int:
    return keeps.say(desk.station, desk.reader, desk.annexes, day=day, **more)


def end_at(station: Station, tid: str) -> str | None:
    with station.database.reading() as session:
        return endings.until(session, tid)


def test_of_a_testimony_of_version_1_it_is_said_once_and_central_and_the_other_desk_know_it(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer, second = at["lawyer-1"], at["lawyer-2"]
    tid = testimony_at(lawyer.central, organisation, "P01", "P04")
    lawyer.exchange()
    assert say(at["coordinator-1"]) == 0, "a coordinator says nothing"
    assert say(lawyer) == 1
    assert say(lawyer) == 0
    lawyer.exchange()
    assert end_at(lawyer.central, tid) == END
    second.exchange()
    assert end_at(second.station, tid) == END
    assert say(second) == 0, "it was said already"


def test_a_new_yes_of_the_witness_is_said_to_all(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer = at["lawyer-1"]
    tid = testimony_at(lawyer.central, organisation, "P01", "P04")
    meet(at)
    say(lawyer)
    with lawyer.station.database.transaction() as session:
        last_sync.note(session, AFTER.isoformat())
    assert late(lawyer, tid, RECORD, day=AFTER, at=AFTER) is None
    assert say(lawyer, AFTER) == 1
    lawyer.exchange()
    assert end_at(lawyer.central, tid) is None, "it was given without an end"


def test_what_was_taken_back_or_is_on_hold_is_not_kept_longer(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer = at["lawyer-1"]
    tid = testimony_at(lawyer.central, organisation, "P01", "P04")
    meet(at)
    consent_acts.say(lawyer.station, lawyer.reader, lawyer.stands(tid), Act.HOLD, RECORD, day=TODAY, reason="danger")
    assert say(lawyer) == 0
    with lawyer.station.database.reading() as session:
        assert endings.unknown(session) == [tid]


def test_a_desk_that_cannot_read_the_consent_says_nothing(at: dict[str, Desk], organisation: Organisation) -> None:
    """It is kept for recovery alone, so that no lawyer can tell."""
    lawyer = at["lawyer-1"]
    testimony_at(lawyer.central, organisation, "P01")
    meet(at)
    assert say(lawyer) == 0
    with lawyer.station.database.reading() as session:
        assert len(endings.unknown(session)) == 1


def test_what_was_looked_at_is_not_opened_again_in_the_same_unlocking(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer = at["lawyer-1"]
    tid = testimony_at(lawyer.central, organisation, "P01")
    meet(at)
    seen: dict[str, frozenset[str]] = {}
    say(lawyer, seen=seen)
    assert seen == {tid: frozenset()}
