"""A wording file is taken whole or not at all; a bundle brings a roster, and a bad object in it holds back no other."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest

from testimony.canonical import sha256_hex
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.errors import RosterRefused, WordingRefused
from testimony.services.wordings import wordings
from testimony.sync.bundle import trust as bundle_trust
from testimony.sync.bundle import wordings as bundle_wordings
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.support.services.checked_wordings import CHECKED_BY, RECORDED, wording_of
from tests.support.sync.world import World

ORGANISATION: dict[str, Any] = {"name": "Border Watch"}


def refusal(data: bytes) -> str:
    with pytest.raises(WordingRefused) as error:
        bundle_wordings.read_wording(BytesIO(data))
    return error.value.reason


def bundle(world: World, record: SignedRecord, clips: Mapping[str, bytes]) -> tuple[SignedRecord, bytes]:
    roster = world.next_roster(organisation={**ORGANISATION, "wordings": {"ps": record.id}})
    return roster, bundle_wordings.write_file([roster, record], clips.values())


def test_a_wording_file_comes_back_as_it_was_written(world: World) -> None:
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    found = bundle_wordings.read_wording(BytesIO(bundle_wordings.write_file([record], clips.values())))
    assert (found.record, found.clips, found.wording.name) == (record, clips, record.id)


def test_a_wording_without_recordings_is_a_file_too(world: World) -> None:
    record, _ = wording_of(ORGANISATION, world.lawyer_signer, recorded=())
    assert bundle_wordings.read_wording(BytesIO(bundle_wordings.write_file([record], []))).clips == {}


def test_a_missing_a_changed_and_a_foreign_recording_refuse_the_file(world: World) -> None:
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    some = list(clips.values())
    assert refusal(bundle_wordings.write_file([record], some[1:])) == "clip"
    assert refusal(bundle_wordings.write_file([record], [some[0] + b"x", *some[1:]])) == "clip"
    assert refusal(bundle_wordings.write_file([record], [*some, b"more"])) == "clip"


def test_no_changed_byte_and_no_torn_file_is_taken(world: World) -> None:
    record, clips = wording_of(ORGANISATION, world.lawyer_signer, recorded=RECORDED[:2], size=200)
    whole = bundle_wordings.write_file([record], clips.values())
    for at in range(0, len(whole), 97):
        assert refusal(whole[:at]) == "torn"
        assert refusal(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]) in {"torn", "structure", "clip", "newer"}


def test_two_wordings_or_none_are_no_wording_file(world: World) -> None:
    one, clips = wording_of(ORGANISATION, world.lawyer_signer)
    other, _ = wording_of(ORGANISATION, world.lawyer_signer, "fa")
    assert refusal(bundle_wordings.write_file([one, other], clips.values())) == "structure"
    assert refusal(bundle_wordings.write_file([], clips.values())) == "structure"
    assert refusal(bundle_wordings.write_file([world.roster_record], [])) == "structure"


def test_a_bundle_brings_the_roster_and_what_it_names(world: World) -> None:
    node = world.node()
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    roster, data = bundle(world, record, clips)
    report = bundle_trust.adopt(node, BytesIO(data))
    assert (report.new, report.wordings, report.clips, report.refused) == (True, 1, len(clips), {})
    assert node.chain.latest.sha256 == roster.id
    found = wordings.in_force(node, "ps")
    assert found is not None
    assert found.checked == CHECKED_BY
    assert found.clips.keys() == set(RECORDED)
    again = bundle_trust.adopt(node, BytesIO(data))
    assert (again.new, again.wordings, again.clips, again.refused) == (False, 0, 0, {})


def test_a_bad_object_of_a_bundle_holds_back_no_other(world: World) -> None:
    node = world.node()
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    first, *rest = clips.values()
    roster = world.next_roster(organisation={**ORGANISATION, "wordings": {"ps": record.id}})
    stranger, _ = wording_of(ORGANISATION, world.interviewer, "fa")
    broken = [Frame("record", b"{}"), Frame("record", stranger.encode()), Frame("object", first + b"x")]
    frames = [Frame("record", roster.encode()), *broken, Frame("record", record.encode())]
    data = write_frames([*frames, Frame("object", b"unasked"), *(Frame("object", clip) for clip in rest)])
    report = bundle_trust.adopt(node, BytesIO(data))
    assert (report.wordings, report.clips) == (1, len(rest))
    assert sorted(report.refused.values()) == ["wording.structure", *["wording.unnamed"] * 3]
    assert wordings.lacking(node) == [sha256_hex(first)]


def test_what_came_before_a_tear_stays_and_the_same_file_brings_the_rest(world: World) -> None:
    node = world.node()
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    roster, data = bundle(world, record, clips)
    with pytest.raises(WordingRefused) as torn:
        bundle_trust.adopt(node, BytesIO(data[: len(data) - 4000]))
    assert torn.value.reason == "torn"
    assert node.chain.latest.sha256 == roster.id
    assert 0 < len(wordings.lacking(node)) < len(clips)
    bundle_trust.adopt(node, BytesIO(data))
    assert wordings.lacking(node) == []


def test_a_bundle_of_another_organisation_changes_nothing(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    node, stranger = world.node(), World(tmp_path_factory.mktemp("stranger"))
    record, clips = wording_of(ORGANISATION, stranger.lawyer_signer)
    _, data = bundle(stranger, record, clips)
    before = node.chain.latest.sha256
    with pytest.raises(RosterRefused):
        bundle_trust.adopt(node, BytesIO(data))
    assert node.chain.latest.sha256 == before
    assert not (node.settings.home / "wordings").exists()


def test_a_bundle_is_told_from_a_roster_by_how_it_begins(world: World) -> None:
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    roster, data = bundle(world, record, clips)
    source = BytesIO(data)
    assert bundle_trust.is_container(source)
    assert source.read() == data
    assert not bundle_trust.is_container(BytesIO(roster.encode()))
    assert [frame.kind for frame in read_frames(data)][:3] == ["record", "record", "object"]
