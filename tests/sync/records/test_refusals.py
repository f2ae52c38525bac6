"""What central refuses of a node is known there by record, rule and day until a receipt comes; nothing is deleted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from testimony import canonical
from testimony.sealing.records.records import SignedRecord
from testimony.services.delivery import refusals as delivery_refusals
from testimony.services.delivery.refusals import Counted, Refusal
from testimony.services.intake.intake import take_in
from testimony.services.roster import adoption
from testimony.station.station import Station
from testimony.store.errors import StoreFull
from testimony.store.models import outbox
from testimony.sync.client.push import push
from testimony.sync.errors import StationUnreachable
from testimony.sync.http.channel import Answer
from testimony.sync.jobs.sync import SyncJob
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.support.sync.removable_media import answer, bring_file, export
from tests.support.sync.world import Changed, World, all_names, bring, held, in_process, pieces_of, tid_of, to, waiting


def revoke(world: World, central: Station, *, status: str = "revoked") -> SignedRecord:
    """Central alone has a roster in which the phone of every testimony is revoked, or active again."""
    devices = [
        {**one, "status": status} if one["id"] == "phone-7" else one for one in world.chain.latest.value["devices"]
    ]
    record = world.next_roster(devices=devices)
    adoption.adopt_all(central, [record])
    return record


def standing(node: Station) -> list[Refusal]:
    with node.database.reading() as session:
        return delivery_refusals.standing(session)


def kept(node: Station) -> int:
    with node.database.reading() as session:
        return len(outbox.refusals(session))


def said(node: Station) -> dict[str, str]:
    return {one.record: one.rule for one in standing(node)}


def batches_changed(change: Callable[[Frame], Frame | None]) -> Callable[[str, Answer], Answer]:
    def changed(path: str, given: Answer) -> Answer:
        if path != "/sync/batch":
            return given
        frames = [new for frame in read_frames(given.body) if frame.kind != "end" and (new := change(frame))]
        return Answer(given.status, given.headers, write_frames(frames))

    return changed


def refusing(*names: str, rule: str = "structure") -> Callable[[Frame], Frame | None]:
    """As if central refused these, and signed for nothing."""

    def change(frame: Frame) -> Frame | None:
        told = canonical.decode_object(frame.payload)
        if frame.kind == "status" and told["name"] in names:
            return Frame("status", canonical.encode({"name": told["name"], "status": "refused", "rule": rule}))
        return frame if frame.kind == "status" else None

    return change


def test_a_record_that_central_refuses_is_named_with_rule_and_day_and_waits_on(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    push(node, to(central, world.station, refused_there(central, sealed.record.id, rule="signer.unknown")))
    assert standing(node) == [Refusal(sealed.record.id, "signer.unknown", node.today(), tid_of(sealed))]
    assert waiting(node) == [sealed.record.id]
    assert held(node, sealed) == all_names(sealed)


def test_a_receipt_ends_it(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    push(node, to(central, world.station, refused_there(central, sealed.record.id)))
    assert push(node, to(central, world.station)).delivered == 1
    assert (standing(node), kept(node)) == ([], 0)


def test_it_is_named_since_the_first_day_of_the_same_rule(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    for day, rule in (("2026-12-01", "structure"), ("2026-12-02", "structure"), ("2026-12-03", "conflict")):
        monkeypatch.setattr(node, "today", lambda day=day: day)
        push(node, to(central, world.station, refused_there(central, sealed.record.id, rule=rule)))
        (one,) = standing(node)
        assert (one.rule, one.day) == (rule, "2026-12-03" if rule == "conflict" else "2026-12-01")


def refused_there(central: Station, *names: str, rule: str = "structure") -> Changed:
    return Changed(in_process(central), batches_changed(refusing(*names, rule=rule)))


def test_an_object_that_central_refuses_is_said_of_its_record(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    name = canonical.sha256_hex(sealed.parts[0].body)
    push(node, to(central, world.station, refused_there(central, name, rule="hash.mismatch")))
    assert said(node) == {sealed.record.id: "hash.mismatch"}


def test_the_rule_of_the_record_itself_goes_before_those_of_its_objects(world: World) -> None:
    node, sealed = world.node(), world.testimony()
    bring(node, sealed)
    told = {sealed.record.id: "signer.unknown"} | dict.fromkeys(all_names(sealed), "not.named")
    delivery_refusals.note(node, told)
    assert said(node) == {sealed.record.id: "signer.unknown"}


def test_a_delivery_that_offered_everything_ends_what_is_refused_no_longer(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    push(node, to(central, world.station, refused_there(central, sealed.record.id)))
    silent = Changed(in_process(central), batches_changed(refusing()))  # it signs for nothing and refuses nothing
    push(node, to(central, world.station, silent))
    assert said(node) == {}


def test_a_delivery_that_broke_off_adds_and_forgets_nothing(world: World) -> None:
    node, central = world.node(), world.central()
    first, second = world.testimony(size=200_000), world.testimony()
    bring(node, first, second)
    delivery_refusals.note(node, {second.record.id: "conflict"})
    told = batches_changed(refusing(first.record.id))
    whole: list[str] = []

    def breaking(path: str, given: Answer) -> Answer:
        if path in {"/sync/batch", "/sync/upload"}:
            whole.append(path)
            if len(whole) > 1:
                raise StationUnreachable(url="")
        return told(path, given)

    with pytest.raises(StationUnreachable):
        push(node, to(central, world.station, Changed(in_process(central), breaking)))
    assert said(node) == {first.record.id: "structure", second.record.id: "conflict"}


def test_a_piece_of_media_is_refused_until_its_receipt_and_on_a_metered_link_too(world: World) -> None:
    node, central, sealed = world.node(), world.central(), world.with_media(300_000)
    bring(node, sealed)
    push(node, to(central, world.station), media=False)
    delivery_refusals.note(node, {canonical.sha256_hex(pieces_of(sealed)[0][-1]): "hash.mismatch"})
    assert said(node) == {sealed.record.id: "hash.mismatch"}
    push(node, to(central, world.station), media=False)  # in which no piece was offered
    assert said(node) == {sealed.record.id: "hash.mismatch"}
    push(node, to(central, world.station))
    assert said(node) == {}


def test_what_is_about_no_record_of_the_outbox_is_not_kept_and_a_rule_of_tomorrow_is_told(world: World) -> None:
    node, sealed = world.node(), world.testimony()
    bring(node, sealed)
    delivery_refusals.note(node, {"": "container.torn", "f" * 64: "structure", sealed.record.id: "x" * 100_000})
    assert said(node) == {sealed.record.id: delivery_refusals.OTHER}
    assert kept(node) == 1


def test_what_is_withdrawn_here_is_refused_no_longer(world: World) -> None:
    from testimony.services.records.types import Incoming

    node, sealed = world.node(), world.testimony()
    bring(node, sealed)
    delivery_refusals.note(node, {sealed.record.id: "structure"})
    take_in(node, [Incoming("record", world.withdraw(sealed).encode())])
    assert said(node) == {}


def test_by_stick_it_comes_back_with_the_answer_and_ends_with_a_receipt(world: World, tmp_path: Path) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    (file,) = export(node, tmp_path / "stick")
    revoke(world, central)
    torn = tmp_path / "torn.bin"  # nobody vouches for a testimony in it whose phone was revoked
    torn.write_bytes(file.read_bytes()[:-10])
    bring_file(central, torn)
    bring_file(node, answer(central, tmp_path / "back", "node-1")[0])
    assert standing(node) == [Refusal(sealed.record.id, "signer.inactive", node.today(), tid_of(sealed))]
    revoke(world, central, status="active")
    bring_file(central, file)
    bring_file(node, answer(central, tmp_path / "again", "node-1")[0])
    assert (standing(node), kept(node)) == ([], 0)
    assert waiting(node) == []


def test_rules_are_counted_the_most_frequent_first_since_their_first_day() -> None:
    told = [Refusal("a", "conflict", "2026-11-03"), Refusal("b", "structure", "2026-11-09")]
    told += [Refusal("c", "structure", "2026-11-05")]
    assert delivery_refusals.counted(told) == [
        Counted("structure", 2, "2026-11-05"),
        Counted("conflict", 1, "2026-11-03"),
    ]


def test_a_full_disk_holds_up_no_exchange(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    node, sealed = world.node(), world.testimony()
    bring(node, sealed)

    def full() -> None:
        raise StoreFull

    monkeypatch.setattr(node.database, "transaction", full)
    delivery_refusals.note(node, {sealed.record.id: "structure"})
    assert said(node) == {}


def test_the_background_tells_a_rule_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    loop = SyncJob(node, to(central, world.station, refused_there(central, sealed.record.id)))
    with caplog.at_level(logging.WARNING, "testimony.sync"):
        for _ in range(3):
            loop.once()
    assert [line for line in caplog.messages if "does not take" in line] == [
        "central does not take something of this station: structure"
    ]
    assert sealed.record.id not in caplog.text
