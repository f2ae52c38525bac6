"""What stations do with their disks, each as an act that can be tried again: for tests in which the disk fails.

An act is prepared once, in the folder of its world. It is then done in copies of that folder, by processes that were
forked after the preparation: so they know everything that `prepare` left in the act.
"""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from pathlib import Path

from sqlalchemy import select

from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.backup import backup, restore
from testimony.services.backup.restore import Given
from testimony.services.integrity import fsck
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.store.files import durable
from testimony.store.models.outbox import OutboxRow
from testimony.sync.bundle import export as bundle_export
from testimony.sync.bundle import import_ as bundle_import
from testimony.sync.bundle.writer import SMALLEST_SPLIT
from testimony.sync.client.exchange import exchange
from tests.support.faults import deliveries
from tests.support.services.recovery.backups import KEEPER, SEALED
from tests.support.services.world import World, incoming, names, take, tid_of
from tests.support.sync import removable_media
from tests.support.sync.world import bring, held, text_of, to, waiting

Told = Callable[[str], None]
SMALL_MEDIA = 60_000


class Act(ABC):
    """`homes`: the stations that take part. `fails`: the folder in which the disk fails, a home or another."""

    def __init__(self, world: World, *homes: str, fails: str) -> None:
        self.world, self.homes, self.fails = world, homes, fails

    @abstractmethod
    def prepare(self) -> None:
        """Make the homes and everything in them; nothing is open afterwards."""

    @abstractmethod
    def do(self, folder: Path, stations: dict[str, Station], told: Told) -> None:
        """The act itself; it may be done again. `told`: that this is acknowledged to somebody now."""

    @abstractmethod
    def require_kept(self, folder: Path, stations: dict[str, Station], told: Collection[str]) -> None:
        """After a failure: what was acknowledged before it is there."""

    @abstractmethod
    def require_done(self, folder: Path, stations: dict[str, Station]) -> None:
        """After a try without one: everything is there."""

    def station(self, name: str) -> Station:
        return {"node": self.world.node, "central": self.world.central, "desk": self.world.desk}[name]()

    def stations(self) -> list[Station]:
        return [self.station(name) for name in self.homes]


class TakingIn(Act):
    """A testimony and one with a recording come in, each as a delivery of its own."""

    def prepare(self) -> None:
        self.stations()
        self.todo = [self.world.testimony(), self.world.with_media(SMALL_MEDIA)]

    def do(self, folder: Path, stations: dict[str, Station], told: Told) -> None:
        for sealed in self.todo:
            [receipt] = take(stations[self.fails], sealed).receipts
            assert set(receipt.value["parts"]) == names(sealed)
            told(sealed.record.id)

    def require_kept(self, folder: Path, stations: dict[str, Station], told: Collection[str]) -> None:
        acknowledged = [incoming(sealed) for sealed in self.todo if sealed.record.id in told]
        assert deliveries.missing(stations[self.fails], acknowledged) == []

    def require_done(self, folder: Path, stations: dict[str, Station]) -> None:
        assert deliveries.missing(stations[self.fails], map(incoming, self.todo)) == []


class SyncingEach(TakingIn):
    """As where the system has no call for a whole file system."""

    def do(self, folder: Path, stations: dict[str, Station], told: Told) -> None:
        durable.syncfs = None
        super().do(folder, stations, told)


class Careless(TakingIn):
    """It says that it has what it does not have yet."""

    def do(self, folder: Path, stations: dict[str, Station], told: Told) -> None:
        for sealed in self.todo:
            told(sealed.record.id)
            take(stations[self.fails], sealed)


class Shredding(Act):
    """A witness takes a testimony back; another one stays."""

    def prepare(self) -> None:
        [station] = self.stations()
        self.gone, self.stays = self.world.coded(), self.world.testimony()
        bring(station, self.gone, self.stays)
        self.withdrawal = self.world.withdrawal(self.gone)

    def do(self, folder: Path, stations: dict[str, Station], told: Told) -> None:
        take(stations[self.fails], self.withdrawal)
        told(self.withdrawal.id)

    def require_kept(self, folder: Path, stations: dict[str, Station], told: Collection[str]) -> None:
        assert deliveries.missing(stations[self.fails], [incoming(self.stays)]) == []
        if told:
            require_destroyed(stations[self.fails], self.gone)

    def require_done(self, folder: Path, stations: dict[str, Station]) -> None:
        self.require_kept(folder, stations, [self.withdrawal.id])


