"""Two coordinators at desks of their own with one central, and sealed testimonies that two lawyers cleared.

It takes a while to seal, clear and exchange them, so it is done once; every test begins with a copy of the homes.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.coding import corrections
from testimony.domain.coding.acts import content_of
from testimony.domain.consent.events import Act
from testimony.domain.review.review import ReviewState
from testimony.domain.withdrawal.suspension import GRACE_PERIOD
from testimony.sealing.statements import statements
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment import organisation as enrolment_organisation
from testimony.services.enrolment.organisation import Organisation, Plan
from testimony.services.incidents import linkage
from testimony.services.intake.intake import take_in
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.release import desk as release_desk
from testimony.services.release import release
from testimony.services.release.desk import Releaser
from testimony.services.release.plan import Order
from testimony.services.review import reviews
from testimony.services.startup import open_station
from testimony.services.withdrawal import suspension
from testimony.station.station import Station
from tests.support.services import clocks
from tests.support.services.batches import bring, told
from tests.support.services.desks import COUNT, TODAY, Desk, reader_of
from tests.support.settings import FAST, ISSUED

PEOPLE = 24
SEGMENTS = ("HRV-BIH:north", "HRV-BIH:south", "GRC-TUR:evros")
NUMBERS, MECHANISM = Order(recipients=("P06",), first=8), Order(recipients=("P07",), first=8)
BOTH = Order(recipients=("P06", "P07"), first=8)
COORDINATORS = ("coordinator-1", "coordinator-2")
PEOPLE_AT_DESKS = (*COORDINATORS, "lawyer-1", "lawyer-2")


def account(number: int, *purposes: str) -> dict[str, Any]:
    """Of another person each (thirty of them), in one of six months at one of two parts of a border."""
    month = f"2025-{1 + number % 6:02}-10"
    return told(number, ("P01", *(purposes or ("P06", "P07"))), i_date=month, i_segment=SEGMENTS[number % 2])


@dataclass
class ReleaseDesk(Desk):
    """A coordinator's desk, and what is done there."""

    day: date = TODAY

    @property
    def by(self) -> Releaser:
        return Releaser(station=self.station, reader=self.reader, annexes=self.annexes, day=self.day)


