"""Consents that were worked out at the last unlocking stand as they would if they were opened again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from testimony.domain.consent.fold import Act
from testimony.services.coding import counts
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import cache
from testimony.services.consent.stand import Stand
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.annexes import AnnexIndex
from tests.support.services.batches import bring, told
from tests.support.services.desks import COUNT, TODAY, Desk, desks
from tests.support.services.reviews import meet

Stands = dict[str, Stand | None]


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        given = [("P01", "P04", "P06", "P07"), ("P01", "P06"), ("P01",)]
        bring(organisation, found["lawyer-1"].central, [told(number, one) for number, one in enumerate(given)])
        for desk in found.values():
            desk.exchange()
        yield found


def unlock(desk: Desk, *, day: date = TODAY, remembers: bool = True) -> tuple[Stands, list[str]]:
    """How every consent stands, and which testimonies were opened for it."""
    opened, real = [], cache._stand

    def counted(*args: object) -> Stand:
        opened.append(args[3].tid)  # type: ignore[attr-defined]
        return real(*args)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch, desk.station.database.reading() as session:
        patch.setattr(cache, "_stand", counted)
        annexes = AnnexIndex(remembers=remembers)
        found = cache.current_consents(desk.station, session, desk.reader, annexes, at=day, label=counts.label)
    return dict(found), opened


@pytest.mark.parametrize("person", ["lawyer-1", "coordinator-1"])
def test_they_stand_as_if_they_were_opened_again_and_are_opened_once(at: dict[str, Desk], person: str) -> None:
    desk = at[person]
    fresh, opened = unlock(desk, remembers=False)
    assert len(opened) == 3
    assert unlock(desk) == (fresh, opened)
    assert unlock(desk) == (fresh, [])
    assert any(stand and stand.told for stand in fresh.values()) is (person == "coordinator-1")


def test_on_a_day_on_which_a_consent_ended_they_are_worked_out_again(at: dict[str, Desk]) -> None:
    desk, later = at["coordinator-1"], date(2040, 1, 1)
    unlock(desk)
    stands, opened = unlock(desk, day=later)
    assert len(opened) >= 2, "of those with a use that ends"
    assert stands == unlock(desk, day=later, remembers=False)[0]
    assert all(stand is None or not stand.usable for stand in stands.values())
    assert unlock(desk)[0] == unlock(desk, remembers=False)[0]


def test_an_act_has_that_one_worked_out_again(at: dict[str, Desk]) -> None:
    desk = at["lawyer-1"]
    stands, _ = unlock(desk)
    tid = next(tid for tid, stand in stands.items() if stand and COUNT in stand.usable)
    consent_acts.say(desk.station, desk.reader, desk.stands(tid), Act.WITHDRAW, COUNT, reason="other", day=TODAY)
    again, opened = unlock(desk)
    assert opened == [tid]
    assert again[tid] == unlock(desk, remembers=False)[0][tid] != stands[tid]


def test_an_act_that_another_page_takes_in_meanwhile_is_not_taken_for_counted(at: dict[str, Desk]) -> None:
    desk, lawyer = at["coordinator-1"], at["lawyer-1"]
    tid = next(tid for tid, stand in unlock(desk, remembers=False)[0].items() if stand and COUNT in stand.usable)
    annexes, real, came = AnnexIndex(remembers=True), cache._stand, list[str]()

    def overtaken(*args: object) -> Stand:
        stand = real(*args)  # type: ignore[arg-type]
        if args[3].tid == tid and not came:  # type: ignore[attr-defined]
            came.append(tid)
            said = lawyer.stands(tid)
            consent_acts.say(lawyer.station, lawyer.reader, said, Act.WITHDRAW, COUNT, reason="other", day=TODAY)
            meet(at)
            with desk.station.database.reading() as other:
                annexes.refresh(desk.station, other, desk.reader)
        return stand

    with pytest.MonkeyPatch.context() as patch, desk.station.database.reading() as session:
        patch.setattr(cache, "_stand", overtaken)
        cache.current_consents(desk.station, session, desk.reader, annexes, at=TODAY, label=counts.label)
    assert came
    truth = unlock(desk, remembers=False)[0]
    with desk.station.database.reading() as session:
        again = cache.current_consents(desk.station, session, desk.reader, annexes, at=TODAY, label=counts.label)
    assert dict(again) == truth == unlock(desk)[0]