class Delivering(Act):
    """A node brings everything to central: receipts are stored, withdrawals carried out, the log is read."""

    def prepare(self) -> None:
        node, central = self.stations()
        self.gone, before = self.world.coded(), self.world.testimony()
        bring(node, self.gone, before)
        exchange(node, to(central, self.world.station))
        new, recorded = self.world.testimony(), self.world.with_media(SMALL_MEDIA)
        take(node, new, recorded, self.world.withdrawal(self.gone))
        self.stay = [before, new, recorded]

    def do(self, folder: Path, stations: dict[str, Station], told: Told) -> None:
        for _ in range(2):  # what it hears of central's destroying goes back for a receipt
            exchange(stations["node"], to(stations["central"], self.world.station))

    def require_kept(self, folder: Path, stations: dict[str, Station], told: Collection[str]) -> None:
        """The outbox says nothing of central that is not true."""
        node, central = stations["node"], stations["central"]
        assert deliveries.missing(node, map(incoming, self.stay)) == []
        with node.database.reading() as session:
            rows = {row.record: row for row in session.scalars(select(OutboxRow))}
        for sealed in self.stay:
            row = rows[sealed.record.id]
            if row.text_delivered:
                assert {backup.sha256_hex(data) for data in text_of(sealed)} <= held(central, sealed)
            if row.delivered:
                assert held(central, sealed) == names(sealed)

    def require_done(self, folder: Path, stations: dict[str, Station]) -> None:
        node, central = stations["node"], stations["central"]
        assert waiting(node) == []
        self.require_kept(folder, stations, ())
        assert [held(central, sealed) for sealed in self.stay] == [names(sealed) for sealed in self.stay]
        require_destroyed(node, self.gone)
        require_destroyed(central, self.gone)


class Pulling(Act):
    """A lawyer's desk fetches new testimonies, a recording, and a withdrawal of what it has."""

    def prepare(self) -> None:
        central, desk = self.stations()
        self.gone, before = self.world.coded(), self.world.testimony()
        bring(central, self.gone, before)
        exchange(desk, to(central, self.world.lawyer_signer), audience="lawyers")
        new, recorded = self.world.testimony(), self.world.with_media(SMALL_MEDIA)
        take(central, new, recorded, self.world.withdrawal(self.gone))
        self.before, self.all = before, [before, new, recorded]

    def do(self, folder: Path, stations: dict[str, Station], told: Told) -> None:
        exchange(stations["desk"], to(stations["central"], self.world.lawyer_signer), audience="lawyers")
        told(self.gone.record.id)

    def require_kept(self, folder: Path, stations: dict[str, Station], told: Collection[str]) -> None:
        assert of_lawyers(self.before) <= held(stations["desk"], self.before)
        if told:
            require_destroyed(stations["desk"], self.gone)

    def require_done(self, folder: Path, stations: dict[str, Station]) -> None:
        for sealed in self.all:
            assert of_lawyers(sealed) <= held(stations["desk"], sealed)
        require_destroyed(stations["desk"], self.gone)


class Exporting(Act):
    """A node writes what waits on a stick, in two files."""

    def prepare(self) -> None:
        [node] = self.stations()
        (self.world.folder / "stick").mkdir()
        self.todo = [self.world.testimony(), self.world.with_media(3_000_000)]
        bring(node, *self.todo)

    def do(self, folder: Path, stations: dict[str, Station], told: Told) -> None:
        for file in bundle_export.deliver(stations["node"], folder / "stick", split=SMALLEST_SPLIT).written.files:
            told(file.name)

    def require_kept(self, folder: Path, stations: dict[str, Station], told: Collection[str]) -> None:
        """Every file that has its name is whole; and nothing is delivered by writing."""
        files = list((folder / "stick").glob("*.bin"))
        assert set(told) <= {file.name for file in files}
        assert all(is_whole(stations["node"], file) for file in files)
        assert len(waiting(stations["node"])) == len(self.todo)

    def require_done(self, folder: Path, stations: dict[str, Station]) -> None:
        self.require_kept(folder, stations, ())
        assert not list((folder / "stick").glob("*.part"))
        assert any(file.name.endswith("-2.bin") for file in (folder / "stick").iterdir())


