"""An enrolled node with a good key attacks central: all of it is refused or counted, and nobody else is harmed."""

from __future__ import annotations

import os
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from testimony import canonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from testimony.sealing.statements.early_withdrawal import early_withdrawal
from testimony.sealing.testimony import annex
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.intake import quotas
from testimony.station.nonces import Nonces
from testimony.sync.wire.frames import BATCH_LIMIT, PAYLOAD_LIMIT, PREFACE, Frame, write_frames
from testimony.sync.wire.signatures import sign_request
from tests.support.damage import last_byte_changed
from tests.support.faults.hostile_node import QUOTA, Attacker, Reply, Siege, Town, besieged, frames_of
from tests.support.sealing.organisation import forged_roster
from tests.support.services.world import DAY, objects_of, tid_of

THREADS = 8
SLOW = 40
NONCES = 1_000
ROSTERS = 900
QUESTIONS = 30
HAVE, BATCH, FEED, GREETING = "/sync/have", "/sync/batch", "/sync/feed?after=0", "/sync/greeting"
NOBODY = "0" * 64
STRANGE = (
    b"[" * 30_000,
    b'{"names":' * 3_000,
    b'{"names":' + b"[" * 9 + b"]" * 9 + b"}",
    b'{"names":' + b"9" * 20_000 + b"}",
    b'{"names":1e999}',
    b'{"names":NaN}',
    b'{"names":["\\ud800"]}',
    b"\xff\xfe",
    b"",
)
EMPTY = write_frames([])
NAMES = canonical.encode({"names": [NOBODY]})


@pytest.fixture
def siege(tmp_path: Path) -> Iterator[Siege]:
    with besieged(tmp_path) as made:
        yield made


def by_many(act: Callable[[int], Reply], number: int) -> list[Reply]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(act, range(number)))


def answered(status: int, rule: str, reply: Reply) -> bool:
    assert (reply.status, reply.rule) == (status, rule)
    return True


def envelope(record: SignedRecord, **changes: object) -> bytes:
    """The record as a container of one frame, with other signed bytes under the same signatures."""
    data = canonical.encode({**record.value, **changes})
    return write_frames([Frame("record", SignedRecord(data, record.sigs).encode())])


