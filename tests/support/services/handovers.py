"""Two organisations that know each other: one that hands testimonies over, and one that takes them in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.media import Medium
from testimony.services.demo import demo
from testimony.services.enrolment import organisation as enrolment_organisation
from testimony.services.enrolment.organisation import Organisation, Plan
from testimony.services.handover import letters, partners
from testimony.services.handover.letters import Letter
from testimony.services.handover.partners import Partner
from testimony.services.handover.standings import Standing, read
from testimony.services.intake.intake import take_in
from testimony.services.startup import open_station
from testimony.services.withdrawal import suspension
from tests.support.services import clocks, rosters
from tests.support.services.batches import NOW
from tests.support.services.casefiles import account, brought
from tests.support.services.desks import TODAY, Desk, desks, reader_of
from tests.support.settings import FAST, ISSUED

RECIPIENT = "river-network"
SAID = "They took our shoes at the bridge and sent us back over the river at night."
CREATED: dict[str, Organisation] = {}
PURPOSES: list[dict[str, Any]] = [
    {"purpose": "P01", "recipient": "organisation"},
    {"purpose": "P04", "recipient": "lawyers"},
    {"purpose": "P02", "recipient": "organisation"},
    {"purpose": "P03", "recipient": "organisation"},
    {"purpose": "P15", "recipient": RECIPIENT, "name": "River Network"},
]


@dataclass
class Side:
    """One organisation with its desks, by the people at them."""

    organisation: Organisation
    desks: dict[str, Desk]

    @property
    def chain(self) -> RosterChain:
        return RosterChain(self.organisation.root, [self.organisation.roster])

    @property
    def one(self) -> Desk:
        return self.desks["lawyer-1"]

    @property
    def two(self) -> Desk:
        return self.desks["lawyer-2"]

    def meet(self) -> None:
        """The lawyers' desks hear of each other."""
        for desk in (self.one, self.two, self.one):
            desk.exchange()


def create(folder: Path, name: str, purposes: list[dict[str, Any]], issued: date = ISSUED) -> Organisation:
    plan = Plan(
        name=name,
        lawyer_names=("Mara Example", "Ilir Example"),
        mechanism="the monitoring mechanism",
        issued=issued,
        desks={"desk-lawyer": "lawyer-1", "desk-coordinator": "coordinator-1"},
        key_file_work=FAST,
        purposes=purposes,
    )
    folder.mkdir()
    CREATED[folder.name] = enrolment_organisation.create(folder / "org", plan)
    return CREATED[folder.name]


def acquainted(folder: Path) -> Path:
    """`folder` with both organisations, whose lawyers compared each other's six words."""
    for name, called, purposes in (("giver", "Border Watch", PURPOSES), ("taker", "River Network", [])):
        made = create(folder / name, called, purposes)
        with desks(made.folder, made):
            pass
    with both(folder) as (giver, taker):
        giver.meet()
        taker.meet()
        introduce(giver, taker, recipient=RECIPIENT)
        introduce(taker, giver, name="Border Watch")
    return folder


@contextmanager
def both(folder: Path) -> Iterator[tuple[Side, Side]]:
    """The organisation that gives and the one that takes, in a folder of `acquainted`."""
    with ExitStack() as open_ones:
        found = []
        for name in ("giver", "taker"):
            made = CREATED[name]
            home = folder / name / "org"
            central = open_ones.enter_context(open_station(home / "central"))
            people = {
                person: Desk(
                    open_ones.enter_context(open_station(home / f"of-{person}")), reader_of(made, person), central
                )
                for person in ("lawyer-1", "lawyer-2", "coordinator-1")
            }
            found.append(Side(made, people))
        yield found[0], found[1]


def introduce(
    here: Side, there: Side, *, recipient: str = "", name: str = "River Network", meet: bool = True
) -> Partner:
    """A lawyer of `here` compared the words of `there`. `meet`: the other lawyers hear of it."""
    desk = here.one
    refresh(desk)
    found = partners.note(
        desk.station, desk.reader, desk.annexes, there.chain,
        words=_words(there), name=name, recipient=recipient, day=TODAY,
    )  # fmt: skip
    if meet:
        here.meet()
    return found


def agreed(giver: Side, **more: Any) -> str:
    """A testimony whose witness agrees to the hand-over; its number."""
    one = account(0, "en", SAID, also=[f"P15-{RECIPIENT}"], **more)
    (tid,) = brought(giver.one, giver.organisation, [one])
    giver.meet()
    return tid


def with_voice(giver: Side, also: list[str]) -> str:
    """The same with a recording; `also`: what else the witness agrees to."""
    voice = Medium(kind="voice", type="audio/ogg", data=bytes(2_000), seconds=9)
    sealed = demo.seal_invented(
        giver.organisation, giver.chain, account(0, "en", SAID, also=[f"P15-{RECIPIENT}", *also]),
        number=0, taken_down=NOW, withdraw=None, media=[voice],
    )  # fmt: skip
    take_in(giver.one.central, demo.incoming(sealed))
    giver.meet()
    return str(sealed.record.value["tid"])


def renewed(here: Side, there: Side, without: str = "") -> None:
    """The lawyers of `here` noted a newer roster of `there`, in which the lawyer `without` has left."""
    chain = there.chain
    chain.add(rosters.without(there.organisation, there.organisation.roster, without))
    refresh(here.one)
    words = _words(there)
    partners.note(
        here.one.station, here.one.reader, here.one.annexes, chain,
        words=words, name="Border Watch", recipient="", day=TODAY,
    )  # fmt: skip


def letter(desk: Desk, data: bytes, day: date = TODAY) -> Letter:
    refresh(desk)
    return letters.read(desk.station, desk.reader, desk.annexes, data, day=day)


def listed(desk: Desk, day: date = TODAY) -> list[Standing]:
    with desk.station.database.reading() as session:
        return list(read(desk.station, session, desk.reader, desk.annexes, at=day).each)


def refresh(desk: Desk) -> None:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)


def _words(side: Side) -> str:
    return fingerprint_words(side.organisation.root.fingerprint)


def agree_to_hand_overs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the witnesses of invented accounts for a hand-over too: those who have it in `also` say yes."""
    events = demo._events
    monkeypatch.setattr(demo, "_events", lambda told, at: [*events(told, at), *_asked(told, at)])


def destroy(desk: Desk, *tids: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the days pass after which the withdrawn testimonies `tids` are destroyed."""
    later = date.fromisoformat(desk.station.today()) + timedelta(14)
    clocks.agree(monkeypatch, later.isoformat())
    clocks.run_for(monkeypatch, timedelta(14))
    assert suspension.sweep(desk.station) == len(tids)


def _asked(told: Mapping[str, Any], at: datetime) -> list[dict[str, Any]]:
    if f"P15-{RECIPIENT}" not in told["also"]:
        return []
    ask, answer = os.urandom(16).hex(), os.urandom(16).hex()
    about = {"purpose": "P15", "recipient": RECIPIENT, "life_months": 12, "day": at.date().isoformat()}
    return [
        {"event": "ASK", "id": ask, "after": [], **about},
        {"event": "GRANT", "id": answer, "after": [ask], **about},
    ]