class BringingADelivery(Act):
    """Central takes in what a node wrote."""

    def prepare(self) -> None:
        [central], node = self.stations(), self.world.node()
        self.gone = self.world.coded()
        self.stay = [self.world.testimony(), self.world.with_media(SMALL_MEDIA)]
        bring(central, self.gone)
        bring(node, *self.stay)
        take(node, self.world.withdrawal(self.gone))
        [self.file] = removable_media.export(node, self.world.folder / "stick")

    def do(self, folder: Path, stations: dict[str, Station], told: Told) -> None:
        report = removable_media.bring_file(stations["central"], self.file)
        assert (report.held, report.refused) == (3, {})
        told(self.file.name)

    def require_kept(self, folder: Path, stations: dict[str, Station], told: Collection[str]) -> None:
        if told:
            self.require_done(folder, stations)

    def require_done(self, folder: Path, stations: dict[str, Station]) -> None:
        assert deliveries.missing(stations["central"], map(incoming, self.stay)) == []
        require_destroyed(stations["central"], self.gone)


class Answering(Act):
    """Central writes receipts and its log for a node on a stick."""

    def prepare(self) -> None:
        [central], node = self.stations(), self.world.node()
        bring(node, *[self.world.testimony() for _ in range(3)])
        removable_media.bring_file(central, *removable_media.export(node, self.world.folder / "brought"))
        (self.world.folder / "stick").mkdir()

    def do(self, folder: Path, stations: dict[str, Station], told: Told) -> None:
        for file in removable_media.answer(stations["central"], folder / "stick", "node-1"):
            told(file.name)

    def require_kept(self, folder: Path, stations: dict[str, Station], told: Collection[str]) -> None:
        files = list((folder / "stick").glob("*.bin"))
        assert set(told) <= {file.name for file in files}
        assert all(is_whole(stations["central"], file) for file in files)

    def require_done(self, folder: Path, stations: dict[str, Station]) -> None:
        self.require_kept(folder, stations, ())
        assert list((folder / "stick").glob("*.bin"))


class BringingAnAnswer(Act):
    """A node or a desk takes central's answer in."""

    def prepare(self) -> None:
        [station], central = self.stations(), self.world.central()
        node = station if self.fails == "node" else self.world.node()
        self.gone = self.world.coded()
        self.stay = [self.world.testimony(), self.world.with_media(SMALL_MEDIA)]
        bring(node, self.gone)
        bring(central, self.gone)
        if self.fails == "desk":
            exchange(station, to(central, self.world.lawyer_signer), audience="lawyers")
        bring(node, *self.stay)
        removable_media.bring_file(central, *removable_media.export(node, self.world.folder / "brought"))
        take(central, self.world.withdrawal(self.gone))
        to_whom = "node-1" if self.fails == "node" else "lawyer-a"
        [self.file] = removable_media.answer(central, self.world.folder / "stick", to_whom)

    def do(self, folder: Path, stations: dict[str, Station], told: Told) -> None:
        reader = removable_media.lawyer(self.world) if self.fails == "desk" else None
        assert removable_media.bring_file(stations[self.fails], self.file, reader).read
        told(self.file.name)

    def require_kept(self, folder: Path, stations: dict[str, Station], told: Collection[str]) -> None:
        if told:
            self.require_done(folder, stations)
        elif self.fails == "node":
            assert deliveries.missing(stations["node"], map(incoming, self.stay)) == []

    def require_done(self, folder: Path, stations: dict[str, Station]) -> None:
        station = stations[self.fails]
        if self.fails == "node":  # what it says of the destroying still waits
            assert not {sealed.record.id for sealed in self.stay} & set(waiting(station))
            assert deliveries.missing(station, map(incoming, self.stay)) == []
        else:
            assert all(of_lawyers(sealed) <= held(station, sealed) for sealed in self.stay)
        require_destroyed(station, self.gone)


class BackingUp(Act):
    """A backup that is there is brought up to date: one testimony came, another was withdrawn."""

    def prepare(self) -> None:
        [station] = self.stations()
        self.gone = self.world.coded()
        bring(station, self.gone, self.world.testimony())
        self._back_up(self.world.folder, station)
        bring(station, self.world.with_media(SMALL_MEDIA))
        take(station, self.world.withdrawal(self.gone))

    def do(self, folder: Path, stations: dict[str, Station], told: Told) -> None:
        self._back_up(folder, stations[self.homes[0]])
        told("backup")

    def require_kept(self, folder: Path, stations: dict[str, Station], told: Collection[str]) -> None:
        """Whatever happened, the backup can be restored, and brings nothing back."""
        home = folder / "restored"
        shutil.rmtree(home, ignore_errors=True)
        restore.restore(folder / "backup" / "store", home, Given(key=KEEPER, shred_keys=folder / "backup" / "keys"))
        require_sound(home)
        with open_station(home) as station:
            if told:
                require_destroyed(station, self.gone)
        shutil.rmtree(home)

    def require_done(self, folder: Path, stations: dict[str, Station]) -> None:
        self.require_kept(folder, stations, ["backup"])

    def _back_up(self, folder: Path, station: Station) -> None:
        (folder / "backup").mkdir(exist_ok=True)
        keys = folder / "backup" / "keys"
        backup.back_up(station, folder / "backup" / "store", recipients=SEALED, shred_keys=keys)


