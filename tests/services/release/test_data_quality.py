"""The data-quality report: why there is no answer, contested and corrected codes apart, and no count below three."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.domain.coding.data_quality import Status
from testimony.services.enrolment.organisation import Organisation
from testimony.services.release import data_quality
from testimony.services.release.data_quality import Report, blanked
from tests.support.services.batches import told
from tests.support.services.desks import TODAY
from tests.support.services.release.clearances import Room, room

ALL = ("P01", "P04", "P06", "P07")


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Room]:
    with room(homes, organisation) as found:
        yield found


def report(desk: Room) -> Report:
    hand = desk.coordinator
    with desk.station.database.reading() as session:
        return data_quality.of(desk.station, session, hand.reader, hand.annexes, at=TODAY)


def test_unknown_refused_and_not_asked_stay_apart(desk: Room) -> None:
    said = ["f"] * 5 + ["unk"] * 4 + ["ref"] * 3
    desk.bring([told(number, ALL, w_gender=one) for number, one in enumerate(said)])
    contested = desk.bring([told(number, ALL, w_gender="m") for number in range(4)])
    for tid in contested:
        for gender in ("f", "x"):
            desk.recode(tid, w_gender={"value": gender})
    found = report(desk)
    (gender,) = [one for one in found.fields if one.name == "w_gender"]
    assert found.accounts == 16
    assert gender.counts == {
        Status.ANSWERED: 5,
        Status.UNKNOWN: 4,
        Status.REFUSED: 3,
        Status.CONTESTED: 4,
        **dict.fromkeys((Status.NOT_ASKED, Status.SILENT, Status.FINER, Status.UNCODED)),
    }
    assert gender.corrected == 4


def test_what_may_not_leave_is_not_counted(desk: Room) -> None:
    desk.bring([told(number, ALL) for number in range(3)], cleared=False)
    assert report(desk).accounts == 0
    assert report(desk).fields == ()


def test_languages_that_few_speak_are_not_named(desk: Room) -> None:
    desk.bring([told(number, ALL) for number in range(6)])
    found = report(desk)
    assert found.told.counts == (("ar", 6),)
    (arabic,) = found.languages
    assert (arabic.name, arabic.corrected) == ("ar", None)
    assert (arabic.counts[Status.ANSWERED] or 0) > 100


def test_a_count_below_three_is_blank_and_never_alone() -> None:
    assert blanked({Status.ANSWERED: 9})[Status.UNKNOWN] is None
    few = blanked({Status.ANSWERED: 9, Status.UNKNOWN: 1, Status.REFUSED: 4})
    assert few[Status.ANSWERED] == 9
    assert few[Status.UNKNOWN] is None


@pytest.mark.parametrize("total", range(1, 40))
def test_no_blank_can_be_told_from_what_is_shown(total: int) -> None:
    """Whoever knows the sum and the rule: each blank, if it hides anybody, could still be several numbers."""
    for unknown in range(total + 1):
        for refused in range(total - unknown + 1):
            counts = {Status.UNKNOWN: unknown, Status.REFUSED: refused, Status.ANSWERED: total - unknown - refused}
            found = blanked(counts)
            hidden = [one for one, count in found.items() if count is None]
            rest = sum(counts.get(one, 0) for one in hidden)
            assert all(count is None or count >= 3 for count in found.values())
            assert rest == 0 or len(hidden) > 1
