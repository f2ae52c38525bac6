"""An update goes from central to nodes and desks in pieces, waits there for a person, and never stops an exchange."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from testimony.errors import Refused
from testimony.sealing.update import release_keys
from testimony.sealing.update.errors import UpdateRefused
from testimony.services.update import update_file, waiting_update
from testimony.services.update.waiting_update import Download
from testimony.station.station import Station
from testimony.store.errors import StoreFull
from testimony.sync.client import pull_update
from testimony.sync.client.exchange import exchange
from testimony.sync.errors import NotTheStation
from testimony.sync.http.channel import Answer
from testimony.sync.server.updates import answer_update
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.support.sync.world import Changed, World, in_process, to
from tests.support.update import made
from tests.support.update.made import NEWER

PATH = "/sync/update"


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "shipped-keys.json"
    file.write_bytes(made.key_list(made.KEYS).encode())
    monkeypatch.setattr(release_keys, "SHIPPED", file)
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An update of several answers."""
    wheels = made.small_wheels(tmp_path)
    more = tmp_path / "more"
    more.mkdir()
    (more / "large.txt").write_bytes(bytes(range(256)) * 5000)
    made.wheel(wheels, "large", "1.0", more)
    return made.update(wheels, tmp_path / "new.update")


@pytest.fixture
def central(world: World, file: Path) -> Station:
    station = world.central()
    assert waiting_update.offer(station.settings, file).version == NEWER
    return station


def waits(station: Station) -> str:
    found = waiting_update.newer(station.settings)
    return found.version if found else ""


def test_a_node_and_a_desk_fetch_it_once_and_it_is_the_same_file(world: World, central: Station, file: Path) -> None:
    for station, transport in ((world.node(), None), (world.desk(), to(central, world.lawyer_signer))):
        way = transport or to(central, world.station)
        report = pull_update.fetch(station, way)
        assert (report.version, report.left, report.error) == (NEWER, 0, None)
        assert waiting_update.file_of(station.settings).read_bytes() == file.read_bytes()
        assert waits(station) == NEWER
        asked = answer_update(central, made.encode({"runs": waits(station), "from": 0}))
        assert [frame.kind for frame in read_frames(asked)] == ["end"]


def test_an_exchange_brings_it_last_and_not_over_a_metered_link(world: World, central: Station) -> None:
    node = world.node()
    assert exchange(node, to(central, world.station), heavy=False).update.version == ""
    assert waits(node) == ""
    assert exchange(node, to(central, world.station)).update.version == NEWER
    assert waits(node) == NEWER


def test_what_came_stays_for_the_next_exchange(world: World, central: Station, file: Path) -> None:
    node = world.node()
    first = pull_update.fetch(node, to(central, world.station), seconds=0)
    assert first.version == NEWER
    assert 0 < first.left < file.stat().st_size
    assert waits(node) == ""
    download = Download(node.settings, NEWER, file.stat().st_size)
    assert download.received == file.stat().st_size - first.left
    assert pull_update.fetch(node, to(central, world.station)).left == 0
    assert waiting_update.file_of(node.settings).read_bytes() == file.read_bytes()


def spoiled(change: Callable[[list[Frame]], list[Frame]]) -> Callable[[str, Answer], Answer]:
    def changed(path: str, answer: Answer) -> Answer:
        if path != PATH:
            return answer
        *frames, _ = read_frames(answer.body)
        size = pull_size(answer.body)
        return Answer(answer.status, answer.headers, write_frames(change(frames), version=NEWER, size=size))

    return changed


def pull_size(body: bytes) -> int:
    *_, end = read_frames(body)
    return int(made.decode(end.payload)["size"])


def test_what_somebody_altered_is_deleted_and_not_asked_for_again(world: World, central: Station) -> None:
    node = world.node()

    def altered(frames: list[Frame]) -> list[Frame]:
        return [Frame("object", bytes(len(frame.payload))) for frame in frames]

    channel = Changed(in_process(central), spoiled(altered))
    report = pull_update.fetch(node, to(central, world.station, channel))
    assert isinstance(report.error, UpdateRefused)
    assert waits(node) == ""
    assert [one.name for one in (node.settings.home / waiting_update.FOLDER).iterdir()] == [waiting_update.REFUSED]
    again = pull_update.fetch(node, to(central, world.station, channel))
    assert (again.version, again.left, again.error) == ("", 0, None)


def test_a_central_that_does_not_know_the_path_stops_nothing(world: World) -> None:
    central, node = world.central(), world.node()

    def older(path: str, answer: Answer) -> Answer:
        return Answer(404, {"content-type": "text/html"}, b"<h1>Not found</h1>") if path == PATH else answer

    report = exchange(node, to(central, world.station, Changed(in_process(central), older)))
    assert (report.update.version, report.update.error, report.pulled.size > 0) == ("", None, True)


def test_a_full_disk_leaves_the_exchange_whole(world: World, central: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    node = world.node()

    def full(*_: object, **__: object) -> None:
        raise StoreFull

    monkeypatch.setattr(node.space, "require_room", full)
    report = exchange(node, to(central, world.station))
    assert isinstance(report.update.error, StoreFull)
    assert waits(node) == ""


@pytest.mark.parametrize("said", [{"runs": "1", "from": 0}, {"runs": "1.0.0", "from": -1}, {"runs": "1.0.0"}])
def test_central_answers_no_question_of_another_form(central: Station, said: dict[str, object]) -> None:
    with pytest.raises(Refused):
        answer_update(central, made.encode(said))


def test_only_central_hands_on_and_only_what_is_whole(world: World, central: Station, file: Path) -> None:
    node = world.node()
    with pytest.raises(UpdateRefused) as found:
        waiting_update.offer(node.settings, file)
    assert found.value.reason == "role"
    file.write_bytes(file.read_bytes()[:-40] + bytes(40))
    with pytest.raises(UpdateRefused):
        waiting_update.offer(central.settings, file)
    with update_file.opened(waiting_update.file_of(central.settings)) as update:
        update.verify()


def test_a_central_that_says_nonsense_is_not_believed(world: World, central: Station) -> None:
    node = world.node()
    for version, size in (("0.0.1", 10), ("x", 10), (NEWER, "10"), (NEWER, -1), (NEWER, 1)):

        def wrong(path: str, answer: Answer, version: str = version, size: object = size) -> Answer:
            if path != PATH:
                return answer
            *frames, _ = read_frames(answer.body)
            return Answer(answer.status, answer.headers, write_frames(frames, version=version, size=size))

        report = pull_update.fetch(node, to(central, world.station, Changed(in_process(central), wrong)))
        assert report.version == ""
        assert report.error is None or not isinstance(report.error, NotTheStation)
        assert waits(node) == ""


@pytest.mark.parametrize(("less", "version"), [(0, NEWER), (1, "")])
def test_an_update_may_be_as_large_as_the_limit_and_no_larger(
    world: World, central: Station, file: Path, monkeypatch: pytest.MonkeyPatch, less: int, version: str
) -> None:
    monkeypatch.setattr(pull_update, "LARGEST", file.stat().st_size - less)
    report = pull_update.fetch(world.node(), to(central, world.station))
    assert (report.version, report.left, report.error) == (version, 0, None)
