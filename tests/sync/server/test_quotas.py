"""A hostile node fills no disk, overwrites nothing, withdraws nothing of others, and is refused once it is revoked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from testimony import canonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements.early_withdrawal import early_withdrawal
from testimony.sealing.statements.statements import withdrawal
from testimony.services.intake import quotas
from testimony.services.records import queries as record_queries
from testimony.services.roster import adoption
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from testimony.sync.client.push import push
from testimony.sync.errors import QuotaReached, StationRefused
from testimony.sync.http import adaptive_batch
from testimony.sync.http.channel import Answer
from testimony.sync.wire.frames import Frame
from tests.support.services.world import World, take
from tests.support.sync.world import all_names, bring, held, in_process, objects_of, tid_of, to, waiting

pytestmark = pytest.mark.both_databases(seldom=True)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def allow(central: Station, **limits: int) -> None:
    central.settings = replace(central.settings, **limits)


def statuses(answer: list[Frame]) -> list[tuple[str, str | None]]:
    said = [canonical.decode_object(frame.payload) for frame in answer if frame.kind == "status"]
    return [(one["status"], one["rule"]) for one in said]


@pytest.fixture(autouse=True)
def _one_batch_a_testimony(monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch that reaches the limit is taken whole: these tests are of what comes after it."""
    monkeypatch.setattr(adaptive_batch, "FIRST", 256 * 1024)


def use_up(central: Station, kid: str, *, records: int, size: int) -> None:
    with central.database.transaction() as session:
        quotas.note(central, session, kid, records=records, size=size)


