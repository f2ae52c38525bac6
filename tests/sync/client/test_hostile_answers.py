"""A central that lies: whatever it answers ends in an error with a name, and nothing of it is half applied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testimony import canonical
from testimony.errors import NotDelivered
from testimony.sealing.records.signatures import Signer
from testimony.services.custody import log as custody_log
from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from testimony.services.tracking import readership
from testimony.station.station import Station
from testimony.sync.client.pull import pull
from testimony.sync.client.push import push
from testimony.sync.http.channel import Answer, Channel
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.support.services.world import World
from tests.support.sync.exactly_once import require_true_receipts
from tests.support.sync.mutations import falsified, head_of
from tests.support.sync.world import bring, held, in_process, to, waiting

NAMED = (NotDelivered, LogForked, LogWentBack)
FEW, MANY = 16, 3000
READERS = ("lawyers", "coordinators", None)


class Heard:
    """Hands requests on, and keeps what was answered, by path."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.answers: dict[str, list[Answer]] = {}

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        answer = self.channel.send(method, url, headers, body)
        self.answers.setdefault(url.removeprefix("http://central.example"), []).append(answer)
        return answer


class Lying:
    """Answers as a central once did, but for the `turn`-th answer to a question at `path`."""

    def __init__(self, answers: dict[str, list[Answer]], path: str, turn: int, lie: Answer) -> None:
        self.answers, self.path, self.turn, self.lie = answers, path, turn, lie
        self.asked: dict[str, int] = {}

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        path = url.removeprefix("http://central.example")
        turn = self.asked[path] = self.asked.get(path, -1) + 1
        if path == self.path and turn == self.turn:
            return self.lie
        given = self.answers.get(path)
        return (
            given[min(turn, len(given) - 1)]
            if given
            else Answer(404, {"testimony-nonce": "0"}, b'{"rule":"structure"}')
        )


class Scene:
    """A central with a little of everything, who reads it, and what it once answered them."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder)
        self.elsewhere = World(folder / "elsewhere")
        self.central = self.world.central()
        sealed, gone = self.world.coded(), self.world.testimony()
        bring(self.central, sealed, gone, self.world.with_media(size=500))
        take_in(self.central, [Incoming("record", self.world.withdraw(gone).encode())])
        self.node = self.world.node()
        self.sealed = self.world.testimony()
        bring(self.node, self.sealed)
        self.strangers = self._strangers()
        self.blank = {name: self._blank(name) for name in ("desk", "node-2")}
        self.laden = self._copy("node")
        self.feeds = {reader: self._heard(reader) for reader in READERS}
        self.answers = self._heard_pushing()

    def signer(self, reader: str | None) -> Signer:
        signers = {"lawyers": self.world.lawyer_signer, "coordinators": self.world.coordinator_signer}
        return signers[reader] if reader else self.world.second_node

    def _strangers(self) -> list[Frame]:
        """True frames of another organisation."""
        central = self.elsewhere.central()
        bring(central, self.elsewhere.testimony())
        return to(central, self.elsewhere.lawyer_signer).feed(0)[:-1]

    def _blank(self, name: str) -> Path:
        (self.world.desk if name == "desk" else self.world.other_node)().close()
        return self.world.folder / name

    def _copy(self, name: str) -> Path:
        self.node.close()
        copy = self.world.folder / f"{name}-copy"
        shutil.copytree(self.world.folder / name, copy)
        return copy

    def fresh(self, home: Path) -> Station:
        """A copy of `home`, opened."""
        shutil.rmtree(self.world.folder / "fresh", ignore_errors=True)
        return open_station(Path(shutil.copytree(home, self.world.folder / "fresh")))

    def _heard(self, reader: str | None) -> dict[str, list[Answer]]:
        heard = Heard(in_process(self.central))
        with self.fresh(self.blank["desk" if reader else "node-2"]) as station:
            pull(station, to(self.central, self.signer(reader), heard), audience=reader)
        return heard.answers

    def _heard_pushing(self) -> dict[str, list[Answer]]:
        heard = Heard(in_process(self.central))
        with self.fresh(self.laden) as station:
            push(station, to(self.central, self.world.station, heard))
        return heard.answers

    def lie(self, honest: Answer) -> st.SearchStrategy[Answer]:
        return falsified(honest, self.strangers, partial(head_of, signer=self.world.central_signer))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = Scene(tmp_path_factory.mktemp("scene"))
    yield scene
    scene.world.close()
    scene.elsewhere.close()


def require_nothing_half_applied(scene: Scene, station: Station) -> None:
    """Its place in central's log is where a whole piece of it ends, and every object that it holds is whole."""
    with station.database.reading() as session:
        size = custody_log.mirror_size(session, scene.central.kid)
        assert size == 0 or custody_log.mirror_inclusion(session, scene.central.kid, size - 1)
        for _, record in record_queries.records_of_kind(session, "manifest"):
            for item in record_queries.parts_of(session, record.id):
                if item.held and item.audience is None:
                    assert canonical.sha256_hex(record_queries.read_body(station, item.name) or b"") == item.name


