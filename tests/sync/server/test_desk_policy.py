"""What central takes from a desk: what its own reader says about a testimony, and every withdrawal."""

from __future__ import annotations

import pytest

from testimony import canonical
from testimony.sealing.parts.manifest import IMPORTED
from testimony.sealing.records.records import SignedRecord
from testimony.services.feed.feed import Asker
from testimony.sync.server import desk_policy
from testimony.sync.server.server import answer_batch
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from tests.support.sync.world import World

READER, OTHER = "a" * 64, "b" * 64


def envelope(kind: str, by: str, version: str = "") -> bytes:
    value = {"v": version or f"testimony/1/{kind}", "by": by}
    return SignedRecord(canonical.encode(value), ()).encode()


@pytest.mark.parametrize("role", ["lawyer", "coordinator"])
@pytest.mark.parametrize(
    ("kind", "by", "rule"),
    [
        ("annex", READER, ""),
        ("annex", OTHER, "signer.unknown"),
        ("grant", READER, ""),
        ("question", OTHER, "signer.unknown"),
        ("withdraw", READER, ""),
        ("withdraw", OTHER, ""),
        ("manifest", READER, "kind.unknown"),
        ("refusal", READER, "kind.unknown"),
        ("receipt", READER, "kind.unknown"),
        ("roster", READER, "kind.unknown"),
    ],
)
def test_of_a_reader_only_what_is_its_own_to_say(role: str, kind: str, by: str, rule: str) -> None:
    assert desk_policy.rule_against(envelope(kind, by), Asker(kid=READER, role=role)) == rule


def test_an_account_brought_from_elsewhere_is_a_lawyer_s_own() -> None:
    version = f"testimony/{IMPORTED}/manifest"
    asker = Asker(kid=READER, role="lawyer")
    assert desk_policy.rule_against(envelope("manifest", READER, version), asker) == ""
    assert desk_policy.rule_against(envelope("manifest", OTHER, version), asker) == "signer.unknown"


def test_a_node_hands_on_what_others_signed() -> None:
    assert desk_policy.rule_against(envelope("manifest", OTHER), Asker(kid=READER, role="node")) == ""


@pytest.mark.parametrize("payload", [b"", b"{}", canonical.encode({"record": "no", "sigs": []})])
def test_what_cannot_be_read_is_left_to_who_judges_records(payload: bytes) -> None:
    assert desk_policy.rule_against(payload, Asker(kid=READER, role="lawyer")) == ""


def test_central_takes_no_interview_from_a_desk_and_says_so(world: World) -> None:
    central, sealed = world.central(), world.testimony()
    batch = write_frames([Frame("record", sealed.record.encode())])
    reader = Asker(kid=world.lawyer_signer.kid, role="lawyer")
    (said,) = [canonical.decode_object(one.payload) for one in read_frames(answer_batch(central, batch, reader))][:1]
    assert said == {"name": sealed.record.id, "status": "refused", "rule": "kind.unknown"}
    node = Asker(kid=world.station.kid, role="node")
    (said, *_) = [canonical.decode_object(one.payload) for one in read_frames(answer_batch(central, batch, node))]
    assert said["status"] == "stored"
