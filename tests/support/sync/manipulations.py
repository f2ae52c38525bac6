"""What is done to true answers and sticks, to whom, and the scene in which it is done.

Each change is of the frames of one answer or file. Which stations it concerns stands beside it: a field station is
given rosters and withdrawals whole, and of testimonies of others hashes alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from testimony import canonical
from testimony.domain.roles import Audience
from testimony.errors import NotDelivered
from testimony.sealing.bundle import bundle
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log.errors import ProofBad
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.custody import log as custody_log
from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.intake.intake import take_in
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.sync.bundle.report import ImportReport
from testimony.sync.bundle.writer import BundleWriter
from testimony.sync.client.exchange import ExchangeReport, exchange
from testimony.sync.errors import BundleRefused
from testimony.sync.http.channel import Answer
from testimony.sync.wire.frames import Frame, read_frames
from tests.support.services.world import World
from tests.support.sync import removable_media
from tests.support.sync.hostile_central import Change, found_gaps, in_feed, name_of, only_hashes, without_records
from tests.support.sync.mutations import head_of
from tests.support.sync.removable_media import answer, export_one
from tests.support.sync.world import Changed, all_names, bring, held, in_process, tid_of, to

NAMED = (NotDelivered, LogForked, LogWentBack, ReceiptRefused, BundleRefused, ProofBad, SignatureBad)
EVERYBODY = ("lawyer", "coordinator", "node")
DESKS = ("lawyer", "coordinator")


@dataclass(frozen=True)
class Who:
    """A station that asks central: its home, its name in the roster, its key, and for whom it reads."""

    home: str
    name: str
    signer: Signer
    audience: Audience | None
    reader: Reader | None


@dataclass
class Scene:
    """Central before and after: in between come a testimony, the withdrawal of an earlier one, and a roster.

    Each of `who` read the log before. Another node has a testimony to deliver; its stick brings that and a withdrawal.
    """

    world: World
    strange: World
    central: Station
    kept: SealedTestimony
    gone: SealedTestimony
    new: SealedTestimony
    outbox: SealedTestimony
    taken_back: SealedTestimony
    withdrawal: SignedRecord
    at_node: SignedRecord
    roster: SignedRecord
    who: dict[str, Who]
    delivery: bytes = b""
    before: dict[str, list[Answer]] = field(default_factory=dict)
    earlier: dict[str, bytes] = field(default_factory=dict)
    strangers: list[Frame] = field(default_factory=list)
    honest: dict[str, list[Frame]] = field(default_factory=dict)
    number: int = 0

    def fresh(self, name: str) -> Station:
        """A copy of a home that is closed."""
        self.number += 1
        station = open_station(
            Path(shutil.copytree(self.world.folder / name, self.world.folder / f"copy-{self.number}"))
        )
        self.world.opened.append(station)
        return station

    def pull(
        self, name: str, station: Station, change: Callable[[str, Answer], Answer] | None = None
    ) -> ExchangeReport:
        channel = in_process(self.central) if change is None else Changed(in_process(self.central), change)
        who = self.who[name]
        return exchange(station, to(self.central, who.signer, channel), audience=who.audience, heavy=False)

    def push(self, node: Station, change: Callable[[str, Answer], Answer] | None = None) -> ExchangeReport:
        channel = in_process(self.central) if change is None else Changed(in_process(self.central), change)
        return exchange(node, to(self.central, self.world.station, channel), heavy=False)

    def feed_of(self, name: str) -> list[Frame]:
        """What an honest central gives this station that is new to it."""
        if name not in self.honest:
            seen: list[Frame] = []
            self.pull(name, self.fresh(self.who[name].home), in_feed(lambda frames: [seen.extend(frames), frames][1]))
            self.honest[name] = seen
        return self.honest[name]

    def object_for(self, name: str) -> str:
        """A body that this reader gets."""
        audience = "lawyers" if name == "lawyer" else "coordinators"
        return next(canonical.sha256_hex(part.body) for part in self.new.parts if audience in part.heads)


@contextmanager
def scene_in(folder: Path, elsewhere: Path) -> Iterator[Scene]:
    world, strange = World(folder), World(elsewhere)
    who = {
        "lawyer": Who("desk", "lawyer-a", world.lawyer_signer, "lawyers", removable_media.lawyer(world)),
        "coordinator": Who(
            "desk-c", "coordinator", world.coordinator_signer, "coordinators", removable_media.coordinator(world)
        ),
        "node": Who("node-2", "node-2", world.second_node, None, None),
    }
    central, node = world.central(), world.node()
    stations = {"lawyer": world.desk(), "coordinator": world.desk("desk-c"), "node": world.other_node()}
    kept, gone, new, outbox, taken_back = (world.coded() for _ in range(5))
    bring(node, taken_back)
    exchange(node, to(central, world.station), heavy=False)
    bring(stations["node"], gone)
    exchange(stations["node"], to(central, world.second_node), heavy=False)
    bring(central, kept)
    before: dict[str, list[Answer]] = {name: [] for name in who}
    earlier = {}
    for name, one in who.items():
        told = before[name]
        heard = Changed(in_process(central), lambda path, said, told=told: _kept(told, path, said))
        exchange(stations[name], to(central, one.signer, heard), audience=one.audience, heavy=False)
        (file,) = answer(central, folder / f"earlier-{name}", one.name, after=0)
        earlier[name] = file.read_bytes()
    bring(node, outbox)
    for station in (node, *stations.values()):
        station.close()
    at_node = world.withdrawal(taken_back)
    delivery = _delivery(world, at_node)
    roster, withdrawal = world.next_roster(), world.withdrawal(gone)
    central.close()
    shutil.copytree(folder / "central", folder / "central-before")
    central = open_station(folder / "central")
    world.opened.append(central)
    bring(central, new)
    take_in(central, [Incoming("record", withdrawal.encode()), Incoming("record", roster.encode())])
    abroad = strange.central()
    bring(abroad, strange.testimony())
    strangers = to(abroad, strange.lawyer_signer).feed(0)[:-1]
    yield Scene(
        world,
        strange,
        central,
        kept,
        gone,
        new,
        outbox,
        taken_back,
        withdrawal,
        at_node,
        roster,
        who,
        delivery,
        before,
        earlier,
        strangers,
    )
    world.close()
    strange.close()


def _kept(told: list[Answer], path: str, said: Answer) -> Answer:
    if "feed" in path:
        told.append(said)
    return said


def _delivery(world: World, withdrawal: SignedRecord) -> bytes:
    """What the first node writes on a stick once somebody took a testimony back there."""
    node = open_station(Path(shutil.copytree(world.folder / "node", world.folder / "courier")))
    take_in(node, [Incoming("record", withdrawal.encode())])
    data = export_one(node, world.folder / "delivered")
    node.close()
    return data


def require_as_honest(scene: Scene, name: str, station: Station) -> None:
    """It has all that central has for it, and nothing that was withdrawn."""
    found = found_gaps(station)
    assert (found.wanted, found.unlogged) == ((), ())
    audience = scene.who[name].audience
    for sealed in (scene.kept, scene.new) if audience else ():
        theirs = [part for part in sealed.record.value["parts"] if audience in part["heads"]]
        assert held(station, sealed) == {one for part in theirs for one in (part["heads"][audience], part["body"])}
    with station.database.reading() as session:
        assert not record_queries.is_served(session, tid_of(scene.gone))
        assert custody_log.mirror_size(session, scene.central.kid) == size_of(scene.central)
    assert station.chain.latest.sha256 == scene.roster.id


def size_of(central: Station) -> int:
    with central.database.reading() as session:
        return custody_log.size(session)


def noticed(act: Callable[[], ExchangeReport | ImportReport]) -> bool:
    """Whether a person is told: by an error with a name, or by a report that ends with exit code 1."""
    try:
        said = act()
    except NAMED:
        return True
    if isinstance(said, ImportReport):
        return bool(said.refused or said.torn or said.lacking or said.left_out.unexplained or not said.sealed)
    pulled = said.pulled
    return bool(
        pulled.refused or pulled.gaps.unexplained or pulled.kept_back or said.pushed.refused or said.pushed.unsigned
    )


def swap_entries(frames: list[Frame]) -> list[Frame]:
    """The first entry of the log in the place of the last one, as far as this station is given entries or hashes."""
    places = [number for number, frame in enumerate(frames) if frame.kind in ("entry", "leaf")]
    made = list(frames)
    if places:
        made[places[0]], made[places[-1]] = made[places[-1]], made[places[0]]
    return made


def without_entries(*ids: str) -> Change:
    """The entry too; everything after it moves up."""

    def change(frames: list[Frame]) -> list[Frame]:
        about = [
            frame for frame in frames if frame.kind == "entry" and canonical.decode_object(frame.payload)["ref"] in ids
        ]
        return [frame for frame in without_records(*ids)(frames) if frame not in about]

    return change


def altered(*names: str) -> Change:
    """A bit of each record or object with these names is another."""

    def change(frames: list[Frame]) -> list[Frame]:
        return [
            bit_changed(frame) if frame.kind in ("record", "object") and name_of(frame) in names else frame
            for frame in frames
        ]

    return change


def bit_changed(frame: Frame) -> Frame:
    place = frame.payload.index(b"testimony/") + 3 if frame.kind == "record" else len(frame.payload) // 2
    return Frame(frame.kind, frame.payload[:place] + bytes([frame.payload[place] ^ 1]) + frame.payload[place + 1 :])


def instead(strangers: Sequence[Frame]) -> Change:
    """The same pieces, of another organisation."""
    return lambda _: list(strangers)


def signed(scene: Scene, change: Change) -> Change:
    """Under a head that central itself signs for just these entries, as if they were the whole log."""

    def made(frames: list[Frame]) -> list[Frame]:
        body = [frame for frame in change(frames) if frame.kind not in ("checkpoint", "proof")]
        return [head_of(body, scene.world.central_signer), Frame("proof", b"[]"), *body]

    return made


def resealed(data: bytes, change: Change, signer: Signer, folder: Path) -> bytes:
    """The file of a stick as its writer would have made it of these frames: its seal holds."""
    folder.mkdir(exist_ok=True)
    first, *frames = [frame for frame in read_frames(data) if frame.kind not in ("end", "seal")]
    writer = BundleWriter(folder, bundle.parse_header(SignedRecord.decode(first.payload)), signer)
    assert writer.put(change(frames))
    (file,) = writer.finish().files
    return file.read_bytes()


Made = Callable[[Scene, str], Change]
"""The change of what the station with this name is given."""

FEED: dict[str, tuple[Sequence[str], Made]] = {
    "a record is left out": (DESKS, lambda s, _: without_records(s.new.record.id)),
    "a record is left out with its objects": (
        DESKS, lambda s, _: without_records(s.new.record.id, objects=all_names(s.new))
    ),
    "a withdrawal is left out": (EVERYBODY, lambda s, _: without_records(s.withdrawal.id)),
    "a roster is left out": (EVERYBODY, lambda s, _: without_records(s.roster.id)),
    "all records are left out": (
        EVERYBODY, lambda s, _: without_records(s.new.record.id, s.withdrawal.id, s.roster.id)
    ),
    "a record's entry is a hash": (DESKS, lambda s, _: only_hashes(s.new.record.id)),
    "a withdrawal's entry is a hash": (DESKS, lambda s, _: only_hashes(s.withdrawal.id)),
    "a roster's entry is a hash": (DESKS, lambda s, _: only_hashes(s.roster.id)),
    "all entries are hashes": (DESKS, lambda s, _: only_hashes(s.new.record.id, s.withdrawal.id, s.roster.id)),
    "a record is left out with its entry": (DESKS, lambda s, _: without_entries(s.new.record.id)),
    "a withdrawal is left out with its entry": (EVERYBODY, lambda s, _: without_entries(s.withdrawal.id)),
    "a roster is left out with its entry": (EVERYBODY, lambda s, _: without_entries(s.roster.id)),
    "the entries are in another order": (EVERYBODY, lambda *_: swap_entries),
    "a record is altered": (DESKS, lambda s, _: altered(s.new.record.id)),
    "a withdrawal is altered": (EVERYBODY, lambda s, _: altered(s.withdrawal.id)),
    "a roster is altered": (EVERYBODY, lambda s, _: altered(s.roster.id)),
    "an object is altered": (DESKS, lambda s, name: altered(s.object_for(name))),
    "the log is another organisation's": (EVERYBODY, lambda s, _: instead(s.strangers)),
    "records of another organisation are added": (EVERYBODY, lambda s, _: lambda frames: [
        *frames, *(frame for frame in s.strangers if frame.kind in ("record", "object"))
    ]),
    "the log is forked": (EVERYBODY, lambda s, _: signed(s, swap_entries)),
    "the log is forked without the withdrawal": (EVERYBODY, lambda s, _: signed(s, without_entries(s.withdrawal.id))),
    "the log is forked without the record": (EVERYBODY, lambda s, _: signed(s, without_entries(s.new.record.id))),
}  # fmt: skip
"""In central's answer over the network."""

