"""What is said about a consent at one desk holds at every other: who may say it, what needs two, what it takes away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from testimony import canonical
from testimony.domain.consent.events import Act
from testimony.domain.consent.fold import ConsentState
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements import statements
from testimony.sealing.testimony.annex import seal_annex
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import contests as consent_contests
from testimony.services.consent import late_grants
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.custody import log as custody_log
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.release import candidates
from testimony.services.tracking import withdrawal_status
from tests.support.services.batches import NOW, bring, told
from tests.support.services.consent.acts import late
from tests.support.services.desks import (
    COUNT,
    LAWYERS,
    MECHANISM,
    RECORD,
    TODAY,
    Desk,
    desks,
    testimony_at,
)


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def fetched(at: dict[str, Desk], organisation: Organisation, *purposes: str) -> str:
    tid = testimony_at(at["lawyer-1"].central, organisation, *purposes)
    for desk in at.values():
        desk.exchange()
    return tid


def say(desk: Desk, tid: str, act: Act, key: object = COUNT, **more: str) -> str:
    return consent_acts.say(desk.station, desk.reader, desk.stands(tid), act, key, day=TODAY, **more)  # type: ignore[arg-type]


def confirm(desk: Desk, tid: str) -> None:
    (event,) = desk.stands(tid).waiting
    consent_acts.confirm(desk.station, desk.reader, desk.stands(tid), event.id, day=TODAY)


def log_of(desk: Desk) -> list[str]:
    with desk.station.database.reading() as session:
        return [canonical.decode_object(entry)["kind"] for _, entry in custody_log.entries(session, 0, 1000)]


def test_a_hold_stops_a_use_everywhere_until_both_roles_lift_it(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    tid = fetched(at, organisation, "P01", "P04", "P06", "P07")
    say(lawyer, tid, Act.HOLD, reason="pressure")
    assert lawyer.usable(tid) == {"P01", "P04", "P07"}, "at once, before anything was sent"
    assert "said" in log_of(lawyer)
    lawyer.exchange()
    coordinator.exchange()
    assert coordinator.usable(tid) == {"P01", "P04", "P07"}
    say(lawyer, tid, Act.RELEASE)
    assert lawyer.usable(tid) == {"P01", "P04", "P07"}, "one signature lifts nothing"
    with pytest.raises(ConsentActRefused) as same:
        confirm(lawyer, tid)
    assert same.value.reason == "twice"
    lawyer.exchange()
    at["lawyer-2"].exchange()
    with pytest.raises(ConsentActRefused) as role:
        confirm(at["lawyer-2"], tid)
    assert role.value.reason == "role"
    coordinator.exchange()
    confirm(coordinator, tid)
    assert coordinator.usable(tid) == {"P01", "P04", "P06", "P07"}
    coordinator.exchange()
    lawyer.exchange()
    assert lawyer.usable(tid) == {"P01", "P04", "P06", "P07"}
    assert lawyer.stands(tid).waiting == []


def test_what_was_held_may_not_be_released(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    sealed = bring(organisation, lawyer.central, [told(number) for number in range(7)])
    for desk in (lawyer, coordinator):
        desk.exchange()
    assert left_out(coordinator) == {candidates.NOT_CLEARED: 7}
    say(lawyer, str(sealed[0].record.value["tid"]), Act.INVALIDATE, reason="not_understood")
    lawyer.exchange()
    coordinator.exchange()
    assert left_out(coordinator) == {candidates.NO_CONSENT: 1, candidates.NOT_CLEARED: 6}


def left_out(desk: Desk) -> dict[str, int]:
    """Why what is here may not be released, and of how many: no lawyer cleared anything here."""
    with desk.station.database.reading() as session:
        found = candidates.of(desk.station, session, desk.reader, desk.annexes, at=TODAY, recipients={"P06"})
    return dict(found.left_out)


def test_a_withdrawn_use_takes_the_heads_that_nothing_else_keeps(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    tid = fetched(at, organisation, "P01", "P04", "P06", "P07")
    say(lawyer, tid, Act.WITHDRAW, COUNT)
    assert "withdrawn" not in log_of(lawyer), "P07 keeps every reader"
    say(lawyer, tid, Act.WITHDRAW, MECHANISM)
    assert "withdrawn" in log_of(lawyer)
    lawyer.exchange()
    coordinator.exchange()
    opened = coordinator.open(tid)
    assert {one.closed for one in opened.compartments} == {"withdrawn", "not_for_you"}
    assert opened.consent.lines is None, "nothing counts as agreed"
    still = lawyer.open(tid)
    assert {one.closed for one in still.compartments} == {None}
    assert {line.state for line in still.consent.lines or () if line.key in (COUNT, MECHANISM)} == {
        ConsentState.WITHDRAWN
    }


def test_taking_back_the_keeping_sets_everything_aside(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    tid = fetched(at, organisation, "P01", "P04", "P06")
    say(coordinator, tid, Act.WITHDRAW, RECORD)
    assert "withdrawn" in log_of(coordinator)
    assert "said" not in log_of(coordinator), "no event, which nobody could undo"
    for desk in (coordinator, lawyer):
        desk.exchange()
        assert desk.open(tid).withdrawn
        with desk.station.database.reading() as session:
            assert not record_queries.is_served(session, tid)


def test_erasing_is_proposed_by_one_and_confirmed_by_another(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer, other = at["lawyer-1"], at["lawyer-2"]
    tid = fetched(at, organisation, "P01", "P04")
    say(lawyer, tid, Act.ERASE, None)
    assert lawyer.open(tid).withdrawn, "set aside at once"
    lawyer.exchange()
    other.exchange()
    assert [event.act for event in other.stands(tid).waiting] == [Act.ERASE]
    confirm(other, tid)
    with other.station.database.reading() as session:
        assert not [one for one in record_queries.records_about(session, tid) if one.kind == "manifest"], (
            "destroyed at once"
        )
    for desk in (other, lawyer):
        desk.exchange()
    lawyer.exchange()  # what it destroyed it says the next time
    with lawyer.central.database.reading() as session:
        found = withdrawal_status.progress(lawyer.central, session, tid=tid)
        assert found is not None
        assert (found.central.destroyed, found.desks.destroyed) == (1, 2)


def test_erasing_one_use_is_on_hold_until_another_confirms_it(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    tid = fetched(at, organisation, "P01", "P04", "P06")
    say(lawyer, tid, Act.ERASE)
    for desk in (lawyer, coordinator):
        desk.exchange()
        assert COUNT not in desk.stands(tid).usable, "on hold at once"
        assert suspended(desk, tid) == [], "and nothing is removed"
    assert {one.closed for one in coordinator.open(tid).compartments} == {None, "not_for_you"}
    confirm(coordinator, tid)
    coordinator.exchange()
    lawyer.exchange()
    for desk in (lawyer, coordinator):
        assert [(one.signer, one.whole) for one in suspended(desk, tid)] == [("coordinator-1", False)]
    assert {one.closed for one in coordinator.open(tid).compartments} == {"withdrawn", "not_for_you"}
    stands = lawyer.stands(tid)
    assert stands.waiting == []
    assert stands.standings is not None
    assert stands.standings[COUNT].state is ConsentState.ERASED


def suspended(desk: Desk, tid: str) -> list[consent_contests.Suspension]:
    with desk.station.database.reading() as session:
        return consent_contests.suspensions(desk.station, session, tid)


def test_two_uses_erased_at_two_desks_that_do_not_know_of_each_other_leave_no_reader(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    first, second, coordinator = at["lawyer-1"], at["lawyer-2"], at["coordinator-1"]
    tid = fetched(at, organisation, "P01", "P04", "P06", "P07")
    say(first, tid, Act.ERASE, COUNT)
    say(second, tid, Act.ERASE, MECHANISM)
    for desk in (first, second, first):
        desk.exchange()
    for desk in (first, second):  # each the other's, and neither sees that the other signs
        confirm_other(desk, tid)
    assert suspended(first, tid) == suspended(second, tid) == [], "each use seems to keep the coordinators"
    for desk in (first, second, first, coordinator):
        desk.exchange()
    assert {one.closed for one in coordinator.open(tid).compartments} == {"withdrawn", "not_for_you"}


def confirm_other(desk: Desk, tid: str) -> None:
    stands = desk.stands(tid)
    (event,) = (one for one in stands.waiting if desk.reader.id not in stands.signers(one))
    consent_acts.confirm(desk.station, desk.reader, stands, event.id, day=TODAY)


def test_a_false_withdrawal_is_void_when_both_roles_say_so(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    tid = fetched(at, organisation, "P01", "P04", "P06")
    withdrawn = statements.withdrawal(
        tid=tid, scope="all", day=TODAY.isoformat(), signer=organisation.signers["interviewer-1"]
    )
    take_in(lawyer.central, [Incoming("record", withdrawn.encode())])
    for desk in (lawyer, coordinator):
        desk.exchange()
        assert desk.open(tid).withdrawn
        with desk.station.database.reading() as session:
            (one,) = consent_contests.suspensions(desk.station, session, tid)
        assert one.signer == "interviewer-1"
        assert desk.reader.signer is not None
        assert desk.reader.signer.kid not in one.contested
        consent_contests.contest(desk.station, desk.reader, tid, withdrawn.id, reason="wrong_person", day=TODAY)
        desk.exchange()
    assert coordinator.usable(tid) == {"P01", "P04", "P06"}
    lawyer.exchange()
    assert lawyer.usable(tid) == {"P01", "P04", "P06"}
    with pytest.raises(ConsentActRefused):
        consent_contests.contest(lawyer.station, lawyer.reader, tid, withdrawn.id, reason="other", day=TODAY)


def test_a_late_yes_opens_what_it_opens_to_the_coordinator_and_can_be_taken_back(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer, second, coordinator = at["lawyer-1"], at["lawyer-2"], at["coordinator-1"]
    tid = fetched(at, organisation, "P01", "P04")
    assert {one.closed for one in coordinator.open(tid).compartments} == {"not_for_you"}
    assert late(lawyer, tid) is None
    assert log_of(lawyer).count("granted") == 2
    lawyer.exchange()
    with lawyer.central.database.reading() as session:
        kinds = [canonical.decode_object(entry)["kind"] for _, entry in custody_log.entries(session, 0, 1000)]
    assert kinds.count("granted") == 2
    for desk in (coordinator, second):
        desk.exchange()
        assert desk.usable(tid) == {"P01", "P04", "P06"}
    opened = {one.part: one.closed for one in coordinator.open(tid).compartments}
    assert {part for part, closed in opened.items() if closed is None} == {"coded", "consent"}
    say(second, tid, Act.WITHDRAW, COUNT)
    for desk in (second, coordinator, lawyer):
        desk.exchange()
    assert {one.closed for one in coordinator.open(tid).compartments} == {"withdrawn", "not_for_you"}
    assert lawyer.usable(tid) == {"P01", "P04"}
    assert {one.closed for one in lawyer.open(tid).compartments} == {None}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"present": ["officer"]}, "officer_present"),
        ({"told": []}, "told_missing"),
        ({"incentive": "money"}, "incentive"),
        ({"capacity": ["intoxicated"]}, "capacity"),
        ({"age": "minor"}, "guardian_missing"),
        ({"present": 7}, "not_recorded"),
    ],
)
def test_a_late_yes_that_a_guard_refuses_is_written_down_as_asked_and_refused(
    at: dict[str, Desk], organisation: Organisation, changes: dict[str, object], code: str
) -> None:
    lawyer = at["lawyer-1"]
    tid = fetched(at, organisation, "P01", "P04")
    assert late(lawyer, tid, **changes) == code
    assert lawyer.usable(tid) == {"P01", "P04"}
    step = lawyer.stands(tid).steps[-1]
    assert (step.event.act, step.event.reason) == (Act.REFUSE, code)
    assert "granted" not in log_of(lawyer)


def test_a_yes_that_was_written_past_the_guards_counts_nowhere(at: dict[str, Desk], organisation: Organisation) -> None:
    """Another program signs an annex with a yes and no word of how it was asked."""
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    tid = fetched(at, organisation, "P01", "P04", "P06")
    stands = lawyer.stands(tid)
    yes = late_grants._event(Act.GRANT, MECHANISM, stands.seen, TODAY, None)
    content = {"kind": "consent", "events": [yes.to_value()]}
    roster = lawyer.station.chain.latest
    assert lawyer.reader.signer is not None
    sealed = seal_annex(
        canonical.encode(content),
        tid=tid,
        day=TODAY.isoformat(),
        roster=roster.sha256,
        audiences={name: (roster.recipients(name), roster.slots[name]) for name in ("coordinators", "lawyers")},
        signer=lawyer.reader.signer,
    )
    items = [sealed.record.encode()], [*sealed.part.heads.values(), sealed.part.body]
    batch = [Incoming("record", items[0][0]), *(Incoming("object", data) for data in items[1])]
    take_in(lawyer.station, batch, outbound=True)
    lawyer.exchange()
    coordinator.exchange()
    for desk in (lawyer, coordinator):
        assert "P07" not in desk.usable(tid)


def test_nobody_is_asked_while_a_no_may_be_on_its_way(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer = at["lawyer-1"]
    tid = fetched(at, organisation, "P01", "P04")
    with lawyer.station.database.reading() as session:
        from testimony.services.link.last_sync import last

        known = last(session)
    assert known is not None
    with pytest.raises(ConsentActRefused) as unseen:
        late(lawyer, tid, day=known + timedelta(days=8))
    assert unseen.value.reason == "unseen"
    assert late(lawyer, tid, day=known + timedelta(days=7)) is None


def test_a_late_yes_is_refused_while_something_stands_in_its_way(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer = at["lawyer-1"]
    tid = fetched(at, organisation, "P01", "P06")
    for key, reason in ((COUNT, "granted"), (LAWYERS, "recovery")):
        with pytest.raises(ConsentActRefused) as refused:
            late(lawyer, tid, key)
        assert refused.value.reason == reason
    say(lawyer, tid, Act.HOLD, MECHANISM, reason="danger")
    with pytest.raises(ConsentActRefused) as held:
        late(lawyer, tid, MECHANISM)
    assert held.value.reason == "held"
    with pytest.raises(ConsentActRefused) as role:
        late(at["coordinator-1"], tid, MECHANISM)
    assert role.value.reason == "role"


def test_an_annex_that_cannot_be_read_is_named_and_agrees_to_nothing(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer = at["lawyer-1"]
    tid = fetched(at, organisation, "P01", "P04", "P06")
    roster = lawyer.station.chain.latest
    assert lawyer.reader.signer is not None
    sealed = seal_annex(
        b'{"kind":"consent","events":[{"event":"GRANT","purpose":"P99"}]}',
        tid=tid,
        day=TODAY.isoformat(),
        roster=roster.sha256,
        audiences={"lawyers": (roster.recipients("lawyers"), roster.slots["lawyers"])},
        signer=lawyer.reader.signer,
    )
    batch = [sealed.part.heads["lawyers"], sealed.part.body]
    take_in(
        lawyer.station,
        [Incoming("record", sealed.record.encode()), *(Incoming("object", data) for data in batch)],
        outbound=True,
    )
    stands = lawyer.stands(tid)
    assert stands.unread == {sealed.record.id: "structure"}
    assert lawyer.usable(tid) == {"P01", "P04", "P06"}


def test_what_the_code_took_from_the_coordinators_is_a_use_taken_back_at_every_desk(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    code = Signer.generate()
    chain = RosterChain(organisation.root, [organisation.roster])
    sealed = demo.seal_invented(
        organisation,
        chain,
        told(0, ("P01", "P04", "P06", "P07")),
        number=0,
        taken_down=NOW,
        withdraw=code.public_keys[0].pub.hex(),
    )
    take_in(lawyer.central, demo.incoming(sealed))
    tid = str(sealed.record.value["tid"])
    heads = [one["heads"]["coordinators"] for one in sealed.record.value["parts"] if "coordinators" in one["heads"]]
    taken = statements.withdrawal(tid=tid, scope=heads, day=TODAY.isoformat(), signer=code)
    lawyer.exchange()
    assert lawyer.usable(tid) == {"P01", "P04", "P06", "P07"}
    take_in(lawyer.central, [Incoming("record", taken.encode())])
    for desk in (lawyer, coordinator):
        desk.exchange()
    assert lawyer.usable(tid) == {"P01", "P04"}
    assert {step.roles for step in lawyer.stands(tid).steps if step.event.act is Act.WITHDRAW} == {("witness",)}
    assert coordinator.stands(tid).lines is None
    assert late(lawyer, tid) is None, "asked again, the witness may say yes again"
    for desk in (lawyer, coordinator):
        desk.exchange()
        assert desk.usable(tid) == {"P01", "P04", "P06"}
