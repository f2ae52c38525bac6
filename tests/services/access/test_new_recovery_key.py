"""A new recovery key: lawyers, or three shares of the old one, let it open what was sealed before, and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from testimony.domain.consent import authority
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.roles import Audience, Role
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys import recovery_shares
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import grant
from testimony.services import startup
from testimony.services.access import gaps, recovery
from testimony.services.access.gaps import Why
from testimony.services.access.grant_job import Letting, Progress
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import recipients
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.opening import compartments
from testimony.services.opening.annexes import NOWHERE, AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.roster import adoption as roster_adoption
from testimony.settings import Settings
from tests.support.services import rosters
from tests.support.services.batches import NOW, told
from tests.support.services.consent.acts import late
from tests.support.services.desks import COUNT, LAWYERS, TODAY, Desk, desks, reader_of
from tests.support.services.recovery.grants import ALL, fetched, lacking, opens
from tests.support.services.recovery.new_recovery_key import renewed
from tests.support.services.recovery.recovery_heads import bring_heads

TEXT = {"narrative", "identity", "incident", "coded", "consent", "provenance"}
COUNTED = ("P01", "P06")


@dataclass
class Renewed:
    """An organisation with testimonies, `at` its desks, whose recovery key is then made anew."""

    organisation: Organisation
    homes: Path
    at: dict[str, Desk]
    old: OpeningKey
    new: OpeningKey

    @property
    def lawyer(self) -> Desk:
        return self.at["lawyer-1"]

    def exchange(self) -> None:
        for desk in self.at.values():
            desk.exchange()

    def fetched(self, *purposes: str) -> str:
        return fetched(self.at, self.organisation, *purposes)

    def sealed_now(self, *purposes: str) -> str:
        """Sealed under the roster in force, as a phone that heard of it does."""
        central = self.lawyer.central
        sealed = demo.seal_invented(
            self.organisation, central.chain, told(0, purposes), number=0, taken_down=NOW, withdraw=None
        )
        demo.require_stored(take_in(central, demo.incoming(sealed)))
        self.exchange()
        return str(sealed.record.value["tid"])

    def renew(self) -> SignedRecord:
        """The roots sign that recovery has another key; every desk hears of it."""
        last = self.lawyer.station.chain.records[-1]
        people = [renewed(one, self.new) for one in json.loads(last.data)["people"]]
        return self.adopt(rosters.after(self.organisation, last, people=people))

    def adopt(self, record: SignedRecord) -> SignedRecord:
        central = self.lawyer.central
        with central.database.transaction() as session:
            assert roster_adoption.adopt(central, session, record)
        self.exchange()
        return record

    def with_key(self, key: OpeningKey, desk: Desk | None = None, earlier: Reader | None = None) -> Desk:
        """`desk` with `key` in memory, as after three shares were typed there, and central's stick was read."""
        asked = desk or self.lawyer
        bring_heads(asked.central, asked.station)
        shares = [share.text for share in recovery_shares.split(key.seed)][1:4]
        opened = recovery.open_key(asked.station, shares)
        reader = recovery.reader_with(asked.station, asked.reader, opened, earlier)
        return Desk(asked.station, reader, asked.central)

    def reads(self, tid: str, key: OpeningKey) -> set[str]:
        """The parts of which `key` opens a head that some station has for recovery."""
        asked = self.with_key(key)
        return {part for part in parts_of(asked, tid) if open_with(asked, tid, part)}


def manifest_of(desk: Desk, tid: str) -> SignedRecord:
    with desk.station.database.reading() as session:
        return next(one for one in record_queries.records_about(session, tid) if one.kind == "manifest")


def parts_of(desk: Desk, tid: str) -> list[str]:
    return [entry.part for entry in compartments.parsed(manifest_of(desk, tid)).parts]


def open_with(desk: Desk, tid: str, part: str) -> bool:
    record = manifest_of(desk, tid)
    with desk.station.database.reading() as session:
        grants = compartments.grants_of(session, tid)
        names = compartments.head_names(desk.reader, compartments.parsed(record), part, grants)
        return compartments.own_head(ReadingSession.at(desk.station, session, desk.reader), names) is not None


