"""Delivering: withdrawals first, only what is lacking, dropped on a verified receipt and on nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from testimony import canonical
from testimony.errors import StationBusy
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements.statements import parse_receipt, receipt
from testimony.services.custody import log as custody_log
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.intake.intake import take_in
from testimony.services.roster import adoption
from testimony.sync.client.delivery import ATTEMPTS, FIRST_PAUSE, GROWTH, LONGEST_PAUSE
from testimony.sync.client.push import push
from testimony.sync.errors import NotTheStation, StationRefused, StationUnreachable
from testimony.sync.http.adaptive_batch import FIRST, SMALLEST
from testimony.sync.http.channel import Answer, Channel
from testimony.sync.wire.frames import BATCH_LIMIT, Frame, read_frames, write_frames
from tests.support.sync.world import ADDRESS, World, all_names, bring, held, in_process, objects_of, to, waiting

pytestmark = pytest.mark.both_databases

Change = Callable[[str, Answer], Answer]


class Tampered:
    """A channel that changes answers, or drops them, and remembers what was asked."""

    def __init__(self, channel: Channel, change: Change) -> None:
        self.channel = channel
        self.change = change
        self.asked: list[tuple[str, bytes]] = []

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        path = url.removeprefix(ADDRESS)
        self.asked.append((path, body))
        return self.change(path, self.channel.send(method, url, headers, body))

    def batches(self) -> list[list[Frame]]:
        return [list(read_frames(body)) for path, body in self.asked if path == "/sync/batch"]


def unchanged(_: str, answer: Answer) -> Answer:
    return answer


def with_receipts(change: Callable[[SignedRecord], SignedRecord]) -> Change:
    """Replace every receipt in the answer to a batch."""

    def changed(path: str, answer: Answer) -> Answer:
        if path != "/sync/batch":
            return answer
        *frames, _ = read_frames(answer.body)
        forged = [
            Frame("record", change(SignedRecord.decode(frame.payload)).encode()) if frame.kind == "record" else frame
            for frame in frames
        ]
        return Answer(answer.status, answer.headers, write_frames(forged))

    return changed


def test_a_testimony_arrives_whole_and_is_signed_for(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    report = push(node, to(central, world.station))
    assert (report.delivered, report.waiting, report.refused) == (1, 0, {})
    assert held(central, sealed) == all_names(sealed)
    assert waiting(node) == []


def test_pushing_again_sends_nothing_again(world: World) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    push(node, to(central, world.station))
    channel = Tampered(in_process(central), unchanged)
    report = push(node, to(central, world.station, channel))
    assert (report.delivered, report.bytes_sent) == (0, 0)
    assert channel.batches() == []


def test_a_record_that_central_holds_already_brings_its_receipt_without_its_objects(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    bring(central, sealed)
    channel = Tampered(in_process(central), unchanged)
    assert push(node, to(central, world.station, channel)).delivered == 1
    assert [frame.kind for batch in channel.batches() for frame in batch] == ["record", "end"]


def test_only_the_objects_that_are_lacking_go(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    body = sealed.parts[0].body
    push_part(central, sealed.record, body)
    channel = Tampered(in_process(central), unchanged)
    assert push(node, to(central, world.station, channel)).delivered == 1
    sent = [frame.payload for batch in channel.batches() for frame in batch if frame.kind == "object"]
    assert sorted(sent) == sorted(data for data in objects_of(sealed) if data != body)


def push_part(central: object, record: SignedRecord, body: bytes) -> None:
    from testimony.services.records.types import Incoming

    take_in(central, [Incoming("record", record.encode()), Incoming("object", body)])  # type: ignore[arg-type]


def test_withdrawals_go_before_everything_else(world: World) -> None:
    node, central = world.node(), world.central()
    first, second = world.testimony(), world.testimony()
    bring(node, first)
    push(node, to(central, world.station))
    bring(node, second)
    from testimony.services.records.types import Incoming

    withdrawn = world.withdraw(first)
    take_in(node, [Incoming("record", withdrawn.encode())])
    assert waiting(node) == [withdrawn.id, second.record.id]
    channel = Tampered(in_process(central), unchanged)
    push(node, to(central, world.station, channel))
    records = [f.payload for batch in channel.batches() for f in batch if f.kind == "record"]
    assert [SignedRecord.decode(payload).kind for payload in records] == ["withdraw", "manifest"]
    assert waiting(node) == []


def test_a_testimony_that_was_withdrawn_at_central_is_done_with(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    from testimony.services.records.types import Incoming

    bring(central, sealed)
    take_in(central, [Incoming("record", world.withdraw(sealed).encode())])
    report = push(node, to(central, world.station))
    assert report.waiting == 0
    assert held(central, sealed) == set()


def test_a_roster_that_central_lacks_goes_first(world: World) -> None:
    central = world.central()
    world.next_roster()
    node = world.node()
    sealed = world.testimony()
    bring(node, sealed)
    assert push(node, to(central, world.station)).delivered == 1
    assert central.chain.latest.no == 2


RECEIPTS: list[Callable[[World, SignedRecord], SignedRecord]] = [
    lambda world, good: SignedRecord(good.data, world.sign(good.value, [Signer.generate()]).sigs[0]),
    lambda world, good: SignedRecord.sign({**good.value, "station": world.device.kid}, world.device),
    lambda world, good: SignedRecord.sign({**good.value, "station": world.station.kid}, world.station),
    lambda world, good: SignedRecord.sign({**good.value, "durable": False}, world.central_signer),
    lambda world, good: SignedRecord.sign({**good.value, "parts": []}, world.central_signer),
    lambda world, good: SignedRecord.sign({**good.value, "parts": good.value["parts"][1:]}, world.central_signer),
    lambda world, good: SignedRecord(good.data + b" ", good.sigs),
    lambda world, good: world.roster_record,
]


@pytest.mark.parametrize("forge", RECEIPTS)
def test_a_receipt_that_proves_nothing_drops_nothing(
    world: World, forge: Callable[[World, SignedRecord], SignedRecord]
) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    channel = Tampered(in_process(central), with_receipts(lambda good: forge(world, good)))
    with pytest.raises(ReceiptRefused):
        push(node, to(central, world.station, channel))
    assert waiting(node) == [sealed.record.id]
    assert held(node, sealed) == all_names(sealed)


def test_a_receipt_for_another_testimony_drops_nothing(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)

    def elsewhere(good: SignedRecord) -> SignedRecord:
        parts, signer = good.value["parts"], world.central_signer
        return receipt(record="a" * 64, parts=parts, log_size=1, root="0" * 64, durable=True, signer=signer)

    push(node, to(central, world.station, Tampered(in_process(central), with_receipts(elsewhere))))
    assert waiting(node) == [sealed.record.id]


def test_statuses_without_a_receipt_drop_nothing(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)

    def silent(path: str, answer: Answer) -> Answer:
        if path != "/sync/batch":
            return answer
        statuses = [frame for frame in read_frames(answer.body) if frame.kind == "status"]
        return Answer(answer.status, answer.headers, write_frames(statuses))

    report = push(node, to(central, world.station, Tampered(in_process(central), silent)))
    assert (report.delivered, report.waiting) == (0, 1)


def test_a_lie_that_everything_is_held_drops_nothing(world: World) -> None:
    """Who says "nothing is lacking" and cannot sign for it has not got it."""
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)

    def lie(path: str, answer: Answer) -> Answer:
        if path != "/sync/have":
            return answer
        width = len(canonical.decode(answer.body)["lacking"])
        return Answer(200, answer.headers, canonical.encode({"lacking": "0" * width}))

    report = push(node, to(central, world.station, Tampered(in_process(central), lie)))
    assert (report.delivered, report.waiting) == (0, 1)


def test_an_unknown_and_a_revoked_node_are_told_so(world: World) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    with pytest.raises(StationRefused) as unknown:
        push(node, to(central, Signer.generate()))
    assert unknown.value.rule == "signer.unknown"
    with pytest.raises(StationRefused) as role:
        push(node, to(central, world.interviewer))
    assert role.value.rule == "signer.role"
    revoke(world, central)
    with pytest.raises(StationRefused) as revoked:
        push(node, to(central, world.station))
    assert revoked.value.rule == "signer.inactive"
    assert len(waiting(node)) == 1


def revoke(world: World, central: object) -> None:
    """A roster in which node-1 is not active any more."""
    devices = [{**each, "status": "revoked"} if each["id"] == "node-1" else each for each in world.roster["devices"]]
    adoption.adopt_all(central, [world.next_roster(devices=devices)])  # type: ignore[attr-defined]


def failing(times: int, path: str = "/sync/batch") -> Change:
    """The first `times` answers to `path` are lost after they were given: only the sender does not know."""
    left = [times]

    def change(asked: str, answer: Answer) -> Answer:
        if asked == path and left[0]:
            left[0] -= 1
            raise StationUnreachable(url=ADDRESS)
        return answer

    return change


def test_a_lost_answer_is_found_out_and_nothing_is_sent_twice(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    channel = Tampered(in_process(central), failing(1))
    report = push(node, to(central, world.station, channel))
    assert report.delivered == 1
    sent = [frame.payload for batch in channel.batches() for frame in batch if frame.kind == "object"]
    assert sorted(sent) == sorted(objects_of(sealed))
    assert [frame.kind for frame in channel.batches()[1]] == ["record", "end"]


def test_batches_shrink_when_they_do_not_arrive(world: World) -> None:
    node, central = world.node(), world.central()
    bring(node, *(world.testimony() for _ in range(12)))
    transport = to(central, world.station, Tampered(in_process(central), failing(1)))
    push(node, transport)
    sizes = [len(body) for path, body in transport.channel.asked if path == "/sync/batch"]  # type: ignore[attr-defined]
    assert SMALLEST < sizes[0] <= FIRST + 4096
    assert sizes[2] <= SMALLEST + 4096  # [1]: the records again, for their receipts
    assert waiting(node) == []


def test_one_name_is_asked_about_for_each_record_and_its_objects_only_where_it_is_known(world: World) -> None:
    node, central = world.node(), world.central()
    known, new = world.testimony(), world.testimony()
    bring(node, known, new)
    push_part(central, known.record, known.parts[0].body)
    channel = Tampered(in_process(central), unchanged)
    assert push(node, to(central, world.station, channel)).delivered == 2
    asked = [canonical.decode(body)["names"] for path, body in channel.asked if path == "/sync/have"]
    assert asked[1:] == [[known.record.id, new.record.id], sorted(all_names(known))]


def test_a_dead_link_is_given_up_after_a_few_attempts_with_the_smallest_batch(world: World) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    channel = Tampered(in_process(central), failing(99))
    transport = to(central, world.station, channel)
    with pytest.raises(StationUnreachable):
        push(node, transport)
    assert len(channel.batches()) == ATTEMPTS
    assert transport.pace.batch_bytes == SMALLEST
    assert len(waiting(node)) == 1


def test_pauses_grow_after_each_failure(world: World) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    pauses: list[float] = []
    transport = to(central, world.station, Tampered(in_process(central), failing(99)))
    transport.pause = pauses.append
    with pytest.raises(StationUnreachable):
        push(node, transport)
    assert len(pauses) == ATTEMPTS - 1
    longest = [min(LONGEST_PAUSE, FIRST_PAUSE * GROWTH**number) for number in range(ATTEMPTS - 1)]
    assert all(most / 2 <= pause <= most for pause, most in zip(pauses, longest, strict=True))
    assert pauses[0] <= 0.1  # the station may be in reach at once


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(200, {"content-type": "text/html"}, b"<html>"), NotTheStation),
        (Answer(503, {"retry-after": "5"}, b""), StationBusy),
        (Answer(507, {"retry-after": "600"}, b""), StationBusy),
    ],
)
def test_what_is_no_receipt_stops_at_once_and_keeps_everything(
    world: World, answer: Answer, error: type[Exception]
) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())
    channel = Tampered(in_process(central), lambda path, good: answer if path == "/sync/batch" else good)
    with pytest.raises(error):
        push(node, to(central, world.station, channel))
    assert len(channel.batches()) == 1
    assert len(waiting(node)) == 1


def test_a_whole_batch_replayed_changes_nothing_and_gives_the_same_receipt(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    channel = Tampered(in_process(central), unchanged)
    push(node, to(central, world.station, channel))
    with central.database.reading() as session:
        size = custody_log.size(session)
    frames = [frame for frame in channel.batches()[0] if frame.kind != "end"]
    answers = [to(central, world.station).batch(frames) for _ in range(3)]
    assert [kinds(answer) for answer in answers] == [["duplicate"] * len(frames)] * 3
    receipts = {frame.payload for answer in answers for frame in answer if frame.kind == "record"}
    assert len(receipts) == 1
    assert parse_receipt(SignedRecord.decode(receipts.pop())).record == sealed.record.id
    with central.database.reading() as session:
        assert custody_log.size(session) == size


def kinds(answer: Sequence[Frame]) -> list[str]:
    return [canonical.decode(frame.payload)["status"] for frame in answer if frame.kind == "status"]


def test_one_refused_record_holds_back_no_other(world: World) -> None:
    node, central = world.node(), world.central()
    good = world.testimony()
    stranger = World(world.folder / "elsewhere")
    foreign = stranger.testimony()
    bring(node, good)
    transport = to(central, world.station)
    frames = [Frame("record", foreign.record.encode()), *(Frame("object", data) for data in objects_of(foreign))]
    answer = transport.batch([*frames, Frame("record", good.record.encode()), Frame("object", objects_of(good)[0])])
    assert kinds(answer) == ["refused"] * len(frames) + ["stored", "stored"]
    assert push(node, transport).delivered == 1


def test_what_is_too_large_to_travel_is_said_and_holds_back_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, central, large, small = world.node(), world.central(), world.testimony(30_000), world.testimony()
    bring(node, large, small)
    monkeypatch.setattr("testimony.sync.client.push.PAYLOAD_LIMIT", 20_000)
    report = push(node, to(central, world.station))
    assert (report.delivered, report.waiting) == (1, 1)
    assert set(report.refused.values()) == {"size.limit"}
    assert held(central, small) == all_names(small)


def test_a_damaged_copy_is_left_out_and_said_and_holds_back_no_other(world: World) -> None:
    node, central, damaged, sound = world.node(), world.central(), world.testimony(), world.testimony()
    bring(node, damaged, sound)
    name = damaged.parts[0].describe()["body"]
    next(path for path in (node.settings.home / "parts").rglob(name)).write_bytes(b"x")
    report = push(node, to(central, world.station))
    assert (report.delivered, report.waiting, report.refused) == (1, 1, {name: "damaged.here"})
    assert held(central, sound) == all_names(sound)
    assert held(central, damaged) == all_names(damaged) - {name}


def test_a_testimony_larger_than_a_batch_travels_in_several(world: World) -> None:
    node, central = world.node(), world.central()
    sealed = world.testimony(size=150_000)
    bring(node, sealed)
    channel = Tampered(in_process(central), unchanged)
    assert push(node, to(central, world.station, channel)).delivered == 1
    assert len(channel.batches()) > 2
    assert all(len(body) <= BATCH_LIMIT for path, body in channel.asked if path == "/sync/batch")
    assert held(central, sealed) == all_names(sealed)
