"""Coordinators' desks beside each other with one central, and invented batches for their ledger of releases."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from testimony import canonical
from testimony.anonymity.profile import Profile
from testimony.anonymity.validity import TRUSTED, Preset
from testimony.domain.ledger.batch import ClassMembers, Contents
from testimony.domain.roles import Audience, Role
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.signatures import Signer
from testimony.services.ledger import ledger
from testimony.services.ledger.ledger import Ledger, Proposal
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.station.station import Station
from testimony.sync.client import exchange as client_exchange
from testimony.sync.client.exchange import ExchangeReport, exchange
from testimony.sync.client.give_back import GivenBack
from tests.support.sync.world import World, to

TODAY = date(2026, 11, 25)
PROFILE = Profile(
    preset=TRUSTED,
    attributes=("date", "place"),
    levels=(("month", "year"), ("segment", "border")),
    tiers=((0, 0), (1, 1)),
)
PINNED = ledger.name_of_profile(PROFILE.value)


class Coordinators(World):
    """A world of `count` coordinators, by default two."""

    def __init__(self, folder: Path, count: int = 2) -> None:
        self.count = count
        self.others = {f"coordinator-{number}": (OpeningKey.generate(), Signer.generate()) for number in range(2, 5)}
        super().__init__(folder)

    def roster_value(self) -> dict[str, Any]:
        value = super().roster_value()
        value["slots"]["coordinators"] = 4
        value["people"] += [self.person(f"coordinator-{number}") for number in range(2, self.count + 1)]
        return value

    def person(self, name: str) -> dict[str, Any]:
        opening, signer = self.others[name]
        keys = [key.describe() for key in signer.public_keys]
        return {"id": name, "role": "coordinator", "status": "active", "age": opening.recipient.text, "keys": keys}

    def reader_of(self, name: str) -> Reader:
        opening, signer = self.others.get(name, (self.coordinator, self.coordinator_signer))
        if name == "lawyer-a":
            return Reader(
                id=name, role=Role.LAWYER, audience=Audience.LAWYERS, key=self.lawyer_a, signer=self.lawyer_signer
            )
        return Reader(id=name, role=Role.COORDINATOR, audience=Audience.COORDINATORS, key=opening, signer=signer)


def give_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let desks deliver only what their own reader said to a restored central, as those of version 0.9 do."""
    monkeypatch.setattr(client_exchange, "give_back", lambda *_, **__: GivenBack())


@dataclass
class LedgerDesk:
    world: Coordinators
    station: Station
    reader: Reader
    central: Station
    annexes: AnnexIndex = field(default_factory=AnnexIndex)

    def exchange(self) -> ExchangeReport:
        report = exchange(self.station, to(self.central, self.reader.signer), audience=self.reader.audience)
        assert report.pushed.refused == report.pulled.refused == {}
        return report

    def read(self) -> Ledger:
        with self.station.database.reading() as session:
            return ledger.read(self.station, session, self.reader, self.annexes)

    def do(self, act: Callable[..., str], *said: Any, day: date = TODAY, **more: Any) -> str:
        return act(self.station, self.reader, self.read(), *said, day=day, **more)

    def begin(self, floor: Preset = TRUSTED, profile: Profile = PROFILE) -> None:
        self.do(ledger.open_, floor)
        self.do(ledger.pin, profile)

    def propose(self, *people: range, **more: Any) -> str:
        """A batch with one class for each range of invented testimonies; its name."""
        held = self.read()
        name = ledger.new_name()
        self.do(ledger.propose, proposal(held, name, *people, **more))
        return name


def desk(world: Coordinators, central: Station, name: str) -> LedgerDesk:
    return LedgerDesk(world, world.desk(f"of-{name}"), world.reader_of(name), central)


def contents(
    held: Ledger,
    name: str,
    *people: Sequence[int],
    to: Sequence[str] = ("P06",),
    waiting: Sequence[int] = (),
    manifests: Sequence[str] = (),
) -> Contents:
    """One class of each of `people`: testimony number n is told by person n, of one of three incidents.

    `manifests`: those of real testimonies, by their numbers.
    """
    names = dict(enumerate(manifests)) if manifests else {n: f"t{n}" for one in (*people, waiting) for n in one}
    classes = []
    for number, of in enumerate(people):
        labels = ("2025", f"border-{number}")
        bare = ClassMembers(id="", tier=0, labels=labels, recipients=tuple(to), members=(), persons=(), incidents=())
        rows = sorted((held.member(names[n]), held.person(f"p{n}"), held.incident(f"i{n % 3}")) for n in of)
        members, persons, incidents = zip(*rows, strict=True)
        classes.append(
            ClassMembers(
                id=bare.own_id(name),
                tier=0,
                labels=labels,
                recipients=tuple(to),
                members=members,
                persons=persons,
                incidents=incidents,
            )
        )
    return Contents(classes=tuple(classes), waiting=tuple(sorted(held.member(names[n]) for n in waiting)))


def proposal(held: Ledger, name: str, *people: Sequence[int], to: Sequence[str] = ("P06",), **more: Any) -> Proposal:
    files = {one: canonical.sha256_hex(f"{name}{one}".encode()) for one in to}
    return Proposal(
        name=name,
        profile=PINNED,
        first=3,
        recipients=tuple(to),
        files=files,
        contents=contents(held, name, *people, to=to, **more),
    )


def shuffled(of: Sequence[Any], seed: int) -> list[Any]:
    found = list(of)
    random.Random(seed).shuffle(found)
    return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Coordinators]:
    made = Coordinators(tmp_path)
    yield made
    made.close()


@pytest.fixture
def two(world: Coordinators) -> tuple[LedgerDesk, LedgerDesk]:
    central = world.central()
    one, other = (desk(world, central, name) for name in ("coordinator", "coordinator-2"))
    one.begin()
    meet(one, other)
    return one, other


def meet(*desks: LedgerDesk) -> None:
    for each in (*desks, *desks):
        each.exchange()