def let_all_in(desk: Desk) -> Progress:
    letting = Letting(desk.station, desk.reader, AnnexIndex(), TODAY)
    names = letting.names()
    progress = Progress(total=len(names))
    for _ in letting.steps(names, progress, later=True):
        pass
    return progress


def take_back(org: Renewed, tid: str) -> None:
    """The coordinator writes down that the witness takes counting back: it stays good when lawyers leave."""
    desk = org.at["coordinator-1"]
    consent_acts.say(desk.station, desk.reader, desk.stands(tid), Act.WITHDRAW, COUNT, day=TODAY)
    org.exchange()


def behind(desk: Desk) -> set[str]:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
        return set(gaps.behind(desk.station, session, desk.reader, desk.annexes, at=TODAY))


@pytest.fixture
def org(homes: Path, organisation: Organisation) -> Iterator[Renewed]:
    with desks(homes, organisation) as at:
        org = Renewed(organisation, homes, at, reader_of(organisation, "recovery").key, OpeningKey.generate())
        yield org
        for desk in org.at.values():
            desk.station.close()


def test_a_new_recovery_key_opens_nothing_older_by_itself(org: Renewed) -> None:
    tid = org.fetched(*ALL)
    org.renew()
    assert org.reads(tid, org.new) == set()
    assert org.reads(tid, org.old) == TEXT
    assert lacking(org.lawyer)["recovery"] == 1


def test_a_lawyer_gives_a_new_recovery_key_what_the_old_one_opened(org: Renewed) -> None:
    tid = org.fetched(*ALL)
    org.renew()
    done = let_all_in(org.lawyer)
    assert (done.let_in, done.to_recovery) == (1, 1)
    org.exchange()
    assert org.reads(tid, org.new) == org.reads(tid, org.old) == TEXT
    assert let_all_in(org.lawyer).heads == let_all_in(org.at["lawyer-2"]).heads == 0, "a second one finds it done"
    assert behind(org.lawyer) == set()


def test_a_coordinator_who_says_that_the_new_key_has_a_head_keeps_it_out_of_nothing(org: Renewed) -> None:
    """They may grant codes and consent to readers of theirs. Here the head is nobody's."""
    tid = org.fetched(*ALL)
    org.renew()
    liar = org.at["coordinator-1"]
    record, nobody = manifest_of(liar, tid), [OpeningKey.generate().recipient]
    with liar.station.database.reading() as session:
        names = compartments.head_names(liar.reader, compartments.parsed(record), "consent", ())
        head = compartments.own_head(ReadingSession.at(liar.station, session, liar.reader), names)
    assert head is not None
    signer = consent_acts.signer_of(liar.reader)
    made = grant.grant_part(
        manifest=record.id, part="consent", head=head, key=liar.reader.key, recipients=nobody, slots=1,
        day=TODAY.isoformat(), signer=signer,
    )  # fmt: skip
    said = {
        "kind": recipients.KIND,
        **recipients.describe_heads(liar.station.chain.latest, [(Audience.RECOVERY, made)]),
    }
    annex, items = consent_acts.seal_content(liar.station.chain.latest, liar.reader, NOWHERE, said, day=TODAY)
    items += recipients.carried([(Audience.RECOVERY, made)])
    consent_acts.keep(liar.station, liar.reader, items, [("said", annex.id)], TODAY)
    org.exchange()
    org.exchange()
    assert behind(org.lawyer) == {tid}
    assert let_all_in(org.lawyer).to_recovery == 1
    org.exchange()
    assert org.reads(tid, org.new) == TEXT


def test_what_is_sealed_to_the_new_recovery_key_needs_nobody(org: Renewed) -> None:
    org.renew()
    tid = org.sealed_now(*ALL)
    assert let_all_in(org.lawyer).heads == 0
    assert behind(org.lawyer) == set()
    assert org.reads(tid, org.new) == TEXT


