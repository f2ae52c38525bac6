"""Who has only a key of a phone, an interviewer or a node gets nothing out of central that was told to somebody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from testimony import canonical
from testimony.sealing.records.signatures import Signer
from testimony.sync.wire.frames import write_frames
from tests.support.cli.program import serving
from tests.support.faults.hostile_node import Attacker, Siege, besieged, frames_of
from tests.support.services.world import tid_of

NAMES = canonical.encode({"names": ["0" * 64]})
WANTED = canonical.encode({"wanted": []})
SIGNED = (
    ("GET", "/sync/feed?after=0", b""),
    ("POST", "/sync/have", NAMES),
    ("POST", "/sync/batch", write_frames([])),
    ("POST", "/sync/media", WANTED),
    ("POST", "/sync/wordings", WANTED),
    ("POST", "/sync/certificate", b"{}"),
    ("POST", "/sync/update", canonical.encode({"runs": "0.1.0", "from": 0})),
    ("POST", "/sync/upload", b"x"),
)


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    with (
        besieged(tmp_path_factory.mktemp("siege")) as made,
        serving("central", made.central.settings.home, made.port),
    ):
        yield made


@pytest.mark.parametrize(("method", "path", "body"), SIGNED, ids=[path for _, path, _ in SIGNED])
def test_the_key_of_a_phone_or_of_an_interviewer_opens_no_door_of_central(
    method: str, path: str, body: bytes, siege: Siege
) -> None:
    world = siege.world
    for who, rule in ((world.hostile_phone, "signer.role"), (world.interviewer, "signer.role")):
        reply = siege.attacker.ask(method, path, body, by=who)
        assert (reply.status, reply.rule) == (403, rule)
    assert siege.attacker.ask(method, path, body, by=Signer.generate()).status == 403


def test_a_stolen_node_s_key_is_given_no_part_no_head_and_no_testimony_of_another_node(siege: Siege) -> None:
    thief: Attacker = siege.attacker
    given = thief.ask("GET", "/sync/feed?after=0").frames
    tids = [tid_of(sealed).encode() for sealed in siege.old]
    names = [sealed.record.id.encode() for sealed in siege.old]
    assert {frame.kind for frame in given} <= {"checkpoint", "proof", "entry", "leaf", "record", "end"}
    assert not [frame for frame in given for secret in (*tids, *names) if secret in frame.payload]
    lacking = canonical.encode({"names": [sealed.record.id for sealed in siege.old]})
    assert thief.ask("POST", "/sync/have", lacking).status == 200
    assert thief.ask("POST", "/sync/media", WANTED).status == 403
    again = thief.batch(*frames_of(siege.old[0]))
    assert set(again.statuses) == {("duplicate", None)}, "what it holds already it may say again, and learns no more"