STICKS: dict[str, tuple[Sequence[str], Made]] = {
    name: FEED[name]
    for name in (
        "a record is left out",
        "a withdrawal is left out",
        "a roster is left out",
        "a withdrawal's entry is a hash",
        "a withdrawal is altered",
        "the entries are in another order",
    )
} | {
    "an object is left out": (DESKS, lambda s, name: without_records(objects=[s.object_for(name)])),
    "nothing but the seal is left out": (EVERYBODY, lambda *_: lambda frames: frames),
}
"""On the stick with central's answer, by somebody on the way: the seal is gone."""

SEALED: dict[str, tuple[Sequence[str], Made]] = {
    name: FEED[name]
    for name in (
        "a record is left out",
        "a withdrawal is left out",
        "a withdrawal's entry is a hash",
        "a withdrawal is altered",
        "the entries are in another order",
    )
}
"""The same by central itself, which seals what it made."""

DELIVERIES: dict[str, Callable[[Scene], Change]] = {
    "a record is left out": lambda s: without_records(s.outbox.record.id),
    "a record is left out with its objects": lambda s: without_records(
        s.outbox.record.id, objects=all_names(s.outbox)
    ),
    "an object is left out": lambda s: without_records(objects=[_body_of(s.outbox)]),
    "a withdrawal is left out": lambda s: without_records(s.at_node.id),
    "a record is altered": lambda s: altered(s.outbox.record.id),
    "an object is altered": lambda s: altered(_body_of(s.outbox)),
    "a withdrawal is altered": lambda s: altered(s.at_node.id),
    "records of another organisation are added": lambda s: lambda frames: [
        *frames, *(frame for frame in s.strangers if frame.kind in ("record", "object"))
    ],
    "nothing but the seal is left out": lambda _: lambda frames: frames,
}  # fmt: skip
"""On the stick with a node's delivery to central, by somebody on the way."""


def _body_of(sealed: SealedTestimony) -> str:
    return canonical.sha256_hex(sealed.parts[0].body)


def at_whom(table: dict[str, tuple[Sequence[str], Made]]) -> list[Any]:
    """Parameters: each manipulation at each station that it concerns, and at one of them, in turn, every time."""
    return [
        pytest.param(what, name, marks=[] if name == whom[at % len(whom)] else [pytest.mark.long])
        for at, (what, (whom, _)) in enumerate(table.items())
        for name in whom
    ]
