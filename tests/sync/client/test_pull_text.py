"""What a desk lacks of text comes again when it is asked for by name: no more than is lacking, and than it may have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.sealing.parts.part import rewrap
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements.statements import grant
from testimony.sealing.testimony import annex
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.feed import missing_text
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from testimony.sync.errors import StationRefused
from testimony.sync.http.channel import Answer, Channel
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from testimony.sync.wire.selection import UNNAMED
from tests.support.sync.world import (
    ADDRESS,
    Changed,
    World,
    all_names,
    bring,
    feed_changed,
    held,
    in_process,
    tid_of,
    to,
)


class Asked:
    """Remembers what was asked of `/sync/media`; with `rule` it answers that as a central that does not know it."""

    def __init__(self, channel: Channel, status: int = 0, rule: str = "") -> None:
        self.channel, self.status, self.rule = channel, status, rule
        self.questions: list[dict[str, object]] = []

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        answer = self.channel.send(method, url, headers, body)
        if url.removeprefix(ADDRESS) != "/sync/media":
            return answer
        self.questions.append(canonical.decode_object(body))
        if not self.rule:
            return answer
        kept = {"testimony-nonce": answer.headers["testimony-nonce"], "content-type": "application/json"}
        return Answer(self.status, kept, canonical.encode({"rule": self.rule, "sentence": "No."}))


def names_for(sealed: SealedTestimony, audience: str) -> set[str]:
    parts = [part for part in sealed.record.value["parts"] if audience in part["heads"]]
    return {name for part in parts for name in (part["heads"][audience], part["body"])}


def without_objects(frames: list[Frame]) -> list[Frame]:
    return [frame for frame in frames if frame.kind != "object"]


def bare(world: World, central: Station, signer: Signer, audience: str) -> Station:
    """A desk whose place in the log has moved on, and that got the records alone."""
    desk = world.desk(f"desk-{audience}")
    channel = Changed(Asked(in_process(central), 400, "structure"), feed_changed(without_objects))
    exchange(desk, to(central, signer, channel), audience=audience)
    return desk


def readers(world: World) -> Iterator[tuple[str, Signer]]:
    yield "lawyers", world.lawyer_signer
    yield "coordinators", world.coordinator_signer


def statuses(frames: list[Frame]) -> list[tuple[str, str | None]]:
    said = [canonical.decode_object(frame.payload) for frame in frames if frame.kind == "status"]
    return [(one["status"], one["rule"]) for one in said]


def test_each_desk_gets_again_what_it_lacks_and_then_asks_for_nothing(world: World) -> None:
    central, several = world.central(), [world.testimony(size=30_000) for _ in range(6)]
    bring(central, *several)
    for audience, signer in readers(world):
        desk = bare(world, central, signer, audience)
        assert not any(held(desk, sealed) for sealed in several)
        report = exchange(desk, to(central, signer), audience=audience, heavy=False)
        wanted = [names_for(sealed, audience) for sealed in several]
        assert [held(desk, sealed) for sealed in several] == wanted
        assert (report.pulled.objects, report.pulled.refused) == (sum(map(len, wanted)), {})
        again = Asked(in_process(central))
        exchange(desk, to(central, signer, again), audience=audience)
        assert again.questions == []


def test_nothing_is_asked_for_that_is_withdrawn_or_was_never_for_this_desk(world: World) -> None:
    central, sealed = world.central(), world.testimony()
    bring(central, sealed, world.testimony())
    note = annex.seal_annex(
        b"{}",
        tid=tid_of(sealed),
        day="2026-11-24",
        roster=world.chain.latest.sha256,
        audiences={name: (world.chain.recipients(name), 4) for name in ("lawyers", "recovery")},
        signer=world.lawyer_signer,
    )
    objects = [Incoming("object", data) for data in (*note.part.heads.values(), note.part.body)]
    outcome = take_in(central, [Incoming("record", note.record.encode()), *objects])
    assert {status.status for status in outcome.statuses} == {"stored"}
    for audience, signer in readers(world):
        link, desk = Asked(in_process(central)), world.desk(audience)
        exchange(desk, to(central, signer, link), audience=audience)
        assert link.questions == []
    desk = bare(world, central, world.lawyer_signer, "lawyers")
    withdrawn = Incoming("record", world.withdraw(sealed).encode())
    take_in(desk, [withdrawn])
    with desk.database.reading() as session:
        assert sealed.record.id not in {text.record for text in missing_text.lacking(session, "lawyers")}


def test_what_is_damaged_at_central_is_named_at_each_exchange_until_it_was_mended(world: World) -> None:
    central, desk, sealed = world.central(), world.desk(), world.testimony()
    bring(central, sealed)
    name = sealed.parts[0].describe()["body"]
    file = central.parts.folder / name[:2] / name
    whole = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(b"x")
    for _ in range(2):
        report = exchange(desk, to(central, world.lawyer_signer), audience="lawyers").pulled
        assert report.refused == {name: "damaged.here"}
    file.write_bytes(whole)
    report = exchange(desk, to(central, world.lawyer_signer), audience="lawyers").pulled
    assert (report.objects, report.refused) == (1, {})
    assert held(desk, sealed) == names_for(sealed, "lawyers")


def test_a_granted_head_that_was_lost_on_its_way_comes_again(world: World) -> None:
    central, sealed = world.central(), world.testimony()
    bring(central, sealed)
    found = next(part for part in sealed.parts if part.part == "identity")
    head = rewrap(found.heads["lawyers"], key=world.lawyer_a, recipients=[world.lawyer_b.recipient], slots=4)
    granted = grant(
        manifest=sealed.record.id, part="identity", head=sha256_hex(head), day="2026-11-24", signer=world.lawyer_signer
    )
    take_in(central, [Incoming("record", granted.encode()), Incoming("object", head)])
    for audience, signer in readers(world):
        desk = bare(world, central, signer, audience)
        assert exchange(desk, to(central, signer), audience=audience).pulled.refused == {}
        assert held_of(desk, granted) == ({sha256_hex(head)} if audience == "lawyers" else set())


def held_of(desk: Station, record: SignedRecord) -> set[str]:
    with desk.database.reading() as session:
        return {item.name for item in record_queries.parts_of(session, record.id) if item.held}


def test_central_gives_by_name_no_more_than_the_feed_gives(world: World) -> None:
    central, sealed, gone = world.central(), world.with_media(), world.testimony()
    bring(central, sealed, gone)
    take_in(central, [Incoming("record", world.withdraw(gone).encode())])
    media = {name for part in sealed.record.value["parts"] if part["part"].startswith("media-") for name in named(part)}
    everything = [{"record": one.record.id, "objects": sorted(all_names(one))} for one in (sealed, gone)]
    for audience, signer in readers(world):
        frames = to(central, signer).texts(everything)
        given = {sha256_hex(frame.payload) for frame in frames if frame.kind == "object"}
        assert given == names_for(sealed, audience) - media
        assert set(statuses(frames)) == {("refused", "not.named"), ("withdrawn", None)}
    stranger = [{"record": hashlib.sha256(b"?").hexdigest(), "objects": ["0" * 64]}]
    assert statuses(to(central, world.coordinator_signer).texts(stranger)) == [("refused", "not.named")]
    with pytest.raises(StationRefused) as refused:
        to(central, world.station).texts(everything)
    assert refused.value.rule == "signer.role"


def named(part: dict[str, object]) -> set[str]:
    heads = part["heads"]
    assert isinstance(heads, dict)
    return {*heads.values(), str(part["body"])}


@pytest.mark.parametrize(("status", "rule"), [(400, "structure"), (403, "signer.role")])
def test_a_central_that_does_not_know_the_question_is_no_failure(world: World, status: int, rule: str) -> None:
    central, sealed = world.central(), world.testimony()
    bring(central, sealed)
    for audience, signer in readers(world):
        desk, older = bare(world, central, signer, audience), Asked(in_process(central), status, rule)
        report = exchange(desk, to(central, signer, older), audience=audience, heavy=False)
        assert (report.pulled.refused, report.pulled.objects, len(older.questions)) == ({}, 0, 1)


def test_what_no_record_names_is_told_on_both_ways_and_not_kept(world: World) -> None:
    central, sealed = world.central(), world.testimony()
    bring(central, sealed)
    desk, altered = world.desk(), sealed.parts[2].body
    spoilt = bytes([altered[0] ^ 1]) + altered[1:]

    def alter(path: str, answer: Answer) -> Answer:
        if answer.status != 200 or not path.startswith(("/sync/feed", "/sync/media")):
            return answer
        *frames, end = read_frames(answer.body)
        said = canonical.decode_object(end.payload)
        changed = [Frame(one.kind, spoilt) if one.payload == altered else one for one in frames]
        rest = {key: value for key, value in said.items() if key in ("next", "size", "answered")}
        return Answer(200, answer.headers, write_frames(changed, **rest))

    channel = Changed(in_process(central), alter)
    report = exchange(desk, to(central, world.lawyer_signer, channel), audience="lawyers").pulled
    assert report.refused == {sha256_hex(spoilt): UNNAMED}
    assert held(desk, sealed) == names_for(sealed, "lawyers") - {sha256_hex(altered)}
    assert exchange(desk, to(central, world.lawyer_signer), audience="lawyers").pulled.objects == 1


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        [{"record": "x", "objects": ["0" * 64]}],
        [{"record": "0" * 64}],
        [{"record": "0" * 64, "objects": ["x"]}],
        [{"record": "0" * 64, "objects": None}],
        [{"record": "0" * 64, "objects": ["0" * 64], "more": 1}],
        [{"record": "0" * 64, "objects": ["0" * 64] * 1025}],
    ],
)
def test_any_other_question_is_refused(world: World, wanted: object) -> None:
    central = world.central()
    with pytest.raises(StationRefused) as refused:
        to(central, world.lawyer_signer)._ask(
            "POST", "/sync/media", canonical.encode({"texts": wanted}), "application/json"
        )
    assert refused.value.rule in ("structure", "size.limit")