def test_the_lawyers_are_lost_and_the_new_recovery_key_that_they_let_in_restores_them(org: Renewed) -> None:
    tid, later = org.fetched(*ALL), org.fetched(*ALL)
    take_back(org, later)
    org.renew()
    done = let_all_in(org.lawyer)
    assert done.later >= 1, "what was said later comes first: or the new key would be told nothing of a no"
    org.exchange()
    new = newcomer(org)
    asked = org.with_key(org.new, new)
    assert let_all_in(asked).let_in == 2
    org.exchange()
    assert opens(new, tid) == opens(new, later) == TEXT
    assert "P06" not in new.usable(later)


def newcomer(org: Renewed) -> Desk:
    """Both lawyers are ended; lawyer-3 and lawyer-4 are named, and the first has a desk that has fetched everything."""
    made = {name: (OpeningKey.generate(), Signer.generate()) for name in ("lawyer-3", "lawyer-4")}
    chain = org.lawyer.station.chain
    people = [
        one | {"status": "revoked"} if one["role"] == "lawyer" else one
        for one in json.loads(chain.records[-1].data)["people"]
    ]
    for name, (opening, signer) in made.items():
        keys = [key.describe() for key in signer.public_keys]
        people.append({"id": name, "role": "lawyer", "status": "active", "age": opening.recipient.text, "keys": keys})
    record = rosters.after(org.organisation, chain.records[-1], people=people)
    central = org.lawyer.central
    with central.database.transaction() as session:
        assert roster_adoption.adopt(central, session, record)
    settings = Settings(home=org.homes / "of-lawyer-3", role="desk", name="lawyer-3")
    root = org.organisation.root.data
    station = startup.create_station(settings, root=root, rosters=central.chain.records, signing_seed=None)
    opening, signer = made["lawyer-3"]
    reader = Reader(id="lawyer-3", role=Role.LAWYER, audience=Audience.LAWYERS, key=opening, signer=signer)
    desk = Desk(station, reader, central)
    org.at = {"lawyer-3": desk}
    desk.exchange()
    return desk


def test_a_lawyer_can_give_only_what_the_lawyer_can_open(org: Renewed) -> None:
    """P01 alone is sealed to recovery alone, and of what may only be counted a lawyer holds the codes."""
    kept, counted = org.fetched("P01"), org.fetched(*COUNTED)
    org.renew()
    done = let_all_in(org.lawyer)
    assert (done.to_recovery, dict(done.left)) == (1, {Why.CLOSED: 2})
    org.exchange()
    assert org.reads(kept, org.new) == set()
    assert org.reads(counted, org.new) == {"coded", "consent", "incident"}
    assert behind(org.lawyer) == {kept, counted}, "for these the old papers are kept"


def test_three_shares_of_the_old_key_open_parts_only_to_be_kept(org: Renewed) -> None:
    kept, counted = org.fetched("P01"), org.fetched(*COUNTED)
    org.renew()
    done = let_all_in(org.with_key(org.old))
    assert (done.let_in, done.to_recovery, dict(done.left)) == (2, 2, {})
    org.exchange()
    assert org.reads(kept, org.new) == org.reads(counted, org.new) == TEXT
    assert behind(org.lawyer) == set(), "now the old papers are needed no more"
    assert all(opens(org.at[name], kept) == set() for name in ("lawyer-1", "lawyer-2")), "and nobody else got it"


def test_what_was_kept_alone_opens_by_the_new_key_after_a_new_yes(org: Renewed) -> None:
    kept = org.fetched("P01")
    org.renew()
    let_all_in(org.with_key(org.old))
    org.exchange()
    new = newcomer(org)
    assert late(org.with_key(org.new, new), kept, LAWYERS) is None
    org.exchange()
    assert opens(new, kept) == TEXT