def test_what_is_above_the_day_s_share_waits_and_goes_the_next_day(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, central = world.node(), world.central()
    allow(central, quota_records=1)
    first, second = world.testimony(), world.testimony()
    bring(node, first)
    exchange(node, to(central, world.station))
    bring(node, second)
    report = exchange(node, to(central, world.station))
    assert isinstance(report.pushed.held_back, QuotaReached)
    assert report.pulled.size > 0  # what central has to tell is fetched all the same
    assert (waiting(node), held(central, second)) == ([second.record.id], set())
    monkeypatch.setattr(Station, "today", lambda _: "2099-01-02")
    assert exchange(node, to(central, world.station)).pushed.delivered == 1
    assert held(central, second) == all_names(second)


def test_bytes_count_too(world: World) -> None:
    node, central = world.node(), world.central()
    allow(central, quota_bytes=1)
    bring(node, world.testimony())
    exchange(node, to(central, world.station))
    bring(node, world.testimony())
    assert push(node, to(central, world.station)).held_back is not None


def test_withdrawals_are_always_taken(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.coded()
    allow(central, quota_records=1)
    bring(node, sealed)
    exchange(node, to(central, world.station))
    take(node, world.withdrawal(sealed))
    bring(node, world.testimony())
    exchange(node, to(central, world.station))
    with central.database.reading() as session:
        assert not record_queries.is_served(session, tid_of(sealed))


def test_of_a_batch_with_a_withdrawal_the_rest_is_refused_by_name(world: World) -> None:
    central, sealed = world.central(), world.coded()
    bring(central, sealed)
    allow(central, quota_records=1)
    use_up(central, world.station.kid, records=1, size=1)
    taken = Frame("record", world.withdrawal(sealed).encode())
    answer = to(central, world.station).batch([taken, Frame("record", world.testimony().record.encode())])
    assert statuses(answer) == [("stored", None), ("refused", "quota")]


def test_the_answer_says_when_to_come_back(world: World) -> None:
    class Seen:
        def __init__(self) -> None:
            self.answers: list[Answer] = []
            self.channel = in_process(central)

        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            self.answers.append(self.channel.send(method, url, headers, body))
            return self.answers[-1]

    central = world.central()
    allow(central, quota_records=1)
    use_up(central, world.station.kid, records=1, size=1)
    seen = Seen()
    with pytest.raises(QuotaReached) as reached:
        to(central, world.station, seen).batch([Frame("record", world.testimony().record.encode())])
    assert (seen.answers[-1].status, reached.value.retry_after) == (429, 3600)
    assert canonical.decode_object(seen.answers[-1].body)["rule"] == "quota"


def test_one_station_s_flood_takes_nothing_from_the_others(world: World) -> None:
    other, central = world.other_node(), world.central()
    allow(central, quota_records=1)
    use_up(central, world.station.kid, records=10**6, size=2**40)
    bring(other, world.testimony())
    assert push(other, to(central, world.second_node)).delivered == 1


def test_what_is_sent_again_counts_once(world: World) -> None:
    central, sealed = world.central(), world.testimony()
    frames = [Frame("record", sealed.record.encode()), *(Frame("object", data) for data in objects_of(sealed))]
    for _ in range(3):
        to(central, world.station).batch(frames)
    with central.database.reading() as session:
        assert quotas.used(central, session, world.station.kid)[0] == 1


def test_a_node_cannot_overwrite_what_another_delivered(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.coded()
    bring(node, sealed)
    exchange(node, to(central, world.station))
    changed = bytearray(objects_of(sealed)[0])
    changed[-1] ^= 1
    answer = to(central, world.second_node).batch([Frame("object", bytes(changed))])
    assert statuses(answer) == [("refused", "not.named")]
    assert held(central, sealed) == all_names(sealed)


def test_a_node_s_own_key_withdraws_nothing(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.coded()
    bring(node, sealed)
    exchange(node, to(central, world.station))
    by_node = withdrawal(tid=tid_of(sealed), scope="all", day="2026-11-24", signer=world.second_node)
    (status,) = statuses(to(central, world.second_node).batch([Frame("record", by_node.encode())]))
    assert status[0] == "refused"
    with central.database.reading() as session:
        assert record_queries.is_served(session, tid_of(sealed))


def test_a_revoked_node_is_refused_at_once_with_all_its_questions(world: World) -> None:
    node, central = world.node(), world.central()
    exchange(node, to(central, world.station))
    adoption.adopt_all(central, [world.without("node-1")])
    way = to(central, world.station)
    for ask in (
        lambda: way.greeting({"checkpoint": None, "since": 0, "proof": [], "offered": None}),
        lambda: way.lacking(["0" * 64]),
        lambda: way.batch([]),
        lambda: way.feed(0),
    ):
        with pytest.raises(StationRefused) as refused:
            ask()
        assert refused.value.rule == "signer.inactive"


def test_a_desk_brings_withdrawals_of_others_and_nothing_else_of_theirs(world: World) -> None:
    central, sealed = world.central(), world.coded()
    bring(central, sealed)
    way = to(central, world.coordinator_signer)
    by_code, annex = world.withdrawal(sealed), world.annex(sealed)
    answer = way.batch([Frame("record", by_code.encode()), Frame("record", annex.record.encode())])
    assert statuses(answer) == [("stored", None), ("refused", "signer.unknown")]


def test_withdrawals_of_what_nobody_has_take_no_room_from_another_node(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "MOST_WAITING", 2)
    central, sealed = world.central(), world.coded()
    bring(central, sealed)

    def brought(by: Signer, *records: SignedRecord) -> list[tuple[str, str | None]]:
        return statuses(to(central, by).batch([Frame("record", record.encode()) for record in records]))

    early = [early_withdrawal(day="2026-11-24", signer=Signer.generate()) for _ in range(3)]
    strays = [world.withdrawal(world.coded(), signer=Signer.generate()) for _ in range(2)]
    full = ("refused", "waiting.full")
    assert brought(world.second_node, early[0], strays[0], early[1], strays[1]) == [("stored", None)] * 2 + [full] * 2
    assert brought(world.second_node, early[1]) == [full]
    assert brought(world.second_node, world.withdrawal(sealed)) == [("stored", None)], "that one shreds, and is taken"
    assert brought(world.station, early[1], strays[1], early[2]) == [("stored", None)] * 2 + [full]
