"""The answering side: whatever comes is answered by a rule, and what is sound in it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.services.custody import log as custody_log
from testimony.services.feed.feed import Asker
from testimony.services.intake import quotas
from testimony.station.station import Station
from testimony.sync.client.feed_page import PageMalformed, take_apart
from testimony.sync.server.server import FRAMES_LIMIT, NAMES_LIMIT, answer_batch, answer_feed, answer_have
from testimony.sync.wire.frames import PREFACE, Frame, read_frames, write_frames
from tests.support.services.world import World as CodedWorld
from tests.support.services.world import take
from tests.support.sync.world import World, all_names, bring, held, incoming, objects_of, pieces_of, text_of

pytestmark = pytest.mark.both_databases

KINDS = ["record", "object", "entry", "leaf", "proof", "status", "checkpoint"]
FRAMES = st.lists(st.builds(Frame, st.sampled_from(KINDS), st.binary(max_size=99)), max_size=5)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    world = World(tmp_path_factory.mktemp("receive"))
    yield world.node()
    world.close()


def statuses(answer: bytes) -> list[dict[str, object]]:
    return [canonical.decode_object(frame.payload) for frame in read_frames(answer) if frame.kind == "status"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(PREFACE.__add__), FRAMES.map(write_frames)))
def test_any_batch_gets_one_status_a_frame_and_nothing_is_stored_of_garbage(node: Station, data: bytes) -> None:
    said = statuses(answer_batch(node, data))
    assert all(each["status"] == "refused" and each["rule"] for each in said)
    assert all(set(each) == {"name", "status", "rule"} for each in said)


@settings(max_examples=60, deadline=None)
@given(value=st.recursive(st.none() | st.integers(-9, 9) | st.text(max_size=70), lambda v: st.lists(v, max_size=4)))
def test_a_record_that_is_none_is_refused(node: Station, value: object) -> None:
    try:
        payload = canonical.encode({"record": value, "sigs": [value]})
    except NotCanonical:
        return
    (said,) = statuses(answer_batch(node, write_frames([Frame("record", payload)])))
    assert said["status"] == "refused"


def test_frames_of_other_kinds_are_no_business_of_a_batch(node: Station) -> None:
    (said,) = statuses(answer_batch(node, write_frames([Frame("leaf", b"\0" * 32)])))
    assert said == {"name": canonical.sha256_hex(b"\0" * 32), "status": "refused", "rule": "kind.unknown"}


def test_too_many_frames_are_cut_off_with_a_rule(node: Station) -> None:
    said = statuses(answer_batch(node, write_frames([Frame("leaf", b"")] * (FRAMES_LIMIT + 3))))
    assert len(said) == FRAMES_LIMIT + 1
    assert said[-1] == {"name": "", "status": "refused", "rule": "size.limit"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"names":"a"}',
        b'{"names":[1]}',
        b'{"names":["' + b"A" * 64 + b'"]}',
        b'{"names":["../../etc/passwd"]}',
        b'{"names":["' + b"a" * 64 + b'\\n"]}',
        b'{"names":["' + b"a" * 63 + b'"]}',
        canonical.encode({"names": ["a" * 64] * (NAMES_LIMIT + 1)}),
    ],
)
def test_have_takes_names_and_nothing_else(node: Station, body: bytes) -> None:
    with pytest.raises((NotCanonical, Refused)):
        answer_have(node, body)


def test_have_says_what_is_lacking_in_the_order_asked(world: World) -> None:
    central, sealed = world.central(), world.testimony()
    first, second = objects_of(sealed)[:2]
    answer_batch(central, write_frames([Frame("record", sealed.record.encode()), Frame("object", second)]))
    names = [canonical.sha256_hex(first), canonical.sha256_hex(second), sealed.record.id, "f" * 64]
    assert canonical.decode(answer_have(central, canonical.encode({"names": names}))) == {"lacking": "90"}


def test_an_object_that_no_manifest_names_is_refused_until_one_does(world: World) -> None:
    central, sealed = world.central(), world.testimony()
    body = Frame("object", sealed.parts[0].body)
    assert statuses(answer_batch(central, write_frames([body])))[0]["rule"] == "not.named"
    answer_batch(central, write_frames([Frame("record", sealed.record.encode())]))
    assert statuses(answer_batch(central, write_frames([body])))[0]["status"] == "stored"
    assert len(held(central, sealed)) == 1


def test_an_altered_record_is_refused_and_its_neighbours_are_kept(world: World) -> None:
    central, good, bad = world.central(), world.testimony(), world.testimony()
    altered = SignedRecord(bad.record.data.replace(b"2026-11-24", b"2026-11-23"), bad.record.sigs)
    frames = [Frame("record", altered.encode()), Frame("record", good.record.encode())]
    said = statuses(answer_batch(central, write_frames(frames)))
    assert [(each["status"], each["rule"]) for each in said] == [("refused", "signature.bad"), ("stored", None)]


def test_a_phone_is_told_which_heads_were_taken_away_because_the_receipt_lacks_them(tmp_path: Path) -> None:
    world = CodedWorld(tmp_path)
    node = world.node()
    sealed = world.with_media(300_000, withdraw=world.code.public_keys[0].pub.hex())
    first, second = (part["heads"]["lawyers"] for part in sealed.record.value["parts"][:2])
    answer_batch(
        node,
        write_frames([Frame("record", sealed.record.encode()), *(Frame("object", data) for data in text_of(sealed))]),
    )
    take(node, world.withdrawal(sealed, [first, second]))
    answer_batch(node, write_frames([Frame("object", data) for piece in pieces_of(sealed) for data in piece]))
    record = write_frames([Frame("record", sealed.record.encode())])
    answer = answer_batch(node, record)
    said = {each["name"]: each["status"] for each in statuses(answer)}
    assert said == {sealed.record.id: "duplicate", first: "withdrawn", second: "withdrawn"}
    (receipt,) = (SignedRecord.decode(frame.payload) for frame in read_frames(answer) if frame.kind == "record")
    assert set(receipt.value["parts"]) == all_names(sealed) - {first, second}
    assert len(statuses(answer_batch(node, record, Asker(kid=world.station.kid, role="node")))) == 1
    world.close()


def test_a_feed_behind_its_end_is_empty_and_says_how_long_the_log_is(world: World) -> None:
    central = world.central()
    asker = Asker(kid=world.lawyer_signer.kid, role="lawyer")
    frames = list(read_frames(answer_feed(central, asker, 999)))
    assert [frame.kind for frame in frames] == ["checkpoint", "proof", "end"]
    page = take_apart(frames)
    with central.database.reading() as session:
        assert (page.next, page.size) == (custody_log.size(session),) * 2


@given(FRAMES, st.integers(-1, 5), st.integers(-1, 5))
def test_any_frames_are_a_page_or_malformed(frames: list[Frame], following: int, size: int) -> None:
    opening = [Frame("checkpoint", b"note"), Frame("proof", b"[]")]
    for some in (frames, [*opening, *frames]):
        whole = list(read_frames(write_frames(some, next=following, size=size)))
        try:
            page = take_apart(whole)
        except PageMalformed:
            continue
        assert len(page.leaves) == len(page.entries)


def test_the_world_is_not_written_to_by_names(node: Station) -> None:
    """No name in a container becomes a file: the home holds what it held."""
    before = {path.name for path in Path(node.settings.home).iterdir()}
    answer_batch(node, write_frames([Frame("object", b"x"), Frame("record", b'{"record":"../../x","sigs":[]}')]))
    assert {path.name for path in Path(node.settings.home).iterdir()} == before


def test_a_batch_waits_for_the_disk_of_the_database_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    central = world.central()
    asker, commits = Asker(kid=world.station.kid, role="node"), []
    frames = [[Frame(item.kind, item.payload) for item in incoming(world.testimony())] for _ in range(2)]
    answer_batch(central, write_frames(frames[0]), asker)
    writer = central.database._engines.writer
    event.listen(writer, "commit", commits.append)
    answer_batch(central, write_frames(frames[1]), asker)
    assert len(commits) == 1  # with the delivery and the quota, which are remembered in it
    with central.database.reading() as session:
        assert quotas.used(central, session, asker.kid)[0] == 2
    world.close()


def test_a_piece_of_the_feed_asks_the_store_no_more_often_for_many_testimonies_than_for_one(tmp_path: Path) -> None:
    world = World(tmp_path)
    central, lawyer = world.central(), Asker(kid=world.lawyer_signer.kid, role="lawyer")
    statements: list[str] = []
    event.listen(
        central.database._engines.readers, "before_cursor_execute", lambda *seen: statements.append(str(seen[2]))
    )

    def asked(number: int) -> int:
        sealed = [world.testimony() for _ in range(number)]
        with central.database.reading() as session:
            after = custody_log.size(session)
        bring(central, *sealed)
        statements.clear()
        given = [frame.payload for frame in read_frames(answer_feed(central, lawyer, after)) if frame.kind == "object"]
        assert {body for one in sealed for body in (part.body for part in one.parts)} <= set(given)
        return sum("FROM records" in one or "FROM objects" in one or "FROM tombstones" in one for one in statements)

    assert asked(1) == asked(5)
    world.close()


def test_what_a_phone_brings_opens_the_database_for_reading_three_times(tmp_path: Path) -> None:
    """To judge it, to read back what was written, and for what was taken away: each costs more than its question."""
    world = World(tmp_path)
    node, opened = world.node(), []
    frames = [[Frame(item.kind, item.payload) for item in incoming(world.testimony())] for _ in range(2)]
    answer_batch(node, write_frames(frames[0]))
    event.listen(node.database._engines.readers, "begin", opened.append)
    answer_batch(node, write_frames(frames[1]))
    assert len(opened) == 3
    world.close()