def test_with_old_shares_later_events_count_and_stop_nothing(org: Renewed) -> None:
    """The old key opens nothing that was said since: the lawyer who leads does, and a no in it counts."""
    first, second = org.fetched(*COUNTED), org.fetched(*ALL)
    org.renew()
    say = consent_acts.say
    say(org.lawyer.station, org.lawyer.reader, org.lawyer.stands(second), Act.HOLD, COUNT, reason="other", day=TODAY)
    org.exchange()
    done = let_all_in(org.with_key(org.old))
    assert (done.to_recovery, dict(done.left)) == (1, {Why.HELD: 1})
    org.exchange()
    assert org.reads(first, org.new) == TEXT
    assert org.reads(second, org.new) == set()


def test_a_no_that_was_sealed_to_the_lawyers_alone_is_heeded_with_a_recovery_key_in_memory_too(org: Renewed) -> None:
    """No desk of ours leaves recovery out; another's program may. The lawyer who leads knows of it."""
    tid = org.fetched(*ALL)
    org.renew()
    desk = org.lawyer
    seen = frozenset(desk.stands(tid).seen)
    no = ConsentEvent(
        id="0" * 32,
        act=Act.HOLD,
        purpose=COUNT.purpose,
        recipient=COUNT.recipient,
        day=TODAY,
        after=seen,
        reason="other",
    )
    audiences = (Audience.COORDINATORS, Audience.LAWYERS)
    record, items = consent_acts.seal_content(
        desk.station.chain.latest, desk.reader, tid, authority.content_of([no]), day=TODAY, audiences=audiences
    )
    consent_acts.keep(desk.station, desk.reader, items, [("said", record.id)], TODAY)
    org.exchange()
    done = let_all_in(org.with_key(org.old))
    assert (done.to_recovery, dict(done.left)) == (0, {Why.HELD: 1})


def test_what_was_withdrawn_or_whose_keeping_was_taken_back_is_given_to_no_new_key(org: Renewed) -> None:
    gone, kept = org.fetched(*ALL), org.fetched(*ALL)
    org.renew()
    consent_acts.withdraw_all(org.lawyer.station, org.lawyer.reader, gone, day=TODAY)
    done = let_all_in(org.lawyer)
    assert (done.to_recovery, done.left[Why.GONE]) == (1, 1)
    org.exchange()
    assert org.reads(kept, org.new) == TEXT
    assert behind(org.lawyer) == set()


def test_a_new_key_that_was_lost_again_gets_a_third_one_from_either(org: Renewed) -> None:
    """A chain of keys: what the second one opened through grants, it gives on."""
    kept = org.fetched("P01")
    org.renew()
    let_all_in(org.with_key(org.old))
    org.exchange()
    second, org.new = org.new, OpeningKey.generate()
    org.renew()
    assert let_all_in(org.with_key(second)).to_recovery == 1
    org.exchange()
    assert org.reads(kept, org.new) == TEXT


def test_lawyers_lost_before_anybody_gave_the_new_key_anything_takes_both_keys(org: Renewed) -> None:
    """One key alone leaves closed what was said in the time of the other, and a no may be in that."""
    before = org.fetched(*ALL)
    take_back(org, before)
    org.renew()
    after = org.sealed_now(*ALL)
    take_back(org, after)
    org.exchange()
    new = newcomer(org)
    for key in (org.old, org.new):
        with pytest.raises(ConsentActRefused) as refusal:
            let_all_in(org.with_key(key, new))
        assert refusal.value.reason == "closed"
    first = org.with_key(org.old, new)
    both = org.with_key(org.new, new, earlier=first.reader)
    let_all_in(both)
    let_all_in(org.with_key(org.old, new, earlier=both.reader))
    org.exchange()
    assert opens(new, before) == opens(new, after) == TEXT


def test_a_coordinator_and_who_has_not_heard_of_all_give_the_new_key_nothing(org: Renewed) -> None:
    org.fetched(*ALL)
    org.renew()
    for desk, reason in ((org.at["coordinator-1"], "role"), (org.lawyer, "unseen")):
        letting = Letting(desk.station, desk.reader, AnnexIndex(), TODAY + timedelta(days=3650))
        with pytest.raises(ConsentActRefused) as refusal:
            letting.names()
        assert refusal.value.reason == reason
