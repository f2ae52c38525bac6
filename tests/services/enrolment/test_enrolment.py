"""A station before it belongs to an organisation: keys that never leave, one request, and a root that comes last."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.sealing.roster.errors import EnrolmentRefused, RosterRefused
from testimony.services.enrolment import enrolment
from testimony.services.roster import adoption
from testimony.services.roster import changes as roster_changes
from testimony.services.startup import open_station
from testimony.settings import Settings
from testimony.station.errors import HomeTaken, StationWaiting
from testimony.station.station import Station
from testimony.store.files import durable
from tests.support.services.world import World
from tests.support.settings import FAST

DAY = "2026-11-26"


def prepared(folder: Path, role: str = "field", id: str = "node-3") -> Path:
    enrolment.prepare(Settings(home=folder / id, role=role, name=id), id=id, day=DAY)
    return folder / id


def admit(world: World, home: Path) -> None:
    draft = roster_changes.admit(world.chain, enrolment.asked(home))
    world.next_roster(people=draft["people"], devices=draft["devices"], slots=draft["slots"])


def join(world: World, home: Path) -> Station:
    station = enrolment.join(home, world.chain, world.root.data)
    world.opened.append(station)
    return station


def refused(act: Any, *arguments: Any) -> str:
    with pytest.raises(EnrolmentRefused) as caught:
        act(*arguments)
    return caught.value.reason


def test_a_station_makes_its_own_key_and_waits(tmp_path: Path) -> None:
    home = prepared(tmp_path)
    assert enrolment.waits(home)
    seed = bytes.fromhex((home / "station.key").read_text())
    assert enrolment.asked(home).keys == Signer(seed).public_keys
    assert seed.hex() not in (home / "enrolment.json").read_text()
    assert stat.S_IMODE((home / "station.key").stat().st_mode) == 0o600
    with pytest.raises(StationWaiting):
        open_station(home)


def test_a_home_that_is_taken_stays_as_it_is(tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in prepared(tmp_path).iterdir()}
    with pytest.raises(HomeTaken):
        prepared(tmp_path)
    assert {path.name: path.read_bytes() for path in (tmp_path / "node-3").iterdir()} == before


def test_an_admitted_station_joins_and_opens_with_every_roster(world: World, tmp_path: Path) -> None:
    home = prepared(tmp_path)
    admit(world, home)
    station = join(world, home)
    assert station.chain.latest.sha256 == world.chain.latest.sha256
    assert len(station.chain.records) == len(world.chain.records)
    station.close()
    with open_station(home) as again:
        entry = again.chain.latest.signer(again.kid)
        assert entry is not None
        assert entry.id == "node-3"
    assert not enrolment.waits(home)


def test_one_whose_key_is_not_in_the_newest_roster_does_not_join(world: World, tmp_path: Path) -> None:
    home = prepared(tmp_path)
    assert refused(enrolment.join, home, world.chain, world.root.data) == "not-admitted"
    admit(world, home)
    draft = roster_changes.revoke(world.chain.latest, ["node-3"])
    world.next_roster(devices=draft["devices"])
    assert refused(enrolment.join, home, world.chain, world.root.data) == "not-admitted"
    assert enrolment.waits(home)


def test_one_that_was_admitted_in_another_role_does_not_join(world: World, tmp_path: Path) -> None:
    home = prepared(tmp_path)
    devices = world.successor()["devices"]
    world.next_roster(devices=[*devices, {**enrolment.asked(home).entry(), "kind": "central"}])
    assert refused(enrolment.join, home, world.chain, world.root.data) == "not-admitted"


def test_a_station_joins_once(world: World, tmp_path: Path) -> None:
    home = prepared(tmp_path)
    admit(world, home)
    join(world, home).close()
    assert refused(enrolment.join, home, world.chain, world.root.data) == "joined"
    assert refused(enrolment.require_waiting, tmp_path / "none") == "wanted"


def test_a_crash_before_the_root_is_written_leaves_a_station_that_waits_and_joins_again(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = prepared(tmp_path)
    admit(world, home)
    written = durable.replace_file

    def crash(path: Path, data: bytes) -> None:
        if path.name == "root.json":
            raise ZeroDivisionError
        written(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(durable, "replace_file", crash)
        with pytest.raises(ZeroDivisionError):
            enrolment.join(home, world.chain, world.root.data)
    assert enrolment.waits(home)
    with join(world, home) as station:
        assert station.chain.latest.no == world.chain.latest.no


def test_a_crash_while_rosters_are_adopted_leaves_a_station_that_waits(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = prepared(tmp_path)
    admit(world, home)

    def crash(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(adoption, "adopt_all", crash)
        with pytest.raises(ZeroDivisionError):
            enrolment.join(home, world.chain, world.root.data)
    assert enrolment.waits(home)
    join(world, home).close()


def test_rosters_of_another_root_change_nothing(world: World, tmp_path: Path) -> None:
    home, other = prepared(tmp_path), World(tmp_path)
    admit(world, home)
    admit(other, home)
    chain = RosterChain(Root.parse(other.root.data), other.chain.records)
    with pytest.raises(RosterRefused):
        enrolment.join(home, chain, world.root.data)
    assert enrolment.waits(home)
    join(world, home).close()


def test_a_desk_s_reader_makes_a_key_file_or_brings_one(world: World, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "new", role="desk", name="desk")
    told = {"id": "lawyer-3", "role": "lawyer", "day": DAY, "work": FAST}
    asked, passphrase = enrolment.prepare_desk(settings, **told)  # type: ignore[arg-type]
    made = KeyFile.open((tmp_path / "new" / "reader.key").read_bytes(), passphrase)
    assert made.opening is not None
    assert made.opening.recipient == asked.recipient
    own = KeyFile(opening=OpeningKey.generate(), signing_seed=Signer.generate().seed)
    sealed = own.seal("six words of its owner here", FAST)
    settings = Settings(home=tmp_path / "own", role="desk", name="desk")
    asked, said = enrolment.prepare_desk(settings, **told, opened=(sealed, own))  # type: ignore[arg-type]
    assert said == ""
    assert (tmp_path / "own" / "reader.key").read_bytes() == sealed
    assert own.opening is not None
    assert asked.recipient == own.opening.recipient
    admit(world, tmp_path / "own")
    with join(world, tmp_path / "own") as desk:
        assert desk.settings.key_file == "reader.key"
        assert desk.kid == ""


def test_a_second_desk_of_a_reader_who_is_in_the_roster_joins_at_once(world: World, tmp_path: Path) -> None:
    own = KeyFile(opening=world.lawyer_a, signing_seed=world.lawyer_signer.seed)
    settings = Settings(home=tmp_path / "desk", role="desk", name="desk")
    opened = (own.seal("six words of its owner here", FAST), own)
    enrolment.prepare_desk(settings, id="lawyer-a", role="lawyer", day=DAY, opened=opened)
    with join(world, tmp_path / "desk") as desk:
        assert desk.chain.latest.no == 1
