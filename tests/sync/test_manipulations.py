"""Manipulations of true answers and sticks: each is noticed at the first exchange, and costs nothing afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from testimony import canonical
from testimony.errors import NotDelivered
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log.errors import ProofBad
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.sync.bundle.report import ImportReport
from testimony.sync.client.exchange import ExchangeReport, exchange
from testimony.sync.errors import BundleRefused
from testimony.sync.http.channel import Answer
from testimony.sync.wire.frames import PREFACE, Frame, read_frames, write_frames
from tests.support.services.world import World
from tests.support.sync.hostile_central import Change, found_gaps, in_feed, only_hashes, stripped, without_records
from tests.support.sync.mutations import head_of
from tests.support.sync.removable_media import answer, bring_bytes, lawyer
from tests.support.sync.world import Changed, all_names, bring, held, in_process, objects_of, tid_of, to, waiting

NAMED = (NotDelivered, LogForked, LogWentBack, ReceiptRefused, BundleRefused, ProofBad, SignatureBad)


@dataclass
class Scene:
    """Central before and after: in between come a testimony, the withdrawal of an earlier one, and a roster.

    A desk read the log before; a node has something to deliver.
    """

    world: World
    strange: World
    central: Station
    kept: SealedTestimony
    gone: SealedTestimony
    new: SealedTestimony
    outbox: SealedTestimony
    withdrawal: SignedRecord
    roster: SignedRecord
    before: list[Answer] = field(default_factory=list)
    strangers: list[Frame] = field(default_factory=list)
    number: int = 0

    def fresh(self, name: str) -> Station:
        self.number += 1
        station = open_station(
            Path(shutil.copytree(self.world.folder / name, self.world.folder / f"copy-{self.number}"))
        )
        self.world.opened.append(station)
        return station

    def records(self) -> dict[str, SignedRecord]:
        return {"record": self.new.record, "withdrawal": self.withdrawal, "roster": self.roster}

    def pull(self, desk: Station, change: Callable[[str, Answer], Answer] | None = None) -> ExchangeReport:
        channel = in_process(self.central) if change is None else Changed(in_process(self.central), change)
        return exchange(desk, to(self.central, self.world.lawyer_signer, channel), audience="lawyers", heavy=False)

    def push(self, node: Station, change: Callable[[str, Answer], Answer] | None = None) -> ExchangeReport:
        channel = in_process(self.central) if change is None else Changed(in_process(self.central), change)
        return exchange(node, to(self.central, self.world.station, channel), heavy=False)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    world, strange = World(tmp_path_factory.mktemp("scene")), World(tmp_path_factory.mktemp("strange"))
    central, desk, node = world.central(), world.desk(), world.node()
    kept, gone, new, outbox = (world.coded() for _ in range(4))
    bring(central, kept, gone)
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers", heavy=False)
    before = [in_process(central)]
    told: list[Answer] = []
    heard = Changed(before[0], lambda path, said: (told.append(said), said)[1] if "feed" in path else said)
    blank = world.desk("blank")
    exchange(blank, to(central, world.lawyer_signer, heard), audience="lawyers", heavy=False)
    bring(node, outbox)
    for station in (desk, node, blank):
        station.close()
    roster, withdrawal = world.next_roster(), world.withdrawal(gone)
    bring(central, new)
    take_in(central, [Incoming("record", withdrawal.encode()), Incoming("record", roster.encode())])
    elsewhere = strange.central()
    bring(elsewhere, strange.testimony())
    strangers = to(elsewhere, strange.lawyer_signer).feed(0)[:-1]
    yield Scene(world, strange, central, kept, gone, new, outbox, withdrawal, roster, told, strangers)
    world.close()
    strange.close()


def in_pieces(change: Callable[[list[Frame]], list[Frame]]) -> Callable[[str, Answer], Answer]:
    return in_feed(change)


def require_as_honest(scene: Scene, desk: Station) -> None:
    """All that central has for a lawyer, and nothing that was withdrawn."""
    assert found_gaps(desk).wanted == ()
    for sealed in (scene.kept, scene.new):
        lawyers = [part for part in sealed.record.value["parts"] if "lawyers" in part["heads"]]
        assert held(desk, sealed) == {name for part in lawyers for name in (part["heads"]["lawyers"], part["body"])}
    with desk.database.reading() as session:
        assert not record_queries.is_served(session, tid_of(scene.gone))
        assert custody_log.mirror_size(session, scene.central.kid) == _size(scene.central)
    assert desk.chain.latest.sha256 == scene.roster.id


def _size(central: Station) -> int:
    with central.database.reading() as session:
        return custody_log.size(session)


def noticed(act: Callable[[], ExchangeReport | ImportReport]) -> bool:
    """Whether a person is told: by an error with a name, or by a report that ends with exit code 1."""
    try:
        said = act()
    except NAMED:
        return True
    if isinstance(said, ImportReport):
        return bool(said.refused or said.torn or said.left_out.left_out or not said.sealed)
    pulled = said.pulled
    return bool(
        pulled.refused
        or pulled.gaps.left_out
        or pulled.kept_back
        or said.pushed.refused
        or said.pushed.delivered < said.pushed.waiting
    )


def swap_entries(frames: list[Frame]) -> list[Frame]:
    places = [number for number, frame in enumerate(frames) if frame.kind == "entry"]
    made = list(frames)
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
        return [_bit(frame) if _name(frame) in names else frame for frame in frames]

    return change


def _bit(frame: Frame) -> Frame:
    place = frame.payload.index(b"testimony/1") + 3 if frame.kind == "record" else len(frame.payload) // 2
    return Frame(frame.kind, frame.payload[:place] + bytes([frame.payload[place] ^ 1]) + frame.payload[place + 1 :])


def _name(frame: Frame) -> str:
    return SignedRecord.decode(frame.payload).id if frame.kind == "record" else canonical.sha256_hex(frame.payload)


def instead(strangers: Sequence[Frame]) -> Change:
    """The same pieces, of another organisation."""
    return lambda _: list(strangers)


def signed(scene: Scene, change: Change) -> Change:
    """Under a head that central itself signs for just these entries, as if they were the whole log."""

    def made(frames: list[Frame]) -> list[Frame]:
        body = [frame for frame in change(frames) if frame.kind not in ("checkpoint", "proof")]
        return [head_of(body, scene.world.central_signer), Frame("proof", b"[]"), *body]

    return made


def object_of(scene: Scene) -> str:
    """A body that a lawyer gets."""
    return next(canonical.sha256_hex(part.body) for part in scene.new.parts if part.part == "narrative")


FEED: dict[str, Callable[[Scene], Change]] = {
    "a record is left out": lambda s: without_records(s.new.record.id),
    "a record is left out with its objects": lambda s: without_records(s.new.record.id, objects=all_names(s.new)),
    "a withdrawal is left out": lambda s: without_records(s.withdrawal.id),
    "a roster is left out": lambda s: without_records(s.roster.id),
    "all records are left out": lambda s: without_records(s.new.record.id, s.withdrawal.id, s.roster.id),
    "a record's entry is a hash": lambda s: only_hashes(s.new.record.id),
    "a withdrawal's entry is a hash": lambda s: only_hashes(s.withdrawal.id),
    "a roster's entry is a hash": lambda s: only_hashes(s.roster.id),
    "all entries are hashes": lambda s: only_hashes(s.new.record.id, s.withdrawal.id, s.roster.id),
    "a record is left out with its entry": lambda s: without_entries(s.new.record.id),
    "a withdrawal is left out with its entry": lambda s: without_entries(s.withdrawal.id),
    "a roster is left out with its entry": lambda s: without_entries(s.roster.id),
    "the entries are in another order": lambda _: swap_entries,
    "a record is altered": lambda s: altered(s.new.record.id),
    "a withdrawal is altered": lambda s: altered(s.withdrawal.id),
    "a roster is altered": lambda s: altered(s.roster.id),
    "an object is altered": lambda s: altered(object_of(s)),
    "the log is another organisation's": lambda s: instead(s.strangers),
    "records of another organisation are added": lambda s: lambda frames: [
        *frames, *(frame for frame in s.strangers if frame.kind in ("record", "object"))
    ],
    "the log is forked": lambda s: signed(s, swap_entries),
    "the log is forked without the withdrawal": lambda s: signed(s, without_entries(s.withdrawal.id)),
    "the log is forked without the record": lambda s: signed(s, without_entries(s.new.record.id)),
}  # fmt: skip


@pytest.mark.parametrize("what", FEED)
def test_a_manipulated_feed_is_noticed_at_once_and_costs_nothing(scene: Scene, what: str) -> None:
    desk = scene.fresh("desk")
    assert noticed(lambda: scene.pull(desk, in_pieces(FEED[what](scene))))
    with desk.database.reading() as session:
        if split_view.is_forked(desk, session):
            return  # central signed two stories: nothing more is taken from it until people decide
    with suppress(LogForked, LogWentBack):
        scene.pull(desk)
    scene.pull(desk)
    require_as_honest(scene, desk)


def test_an_object_that_is_left_out_comes_in_the_same_exchange(scene: Scene) -> None:
    desk = scene.fresh("desk")
    scene.pull(desk, in_pieces(without_records(objects=[object_of(scene)])))
    require_as_honest(scene, desk)


@pytest.mark.parametrize("how", ["replayed", "frozen"])
def test_a_central_that_shows_an_older_log_is_noticed(scene: Scene, how: str) -> None:
    """Replayed to a desk that has read further; to one that has not, but was told by somebody else how far it goes."""
    desk = scene.fresh("desk")
    if how == "replayed":
        scene.pull(desk)
    else:
        with scene.central.database.reading() as session:
            note = custody_log.checkpoint(scene.central, session)
        with desk.database.transaction() as session:
            assert split_view.consider(desk, session, note) == "later"
    old = iter(scene.before)

    def change(path: str, answered: Answer) -> Answer:
        if "feed" not in path:
            return answered
        return next(old, scene.before[-1]) if how == "replayed" else _empty(scene, answered)

    assert noticed(lambda: scene.pull(desk, change))
    scene.pull(desk)
    require_as_honest(scene, desk)


def _empty(scene: Scene, answered: Answer) -> Answer:
    """Nothing is new since the desk was here: the head that central signed then, once more."""
    last = scene.before[-1]
    *frames, end = read_frames(last.body)
    said = canonical.decode(end.payload)
    kept = [frame for frame in frames if frame.kind in ("checkpoint", "proof")]
    return Answer(200, answered.headers, write_frames(kept, next=said["next"], size=said["size"]))


STICKS: dict[str, Callable[[Scene], Change]] = {
    "a record is left out": FEED["a record is left out"],
    "a withdrawal is left out": FEED["a withdrawal is left out"],
    "a roster is left out": FEED["a roster is left out"],
    "an object is left out": lambda s: without_records(objects=[object_of(s)]),
    "a withdrawal's entry is a hash": FEED["a withdrawal's entry is a hash"],
    "a withdrawal is altered": FEED["a withdrawal is altered"],
    "the entries are in another order": FEED["the entries are in another order"],
    "nothing but the seal is left out": lambda _: lambda frames: frames,
}


@pytest.mark.parametrize("what", STICKS)
def test_a_manipulated_stick_is_noticed_at_once_and_costs_nothing(scene: Scene, what: str, tmp_path: Path) -> None:
    desk = scene.fresh("desk")
    (file,) = answer(scene.central, tmp_path / "stick", "lawyer-a", after=0)
    data = stripped(file.read_bytes(), STICKS[what](scene))
    assert noticed(lambda: bring_bytes(desk, data, tmp_path, lawyer(scene.world)))
    bring_bytes(desk, file.read_bytes(), tmp_path, lawyer(scene.world))
    require_as_honest(scene, desk)


def test_a_stick_of_another_organisation_is_refused(scene: Scene, tmp_path: Path) -> None:
    (strange,) = (one for one in scene.strange.opened if one.settings.role == "central")
    (file,) = answer(strange, tmp_path / "stick", "lawyer-a", after=0)
    desk = scene.fresh("desk")
    assert noticed(lambda: bring_bytes(desk, file.read_bytes(), tmp_path, lawyer(scene.world)))
    scene.pull(desk)
    require_as_honest(scene, desk)


def receipts(change: Callable[[list[Frame]], list[Frame]]) -> Callable[[str, Answer], Answer]:
    def changed(path: str, answered: Answer) -> Answer:
        if not path.startswith("/sync/batch") or not answered.body.startswith(PREFACE):
            return answered
        *frames, _ = read_frames(answered.body)
        return Answer(200, answered.headers, write_frames(change(frames)))

    return changed


def _of_another(scene: Scene, frames: list[Frame]) -> list[Frame]:
    with scene.central.database.reading() as session:
        other = next(data for _, data in _receipts(session).items() if b"receipt" in data)
    return [Frame("record", other) if frame.kind == "record" else frame for frame in frames]


def _receipts(session: object) -> dict[str, bytes]:
    from sqlalchemy import select

    from testimony.store.models.records import ReceiptRow

    return dict(session.execute(select(ReceiptRow.record, ReceiptRow.data)).all())  # type: ignore[attr-defined]


RECEIPTS: dict[str, Callable[[Scene, list[Frame]], list[Frame]]] = {
    "a receipt is left out": lambda _, frames: [frame for frame in frames if frame.kind != "record"],
    "a receipt is altered": lambda _, frames: [_bit(frame) if frame.kind == "record" else frame for frame in frames],
    "a receipt is another record's": _of_another,
    "a receipt is another organisation's": lambda s, frames: [
        Frame("record", s.strange.testimony().record.encode()) if frame.kind == "record" else frame for frame in frames
    ],
    "everything is left out": lambda _, frames: [],
}


@pytest.mark.parametrize("what", RECEIPTS)
def test_a_manipulated_receipt_delivers_nothing(scene: Scene, what: str) -> None:
    node = scene.fresh("node")
    change = receipts(lambda frames: RECEIPTS[what](scene, frames))
    assert noticed(lambda: scene.push(node, change))
    assert waiting(node) == [scene.outbox.record.id]
    assert len(held(node, scene.outbox)) == len(objects_of(scene.outbox))
    scene.push(node)
    assert waiting(node) == []


def test_what_nobody_manipulated_alarms_nobody(scene: Scene, tmp_path: Path) -> None:
    """Otherwise all of the above would hold of nothing."""
    desk, node = scene.fresh("desk"), scene.fresh("node")
    (file,) = answer(scene.central, tmp_path / "stick", "lawyer-a", after=0)
    assert not noticed(lambda: bring_bytes(desk, file.read_bytes(), tmp_path, lawyer(scene.world)))
    assert not noticed(lambda: scene.pull(scene.fresh("desk")))
    assert not noticed(lambda: scene.push(node))
    require_as_honest(scene, desk)
