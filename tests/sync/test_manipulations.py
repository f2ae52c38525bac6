"""Manipulations of true answers: every station that they concern notices each at the first exchange, and loses nothing.

`test_manipulated_sticks.py` does the same with sticks. `tests/support/sync/manipulations.py` has the tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import select

from testimony import canonical
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.store.models.records import ReceiptRow
from testimony.sync.http.channel import Answer
from testimony.sync.wire.frames import PREFACE, Frame, read_frames, write_frames
from tests.support.cli.page import page
from tests.support.sync.hostile_central import in_feed, without_records
from tests.support.sync.manipulations import (
    DELIVERIES,
    DESKS,
    EVERYBODY,
    FEED,
    SEALED,
    STICKS,
    Scene,
    at_whom,
    bit_changed,
    noticed,
    require_as_honest,
)
from tests.support.sync.world import held, objects_of, waiting

OLDER = ("replayed", "frozen")
WHOLE_FILES = {"foreign answer": EVERYBODY, "forked answer": EVERYBODY, "foreign delivery": ("central",)}
"""Of `test_manipulated_sticks.py`, with those to whom they come."""


@pytest.mark.parametrize(("what", "name"), at_whom(FEED))
def test_a_manipulated_feed_is_noticed_at_once_and_costs_nothing(scene: Scene, what: str, name: str) -> None:
    station = scene.fresh(scene.who[name].home)
    assert noticed(lambda: scene.pull(name, station, in_feed(FEED[what][1](scene, name))))
    with station.database.reading() as session:
        if split_view.is_forked(station.chain, session):
            return  # central signed two stories: nothing more is taken from it until people decide
    with suppress(LogForked, LogWentBack):
        scene.pull(name, station)
    scene.pull(name, station)
    require_as_honest(scene, name, station)


@pytest.mark.parametrize("name", EVERYBODY)
def test_what_does_not_concern_a_station_changes_nothing_that_it_is_given(scene: Scene, name: str) -> None:
    """But for hashes at a field station, which is given few entries whole and cannot tell them apart."""
    given = scene.feed_of(name)
    changed = {what for what, (_, made) in FEED.items() if made(scene, name)(given) != given}
    hashes = {what for what in FEED if "hash" in what} if name == "node" else set()
    assert changed - hashes == {what for what, (whom, _) in FEED.items() if name in whom}


@pytest.mark.parametrize("name", DESKS)
def test_an_object_that_is_left_out_comes_in_the_same_exchange(scene: Scene, name: str) -> None:
    station = scene.fresh(scene.who[name].home)
    scene.pull(name, station, in_feed(without_records(objects=[scene.object_for(name)])))
    require_as_honest(scene, name, station)


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize("how", OLDER)
def test_a_central_that_shows_an_older_log_is_noticed(scene: Scene, how: str, name: str) -> None:
    """Replayed to one that has read further; to one that has not, but was told by somebody else how far it goes."""
    station, before = scene.fresh(scene.who[name].home), scene.before[name]
    if how == "replayed":
        scene.pull(name, station)
    else:
        with scene.central.database.reading() as session:
            note = custody_log.checkpoint(scene.central.signer, session)
        with station.database.transaction() as session:
            assert split_view.consider(station, session, note) == "later"
    old = iter(before)

    def change(path: str, answered: Answer) -> Answer:
        if "feed" not in path:
            return answered
        return next(old, before[-1]) if how == "replayed" else _empty(before[-1], answered)

    assert noticed(lambda: scene.pull(name, station, change))
    scene.pull(name, station)
    require_as_honest(scene, name, station)


def _empty(last: Answer, answered: Answer) -> Answer:
    """Nothing is new since the station was here: the head that central signed then, once more."""
    *frames, end = read_frames(last.body)
    said = canonical.decode(end.payload)
    kept = [frame for frame in frames if frame.kind in ("checkpoint", "proof")]
    return Answer(200, answered.headers, write_frames(kept, next=said["next"], size=said["size"]))


def receipts(change: Callable[[list[Frame]], list[Frame]]) -> Callable[[str, Answer], Answer]:
    def changed(path: str, answered: Answer) -> Answer:
        if not path.startswith("/sync/batch") or not answered.body.startswith(PREFACE):
            return answered
        *frames, _ = read_frames(answered.body)
        return Answer(200, answered.headers, write_frames(change(frames)))

    return changed


def _of_another(scene: Scene, frames: list[Frame]) -> list[Frame]:
    with scene.central.database.reading() as session:
        given = session.execute(select(ReceiptRow.record, ReceiptRow.data)).all()
    other = next(row.data for row in given if b"receipt" in row.data and row.record != scene.outbox.record.id)
    return [Frame("record", other) if frame.kind == "record" else frame for frame in frames]


RECEIPTS: dict[str, Callable[[Scene, list[Frame]], list[Frame]]] = {
    "a receipt is left out": lambda _, frames: [frame for frame in frames if frame.kind != "record"],
    "a receipt is altered": lambda _, frames: [
        bit_changed(frame) if frame.kind == "record" else frame for frame in frames
    ],
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


def test_what_nobody_manipulated_alarms_nobody(scene: Scene) -> None:
    """Otherwise all of the above would hold of nothing."""
    for name in EVERYBODY:
        assert not noticed(lambda name=name: scene.pull(name, scene.fresh(scene.who[name].home)))  # type: ignore[misc]
    assert not noticed(lambda: scene.push(scene.fresh("node")))


def test_there_are_as_many_as_the_threat_model_says() -> None:
    """A manipulation counts once for each way that it comes, however many stations notice it."""
    ways = (FEED, OLDER, STICKS, SEALED, DELIVERIES, WHOLE_FILES, RECEIPTS)
    many = sum(map(len, ways))
    tried = sum(len(whom) for way in (FEED, STICKS, SEALED) for whom, _ in way.values())
    tried += len(OLDER) * len(EVERYBODY) + len(DELIVERIES) + len(RECEIPTS)
    tried += sum(map(len, WHOLE_FILES.values()))
    assert many >= 40
    said = re.search(r"(\d+) manipulations [^.:]+: (\d+) trials", page("threat-model.md"))
    assert said is not None
    assert (int(said[1]), int(said[2])) == (many, tried)
