"""Who was told at several desks: lawyers learn of it, coordinators never do, and a mistake is not covered up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.review import notice
from testimony.domain.review.disclosure import CASE_FILE
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.review import disclosures, notices
from testimony.services.review.disclosures import Left
from testimony.services.review.errors import NoticeRefused
from testimony.services.review.notices import Notices
from tests.support.services.desks import TODAY, Desk, desks, testimony_at

COURT = Key(Purpose.COURT, "court-a")


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


@pytest.fixture
def left(at: dict[str, Desk], organisation: Organisation) -> Left:
    """A case file that lawyer-1 made, of which both lawyers know."""
    desk = at["lawyer-1"]
    tid = testimony_at(desk.central, organisation, "P01", "P04", "P06")
    meet(at)
    disclosures.note(desk.station, desk.reader, [tid], "a" * 64, made=CASE_FILE, use=COURT, day=TODAY)
    meet(at)
    held(desk)
    ((found,), _unread) = disclosures.register(desk.station, desk.annexes)
    return found


def meet(at: dict[str, Desk]) -> None:
    for desk in (*at.values(), *at.values()):
        desk.exchange()


def held(desk: Desk) -> Notices:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
    return notices.read(desk.station, desk.annexes)


def tell(desk: Desk, left: Left, days: int = 0) -> None:
    told = TODAY + timedelta(days=days)
    notices.tell(desk.station, desk.reader, held(desk), left, left.tids, told, day=TODAY)


def who(desk: Desk, left: Left) -> str:
    found = held(desk).told(left.file.id, left.tids[0])
    return found.signer if found else ""


def test_the_other_lawyer_learns_that_they_were_told_and_the_coordinator_never_does(
    at: dict[str, Desk], left: Left
) -> None:
    tell(at["lawyer-1"], left)
    meet(at)
    assert who(at["lawyer-2"], left) == "lawyer-1"
    assert held(at["coordinator-1"]) == Notices(said={}, unread=0)
    assert at["coordinator-1"].annexes.of_kind(notice.KIND) == []


def test_a_mistake_that_the_other_desk_did_not_know_of_stands(at: dict[str, Desk], left: Left) -> None:
    first, second = at["lawyer-1"], at["lawyer-2"]
    tell(first, left)
    notices.take_back(first.station, first.reader, held(first), left, day=TODAY)
    tell(second, left)
    meet(at)
    assert [who(desk, left) for desk in (first, second)] == ["", ""]
    tell(second, left)
    meet(at)
    assert [who(desk, left) for desk in (first, second)] == ["lawyer-2", "lawyer-2"]


@pytest.mark.parametrize(("days", "reason"), [(1, "future"), (-1, "early")])
def test_nobody_is_told_tomorrow_or_before_the_file_was_made(
    at: dict[str, Desk], left: Left, days: int, reason: str
) -> None:
    with pytest.raises(NoticeRefused) as refused:
        tell(at["lawyer-1"], left, days)
    assert (refused.value.reason, who(at["lawyer-1"], left)) == (reason, "")


def test_what_stands_so_already_is_not_said_twice(at: dict[str, Desk], left: Left) -> None:
    desk = at["lawyer-1"]
    with pytest.raises(NoticeRefused, match="already"):
        notices.take_back(desk.station, desk.reader, held(desk), left, day=TODAY)
    tell(desk, left)
    with pytest.raises(NoticeRefused, match="already"):
        tell(desk, left)


def test_a_coordinator_records_nothing_and_what_their_key_signed_counts_for_nothing(
    at: dict[str, Desk], left: Left
) -> None:
    lawyer, desk = at["lawyer-1"], at["coordinator-1"]
    with pytest.raises(NoticeRefused) as refused:
        tell(desk, left)
    assert refused.value.reason == "role"
    forged = notice.Notice(id="a" * 32, file=left.file.id, act=notice.Act.TOLD, told=TODAY, day=TODAY).to_value()
    record, items = consent_acts.seal_content(desk.station.chain.latest, desk.reader, left.tids[0], forged, day=TODAY)
    consent_acts.keep(desk.station, desk.reader, items, [("said", record.id)], TODAY)
    meet(at)
    assert (who(lawyer, left), held(lawyer).unread) == ("", 1)
