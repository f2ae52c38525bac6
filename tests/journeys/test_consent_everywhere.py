"""Three nodes, central and three desks that rarely meet: what a witness takes back is taken back at all of them.

Real stations in folders of their own, exchanging by the real protocol; who meets whom is written out. At the end every
file of every home is searched for the keys, heads, bodies and words of what was destroyed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from testimony import canonical
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.fold import ConsentState
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.roles import Audience, Role
from testimony.sealing.age import age
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import early_withdrawal
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import contests as consent_contests
from testimony.services.consent import late_grants
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from testimony.services.tracking import withdrawal_status
from testimony.station.station import JOURNAL, Station
from testimony.sync.client.exchange import exchange
from tests.support.services.desks import COUNT, MECHANISM, Desk, circumstances
from tests.support.services.world import PARTS, World, take, tid_of
from tests.support.sync.world import held, to

GIVEN = {"P01": "organisation", "P04": "lawyers", "P06": "public"}
CANARY = "Sturmvogel über dem Evros 2291"
PIECE = 64
"""Bytes that are looked for, out of each head and body."""


class Borders(World):
    """A world with a third node and a second lawyer who says things too."""

    def __init__(self, folder: Path) -> None:
        self.third_node, self.second_lawyer = Signer.generate(), Signer.generate()
        super().__init__(folder)

    def roster_value(self) -> dict[str, Any]:
        value = super().roster_value()
        keys = {"node-3": self.third_node, "lawyer-b": self.second_lawyer}
        value["devices"].append({"id": "node-3", "status": "active", "kind": "node"})
        for one in (*value["devices"], *value["people"]):
            if one["id"] in keys:
                one["keys"] = [key.describe() for key in keys[one["id"]].public_keys]
        return value

    def told(self, code: Signer, day: date) -> SealedTestimony:
        """Somebody who agreed to be kept, read by the lawyers and counted, and holds `code`."""
        events = [
            ConsentEvent(id=f"{code.kid}-{use}", act=Act.GRANT, purpose=Purpose(use), recipient=to_whom, day=day)
            for use, to_whom in GIVEN.items()
        ]
        contents = {part: Content("application/json", canonical.encode({"said": CANARY})) for part in PARTS}
        asked = {**circumstances(), "events": [event.to_value() for event in events]}
        contents["consent"] = Content("application/json", canonical.encode(asked))
        return self.seal(contents, withdraw=code.public_keys[0].pub.hex(), day=day.isoformat())


class Camp:
    """The stations, and who is at the desks."""

    def __init__(self, world: Borders) -> None:
        self.world = world
        self.central = world.central()
        self.day = date.fromisoformat(self.central.today())
        self.nodes = [world.node(), world.other_node(), world.create("node-3", "field", world.third_node)]
        self.keys = [world.station, world.second_node, world.third_node]
        lawyers, counting = (Role.LAWYER, Audience.LAWYERS), (Role.COORDINATOR, Audience.COORDINATORS)
        self.lawyer = self._desk("lawyer-a", *lawyers, world.lawyer_a, world.lawyer_signer)
        self.second = self._desk("lawyer-b", *lawyers, world.lawyer_b, world.second_lawyer)
        self.coordinator = self._desk("coordinator", *counting, world.coordinator, world.coordinator_signer)
        self.desks = [self.lawyer, self.second, self.coordinator]

    def _desk(self, name: str, role: Role, audience: Audience, key: OpeningKey, signer: Signer) -> Desk:
        reader = Reader(id=name, role=role, audience=audience, key=key, signer=signer)
        return Desk(self.world.desk(name), reader, self.central)

    def testimony(self, node: int) -> tuple[SealedTestimony, Signer]:
        """Taken down, and brought to a node."""
        code = Signer.generate()
        sealed = self.world.told(code, self.day)
        take(self.nodes[node], sealed)
        return sealed, code

    def meet(self, *nodes: int) -> None:
        """These nodes reach central."""
        for number in nodes:
            exchange(self.nodes[number], to(self.central, self.keys[number]))

    def meet_all(self) -> None:
        """Everybody reaches central, twice: what the last one brought is for the first one too."""
        for _ in range(2):
            self.meet(0, 1, 2)
            for desk in self.desks:
                desk.exchange()

    @property
    def stations(self) -> list[Station]:
        return [*self.nodes, self.central, *(desk.station for desk in self.desks)]

    def say(self, desk: Desk, tid: str, act: Act, key: Key, **more: Any) -> None:
        consent_acts.say(desk.station, desk.reader, desk.stands(tid, self.day), act, key, day=self.day, **more)

    def ask(self, desk: Desk, tid: str, key: Key) -> str | None:
        """The witness, asked again, agrees."""
        stands = desk.stands(tid, self.day)
        said = circumstances()
        return late_grants.ask(
            desk.station, desk.reader, stands, desk.annexes, key, said, life_months=None, agreed=True, day=self.day
        )

    def is_served(self, station: Station, sealed: SealedTestimony) -> bool:
        with station.database.reading() as session:
            return record_queries.is_served(session, tid_of(sealed))

    def is_gone(self, station: Station, sealed: SealedTestimony) -> bool:
        return station.shred_keys.find(tid_of(sealed)) is None and held(station, sealed) == set()

    def fate(self, withdrawal: SignedRecord) -> fate.Fate:
        with self.central.database.reading() as session:
            found = withdrawal_status.progress(self.central, session, withdrawal=withdrawal.id)
        assert found is not None
        return found


@pytest.fixture
def camp(tmp_path: Path) -> Iterator[Camp]:
    world = Borders(tmp_path)
    yield Camp(world)
    world.close()


def secrets_of(camp: Camp, sealed: SealedTestimony) -> dict[str, bytes]:
    """What must be in no file afterwards: shred keys of each station, file keys, pieces of heads and bodies."""
    found: dict[str, bytes] = {}
    for station in camp.stations:
        key = station.shred_keys.find(tid_of(sealed))
        if key is not None:
            found[f"shred key of {station.settings.name}"] = key.hex().encode()
    for part in sealed.parts:
        found[f"file key of {part.part}"] = age.open_head(part.heads["lawyers"], camp.world.lawyer_a)
        found[f"body of {part.part}"] = part.body[100 : 100 + PIECE]
        found |= {f"head of {part.part} for {to_whom}": head[-PIECE:] for to_whom, head in part.heads.items()}
    return found


def hits(camp: Camp, secrets: dict[str, bytes]) -> list[str]:
    return [
        f"{file.relative_to(camp.world.folder)}: {what}"
        for station in camp.stations
        for file in sorted(station.settings.home.rglob("*"))
        if file.is_file()
        for what, secret in {**secrets, "canary": CANARY.encode()}.items()
        if secret in file.read_bytes()
    ]


def test_a_yes_and_a_no_at_once_at_two_desks_that_do_not_meet_is_a_no_everywhere(camp: Camp) -> None:
    sealed, _ = camp.testimony(0)
    tid = tid_of(sealed)
    camp.meet_all()
    assert camp.ask(camp.lawyer, tid, MECHANISM) is None
    camp.lawyer.exchange()
    camp.second.exchange()
    assert "P07" in camp.second.usable(tid, camp.day)
    camp.say(camp.second, tid, Act.WITHDRAW, MECHANISM)
    camp.say(camp.lawyer, tid, Act.HOLD, COUNT, reason="pressure")
    assert "P07" in camp.lawyer.usable(tid, camp.day), "it has not heard yet"
    camp.meet_all()
    for desk in camp.desks:
        states = {line.key: line for line in desk.stands(tid, camp.day).lines or ()}
        assert states[MECHANISM].state == ConsentState.WITHDRAWN
        assert states[COUNT].on_hold
        assert desk.usable(tid, camp.day) == {"P01", "P04"}
    assert camp.ask(camp.second, tid, MECHANISM) is None, "a new yes that has seen the no"
    camp.meet_all()
    assert all(desk.usable(tid, camp.day) == {"P01", "P04", "P07"} for desk in camp.desks)


def test_a_withdrawal_that_is_anywhere_before_its_testimony_meets_it_wherever_it_comes(camp: Camp) -> None:
    code = Signer.generate()
    sealed = camp.world.told(code, camp.day)  # still on a phone
    said = early_withdrawal.early_withdrawal(day=camp.day.isoformat(), signer=code)
    take(camp.nodes[2], said)
    camp.meet(2)
    camp.coordinator.exchange()
    take(camp.nodes[1], sealed)  # a node that was not told, since it never had it
    assert camp.is_served(camp.nodes[1], sealed)
    secrets = secrets_of(camp, sealed)
    camp.meet_all()
    for station in camp.stations:
        assert camp.is_gone(station, sealed), station.settings.name
    assert hits(camp, secrets) == []


def test_a_desk_that_is_away_throughout_and_a_node_restored_from_a_backup_forget_nothing(camp: Camp) -> None:
    sealed, code = camp.testimony(0)
    kept, _ = camp.testimony(0)
    camp.meet_all()
    secrets = secrets_of(camp, sealed)
    assert len(hits(camp, secrets)) >= len(camp.stations), "the search finds what is there"
    camp.nodes[0].database.checkpoint()
    home, backup = camp.nodes[0].settings.home, camp.world.folder / "backup"
    shutil.copytree(home, backup)
    withdrawn = camp.world.withdrawal(sealed, signer=code)
    take(camp.central, withdrawn)  # on central's public page
    camp.meet(0, 1, 2)
    camp.lawyer.exchange()
    camp.coordinator.exchange()
    assert camp.is_gone(camp.nodes[0], sealed)
    camp.nodes[0].close()
    shutil.rmtree(home)
    shutil.move(backup, home)
    (home / JOURNAL).unlink(missing_ok=True)
    camp.nodes[0] = open_station(home)
    camp.world.opened.append(camp.nodes[0])
    assert camp.is_served(camp.nodes[0], sealed), "a whole home brought back knows nothing of it yet"
    camp.meet(0, 0)  # it hears, destroys, and says so
    assert camp.is_gone(camp.nodes[0], sealed)
    assert camp.is_served(camp.second.station, sealed), "that desk is away throughout"
    away = camp.fate(withdrawn)
    assert (away.state, away.nodes.silent, away.desks.silent) == ("destroyed", 0, 1)
    camp.meet_all()
    assert hits(camp, secrets) == []
    done = camp.fate(withdrawn)
    assert (done.nodes.destroyed, done.central.destroyed, done.desks.destroyed) == (1, 1, 3)
    assert all(camp.is_served(station, kept) for station in (camp.nodes[0], camp.central, camp.second.station))


def test_a_stolen_phone_that_withdraws_everything_destroys_no_evidence(camp: Camp) -> None:
    told = [camp.testimony(number % 3)[0] for number in range(9)]
    camp.meet_all()
    stolen = [camp.world.withdrawal(one, signer=camp.world.device) for one in told]
    for one in stolen:
        take(camp.nodes[0], one)
    camp.meet_all()
    assert not any(camp.is_served(station, one) for station in (camp.central, camp.lawyer.station) for one in told)
    fates = [camp.fate(one) for one in stolen]
    assert {one.state for one in fates} == {"suspended"}
    assert sum(one.due is not None for one in fates) == 5, "what is beyond a day's share never destroys by itself"
    for desk in (camp.lawyer, camp.coordinator):
        for sealed, one in zip(told, stolen, strict=True):
            consent_contests.contest(
                desk.station, desk.reader, tid_of(sealed), one.id, reason=consent_acts.REASONS[0], day=camp.day
            )
    camp.meet_all()
    assert {camp.fate(one).state for one in stolen} == {"void"}
    for sealed in told:
        assert all(camp.is_served(station, sealed) for station in (camp.central, *(d.station for d in camp.desks)))
        assert camp.lawyer.usable(tid_of(sealed), camp.day) == set(GIVEN)


def test_what_was_forged_replayed_or_comes_from_elsewhere_changes_nothing_anywhere(camp: Camp, tmp_path: Path) -> None:
    sealed, code = camp.testimony(0)
    other, _ = camp.testimony(1)
    camp.meet_all()
    stranger = Signer.generate()
    elsewhere = Borders(tmp_path / "elsewhere")
    forged = [
        camp.world.withdrawal(sealed, signer=stranger),
        camp.world.withdrawal(other, signer=code),  # a genuine code, for another testimony
        elsewhere.withdrawal(sealed, signer=elsewhere.lawyer_signer),
        SignedRecord(camp.world.withdrawal(sealed, signer=code).data, camp.world.withdrawal(other, signer=code).sigs),
    ]
    for station in (camp.central, *(desk.station for desk in camp.desks)):
        answers = [take(station, one).statuses[0] for one in forged]
        assert {one.status for one in answers} == {"refused"}, station.settings.name
        assert {one.rule for one in answers} <= {"signer.unknown", "signature.bad"}
    for one in forged[1], forged[3]:
        take(camp.nodes[2], one)  # it holds neither testimony and cannot know: it passes them on
    camp.meet_all()
    for desk in camp.desks:
        assert camp.is_served(desk.station, sealed)
        assert desk.usable(tid_of(sealed), camp.day) == set(GIVEN)
