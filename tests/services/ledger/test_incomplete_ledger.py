"""The ledger of releases where something lacks or contradicts: it says what to do, and nothing is released then."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from testimony import canonical
from testimony.domain.errors import LedgerRefused
from testimony.domain.incidents.events import NOWHERE
from testimony.domain.ledger.acts import Act, Entry
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.testimony.annex import seal_annex
from testimony.services.consent import acts as consent_acts
from testimony.services.intake.intake import take_in
from testimony.services.ledger import access as ledger_access
from testimony.services.ledger import ledger
from testimony.services.ledger.errors import LedgerForked, LedgerIncomplete
from testimony.services.ledger.ledger import Stage
from testimony.services.records.types import Incoming
from testimony.services.roster import adoption as roster_adoption
from testimony.store.models.log import LogLeaf
from testimony.store.models.records import ObjectRow, RecordRow
from tests.support.services.release import ledgers
from tests.support.services.release.incomplete_ledger import forge, put_back
from tests.support.services.release.ledger import approved, left, why
from tests.support.services.release.ledgers import TODAY, Coordinators, LedgerDesk, desk, meet, proposal, two, world
from tests.support.sync.homes import kept

__all__ = ["two", "world"]


def entry(at: LedgerDesk, act: Act, day: date = TODAY, **said: Any) -> dict[str, Any]:
    return Entry(act=act, day=day, prev=at.read().ahead.head, said=said).to_value()


def test_a_dishonest_desk_writes_nothing_that_counts_and_everybody_is_told(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, other = two
    first = left(one, other, range(6))
    held = one.read()
    good = proposal(held, ledger.new_name(), range(6, 12))
    with pytest.raises(LedgerRefused) as small:
        one.do(ledger.propose, proposal(held, ledger.new_name(), range(6, 10)))
    assert small.value.reason == "small"
    forged = [
        entry(one, Act.APPROVE, batch=first),
        entry(one, Act.LEAVE, batch=first, recipients=["P07"]),
        entry(one, Act.CANCEL, batch="f" * 32),
        entry(one, Act.OPEN, key="0" * 64, floor={"preset": "trusted", "k": 1, "m": 1, "alpha": 1}) | {"prev": ""},
        entry(one, Act.PROFILE, profile={"preset": "weak", "k": 2, "m": 1, "alpha": 1_000_000}),
        entry(one, Act.BATCH, name=good.name, profile=good.profile, first=3, recipients=["P06"],
              files=[{"recipient": "P06", "sha256": "0" * 64}], parts=["a" * 64], sha256="b" * 64),
        entry(one, Act.CANCEL, batch=first) | {"prev": "c" * 64},
        {"kind": "ledger", "v": "testimony/1/ledger", "act": "OPEN"},
        {"kind": "ledger", "v": "testimony/1/ledger", "act": ["OPEN"], "said": {"a": 7}},
        {"kind": "ledger"},
    ]  # fmt: skip
    for content in forged:
        forge(one, content)
    meet(one, other)
    for at in two:
        found = at.read()
        assert found.unread == 3
        assert sorted(reason for _, reason in why(at)) == sorted(
            ["stage", "recipients", "unknown", "floor", "parts", "overtaken", "overtaken"]
        )
        assert list(found.batches) == [first]
        assert found.head == held.head
    one.do(ledger.propose, good)
    meet(one, other)
    assert other.read().batches[good.name].stage is Stage.PROPOSED, "and it goes on"


def test_a_clock_that_runs_ahead_of_headquarters_closes_the_ledger_for_nobody(
    two: tuple[LedgerDesk, LedgerDesk],
) -> None:
    one, other = two
    name = approved(one, other, range(6))
    one.do(ledger.leave, name, ["P06"], day=date(2099, 1, 1))
    meet(one, other)
    assert why(other) == [(name, "clock")]
    other.do(ledger.leave, name, ["P06"])
    meet(other, one)
    assert one.read().batches[name].stage is Stage.LEFT


def test_a_lawyer_and_an_interviewer_write_nothing_that_counts(
    two: tuple[LedgerDesk, LedgerDesk], world: Coordinators
) -> None:
    one, other = two
    lawyer = desk(world, one.central, "lawyer-a")
    content = entry(one, Act.PROFILE, profile={"preset": "x", "k": 9, "m": 9, "alpha": 1})
    forge(lawyer, content)
    forge(
        lawyer,
        {"kind": "ledger", "v": "testimony/1/ledger", "act": "AUXILIARY", "day": "2026-11-25", "members": ["a" * 32]},
    )
    lawyer.exchange()
    meet(one, other)
    assert [one.reason for one in other.read().overtaken] == ["role"]
    assert other.read().auxiliary == frozenset()


def test_a_coordinator_who_left_writes_no_more_and_what_they_wrote_stands(
    two: tuple[LedgerDesk, LedgerDesk], world: Coordinators
) -> None:
    one, other = two
    name = approved(other, one, range(6))
    late = desk_copy_entry(other, name)
    people = [dict(person) for person in world.chain.latest.value["people"]]
    next(person for person in people if person["id"] == "coordinator-2")["status"] = "left"
    record = world.next_roster(people=people)
    for station in (one.central, one.station, other.station):
        with station.database.transaction() as session:
            roster_adoption.adopt(station, session, record)
    take_in(one.central, late)  # as a central would that does not look at rosters
    one.exchange()
    found = one.read()
    assert found.batches[name].stage is Stage.APPROVED, "what they proposed before stands"
    assert [(lost.act, lost.reason) for lost in found.overtaken] in ([], [(Act.CANCEL, "role")])
    with pytest.raises(LedgerRefused) as role:
        other.do(ledger.cancel, name)
    assert role.value.reason == "role"


def desk_copy_entry(at: LedgerDesk, name: str) -> list[Incoming]:
    """What the reader of this desk signs and does not keep."""
    _, items = consent_acts.seal_content(
        at.station.chain.latest,
        at.reader,
        NOWHERE,
        entry(at, Act.CANCEL, batch=name),
        day=TODAY,
        audiences=("coordinators",),
    )
    return items


def test_a_new_coordinator_releases_nothing_until_a_colleague_let_them_in(
    two: tuple[LedgerDesk, LedgerDesk], world: Coordinators
) -> None:
    one, other = two
    name = left(one, other, range(6))
    people = [*world.chain.latest.value["people"], world.person("coordinator-3")]
    record = world.next_roster(people=people)
    for station in (one.central, one.station, other.station):
        with station.database.transaction() as session:
            roster_adoption.adopt(station, session, record)
    newcomer = desk(world, one.central, "coordinator-3")
    newcomer.exchange()
    with pytest.raises(LedgerIncomplete) as closed:
        newcomer.read()
    assert closed.value.reason == "closed"
    assert ledger_access.let_in(one.station, one.reader, one.annexes, day=TODAY) == 6
    assert ledger_access.let_in(one.station, one.reader, one.annexes, day=TODAY) == 0
    one.exchange()
    newcomer.exchange()
    assert newcomer.read().batches[name].stage is Stage.LEFT
    assert newcomer.read().head == one.read().head
    second = approved(newcomer, other, range(6, 12))
    assert newcomer.read().batches[second].approved_by == "coordinator-2"


def test_an_entry_that_has_not_come_whole_stops_the_ledger(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, other = two
    left(one, other, range(6))
    with other.station.database.transaction() as session:
        session.execute(update(ObjectRow).where(ObjectRow.audience == "coordinators").values(held=0))
    other.annexes = type(other.annexes)()
    with pytest.raises(LedgerIncomplete) as missing:
        other.read()
    assert missing.value.reason == "missing"


def test_an_entry_that_central_does_not_bring_stops_the_ledger(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, other = two
    left(one, other, range(6))
    head = one.read().head
    with other.station.database.transaction() as session:
        session.delete(session.get(RecordRow, head))
    other.annexes = type(other.annexes)()
    with pytest.raises(LedgerIncomplete) as missing:
        other.read()
    assert missing.value.reason == "missing"


def test_an_altered_row_is_no_entry_and_what_follows_it_stops_the_ledger(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, other = two
    name = left(one, other, range(6))
    proposed = other.read().batches[name].record
    with other.station.database.transaction() as session:
        row = session.get(RecordRow, proposed)
        assert row is not None
        row.data = row.data.replace(b'"day":"2026-11-25"', b'"day":"2026-11-24"').replace(b"2026-11-25", b"2026-11-24")
    other.annexes = type(other.annexes)()
    with pytest.raises(LedgerIncomplete):
        other.read()


def test_a_garbled_annex_by_a_coordinator_stops_nobody(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, other = two
    roster_ = one.station.chain.latest
    assert one.reader.signer is not None
    sealed = seal_annex(
        b"[1,2,3]", tid=NOWHERE, day="2026-11-25", roster=roster_.sha256,
        audiences={"coordinators": (roster_.recipients("coordinators"), 4)}, signer=one.reader.signer,
    )  # fmt: skip
    items = [sealed.record.encode(), *sealed.part.heads.values(), sealed.part.body]
    kinds = ("record", "object", "object")
    take_in(one.station, [Incoming(kind, data) for kind, data in zip(kinds, items, strict=True)], outbound=True)  # type: ignore[arg-type]
    meet(one, other)
    left(one, other, range(6))
    assert other.read().last == TODAY


def test_after_central_was_restored_the_ledger_is_shut_until_all_is_back_and_then_the_same(
    two: tuple[LedgerDesk, LedgerDesk], world: Coordinators, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    ledgers.give_nothing_back(monkeypatch)
    copy = kept(one.central)
    name = left(one, other, range(6))
    heads = [at.read().head for at in two]
    for at in two:
        ledger.remember(at.station, at.read())
    put_back(world, copy, one)
    other.central = one.central
    one.exchange()
    with pytest.raises(LedgerIncomplete) as behind:
        one.read()
    assert behind.value.reason == "behind"
    meet(other, one)
    assert [at.read().head for at in two] == heads
    assert one.read().batches[name].stage is Stage.LEFT


def test_a_desk_that_gives_back_what_a_restored_central_lost_has_the_same_ledger_at_once(
    two: tuple[LedgerDesk, LedgerDesk], world: Coordinators
) -> None:
    one, other = two
    copy = kept(one.central)
    name = left(one, other, range(6))
    head = one.read().head
    ledger.remember(one.station, one.read())
    put_back(world, copy, one)
    one.exchange()
    assert one.read().head == head
    assert one.read().batches[name].stage is Stage.LEFT


def test_another_order_than_this_desk_saw_before_is_told_and_nothing_is_released(
    two: tuple[LedgerDesk, LedgerDesk], world: Coordinators
) -> None:
    one, other = two
    copy = kept(one.central)
    first = one.propose(range(6))
    second = other.propose(range(3, 9))
    meet(one, other)
    assert list(other.read().batches) == [first]
    ledger.remember(one.station, one.read())
    put_back(world, copy, other)
    one.central = other.central
    other.exchange()
    meet(one, other)
    assert list(other.read().batches) == [second], "this desk had not said that it accepted the other"
    with pytest.raises(LedgerForked):
        one.read()
    with pytest.raises(LedgerForked):
        one.do(ledger.cancel, second)


def test_a_row_of_the_log_that_was_turned_into_anothers_is_no_place(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    """Whoever has the desk's database turns round which of two entries came first."""
    one, other = two
    one.propose(range(6))
    other.propose(range(3, 9))
    meet(one, other)
    found = one.read()
    ledger.remember(one.station, found)
    with one.station.database.transaction() as session:
        for before, after in (
            (found.head, "swap"),
            (found.overtaken[0].name, found.head),
            ("swap", found.overtaken[0].name),
        ):
            session.execute(update(LogLeaf).where(LogLeaf.ref == before).values(ref=after))
    with pytest.raises(LedgerIncomplete) as behind:
        one.read()
    assert behind.value.reason == "behind"


def test_a_key_that_is_not_of_the_organisation_opens_nothing(two: tuple[LedgerDesk, LedgerDesk]) -> None:
    one, _ = two
    stranger = type(one.reader)(**{**one.reader.__dict__, "key": OpeningKey.generate()})
    one.reader, one.annexes = stranger, type(one.annexes)()
    with pytest.raises(LedgerIncomplete) as closed:
        one.read()
    assert closed.value.reason == "closed"
    assert canonical.sha256_hex(b"") not in one.annexes.closed_names()
