"""How pieces of media are asked for: so many at a time, as long as there is time, and each answer is kept at once."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.services.records import media_counts
from testimony.services.records.media_counts import Piece
from testimony.services.records.types import Outcome, Status
from testimony.station.station import Station
from testimony.sync.client import pull_media
from testimony.sync.client.pull_media import MediaReport, fetch
from testimony.sync.errors import NotTheStation
from testimony.sync.http.transport import FramesTorn, Transport
from testimony.sync.wire.frames import Frame
from tests.support.sync.world import World


class Central:
    """Answers about the first `few` of each question, `given` of the pieces with an object."""

    def __init__(self, few: int, given: set[int]) -> None:
        self.few, self.given = few, given
        self.asked: list[list[int]] = []
        self.base_url = "http://central.example"

    def media(self, wanted: Sequence[dict[str, Any]]) -> list[Frame]:
        numbers = [number for each in wanted for number in each["pieces"]]
        assert {each["record"] for each in wanted} == {"r"}
        self.asked.append(numbers)
        about = numbers[: self.few]
        frames = [Frame("object", data(number)) for number in about if number in self.given]
        refused = [
            Frame("status", canonical.encode({"name": f"n{number}", "status": "refused", "rule": rule}))
            for number in about
            if number not in self.given
            for rule in ("not.held", "damaged")
        ]
        stray = [Frame("object", b"not asked for")] if frames else []
        return [*frames, *refused, *stray, end(len(about))]


def end(answered: object) -> Frame:
    return Frame("end", canonical.encode({"answered": answered}))


def data(number: int) -> bytes:
    return f"piece {number}".encode()


@pytest.fixture
def desk(world: World, monkeypatch: pytest.MonkeyPatch) -> Station:
    """Lacks seven pieces of a testimony, and keeps what is given."""
    lacking = {Piece("r", f"media-{number:03}"): {sha256_hex(data(number))} for number in range(1, 8)}
    monkeypatch.setattr(media_counts, "lacking", lambda *_: dict(lacking))

    def take_in(_: Station, incoming: Sequence[Any]) -> Outcome:
        held = {sha256_hex(one.payload) for one in incoming}
        for piece in [piece for piece, names in lacking.items() if names <= held]:
            del lacking[piece]
        return Outcome(tuple(Status(name, "stored") for name in held), ())

    monkeypatch.setattr(pull_media, "take_in", take_in)
    monkeypatch.setattr(pull_media, "FEW", 2)
    monkeypatch.setattr(pull_media, "MANY", 4)
    return world.desk()


def test_few_are_asked_for_while_there_are_answers_and_many_while_there_are_none(desk: Station) -> None:
    central = Central(few=9, given={1, 2, 7})
    report = fetch(desk, cast(Transport, central))
    assert central.asked == [[1, 2], [3, 4], [5, 6, 7]]
    assert (report.pieces, report.objects, report.left) == (3, 3, 4)
    assert report.refused == {f"n{number}": "damaged" for number in (3, 4, 5, 6)}


def test_what_an_answer_is_not_about_is_asked_for_again(desk: Station) -> None:
    central = Central(few=1, given=set(range(1, 8)))
    assert fetch(desk, cast(Transport, central)).left == 0
    assert central.asked == [[1, 2], [2, 3], [3, 4], [4, 5], [5, 6], [6, 7], [7]]


@pytest.mark.parametrize(("seconds", "questions"), [(0.0, 0), (1.0, 1), (1.5, 2), (2.0, 2), (None, 4)])
def test_no_question_begins_once_the_time_is_over(desk: Station, seconds: float | None, questions: int) -> None:
    central, ticks = Central(few=9, given=set(range(1, 8))), iter([0.0, *(float(tick) for tick in range(9))])
    report = MediaReport()
    found = fetch(desk, cast(Transport, central), seconds=seconds, clock=lambda: next(ticks), report=report)
    assert found is report
    assert len(central.asked) == questions
    assert (report.pieces, report.left) == (min(7, 2 * questions), 7 - min(7, 2 * questions))


def test_what_came_before_an_answer_broke_off_is_kept(desk: Station) -> None:
    def torn(_: object) -> list[Frame]:
        raise FramesTorn([Frame("object", data(1)), Frame("object", data(5))], "http://central.example")

    report = MediaReport()
    with pytest.raises(FramesTorn):
        fetch(desk, cast(Transport, SimpleNamespace(media=torn)), report=report)
    assert report.objects == 1  # of the two that were asked for


@pytest.mark.parametrize("answered", [0, -1, 3, "1", True, None])
def test_an_answer_about_nothing_or_about_more_than_was_asked_is_no_answer(desk: Station, answered: object) -> None:
    central = SimpleNamespace(media=lambda _: [end(answered)], base_url="http://central.example")
    with pytest.raises(NotTheStation):
        fetch(desk, cast(Transport, central))


def test_a_remark_that_cannot_be_read_is_from_no_station_of_ours(desk: Station) -> None:
    central = SimpleNamespace(media=lambda _: [Frame("status", b"no"), end(1)], base_url="http://central.example")
    with pytest.raises(NotTheStation):
        fetch(desk, cast(Transport, central))
