"""Letting colleagues in to everything: counted, stopped in the midst, gone on with after a restart, never too far."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from testimony.domain.consent.events import Act
from testimony.services.access import grant_job
from testimony.services.access.gaps import Why
from testimony.services.access.grant_job import Letting, LettingAll, Progress
from testimony.services.consent import acts as consent_acts
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.errors import KeyFileForeign, TestimonyUnknown
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.roster import adoption as roster_adoption
from testimony.station.station import Station
from testimony.store.models.records import Held, ObjectRow
from tests.support.services import rosters
from tests.support.services.desks import COUNT, TODAY, Desk, desks
from tests.support.services.recovery.grants import ALL, exchange, fetched, joined, lacking, opens


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def letting(desk: Desk, *, anew: bool = False) -> Letting:
    return Letting(desk.station, desk.reader, AnnexIndex(), TODAY, anew=anew)


def run(desk: Desk, only: str = "", *, anew: bool = False) -> Progress:
    work = LettingAll()
    work.begin(letting(desk, anew=anew), only=only)
    work.wait()
    assert work.last is not None
    assert not work.last.running
    return work.last


def test_what_is_allowed_is_opened_and_the_rest_is_counted_by_reason(
    at: dict[str, Desk], organisation: Organisation, homes: Path
) -> None:
    open_ones = [fetched(at, organisation, *ALL) for _ in range(3)]
    counted = fetched(at, organisation, "P01", "P06")
    kept = fetched(at, organisation, "P01")
    held, gone = fetched(at, organisation, *ALL), fetched(at, organisation, *ALL)
    desk = at["lawyer-1"]
    consent_acts.say(desk.station, desk.reader, desk.stands(held), Act.HOLD, COUNT, reason="other", day=TODAY)
    consent_acts.withdraw_all(desk.station, desk.reader, gone, day=TODAY)
    joined(at, organisation, homes, "lawyer-3", "coordinator-2")
    done = run(desk)
    assert (done.total, done.done, done.let_in) == (7, 7, 4)
    assert dict(done.left) == {Why.GONE: 1, Why.HELD: 1, Why.CLOSED: 1}
    exchange(at)
    for tid in open_ones:
        assert opens(at["lawyer-3"], tid) >= {"narrative", "identity", "coded"}
        assert opens(at["coordinator-2"], tid) == {"coded", "consent"}, "never more, whoever lets them in"
    assert "identity" not in opens(at["lawyer-3"], counted)
    assert opens(at["lawyer-3"], kept) == opens(at["lawyer-3"], held) == set()


def test_stopped_in_the_midst_it_goes_on_from_there_in_another_program(
    at: dict[str, Desk], organisation: Organisation, homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tids = [fetched(at, organisation, *ALL) for _ in range(5)]
    joined(at, organisation, homes, "lawyer-3")
    monkeypatch.setattr(grant_job, "TOGETHER", 2)
    desk, first = at["lawyer-1"], Progress()
    one = letting(desk)
    steps = one.steps(one.names(), first, later=True)
    while first.done < 2:
        next(steps)
    assert (first.let_in, first.done) == (2, 2)
    exchange(at)
    second = run(desk)
    assert (second.total, second.let_in) == (5, 3), "what was granted is found again"
    exchange(at)
    assert all("narrative" in opens(at["lawyer-3"], tid) for tid in tids)
    assert run(desk).heads == 0


def test_one_testimony_alone(at: dict[str, Desk], organisation: Organisation, homes: Path) -> None:
    first, other = fetched(at, organisation, *ALL), fetched(at, organisation, *ALL)
    joined(at, organisation, homes, "lawyer-3")
    assert run(at["lawyer-1"], first).let_in == 1
    exchange(at)
    assert "narrative" in opens(at["lawyer-3"], first)
    assert opens(at["lawyer-3"], other) == set()
    assert lacking(at["lawyer-1"])["lawyer-3"] == 1
    with pytest.raises(TestimonyUnknown):
        letting(at["lawyer-1"]).names("0" * 32)


def test_events_that_arrive_while_it_runs_count(
    at: dict[str, Desk], organisation: Organisation, homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tids = [fetched(at, organisation, *ALL) for _ in range(2)]
    joined(at, organisation, homes, "lawyer-3")
    monkeypatch.setattr(grant_job, "TOGETHER", 1)
    desk, progress = at["lawyer-1"], Progress()
    one = letting(desk)
    steps = one.steps(one.names(), progress, later=False)
    next(steps)
    consent_acts.withdraw_all(desk.station, desk.reader, tids[1], day=TODAY)
    next(steps)
    assert (progress.let_in, dict(progress.left)) == (1, {Why.GONE: 1})


def test_a_reader_who_leaves_in_the_midst_grants_no_further(
    at: dict[str, Desk], organisation: Organisation, homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(at, organisation, *ALL)
    joined(at, organisation, homes, "lawyer-3")
    one, progress = letting(at["lawyer-1"]), Progress()
    steps = one.steps(one.names(), progress, later=False)
    monkeypatch.setattr(opening_reader, "still_reads", lambda *_: False)
    with pytest.raises(KeyFileForeign):
        next(steps)
    assert progress.heads == 0


def test_what_nobody_foresaw_ends_the_run_with_a_sentence_and_not_as_done(
    at: dict[str, Desk], organisation: Organisation, homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(at, organisation, *ALL)
    joined(at, organisation, homes, "lawyer-3")
    work = LettingAll()
    one = letting(at["lawyer-1"])

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(one, "_close", fail)
    work.begin(one)
    work.wait()
    assert work.last is not None
    assert work.last.error is not None
    assert not work.last.running


def test_a_coordinator_lets_nobody_in(at: dict[str, Desk], organisation: Organisation) -> None:
    fetched(at, organisation, *ALL)
    with pytest.raises(ConsentActRefused):
        letting(at["coordinator-1"]).names()


def test_central_refuses_grants_by_a_person_who_has_left(
    at: dict[str, Desk], organisation: Organisation, homes: Path
) -> None:
    tid = fetched(at, organisation, *ALL)
    made = joined(at, organisation, homes, "lawyer-3")
    leaver, central = at.pop("lawyer-1"), at["lawyer-2"].central
    people = json.loads(made.data)["people"]
    left = [one | {"status": "revoked"} if one["id"] == "lawyer-1" else one for one in people]
    with central.database.transaction() as session:
        assert roster_adoption.adopt(central, session, rosters.after(organisation, made, people=left))
    assert run(leaver, tid).let_in == 1, "their desk has not heard yet that they left"
    with leaver.station.database.reading() as session:
        grants = [record for _, record in record_queries.records_of_kind(session, "grant")]
    statuses = take_in(central, [Incoming("record", one.encode()) for one in grants]).statuses
    assert {(one.status, one.rule) for one in statuses} == {("refused", "signer.inactive")}
    exchange(at)
    assert opens(at["lawyer-3"], tid) == set()


def lose_heads(station: Station, audience: str) -> None:
    """As a restored central has them no more, and no desk gave them back."""
    with station.database.transaction() as session:
        heads = (ObjectRow.audience == audience, ObjectRow.held == Held.HELD)
        session.execute(update(ObjectRow).where(*heads).values(held=Held.LOST, sealed=None))


def test_what_a_restored_central_lost_is_given_anew_to_whom_the_witness_agreed_and_once(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    agreed, kept, gone = (fetched(at, organisation, *of) for of in (ALL, ("P01",), ALL))
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    consent_acts.withdraw_all(lawyer.station, lawyer.reader, gone, day=TODAY)
    before = opens(coordinator, agreed), opens(coordinator, kept)
    for station in (lawyer.central, coordinator.station):
        lose_heads(station, "coordinators")
    assert opens(coordinator, agreed) == set()
    assert run(lawyer).heads == 0
    assert run(lawyer, anew=True).heads > 0
    exchange(at)
    assert (opens(coordinator, agreed), opens(coordinator, kept)) == before
    assert opens(coordinator, gone) == set()
    assert run(lawyer, anew=True).heads == 0
