"""A lawyer or coordinator who joined later reads what a colleague with the key lets them read, and nothing more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from testimony import canonical
from testimony.domain.consent.events import Act
from testimony.domain.errors import NotEnoughLawyers
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import statements
from testimony.services.consent import acts as consent_acts
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.custody import log as custody_log
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.link import last_sync
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.roster import adoption as roster_adoption
from tests.support.services import rosters
from tests.support.services.batches import bring, told
from tests.support.services.consent.acts import late
from tests.support.services.desks import COUNT, TODAY, Desk, desks
from tests.support.services.recovery.grants import ALL, LetIn, exchange, fetched, joined, lacking, let_in, opens

NOTHING = LetIn(heads=0, testimonies=0, left=0)


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def kinds(desk: Desk) -> list[str]:
    with desk.station.database.reading() as session:
        return [canonical.decode_object(entry)["kind"] for _, entry in custody_log.entries(session, 0, 1000)]


def test_a_lawyer_who_joined_later_reads_what_a_colleague_lets_them_read(
    at: dict[str, Desk], organisation: Organisation, homes: Path
) -> None:
    tid = fetched(at, organisation, *ALL)
    joined(at, organisation, homes, "lawyer-3")
    assert opens(at["lawyer-3"], tid) == set()
    assert lacking(at["lawyer-1"]) == {"lawyer-2": 0, "coordinator-1": 0, "recovery": 0, "lawyer-3": 1}
    done = let_in(at["lawyer-1"])
    assert (done.testimonies, done.left) == (1, 0)
    assert kinds(at["lawyer-1"]).count("granted") == done.heads == len(opens(at["lawyer-1"], tid))
    exchange(at)
    exchange(at)
    assert opens(at["lawyer-3"], tid) == opens(at["lawyer-1"], tid) >= {"narrative", "identity", "coded"}
    assert at["lawyer-3"].usable(tid) == set(ALL)
    assert opens(at["coordinator-1"], tid) == {"coded", "consent"}


def test_a_coordinator_who_joined_later_gets_codes_and_consent_and_no_more(
    at: dict[str, Desk], organisation: Organisation, homes: Path
) -> None:
    tid = fetched(at, organisation, *ALL)
    closed = fetched(at, organisation, "P01", "P04")
    joined(at, organisation, homes, "coordinator-2")
    assert opens(at["coordinator-2"], tid) == set()
    assert let_in(at["lawyer-1"]) == LetIn(heads=2, testimonies=1, left=0)
    exchange(at)
    exchange(at)
    assert opens(at["coordinator-2"], tid) == {"coded", "consent"}
    assert opens(at["coordinator-2"], closed) == set()
    assert lacking(at["lawyer-2"])["coordinator-2"] == 0


def test_the_policy_in_force_narrows_what_a_new_coordinator_gets(
    at: dict[str, Desk], organisation: Organisation, homes: Path
) -> None:
    tid = fetched(at, organisation, *ALL)
    policy = json.loads(organisation.roster.data)["policy"] | {"coded": ["lawyers", "recovery"]}
    joined(at, organisation, homes, "coordinator-2", policy=policy)
    assert let_in(at["lawyer-1"]).heads == 1
    exchange(at)
    exchange(at)
    assert opens(at["coordinator-2"], tid) == {"consent"}


def test_what_nobody_reads_stays_closed_to_everybody(
    at: dict[str, Desk], organisation: Organisation, homes: Path
) -> None:
    tid = fetched(at, organisation, "P01")
    joined(at, organisation, homes, "lawyer-3", "coordinator-2")
    assert let_in(at["lawyer-1"]) == NOTHING
    exchange(at)
    assert opens(at["lawyer-3"], tid) == opens(at["coordinator-2"], tid) == set()


def test_twice_changes_nothing_and_a_second_lawyer_finds_it_done(
    at: dict[str, Desk], organisation: Organisation, homes: Path
) -> None:
    fetched(at, organisation, *ALL)
    joined(at, organisation, homes, "lawyer-3", "coordinator-2")
    assert let_in(at["lawyer-1"]).heads
    before = kinds(at["lawyer-1"])
    assert let_in(at["lawyer-1"]) == NOTHING
    assert kinds(at["lawyer-1"]) == before
    exchange(at)
    exchange(at)
    assert let_in(at["lawyer-2"]) == let_in(at["lawyer-3"]) == NOTHING


def test_in_small_steps_nothing_is_left_out_and_each_says_what_is_left(
    at: dict[str, Desk], organisation: Organisation, homes: Path
) -> None:
    sealed = bring(organisation, at["lawyer-1"].central, [told(number, ALL) for number in range(3)])
    exchange(at)
    joined(at, organisation, homes, "lawyer-3")
    steps = [let_in(at["lawyer-1"], most=7) for _ in range(4)]
    assert [step.left for step in steps] == [2, 1, 0, 0]
    assert steps[-1] == NOTHING
    exchange(at)
    exchange(at)
    for one in sealed:
        tid = str(one.record.value["tid"])
        assert opens(at["lawyer-3"], tid) == opens(at["lawyer-1"], tid)


def test_held_and_suspended_ones_stay_closed_until_that_is_lifted(
    at: dict[str, Desk], organisation: Organisation, homes: Path
) -> None:
    held, suspended = (fetched(at, organisation, *ALL) for _ in range(2))
    joined(at, organisation, homes, "lawyer-3")
    lawyer = at["lawyer-1"]
    consent_acts.say(lawyer.station, lawyer.reader, lawyer.stands(held), Act.HOLD, COUNT, reason="danger", day=TODAY)
    consent_acts.withdraw_all(lawyer.station, lawyer.reader, suspended, day=TODAY)
    assert let_in(lawyer) == NOTHING
    consent_acts.say(lawyer.station, lawyer.reader, lawyer.stands(held), Act.RELEASE, COUNT, day=TODAY)
    exchange(at)
    coordinator = at["coordinator-1"]
    exchange(at)
    stands = coordinator.stands(held)
    consent_acts.confirm(coordinator.station, coordinator.reader, stands, stands.waiting[0].id, day=TODAY)
    exchange(at)
    exchange(at)
    assert let_in(lawyer).testimonies == 1
    exchange(at)
    exchange(at)
    assert opens(at["lawyer-3"], held)
    assert at["lawyer-3"].open(suspended).withdrawn


def test_who_is_let_in_reads_what_was_taken_back_before_and_first(
    at: dict[str, Desk], organisation: Organisation, homes: Path
) -> None:
    tid = fetched(at, organisation, *ALL)
    lawyer = at["lawyer-1"]
    consent_acts.say(lawyer.station, lawyer.reader, lawyer.stands(tid), Act.WITHDRAW, COUNT, day=TODAY)
    exchange(at)
    joined(at, organisation, homes, "lawyer-3", "coordinator-2")
    exchange(at)
    with pytest.raises(ConsentActRefused) as closed:
        let_in(at["lawyer-3"])
    assert closed.value.reason == "closed", "who may have missed something lets nobody in"
    assert let_in(lawyer, most=2) == LetIn(heads=2, testimonies=0, left=1), "what was said goes first, to both"
    while let_in(lawyer).heads:
        pass
    exchange(at)
    exchange(at)
    for one in ("lawyer-3", "coordinator-2"):
        assert at[one].usable(tid) == {"P01", "P04", "P07"}
        assert at[one].annexes.closed() == 0
    assert let_in(at["lawyer-3"]) == NOTHING


def test_what_a_withdrawal_took_from_the_coordinators_no_new_one_gets_until_a_new_yes(
    at: dict[str, Desk], organisation: Organisation, homes: Path
) -> None:
    tid = fetched(at, organisation, "P01", "P04", "P06")
    lawyer = at["lawyer-1"]
    record = collect_manifest(lawyer, tid)
    heads = [part["heads"]["coordinators"] for part in record.value["parts"] if "coordinators" in part["heads"]]
    assert lawyer.reader.signer is not None
    taken = statements.withdrawal(tid=tid, scope=heads, day=TODAY.isoformat(), signer=lawyer.reader.signer)
    take_in(lawyer.station, [Incoming("record", taken.encode())])
    joined(at, organisation, homes, "coordinator-2")
    assert let_in(lawyer) == NOTHING


def collect_manifest(desk: Desk, tid: str) -> SignedRecord:
    with desk.station.database.reading() as session:
        return next(one for one in record_queries.records_about(session, tid) if one.kind == "manifest")


def test_a_late_yes_and_then_a_new_coordinator(at: dict[str, Desk], organisation: Organisation, homes: Path) -> None:
    tid = fetched(at, organisation, "P01", "P04")
    assert late(at["lawyer-1"], tid) is None
    exchange(at)
    exchange(at)
    assert let_in(at["lawyer-1"]) == NOTHING, "the late yes said for whom its heads are"
    joined(at, organisation, homes, "coordinator-2")
    assert let_in(at["lawyer-2"]).testimonies == 1
    exchange(at)
    exchange(at)
    newer = at["coordinator-2"]
    assert opens(newer, tid) == {"coded", "consent"}
    consent_acts.say(newer.station, newer.reader, newer.stands(tid), Act.WITHDRAW, COUNT, day=TODAY)
    exchange(at)
    exchange(at)
    for one in ("coordinator-1", "coordinator-2"):
        assert opens(at[one], tid) == set(), "also through the head that only the first of them opens"
    assert opens(at["lawyer-1"], tid)


def test_nobody_is_let_in_while_a_no_may_be_on_its_way_or_by_who_may_not(
    at: dict[str, Desk], organisation: Organisation, homes: Path
) -> None:
    fetched(at, organisation, *ALL)
    joined(at, organisation, homes, "lawyer-3")
    lawyer = at["lawyer-1"]
    with lawyer.station.database.reading() as session:
        known = last_sync.last(session)
    assert known is not None
    before = kinds(lawyer)
    with pytest.raises(ConsentActRefused) as unseen:
        let_in(lawyer, day=known + timedelta(days=8))
    assert unseen.value.reason == "unseen"
    with pytest.raises(ConsentActRefused) as role:
        let_in(at["coordinator-1"])
    assert role.value.reason == "role"
    assert kinds(lawyer) == before


def test_a_single_lawyer_lets_nobody_in(at: dict[str, Desk], organisation: Organisation, homes: Path) -> None:
    fetched(at, organisation, *ALL)
    record = joined(at, organisation, homes, "coordinator-2")
    people = json.loads(record.data)["people"]
    left = [one | ({"status": "revoked"} if one["id"] == "lawyer-2" else {}) for one in people]
    alone = rosters.after(organisation, record, people=left)
    with at["lawyer-1"].station.database.transaction() as session:
        assert roster_adoption.adopt(at["lawyer-1"].station, session, alone)
    with pytest.raises(NotEnoughLawyers):
        let_in(at["lawyer-1"])