def test_a_flood_is_answered_refused_or_counted_and_takes_nothing_from_others(siege: Siege) -> None:
    names = canonical.encode({"names": [f"{number:064x}" for number in range(4_096)]})
    forged = forged_roster(siege.world.root.keys)
    invented = [
        SignedRecord(canonical.encode({"v": "testimony/1/roster", "no": number}), forged.sigs)
        for number in range(ROSTERS)
    ]

    def worthless(_: int) -> Reply:
        return attacker.batch(*(statements.refusal(day=DAY, signer=siege.world.hostile_phone) for _ in range(50)))

    with siege.under_attack() as attacker:
        nonces = by_many(lambda _: attacker.send("GET", "/sync/nonce"), NONCES)
        assert len({reply.nonce for reply in nonces}) == NONCES
        asked = by_many(lambda _: attacker.ask("POST", HAVE, names), QUESTIONS)
        given = by_many(lambda _: attacker.ask("GET", FEED), QUESTIONS)
        assert {reply.status for reply in (*asked, *given, *nonces)} == {200}
        for reply in given:  # rosters, and hashes: nothing of what another node delivered
            assert Counter(frame.kind for frame in reply.frames)["object"] == 0

        replies = by_many(lambda place: attacker.batch(*invented[place * 300 : place * 300 + 300]), ROSTERS // 300)
        refused = Counter(status for reply in replies for status in reply.statuses)
        assert refused == {("refused", "signature.bad"): ROSTERS}

        replies = by_many(worthless, 40)
        taken = [reply for reply in replies if reply.status == 200]
        assert all(set(reply.statuses) == {("stored", None)} for reply in taken)
        assert QUOTA <= 50 * len(taken) <= QUOTA + 50 * THREADS
        assert all(answered(429, "quota", reply) for reply in replies if reply.status != 200)
        assert answered(429, "quota", worthless(0))

        strays = attacker.batch(*(early_withdrawal(day=DAY, signer=Signer.generate()) for _ in range(120)))
        share = quotas.MOST_WAITING
        assert Counter(strays.statuses) == {("stored", None): share, ("refused", "waiting.full"): 120 - share}


def test_slow_uploads_and_answers_that_nobody_reads_keep_nobody_waiting(siege: Siege) -> None:
    with siege.under_attack() as attacker, ExitStack() as stack:
        for _ in range(SLOW):
            headers = attacker.signed("POST", BATCH, EMPTY)
            upload = stack.enter_context(socket.create_connection(("127.0.0.1", attacker.port)))
            lines = [f"{name}: {value}" for name, value in headers.items()]
            upload.sendall(
                "\r\n".join([f"POST {BATCH} HTTP/1.1", "Host: x", "Content-Length: 1000000", *lines]).encode()
            )
            upload.sendall(b"\r\n\r\n" + PREFACE + b"x" * 900_000)
        for _ in range(3 * THREADS):
            unread = stack.enter_context(socket.socket())
            unread.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            unread.connect(("127.0.0.1", attacker.port))
            with suppress(ConnectionError):
                unread.sendall(b"GET /sync/trust HTTP/1.1\r\nHost: x\r\n\r\n" * 1_000)
        assert attacker.ask("POST", HAVE, NAMES).status == 200


def test_what_is_forged_or_too_large_is_refused_and_changes_nothing(siege: Siege) -> None:
    """Whatever it says of itself."""
    with siege.under_attack() as attacker:
        refuse_large_bodies(attacker)
        refuse_large_frames(attacker)
        refuse_strange_structures(attacker)
        refuse_requests_that_their_signer_did_not_sign(attacker, siege.world)
        refuse_records_of_others(attacker, siege.world, siege.old[0])
        take_nothing_by_a_number_or_by_borrowed_parts(attacker, siege.world, siege.old[0])


def refuse_strange_structures(attacker: Attacker) -> None:
    for path in (HAVE, GREETING, "/sync/wordings", "/sync/certificate"):
        for data in STRANGE:
            assert answered(400, "structure", attacker.ask("POST", path, data)), (path, data[:20])
    container = write_frames([Frame("record", data) for data in STRANGE])
    statuses = attacker.ask("POST", BATCH, container).statuses
    assert statuses == [("refused", "structure")] * len(STRANGE)


def refuse_large_bodies(attacker: Attacker) -> None:
    for claimed in (3 * BATCH_LIMIT, 10**10, 10**30):
        assert attacker.send("POST", BATCH, b"", {"Content-Length": str(claimed)}).status in (400, 413)
    assert answered(413, "size.limit", attacker.ask("POST", BATCH, bytes(BATCH_LIMIT + 1)))
    assert endless(attacker) == 413
    assert answered(413, "size.limit", attacker.ask("POST", HAVE, bytes(400_000)))
    assert answered(413, "size.limit", attacker.ask("POST", GREETING, bytes(40_000)))
    assert attacker.send("GET", FEED, b"", {"X-Long": "x" * 300_000}).status == 431
    many = canonical.encode({"names": [f"{number:064x}" for number in range(4_097)]})
    assert answered(400, "size.limit", attacker.ask("POST", HAVE, many))
    assert answered(400, "structure", attacker.ask("GET", "/sync/feed?after=" + "9" * 16))
    wanted = canonical.encode({"wanted": [NOBODY] * 4_097})
    assert answered(400, "size.limit", attacker.ask("POST", "/sync/wordings", wanted))


def endless(attacker: Attacker) -> int:
    """The status for a body in chunks that comes and comes."""

    def chunks() -> Iterator[bytes]:
        while True:
            yield bytes(64 * 1024)

    way = attacker.connection()
    with suppress(ConnectionError):  # it is not read to its end
        way.request("POST", BATCH, chunks(), {"Transfer-Encoding": "chunked"}, encode_chunked=True)
    try:
        return way.getresponse().status
    finally:
        way.close()


def refuse_large_frames(attacker: Attacker) -> None:
    def said(container: bytes) -> list[tuple[str, str | None]]:
        return attacker.ask("POST", BATCH, container).statuses

    header = b'{"kind":"object","len":%d}'
    for claimed, sent in ((PAYLOAD_LIMIT + 1, PAYLOAD_LIMIT + 1), (2**40, 100)):
        long = header % claimed
        assert said(PREFACE + len(long).to_bytes(4, "big") + long + bytes(sent)) == [("refused", "size.limit")]
    assert said(PREFACE + (2**31).to_bytes(4, "big") + b"{}") == [("refused", "structure")]
    assert said(write_frames([Frame("object", bytes(PAYLOAD_LIMIT))])) == [("refused", "not.named")]
    many = said(write_frames([Frame("object", b"")] * 5_000))
    assert Counter(many) == {("refused", "not.named"): 4_096, ("refused", "size.limit"): 1}
    torn = said(write_frames([Frame("checkpoint", b"x")])[:-1])
    assert torn == [("refused", "kind.unknown"), ("refused", "container.torn")]


def refuse_requests_that_their_signer_did_not_sign(attacker: Attacker, world: Town) -> None:
    good = attacker.signed("POST", BATCH, EMPTY)
    assert answered(401, "signature.missing", attacker.send("POST", BATCH, EMPTY))
    assert answered(403, "signer.unknown", attacker.ask("POST", BATCH, EMPTY, by=Signer.generate()))
    assert answered(403, "signer.role", attacker.ask("POST", BATCH, EMPTY, by=world.hostile_phone))
    assert answered(403, "signer.role", attacker.ask("POST", "/sync/media", canonical.encode({"wanted": []})))
    stolen = good["Signature-Input"].replace(attacker.signer.kid, world.station.kid)
    for wrong in (
        {"Signature-Input": stolen},
        {"Signature-Input": good["Signature-Input"].replace("ed25519", "hmac-sha256")},
        {"Signature-Input": good["Signature-Input"].replace(' "content-digest"', "")},
        {"Signature": "testimony=:" + "A" * 86 + "==:"},
        {"Signature": "x"},
        {"Content-Digest": attacker.signed("POST", BATCH, b"x")["Content-Digest"]},
    ):
        assert answered(401, "signature.bad", attacker.send("POST", BATCH, EMPTY, good | wrong))
    assert answered(401, "signature.bad", attacker.send("POST", BATCH, EMPTY + b"x", good))


def refuse_records_of_others(attacker: Attacker, world: Town, victim: SealedTestimony) -> None:
    hostile, stranger = world.second_node, Signer.generate()
    forged = statements.receipt(
        record=victim.record.id, parts=[], log_size=1, root=NOBODY, durable=True, signer=hostile
    )
    of_code = early_withdrawal(day=DAY, signer=world.code)
    sealed = world.testimony()
    head = next(iter(victim.record.value["parts"][0]["heads"].values()))
    note = annex.seal_annex(
        b"{}",
        tid=tid_of(victim),
        day=DAY,
        roster=world.chain.latest.sha256,
        audiences={"lawyers": (world.chain.recipients("lawyers"), 4)},
        signer=hostile,
    )
    refused = {
        "a receipt of its own": (forged, "kind.unknown"),
        "of a phone that nobody enrolled": (world.seal_by(stranger), "signer.unknown"),
        "of a node in the place of a phone": (world.seal_by(hostile), "signer.unknown"),
        "a withdrawal by a node": (withdrawal(victim.record, hostile), "signer.unknown"),
        "a withdrawal by a stranger": (withdrawal(victim.record, stranger), "signer.unknown"),
        "a grant by a node": (
            statements.grant(manifest=victim.record.id, part="coded", head=head, day=DAY, signer=hostile),
            "signer.unknown",
        ),
        "a contest by a node": (
            statements.contest(withdrawal=NOBODY, annex=NOBODY, day=DAY, signer=hostile),
            "signer.unknown",
        ),
        "an annex by a node": (note.record, "signer.unknown"),
        "a refusal by a node": (statements.refusal(day=DAY, signer=hostile), "signer.unknown"),
    }
    for what, (record, rule) in refused.items():
        assert (what, attacker.batch(record).statuses) == (what, [("refused", rule)])
    for record, changes in (
        (of_code, {"day": "2026-11-25"}),
        (withdrawal(victim.record, world.code), {"by": hostile.kid}),
        (sealed.record, {"day": "2026-11-25"}),
        (victim.record, {"withdraw": hostile.public_keys[0].pub.hex()}),
    ):
        (status, rule), *_ = attacker.ask("POST", BATCH, envelope(record, **changes)).statuses
        assert (status, rule in {"signature.bad", "signer.unknown"}) == ("refused", True), rule
    for changed in objects_of(victim):
        other = last_byte_changed(changed)
        assert attacker.batch(other).statuses == [("refused", "not.named")]


def withdrawal(of: SignedRecord, signer: Signer) -> SignedRecord:
    return statements.withdrawal(tid=str(of.value["tid"]), scope="all", day=DAY, signer=signer)


def take_nothing_by_a_number_or_by_borrowed_parts(attacker: Attacker, world: Town, victim: SealedTestimony) -> None:
    phone = world.hostile_phone
    assert attacker.batch(world.seal_by(phone, tid=tid_of(victim))).statuses == [("refused", "conflict")]
    borrowed = SignedRecord.sign({**victim.record.value, "tid": os.urandom(16).hex(), "by": phone.kid}, phone)
    reply = attacker.batch(borrowed)
    assert reply.statuses == [("stored", None)]
    assert [frame.kind for frame in reply.frames] == ["status", "end"], "no receipt for parts that it did not bring"


def test_a_signed_request_counts_once_for_itself_alone_and_what_comes_again_is_a_duplicate(siege: Siege) -> None:
    with siege.under_attack() as attacker:
        good = attacker.signed("POST", HAVE, NAMES)
        for method, path, body in (
            ("POST", BATCH, NAMES),
            ("GET", HAVE, NAMES),
            ("POST", HAVE + "?x=1", NAMES),
            ("POST", HAVE, canonical.encode({"names": []})),
        ):
            reply = attacker.send(method, path, body, good)
            assert reply.status in (401, 405)
            assert reply.status == 405 or answered(401, "signature.bad", reply)
        assert attacker.send("POST", HAVE, NAMES, good).status == 200
        assert answered(401, "nonce", attacker.send("POST", HAVE, NAMES, good))
        assert answered(401, "nonce", attacker.send("POST", HAVE, NAMES, of_another_run(attacker)))
        send_again_what_an_honest_node_sent(attacker, siege.world, siege.old[0])


def of_another_run(attacker: Attacker) -> dict[str, str]:
    """Signed with a nonce of the right form that this central did not give out."""
    url = f"http://127.0.0.1:{attacker.port}{HAVE}"
    return sign_request(attacker.signer, "POST", url, NAMES, Nonces().new())


def send_again_what_an_honest_node_sent(attacker: Attacker, world: Town, old: SealedTestimony) -> None:
    overheard = attacker.signed("POST", HAVE, NAMES, by=world.station)
    assert attacker.send("POST", HAVE, NAMES, overheard).status == 200
    assert answered(401, "nonce", attacker.send("POST", HAVE, NAMES, overheard))
    for _ in range(3):
        reply = attacker.batch(*frames_of(old))
        assert set(reply.statuses) == {("duplicate", None)}
        (receipt,) = [frame.payload for frame in reply.frames if frame.kind == "record"]
        assert SignedRecord.decode(receipt).value["record"] == old.record.id