def lie_to_a_reader(scene: Scene, reader: str | None, examples: int) -> None:
    answers, home = scene.feeds[reader], scene.blank["desk" if reader else "node-2"]
    path = "/sync/feed?after=0"

    @settings(max_examples=examples, database=None)
    @given(lie=scene.lie(answers[path][0]))
    def tell(lie: Answer) -> None:
        with scene.fresh(home) as station:
            with suppress(*NAMED):
                pull(station, to(scene.central, scene.signer(reader), Lying(answers, path, 0, lie)), audience=reader)
            require_nothing_half_applied(scene, station)
            with station.database.reading() as session:
                untouched = custody_log.mirror_size(session, scene.central.kid) == 0
            if untouched:  # a lie that was not believed costs nothing
                pull(station, to(scene.central, scene.signer(reader)), audience=reader)

    tell()


def lie_to_a_node(scene: Scene, path: str, examples: int) -> None:
    answers = scene.answers

    @settings(max_examples=examples, database=None)
    @given(data=st.data())
    def tell(data: st.DataObject) -> None:
        turn = data.draw(st.integers(0, len(answers[path]) - 1))
        lie = data.draw(scene.lie(answers[path][turn]))
        with scene.fresh(scene.laden) as station:
            with suppress(NotDelivered, ReceiptRefused):
                push(station, to(scene.central, scene.world.station, Lying(answers, path, turn, lie)))
            require_true_receipts(station, scene.central)
            push(station, to(scene.central, scene.world.station))
            assert waiting(station) == []
            assert len(held(scene.central, scene.sealed)) == 20

    tell()


@pytest.mark.parametrize("reader", READERS)
def test_a_feed_that_lies_ends_in_an_error_with_a_name(scene: Scene, reader: str | None) -> None:
    lie_to_a_reader(scene, reader, FEW)


@pytest.mark.parametrize("path", ["/sync/have", "/sync/batch"])
def test_an_answer_that_lies_to_a_node_delivers_nothing_that_is_not_there(scene: Scene, path: str) -> None:
    lie_to_a_node(scene, path, FEW // 2)


@pytest.mark.long(short="test_a_feed_that_lies_ends_in_an_error_with_a_name")
@pytest.mark.parametrize("reader", READERS)
def test_a_long_campaign_of_lies_to_readers(scene: Scene, reader: str | None) -> None:
    lie_to_a_reader(scene, reader, MANY)


@pytest.mark.long(short="test_an_answer_that_lies_to_a_node_delivers_nothing_that_is_not_there")
@pytest.mark.parametrize("path", ["/sync/have", "/sync/batch"])
def test_a_long_campaign_of_lies_to_nodes(scene: Scene, path: str) -> None:
    lie_to_a_node(scene, path, MANY)


def test_the_lies_are_about_true_answers(scene: Scene) -> None:
    """Otherwise all of the above would hold of nothing."""
    kinds = {
        frame.kind for reader in READERS for frame in read_frames(scene.feeds[reader]["/sync/feed?after=0"][0].body)
    }
    assert kinds >= {"checkpoint", "proof", "entry", "leaf", "record", "object", "end"}
    assert len(scene.answers["/sync/batch"]) == 1


def test_a_node_hears_of_no_more_than_central_signed_for(scene: Scene) -> None:
    """How far desks have read is in no signature; it cannot be further than the log that is in one."""
    answers, path = scene.feeds[None], "/sync/feed?after=0"
    *frames, end = read_frames(answers[path][0].body)
    size = canonical.decode(end.payload)["size"]
    lie = Answer(200, answers[path][0].headers, write_frames(frames, next=size, size=size, read=size + 1000))
    with scene.fresh(scene.blank["node-2"]) as station:
        pull(station, to(scene.central, scene.signer(None), Lying(answers, path, 0, lie)))
        with station.database.reading() as session:
            assert readership.heard(session, scene.central.kid) == size


UNREADABLE = b'{"a": 1}'
"""Not canonical, where a record is expected."""


@pytest.mark.parametrize(
    "value",
    [
        {"v": "testimony/1/manifest", "parts": [{"part": ["coded"], "heads": {"coordinators": "0"}, "body": "0"}]},
        {"v": "testimony/1/manifest", "parts": [{"part": {}, "heads": {"coordinators": {}}, "body": []}]},
        {"v": "testimony/1/grant", "part": ["coded"], "head": {}},
        {"v": "testimony/1/annex", "part": {"heads": {"coordinators": 1}, "part": [], "body": None}},
        {"v": ["roster"]},
        {"v": "testimony/1/roster", "no": []},
        None,
    ],
    ids=str,
)
@pytest.mark.parametrize("reader", READERS)
def test_a_record_of_the_wrong_shape_that_central_vouches_for_is_left_out(
    scene: Scene, reader: str | None, value: dict[str, object] | None
) -> None:
    """Central signs for a log with it. The log is read on, and what is sound beside it is taken in."""
    answers = scene.feeds[reader]
    path = "/sync/feed?after=0"
    *frames, _ = read_frames(answers[path][0].body)
    said = UNREADABLE if value is None else canonical.encode(value)
    strange = Frame("record", canonical.encode({"record": said.decode(), "sigs": []}))
    place = next(n for n, frame in enumerate(frames) if frame.kind in {"entry", "leaf"}) + 1
    changed = [*frames[:place], strange, *frames[place:]]
    count = sum(frame.kind in {"entry", "leaf"} for frame in frames)
    lie = Answer(200, answers[path][0].headers, write_frames(changed, next=count, size=count))
    lying = Lying(answers, path, 0, lie)
    with scene.fresh(scene.blank["desk" if reader else "node-2"]) as station:
        pull(station, to(scene.central, scene.signer(reader), lying), audience=reader)
        with station.database.reading() as session:
            assert custody_log.mirror_size(session, scene.central.kid) == count
