"""The lawyers are lost: three shares at a new lawyer's desk let the new ones in, by each witness's consent alone."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from testimony.domain.roles import Audience, Role
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys import recovery_shares
from testimony.sealing.keys.errors import ShareRefused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements.errors import CeremonyRefused
from testimony.sealing.testimony.media import Medium
from testimony.services import startup
from testimony.services.access import recovery as access_recovery
from testimony.services.access import recovery_heads
from testimony.services.access.gaps import Why
from testimony.services.access.grant_job import Letting, Progress
from testimony.services.consent import acts as consent_acts
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.custody import log as custody_log
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.opening import compartments
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.roster import adoption as roster_adoption
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.sync.bundle import export as bundle_export
from testimony.sync.errors import BundleRefused
from tests.support.services import rosters
from tests.support.services.batches import NOW, told
from tests.support.services.consent.acts import late
from tests.support.services.desks import LAWYERS, TODAY, Desk, desks, reader_of, testimony_at
from tests.support.services.recovery.grants import ALL, opens
from tests.support.sync.removable_media import answer, bring_file, export

PRESENT = (("lawyer-3", "lead"), ("keeper-1", "holder"), ("keeper-3", "holder"), ("keeper-4", "holder"))


@dataclass
class Lost:
    """Both lawyers are gone, and two new ones have each a desk, `new` and `second`, that fetched what is theirs."""

    central: Station
    new: Desk
    second: Desk
    old: Desk
    texts: list[str]
    everything: str
    kept: str
    stick: Path

    def bring_heads(self) -> None:
        """Central's stick for the new lawyer, with the heads for recovery."""
        for file in answer(self.central, self.stick, "lawyer-3", after=0, recovery=True):
            assert bring_file(self.new.station, file, self.new.reader).refused == {}

    def recovered(self, texts: Sequence[str] | None = None) -> Reader:
        key = access_recovery.open_key(self.new.station, texts or [self.texts[place] for place in (0, 2, 4)])
        return access_recovery.reader_with(self.new.station, self.new.reader, key)

    def let_all_in(self, reader: Reader) -> Progress:
        letting = Letting(self.new.station, reader, AnnexIndex(), TODAY)
        names = letting.names()
        progress = Progress(total=len(names))
        for _ in letting.steps(names, progress, later=True):
            pass
        return progress

    def deliver(self) -> None:
        """The new lawyer's stick to central; then everybody exchanges."""
        (file,) = export(self.new.station, self.stick, signer=self.new.reader.signer)
        assert bring_file(self.central, file).refused == {}
        for desk in (self.new, self.second):
            desk.exchange()


@pytest.fixture
def lost(homes: Path, organisation: Organisation, tmp_path: Path) -> Iterator[Lost]:
    recovery = reader_seed(organisation)
    with desks(homes, organisation) as at:
        old, central = at["lawyer-1"], at["lawyer-1"].central
        everything, kept = (testimony_at(central, organisation, *purposes) for purposes in (ALL, ("P01",)))
        old.exchange()
        made = {name: (OpeningKey.generate(), Signer.generate()) for name in ("lawyer-3", "lawyer-4")}
        record = without_old_lawyers(organisation, made)
        with central.database.transaction() as session:
            assert roster_adoption.adopt(central, session, record)
        new, second = (desk_of(central, organisation, homes, record, name, *keys) for name, keys in made.items())
        texts = [share.text for share in recovery_shares.split(recovery)]
        new.exchange()
        second.exchange()
        try:
            yield Lost(central, new, second, old, texts, everything, kept, tmp_path / "stick")
        finally:
            new.station.close()
            second.station.close()


def reader_seed(organisation: Organisation) -> bytes:
    return reader_of(organisation, "recovery").key.seed


def without_old_lawyers(organisation: Organisation, made: dict[str, tuple[OpeningKey, Signer]]) -> SignedRecord:
    people = json.loads(organisation.roster.data)["people"]
    stay = [one | {"status": "revoked"} if one["role"] == "lawyer" else one for one in people]
    come = [
        {
            "id": name,
            "role": "lawyer",
            "status": "active",
            "age": opening.recipient.text,
            "keys": [key.describe() for key in signer.public_keys],
        }
        for name, (opening, signer) in made.items()
    ]
    return rosters.after(organisation, organisation.roster, people=[*stay, *come])


def desk_of(
    central: Station,
    organisation: Organisation,
    homes: Path,
    record: SignedRecord,
    name: str,
    opening: OpeningKey,
    signer: Signer,
) -> Desk:
    settings = Settings(home=homes / f"of-{name}", role="desk", name=name)
    known = [organisation.roster, record]
    station = startup.create_station(settings, root=organisation.root.data, rosters=known, signing_seed=None)
    return Desk(
        station, Reader(id=name, role=Role.LAWYER, audience=Audience.LAWYERS, key=opening, signer=signer), central
    )


def kinds(station: Station) -> list[str]:
    with station.database.reading() as session:
        return [json.loads(entry)["kind"] for _, entry in custody_log.entries(session, 0, 1000)]


def test_without_recovery_nobody_opens_what_was_sealed_to_the_lost_lawyers(lost: Lost) -> None:
    assert opens(lost.new, lost.everything) == opens(lost.second, lost.everything) == set()


