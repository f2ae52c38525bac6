"""Coded accounts that were opened at the last unlocking are as if they were opened again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from testimony.domain.consent.fold import Act
from testimony.services.coding import eligibility, opened_accounts
from testimony.services.coding.eligibility import Account
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.release import candidates
from testimony.station.station import OPENED
from testimony.store.models.records import Held, ObjectRow
from tests.support.services.batches import bring, told
from tests.support.services.coding import correct
from tests.support.services.desks import COUNT, TODAY, Desk, desks
from tests.support.services.reviews import meet


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        given = [("P01", "P04", "P06", "P07"), ("P01", "P06"), ("P01",)]
        bring(organisation, found["lawyer-1"].central, [told(number, one) for number, one in enumerate(given)])
        for desk in found.values():
            desk.exchange()
        yield found


def unlock(desk: Desk, *, day: date = TODAY, remembers: bool = True) -> tuple[list[Account], list[str]]:
    """Every account, and which testimonies were opened for it."""
    opened, real = [], eligibility.Opener._account

    def counted(*args: object) -> Account:
        opened.append(args[2].tid)  # type: ignore[attr-defined]
        return real(*args)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch, desk.station.database.reading() as session:
        patch.setattr(eligibility.Opener, "_account", counted)
        annexes, known = AnnexIndex(remembers=remembers), candidates.vocabulary()
        found = opened_accounts.open_accounts(desk.station, session, desk.reader, annexes, known, at=day)
    return found, opened


def test_they_are_as_if_they_were_opened_again_and_are_opened_once(at: dict[str, Desk]) -> None:
    desk = at["coordinator-1"]
    fresh, opened = unlock(desk, remembers=False)
    assert len(opened) == 3
    assert sum(1 for one in fresh if one.line and one.told and one.said) == 2
    assert unlock(desk) == (fresh, opened)
    assert unlock(desk) == (fresh, [])


def test_on_a_day_on_which_a_consent_ended_they_are_opened_again(at: dict[str, Desk]) -> None:
    desk, later = at["coordinator-1"], date(2040, 1, 1)
    unlock(desk)
    accounts, opened = unlock(desk, day=later)
    assert len(opened) >= 2, "of those with a use that ends"
    assert accounts == unlock(desk, day=later, remembers=False)[0]
    assert not any(one.keys for one in accounts)
    assert unlock(desk)[0] == unlock(desk, remembers=False)[0]


def test_a_withdrawn_use_has_that_one_opened_again(at: dict[str, Desk]) -> None:
    desk, lawyer = at["coordinator-1"], at["lawyer-1"]
    accounts, _ = unlock(desk)
    tid = next(one.tid for one in accounts if COUNT in one.keys)
    consent_acts.say(lawyer.station, lawyer.reader, lawyer.stands(tid), Act.WITHDRAW, COUNT, reason="other", day=TODAY)
    meet(at)
    again, opened = unlock(desk)
    assert opened == [tid]
    assert again == unlock(desk, remembers=False)[0] != accounts


def test_a_correction_has_that_one_opened_again(at: dict[str, Desk]) -> None:
    desk = at["coordinator-1"]
    accounts, _ = unlock(desk)
    tid = next(one.tid for one in accounts if len(one.keys) == 2)
    correct(at["lawyer-1"], tid, "w_nat", {"value": "ERI"})
    meet(at)
    again, opened = unlock(desk)
    assert opened == [tid]
    assert again == unlock(desk, remembers=False)[0] != accounts
    assert unlock(desk) == (again, [])


def test_an_act_that_another_page_takes_in_meanwhile_is_not_taken_for_counted(at: dict[str, Desk]) -> None:
    desk, lawyer = at["coordinator-1"], at["lawyer-1"]
    tid = next(one.tid for one in unlock(desk, remembers=False)[0] if COUNT in one.keys)
    annexes, known, real = AnnexIndex(remembers=True), candidates.vocabulary(), eligibility.Opener._account
    came: list[str] = []

    def overtaken(*args: object) -> Account:
        account = real(*args)  # type: ignore[arg-type]
        if account.tid == tid and not came:
            came.append(tid)
            said = lawyer.stands(tid)
            consent_acts.say(lawyer.station, lawyer.reader, said, Act.WITHDRAW, COUNT, reason="other", day=TODAY)
            meet(at)
            with desk.station.database.reading() as other:
                annexes.refresh(desk.station, other, desk.reader)
        return account

    with pytest.MonkeyPatch.context() as patch, desk.station.database.reading() as session:
        patch.setattr(eligibility.Opener, "_account", overtaken)
        opened_accounts.open_accounts(desk.station, session, desk.reader, annexes, known, at=TODAY)
    assert came
    truth = unlock(desk, remembers=False)[0]
    with desk.station.database.reading() as session:
        assert opened_accounts.open_accounts(desk.station, session, desk.reader, annexes, known, at=TODAY) == truth
    assert unlock(desk)[0] == truth


def test_nothing_is_kept_of_a_testimony_with_deleted_heads(at: dict[str, Desk]) -> None:
    """When this desk deletes them is in no record, and it can say who still opens the testimony."""
    desk = at["coordinator-1"]
    accounts, _ = unlock(desk)
    tid, manifest = accounts[0].tid, accounts[0].manifest
    with desk.station.database.transaction() as session:
        heads = session.query(ObjectRow).filter_by(record=manifest, audience="lawyers").all()
        for head in heads:
            head.held = Held.WITHDRAWN
    assert heads
    for _ in range(2):
        again, opened = unlock(desk)
        assert opened == [tid]
        assert again == unlock(desk, remembers=False)[0]


def test_no_answer_is_in_clear_on_the_disk(at: dict[str, Desk]) -> None:
    desk = at["coordinator-1"]
    accounts, _ = unlock(desk)
    line = next(one.line for one in accounts if one.line)
    kept = b"".join(file.read_bytes() for file in (desk.station.settings.home / OPENED).iterdir())
    assert b"account" in kept, "the entries are there"
    assert not any(value.encode() in kept for value in line.values if len(value) > 4)
