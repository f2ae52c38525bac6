"""Wordings and recordings by sync: what the roster names and nothing else, from where it stopped, each by its hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.errors import Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.services.roster import adoption
from testimony.services.wordings import wordings
from testimony.station.station import Station
from testimony.store.errors import StoreFull
from testimony.store.files import durable
from testimony.sync.client import pull_wordings
from testimony.sync.client.exchange import exchange
from testimony.sync.errors import NotTheStation, StationRefused, StationUnreachable
from testimony.sync.http.channel import Answer, Channel
from testimony.sync.server.by_name import answer_wordings
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.support.damage import last_byte_changed
from tests.support.services.checked_wordings import CHECKED_BY, wording_of
from tests.support.sync.world import ADDRESS, Changed, World, bring, in_process, to, waiting

ORGANISATION: dict[str, Any] = {"name": "Border Watch"}
KEYS = [f"told.{name}" for name in ("who", "why", "what_written", "help_apart", "no_promises", "skip_stop", "risks")]


class Told:
    """Central with a roster that names a wording in Pashto, and all of it; a node that knows only the roster."""

    def __init__(self, world: World, *, size: int = 3000, recorded: list[str] = KEYS) -> None:
        self.world = world
        self.central, self.node = world.central(), world.node()
        self.record, self.clips = wording_of(ORGANISATION, world.lawyer_signer, recorded=recorded, size=size)
        self.roster = world.next_roster(organisation={**ORGANISATION, "wordings": {"ps": self.record.id}})
        for station in (self.central, self.node):
            adoption.adopt_all(station, [self.roster])
        keep(self.central, self.record, self.clips)

    def files(self) -> set[str]:
        folder = self.node.settings.home / "wordings"
        return {path.name for path in folder.iterdir()} if folder.is_dir() else set()

    @property
    def all_files(self) -> set[str]:
        return {f"{self.record.id}.json", *self.clips}

    def asking(self, change: Callable[[list[Frame], dict[str, Any]], list[Frame]]) -> pull_wordings.WordingReport:
        """What comes of asking a central whose answers `change` makes of the good ones."""

        def changed(path: str, answer: Answer) -> Answer:
            if path != "/sync/wordings":
                return answer
            *frames, end = read_frames(answer.body)
            said = canonical.decode_object(end.payload)
            made = change(frames, said)
            return Answer(200, answer.headers, write_frames(made, answered=said["answered"]))

        channel = Changed(in_process(self.central), changed)
        return pull_wordings.fetch(self.node, to(self.central, self.world.station, channel))


class Breaking:
    """A link that dies after so many answers with wordings."""

    def __init__(self, channel: Channel, after: int) -> None:
        self.channel, self.left, self.asked = channel, after, 0

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        if url.endswith("/sync/wordings"):
            self.asked += 1
            if self.left <= 0:
                raise StationUnreachable(url=ADDRESS)
            self.left -= 1
        return self.channel.send(method, url, headers, body)


def keep(station: Station, record: SignedRecord, clips: Mapping[str, bytes]) -> None:
    wordings.keep(station, record)
    for data in clips.values():
        wordings.keep_clip(station, data)


def ask(station: Station, *names: str) -> tuple[list[Frame], dict[str, Any]]:
    *frames, end = read_frames(answer_wordings(station, canonical.encode({"wanted": list(names)})))
    return frames, canonical.decode_object(end.payload)


def test_an_exchange_brings_a_node_what_its_roster_names_byte_for_byte(world: World) -> None:
    told = Told(world)
    report = exchange(told.node, to(told.central, world.station)).wordings
    assert (report.wordings, report.clips, report.left, report.refused) == (1, len(told.clips), 0, {})
    found = wordings.in_force(told.node, "ps")
    assert found is not None
    assert (found.name, found.checked, found.clips.keys()) == (told.record.id, CHECKED_BY, set(KEYS))
    assert {name: wordings.clip(told.node, name) for name in told.clips} == {
        name: (data, "audio/webm") for name, data in told.clips.items()
    }


def test_a_new_roster_and_its_wordings_come_with_one_exchange(world: World) -> None:
    told = Told(world)
    late = world.create("late", "field", world.second_node)
    exchange(late, to(told.central, world.second_node))
    assert wordings.lacking(late) == []


@pytest.mark.parametrize("audience", ["lawyers", "coordinators"])
def test_desks_get_them_too(world: World, audience: str) -> None:
    told, desk = Told(world), world.desk()
    signer = world.lawyer_signer if audience == "lawyers" else world.coordinator_signer
    exchange(desk, to(told.central, signer), audience=audience)
    assert wordings.lacking(desk) == []


def test_who_lacks_nothing_asks_nothing(world: World) -> None:
    told = Told(world)
    exchange(told.node, to(told.central, world.station))
    link = Breaking(in_process(told.central), 0)
    exchange(told.node, to(told.central, world.station, link))
    assert link.asked == 0


def test_central_gives_what_the_roster_in_force_names_and_nothing_else(world: World) -> None:
    told = Told(world)
    sealed = world.testimony()
    bring(told.central, sealed)
    clip = next(iter(told.clips))
    body = sealed.record.value["parts"][0]["body"]
    other = [sealed.record.id, body, told.roster.id, "ab" * 32]
    frames, said = ask(told.central, told.record.id, clip, *other)
    assert said["answered"] == 6
    assert [frame.kind for frame in frames] == ["record", "object", *["status"] * 4]
    assert frames[1].payload == told.clips[clip]
    assert canonical.decode_object(frames[2].payload) == {
        "name": sealed.record.id,
        "status": "refused",
        "rule": "not.held",
    }
    adoption.adopt_all(told.central, [world.next_roster(organisation=ORGANISATION)])
    frames, _ = ask(told.central, told.record.id, clip)
    assert [frame.kind for frame in frames] == ["status", "status"]


def test_an_answer_ends_before_512_kib_and_says_how_far_it_came(world: World) -> None:
    told = Told(world, size=200_000)
    names = [told.record.id, *told.clips]
    frames, said = ask(told.central, *names)
    assert said["answered"] == len(frames) == 3
    assert sum(frame.size for frame in frames) < 512 * 1024
    assert pull_wordings.fetch(told.node, to(told.central, world.station)).left == 0
    assert told.files() == told.all_files


def test_what_a_central_gives_unasked_is_not_taken(world: World) -> None:
    told = Told(world)
    other, clips = wording_of(ORGANISATION, world.lawyer_signer, "fa")
    foreign = [Frame("record", other.encode()), Frame("object", next(iter(clips.values())))]
    more = [Frame("record", world.roster_record.encode()), Frame("record", world.testimony().record.encode())]
    report = told.asking(lambda frames, _: [*foreign, *more, *frames, *foreign])
    assert told.files() == told.all_files
    assert (report.left, report.refused) == (0, {})


def test_a_changed_byte_is_not_taken_and_the_next_exchange_brings_the_right_one(world: World) -> None:
    told = Told(world)

    def spoil(frames: list[Frame], _: dict[str, Any]) -> list[Frame]:
        return [Frame(one.kind, one.payload[:-9] + bytes([one.payload[-9] ^ 1]) + one.payload[-8:]) for one in frames]

    report = told.asking(spoil)
    assert (report.wordings, report.left) == (0, 1)
    assert told.files() == set()
    assert set(report.refused.values()) <= {"wording.signature", "wording.structure"}
    assert wordings.in_force(told.node, "ps") is None
    wordings.keep(told.node, told.record)
    assert told.asking(spoil).left == len(told.clips)
    assert told.files() == {f"{told.record.id}.json"}
    assert pull_wordings.fetch(told.node, to(told.central, world.station)).left == 0


def test_one_bad_object_holds_back_no_other(world: World) -> None:
    told = Told(world)
    bad = next(iter(told.clips))

    def spoil(frames: list[Frame], _: dict[str, Any]) -> list[Frame]:
        return [Frame(one.kind, b"x") if sha256_hex(one.payload) == bad else one for one in frames]

    report = told.asking(spoil)
    assert (report.wordings, report.clips, report.left) == (1, len(told.clips) - 1, 1)
    found = wordings.in_force(told.node, "ps")
    assert found is not None
    assert found.checked == CHECKED_BY
    assert len(found.clips) == len(told.clips) - 1


def test_what_central_does_not_hold_is_asked_again_at_the_next_exchange(world: World) -> None:
    told = Told(world)
    missing = next(iter(told.clips))
    (told.central.settings.home / "wordings" / missing).unlink()
    report = pull_wordings.fetch(told.node, to(told.central, world.station))
    assert (report.left, report.refused) == (1, {})
    wordings.keep_clip(told.central, told.clips[missing])
    assert pull_wordings.fetch(told.node, to(told.central, world.station)).left == 0


def test_a_copy_damaged_at_central_is_not_given(world: World) -> None:
    told = Told(world)
    damaged = next(iter(told.clips))
    file = told.central.settings.home / "wordings" / damaged
    file.write_bytes(last_byte_changed(file.read_bytes()))
    report = pull_wordings.fetch(told.node, to(told.central, world.station))
    assert (report.left, report.clips) == (1, len(told.clips) - 1)
    assert wordings.lacking(told.central) == [damaged]


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_an_interrupted_fetch_goes_on_where_it_stopped(world: World, after: int) -> None:
    told = Told(world, size=200_000)
    first = Breaking(in_process(told.central), after)
    report = pull_wordings.fetch(told.node, to(told.central, world.station, first))
    assert isinstance(report.error, StationUnreachable)
    had = told.files()
    assert had < told.all_files
    second = Breaking(in_process(told.central), 99)
    report = pull_wordings.fetch(told.node, to(told.central, world.station, second))
    assert (report.error, report.left) == (None, 0)
    assert report.clips == len(told.clips) - len(had & told.clips.keys())


def test_a_broken_fetch_of_words_fails_no_delivery_of_testimonies(world: World) -> None:
    told = Told(world)
    bring(told.node, world.testimony())
    link = Breaking(in_process(told.central), 0)
    report = exchange(told.node, to(told.central, world.station, link))
    assert report.pushed.delivered == 1
    assert waiting(told.node) == []
    assert isinstance(report.wordings.error, StationUnreachable)
    assert report.wordings.left == 1


def test_a_full_disk_is_named_and_fails_no_delivery_either(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(world)
    bring(told.node, world.testimony())

    def full(*_: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(durable, "replace_file", full)
    report = exchange(told.node, to(told.central, world.station))
    assert report.pushed.delivered == 1
    assert isinstance(report.wordings.error, StoreFull)


@pytest.mark.parametrize("answered", [0, -1, 2, True, "1", None])
def test_an_answer_that_says_what_cannot_be_is_not_a_stations(world: World, answered: object) -> None:
    told = Told(world)

    def lie(frames: list[Frame], said: dict[str, Any]) -> list[Frame]:
        said["answered"] = answered
        return frames

    report = told.asking(lie)
    assert isinstance(report.error, NotTheStation)
    assert told.files() == set()


def test_frames_of_other_kinds_and_broken_records_are_left(world: World) -> None:
    told = Told(world)
    noise = [Frame("leaf", b"\0" * 32), Frame("record", b"{}"), Frame("record", b"\xff"), Frame("status", b"x")]
    report = told.asking(lambda frames, _: [*noise, *frames])
    assert report.left == 0
    assert report.refused == {"": "wording.structure"}


def test_a_desk_in_a_hurry_begins_no_further_question(world: World) -> None:
    told = Told(world)
    link = Breaking(in_process(told.central), 99)
    ticks = iter(range(100))
    transport = to(told.central, world.station, link)
    report = pull_wordings.fetch(told.node, transport, seconds=1.5, clock=lambda: float(next(ticks)))
    assert (link.asked, report.wordings, report.left) == (1, 1, len(told.clips))


@pytest.mark.parametrize("who", ["device", "interviewer", "central_signer", "stranger", "unsigned"])
def test_phones_interviewers_and_strangers_get_none(world: World, who: str) -> None:
    told = Told(world)
    signer = None if who == "unsigned" else Signer.generate() if who == "stranger" else getattr(world, who)
    with pytest.raises(StationRefused) as refused:
        to(told.central, signer).wordings([told.record.id])
    expected = {"stranger": "signer.unknown", "unsigned": "signature.missing"}
    assert refused.value.rule == expected.get(who, "signer.role")


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        ({"wanted": ["x"]}, "structure"),
        ({"wanted": "ab" * 32}, "structure"),
        ({"names": ["ab" * 32]}, "structure"),
        ({"wanted": ["../station.key"]}, "structure"),
        ({"wanted": ["ab" * 32] * 4097}, "size.limit"),
    ],
)
def test_a_question_has_its_form_and_its_limit(world: World, question: dict[str, Any], rule: str) -> None:
    with pytest.raises(Refused) as refused:
        answer_wordings(world.central(), canonical.encode(question))
    assert refused.value.rule == rule


def test_a_question_with_the_most_names_fits_through_the_door(world: World) -> None:
    told = Told(world)
    frames = to(told.central, world.station).wordings([f"{number:064x}" for number in range(4096)])
    assert len(frames) > 1000


def test_a_field_node_gives_none(world: World) -> None:
    told = Told(world)
    exchange(told.node, to(told.central, world.station))
    with pytest.raises(StationRefused):
        to(told.node, world.station).wordings([told.record.id])


def test_without_time_nothing_is_asked_for_and_all_is_left(world: World) -> None:
    told = Told(world)
    report = pull_wordings.fetch(told.node, to(told.central, world.station), seconds=0, clock=lambda: 5.0)
    assert (report.wordings, report.clips, report.left, report.refused, report.error) == (0, 0, 1, {}, None)
    assert told.files() == set()
    assert pull_wordings.WordingReport() == pull_wordings.WordingReport(
        wordings=0, clips=0, left=0, refused={}, error=None
    )