def test_three_shares_let_the_new_lawyers_read_and_central_logs_the_ceremony(lost: Lost) -> None:
    lost.bring_heads()
    reader = lost.recovered()
    access_recovery.record_act(lost.new.station, reader, "office-2", PRESENT, TODAY)
    done = lost.let_all_in(reader)
    assert (done.total, done.let_in) == (2, 1)
    lost.deliver()
    assert opens(lost.new, lost.everything) >= {"narrative", "identity", "incident", "coded", "consent", "provenance"}
    assert opens(lost.second, lost.everything) == opens(lost.new, lost.everything)
    assert kinds(lost.central).count("ceremony") == 1


def test_what_was_to_be_kept_alone_stays_closed_to_the_new_lawyers(lost: Lost) -> None:
    lost.bring_heads()
    done = lost.let_all_in(lost.recovered())
    assert done.left[Why.CONSENT] == 1
    lost.deliver()
    assert opens(lost.new, lost.kept) == opens(lost.second, lost.kept) == set()


def test_after_a_new_yes_recovery_opens_what_was_to_be_kept_alone(lost: Lost) -> None:
    """P01 alone is sealed to recovery alone: the witness says yes to lawyers, and only now somebody can let them in."""
    lost.bring_heads()
    with pytest.raises((ConsentActRefused, AssertionError)):
        late(lost.new, lost.kept, LAWYERS)
    reader = lost.recovered()
    asked = Desk(lost.new.station, reader, lost.central)
    assert late(asked, lost.kept, LAWYERS) is None
    lost.deliver()
    assert opens(lost.new, lost.kept) >= {"narrative", "identity", "consent"}
    assert opens(lost.second, lost.kept) == opens(lost.new, lost.kept)


def test_any_three_shares_give_the_key_that_the_roster_names(lost: Lost, organisation: Organisation) -> None:
    recipient = reader_of(organisation, "recovery").key.recipient
    for chosen in itertools.combinations(lost.texts, 3):
        assert access_recovery.open_key(lost.new.station, chosen).recipient == recipient


def test_shares_of_a_key_that_no_roster_names_are_refused(lost: Lost) -> None:
    strangers = [share.text for share in recovery_shares.split(bytes(32))]
    with pytest.raises(CeremonyRefused) as refusal:
        access_recovery.open_key(lost.new.station, strangers[:3])
    assert refusal.value.reason == "foreign"
    with pytest.raises(ShareRefused):
        access_recovery.open_key(lost.new.station, lost.texts[:2])


def test_nobody_but_a_lawyer_leads(lost: Lost, organisation: Organisation) -> None:
    key = access_recovery.open_key(lost.new.station, lost.texts[:3])
    with pytest.raises(CeremonyRefused) as refusal:
        access_recovery.reader_with(lost.new.station, reader_of(organisation, "coordinator-1"), key)
    assert refusal.value.reason == "role"


def test_heads_for_recovery_leave_central_only_when_asked_for_and_only_to_a_lawyer(lost: Lost) -> None:
    assert not access_recovery.is_ready(lost.new.station)
    for file in answer(lost.central, lost.stick, "lawyer-3", after=0):
        bring_file(lost.new.station, file, lost.new.reader)
    assert not access_recovery.is_ready(lost.new.station), "an answer of every day has none"
    with pytest.raises(BundleRefused):
        bundle_export.answer(lost.central, lost.stick, "coordinator-1", recovery=True)
    lost.bring_heads()
    assert access_recovery.is_ready(lost.new.station)


def test_withdrawn_testimonies_are_not_brought_back(lost: Lost, organisation: Organisation) -> None:
    consent_acts.withdraw_all(lost.old.station, lost.old.reader, lost.kept, day=TODAY)
    with lost.central.database.reading() as session:
        before = len(recovery_heads.stored_heads(session))
    lost.new.exchange()
    consent_acts.withdraw_all(lost.new.station, lost.new.reader, lost.everything, day=TODAY)
    lost.new.exchange()
    with lost.central.database.reading() as session:
        assert len(recovery_heads.stored_heads(session)) == before - 1
    lost.bring_heads()
    assert lost.let_all_in(lost.recovered()).let_in == 0


def test_the_act_needs_three_holders_a_lead_and_a_place_as_a_code(lost: Lost) -> None:
    reader = lost.recovered()
    for place, people in (("Main Street 5", PRESENT), ("office-2", PRESENT[:3]), ("office-2", PRESENT[1:])):
        with pytest.raises(CeremonyRefused):
            access_recovery.record_act(lost.new.station, reader, place, people, TODAY)
    assert kinds(lost.new.station).count("ceremony") == 0


def test_recordings_are_let_in_with_the_words(lost: Lost, organisation: Organisation) -> None:
    chain = RosterChain(organisation.root, [organisation.roster])
    voice = Medium(kind="voice", type="audio/webm", data=bytes(range(251)) * 2100, seconds=90)
    account = told(0, (*ALL, "P02"))
    sealed = demo.seal_invented(organisation, chain, account, number=0, taken_down=NOW, withdraw=None, media=[voice])
    demo.require_stored(take_in(lost.central, demo.incoming(sealed)))
    tid = str(sealed.record.value["tid"])
    lost.bring_heads()
    assert lost.let_all_in(lost.recovered()).let_in == 2
    with lost.new.station.database.reading() as session:
        grants = compartments.grants_of(session, tid)
    parts = {str(one.value["part"]) for one in grants}
    assert parts >= {"media-001", "media-002", "media-003", "media-004", "narrative"}
    lost.deliver()
    with lost.second.station.database.reading() as session:
        assert compartments.grants_of(session, tid)