class Restoring(Act):
    """A home is made again from its backup."""

    def prepare(self) -> None:
        station = self.world.node()
        self.gone, self.stays = self.world.coded(), self.world.with_media(SMALL_MEDIA)
        bring(station, self.gone, self.stays)
        self.kept = self.world.folder / "backup"
        backup.back_up(station, self.kept, shred_keys=self.world.folder / "keys", recipients=SEALED)
        take(station, self.world.withdrawal(self.gone))
        self.journal = station.settings.home / "withdrawn.log"
        (self.world.folder / "again").mkdir()

    def do(self, folder: Path, stations: dict[str, Station], told: Told) -> None:
        home = folder / "again" / "home"
        if home.exists():  # an error after the last rename: it is whole
            return
        given = Given(key=KEEPER, shred_keys=self.world.folder / "keys", withdrawals=self.journal)
        restore.restore(self.kept, home, given)
        told("restored")

    def require_kept(self, folder: Path, stations: dict[str, Station], told: Collection[str]) -> None:
        if told or (folder / "again" / "home").exists():
            self.require_done(folder, stations)

    def require_done(self, folder: Path, stations: dict[str, Station]) -> None:
        require_sound(folder / "again" / "home")
        with open_station(folder / "again" / "home") as station:
            require_destroyed(station, self.gone)
            assert deliveries.missing(station, [incoming(self.stays)]) == []


def require_sound(home: Path) -> None:
    found = [finding.words for finding in fsck.check(home) if finding.grave]
    assert found == [], found


def require_destroyed(station: Station, sealed: SealedTestimony) -> None:
    assert station.shred_keys.find(tid_of(sealed)) is None
    assert not any(station.parts.holds(part["body"]) for part in sealed.record.value["parts"])
    assert held(station, sealed) == set()


def of_lawyers(sealed: SealedTestimony) -> set[str]:
    """Bodies, and the heads that are for lawyers."""
    return {name for part in sealed.record.value["parts"] for name in (part["heads"]["lawyers"], part["body"])}


def is_whole(station: Station, file: Path) -> bool:
    with file.open("rb") as source:
        return bundle_import.inspect(station, source).sealed


CARELESS = "a careless node"
ACTS: dict[str, Callable[[World], Act]] = {
    "a node takes in": lambda world: TakingIn(world, "node", fails="node"),
    "a node takes in without syncfs": lambda world: SyncingEach(world, "node", fails="node"),
    "central takes in": lambda world: TakingIn(world, "central", fails="central"),
    "a node shreds": lambda world: Shredding(world, "node", fails="node"),
    "central shreds": lambda world: Shredding(world, "central", fails="central"),
    "a desk shreds": lambda world: Shredding(world, "desk", fails="desk"),
    "a node delivers": lambda world: Delivering(world, "node", "central", fails="node"),
    "central is delivered to": lambda world: Delivering(world, "node", "central", fails="central"),
    "a desk fetches": lambda world: Pulling(world, "central", "desk", fails="desk"),
    "a node writes a stick": lambda world: Exporting(world, "node", fails="stick"),
    "a node writes from a failing disk": lambda world: Exporting(world, "node", fails="node"),
    "central reads a stick": lambda world: BringingADelivery(world, "central", fails="central"),
    "central writes a stick": lambda world: Answering(world, "central", fails="stick"),
    "a node reads a stick": lambda world: BringingAnAnswer(world, "node", fails="node"),
    "a desk reads a stick": lambda world: BringingAnAnswer(world, "desk", fails="desk"),
    "a node is backed up": lambda world: BackingUp(world, "node", fails="backup"),
    "central is backed up": lambda world: BackingUp(world, "central", fails="backup"),
    "a desk is backed up": lambda world: BackingUp(world, "desk", fails="backup"),
    "a failing node is backed up": lambda world: BackingUp(world, "node", fails="node"),
    "a node is restored": lambda world: Restoring(world, fails="again"),
}