@dataclass
class Centre:
    """Desks by the names of their coordinators, and central. `tids`: the testimonies, in the order of their numbers."""

    organisation: Organisation
    central: Station
    desks: dict[str, ReleaseDesk]
    tids: list[str] = field(default_factory=list)

    def __getitem__(self, number: int) -> ReleaseDesk:
        return self.desks[f"coordinator-{number}"]

    def meet(self) -> None:
        """The first once more: it hears the last."""
        for name in (*COORDINATORS, COORDINATORS[0]):
            self.desks[name].exchange()

    def bring(self, accounts: Sequence[dict[str, Any]]) -> list[str]:
        """Sealed, at central, cleared by two lawyers, and everywhere; their numbers."""
        new = [str(one.record.value["tid"]) for one in bring(self.organisation, self.central, accounts)]
        self.lawyers_clear(new)
        self.meet()
        self.tids += new
        return new

    def lawyers_clear(self, tids: Sequence[str]) -> None:
        """Each at their desk, which need not hold the testimonies for it."""
        for number, moves in ((1, (ReviewState.IN_REVIEW, ReviewState.CLEARED)), (2, (ReviewState.CLEARED,))):
            desk = self.desks[f"lawyer-{number}"]
            desk.exchange()
            for tid, to in itertools.product(tids, moves):
                standing = reviews.review_of(desk.station.chain, refreshed(desk), tid)
                reviews.move(desk.station, desk.reader, standing, to, day=TODAY)
            desk.exchange()

    def withdraw(self, tid: str, *at: Station) -> None:
        """By an interviewer to whom the witness said it; heard of at these stations, central where none is named."""
        signer = self.organisation.signers["interviewer-1"]
        record = statements.withdrawal(tid=tid, scope="all", day=TODAY.isoformat(), signer=signer)
        for station in at or (self.central,):
            take_in(station, [Incoming("record", record.encode())])

    def destroy_what_is_due(self) -> None:
        """At both desks and central, as after the days in which a withdrawal may be contested."""
        with pytest.MonkeyPatch.context() as later:
            clocks.agree(later, "2099-01-01")
            clocks.run_for(later, GRACE_PERIOD)
            for station in (self.central, *(self.desks[name].station for name in COORDINATORS)):
                suspension.sweep(station)

    def member(self, pseudonym: str) -> tuple[str, str]:
        """The manifest and the number of the testimony that goes by this pseudonym in the ledger."""
        desk = self[1]
        ledger = release_desk.ledger_of(desk.by)
        with desk.station.database.reading() as session:
            records = [
                one for tid in self.tids for one in record_queries.records_about(session, tid) if one.kind == "manifest"
            ]
        return next((one.id, str(one.value["tid"])) for one in records if ledger.member(one.id) == pseudonym)

    def same_person(self, one: str, other: str) -> None:
        """Said by a lawyer, and at central."""
        desk = self.desks["lawyer-1"]
        desk.exchange()
        for tid, like in ((one, ""), (other, one)):
            links = linkage.current_links(desk.station.chain, refreshed(desk))
            linkage.tell_person(desk.station, desk.reader, links, tid, like, day=TODAY)
        desk.exchange()

    def same_event(self, one: str, other: str) -> None:
        """The same of what two testimonies tell of."""
        desk = self.desks["lawyer-1"]
        desk.exchange()
        links = linkage.current_links(desk.station.chain, refreshed(desk))
        linkage.same_event(desk.station, desk.reader, links, one, other, day=TODAY)
        desk.exchange()

    def hold(self, tid: str) -> None:
        """A lawyer puts on hold that the account serves public numbers; known everywhere."""
        desk = self.desks["lawyer-1"]
        desk.exchange()
        consent_acts.say(desk.station, desk.reader, desk.stands(tid), Act.HOLD, COUNT, reason="pressure", day=TODAY)
        desk.exchange()
        self.meet()

    def recode(self, tid: str, **answers: Any) -> None:
        """A lawyer corrects codes of an account, as their desk tells coordinators; known everywhere."""
        desk = self.desks["lawyer-1"]
        event = {"id": os.urandom(16).hex(), "day": TODAY.isoformat(), "after": [], "answers": answers}
        content = content_of(corrections.RECODING, event)
        record, items = consent_acts.seal_content(desk.station.chain.latest, desk.reader, tid, content, day=TODAY)
        consent_acts.keep(desk.station, desk.reader, items, [("said", record.id)], TODAY)
        desk.exchange()
        self.meet()

    def approved(self, order: Order = BOTH) -> str:
        """A release that one desk built and another agreed to; its name."""
        name = release.build(self[1].by, order).name
        self.meet()
        release.approve(self[2].by, name)
        self.meet()
        return name

    def left(self, order: Order = BOTH) -> str:
        """A release that was handed out to everybody whom it is for; its name."""
        name = self.approved(order)
        recipients = tuple(release.preview(self[1].by, name))
        release.send(self[1].by, name, recipients)
        self.meet()
        for recipient in recipients:
            release.hand_out(self[1].by, name, recipient)
        self.meet()
        return name


def refreshed(desk: Desk) -> AnnexIndex:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
    return desk.annexes


def prepare(folder: Path) -> Organisation:
    """Make the organisation, its stations and testimonies in `folder`."""
    plan = Plan(
        name="Border Watch",
        lawyer_names=("Mara Example", "Ilir Example"),
        mechanism="the monitoring mechanism",
        coordinators=len(COORDINATORS),
        desks={person: person for person in PEOPLE_AT_DESKS},
        issued=ISSUED,
        key_file_work=FAST,
    )
    made = enrolment_organisation.create(folder / "org", plan)
    with opened(folder, made) as centre:
        centre.bring([account(number) for number in range(PEOPLE)])
        (folder / "tids.json").write_text(json.dumps(centre.tids))
    return made


@contextmanager
def opened(folder: Path, organisation: Organisation) -> Iterator[Centre]:
    """What `prepare` made in `folder`."""
    with ExitStack() as stations:
        central = stations.enter_context(open_station(folder / "org" / "central"))
        found = {
            person: ReleaseDesk(
                stations.enter_context(open_station(folder / "org" / person)), reader_of(organisation, person), central
            )
            for person in PEOPLE_AT_DESKS
        }
        known = folder / "tids.json"
        tids = json.loads(known.read_text()) if known.exists() else []
        yield Centre(organisation=organisation, central=central, desks=found, tids=tids)
