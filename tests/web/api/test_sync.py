"""/sync at the door: signatures, nonces, sizes, and answers that programs can rely on."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from io import RawIOBase
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse, create_environ, run_wsgi_app

from testimony import canonical
from testimony.sealing.records.signatures import Signer
from testimony.services.roster import adoption
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.store.errors import StoreFailing, StoreFull, StoreLocked, StoreUnwritable
from testimony.sync.http.transport import FRAMES_TYPE
from testimony.sync.wire.frames import BATCH_LIMIT, Frame, read_frames, write_frames
from testimony.sync.wire.signatures import sign_request
from testimony.web.api import sync as door
from testimony.web.factory import create_app
from tests.support.sync.world import World, held, objects_of

BATCH, HAVE, FEED, NONCE = "/sync/batch", "/sync/have", "/sync/feed?after=0", "/sync/nonce"
EMPTY = write_frames([])
NAMES = canonical.encode({"names": ["a" * 64]})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def app_of(station: Station) -> Flask:
    return create_app(STATION=station)


@pytest.fixture
def central(world: World) -> Station:
    return world.central()


@pytest.fixture
def client(central: Station) -> FlaskClient:
    return app_of(central).test_client()


@pytest.fixture
def field(world: World) -> FlaskClient:
    return app_of(world.node()).test_client()


def nonce(client: FlaskClient) -> str:
    return str(client.get(NONCE).json["nonce"])  # type: ignore[index]


def ask(
    client: FlaskClient, signer: Signer | None, path: str, body: bytes = b"", *, used: str = "", **changed: str
) -> TestResponse:
    """A request as it should be, signed by `signer`, but for `changed` headers (underscores for dashes)."""
    method = "GET" if path.startswith("/sync/feed") else "POST"
    headers = {}
    if signer is not None:
        headers = sign_request(signer, method, f"http://localhost{path}", body, used or nonce(client))
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    return client.open(path, method=method, data=body, headers=headers)


def rule(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, canonical.decode_object(answer.data)["rule"]


def test_a_node_delivers_and_desks_read(client: FlaskClient, world: World, central: Station) -> None:
    sealed = world.testimony()
    frames = [Frame("record", sealed.record.encode()), *(Frame("object", data) for data in objects_of(sealed))]
    answer = ask(client, world.station, BATCH, write_frames(frames))
    assert (answer.status_code, answer.mimetype) == (200, FRAMES_TYPE)
    assert len(held(central, sealed)) == 20
    for reader in (world.lawyer_signer, world.coordinator_signer, world.station):
        assert ask(client, reader, FEED).status_code == 200
    assert canonical.decode(ask(client, world.station, HAVE, NAMES).data) == {"lacking": "80"}


@pytest.mark.parametrize(("path", "body"), [(BATCH, EMPTY), (HAVE, NAMES), (FEED, b"")])
class TestWhoMayAsk:
    def test_an_unsigned_request_is_refused(self, client: FlaskClient, world: World, path: str, body: bytes) -> None:
        assert rule(ask(client, None, path, body)) == (401, "signature.missing")

    def test_an_unknown_key_is_refused(self, client: FlaskClient, world: World, path: str, body: bytes) -> None:
        assert rule(ask(client, Signer.generate(), path, body)) == (403, "signer.unknown")

    def test_a_phone_and_an_interviewer_are_refused(
        self, client: FlaskClient, world: World, path: str, body: bytes
    ) -> None:
        assert rule(ask(client, world.device, path, body)) == (403, "signer.role")
        assert rule(ask(client, world.interviewer, path, body)) == (403, "signer.role")

    def test_central_itself_is_no_node(self, client: FlaskClient, world: World, path: str, body: bytes) -> None:
        assert rule(ask(client, world.central_signer, path, body)) == (403, "signer.role")

    def test_a_nonce_counts_once(self, client: FlaskClient, world: World, path: str, body: bytes) -> None:
        used = nonce(client)
        assert ask(client, world.station, path, body, used=used).status_code == 200
        assert rule(ask(client, world.station, path, body, used=used)) == (401, "nonce")

    def test_a_nonce_that_was_never_given_out_is_refused(
        self, client: FlaskClient, world: World, path: str, body: bytes
    ) -> None:
        assert rule(ask(client, world.station, path, body, used="0" * 32)) == (401, "nonce")

    def test_another_body_is_refused(self, client: FlaskClient, world: World, path: str, body: bytes) -> None:
        method = "GET" if path == FEED else "POST"
        headers = sign_request(world.station, method, f"http://localhost{path}", b"other", nonce(client))
        answer = client.open(path, method=method, data=body, headers=headers)
        assert rule(answer) == (401, "signature.bad")

    def test_a_signature_for_another_path_is_refused(
        self, client: FlaskClient, world: World, path: str, body: bytes
    ) -> None:
        other = {BATCH: HAVE, HAVE: BATCH, FEED: "/sync/feed?after=1"}[path]
        method = "GET" if path == FEED else "POST"
        headers = sign_request(world.station, method, f"http://localhost{other}", body, nonce(client))
        assert rule(client.open(path, method=method, data=body, headers=headers)) == (401, "signature.bad")

    def test_a_claimed_signer_is_checked(self, client: FlaskClient, world: World, path: str, body: bytes) -> None:
        method = "GET" if path == FEED else "POST"
        headers = sign_request(world.second_node, method, f"http://localhost{path}", body, nonce(client))
        headers["Signature-Input"] = headers["Signature-Input"].replace(world.second_node.kid, world.station.kid)
        assert rule(client.open(path, method=method, data=body, headers=headers)) == (401, "signature.bad")

    def test_a_revoked_station_is_told_so(
        self, client: FlaskClient, world: World, central: Station, path: str, body: bytes
    ) -> None:
        devices = [
            {**each, "status": "revoked"} if each["id"] == "node-1" else each for each in world.roster["devices"]
        ]
        adoption.adopt_all(central, [world.next_roster(devices=devices)])
        assert rule(ask(client, world.station, path, body)) == (403, "signer.inactive")

    def test_a_bad_signature_does_not_use_up_a_nonce(
        self, client: FlaskClient, world: World, path: str, body: bytes
    ) -> None:
        used = nonce(client)
        assert rule(ask(client, world.station, path, body, used=used, Signature="testimony=:AAAA:"))[0] == 401
        assert ask(client, world.station, path, body, used=used).status_code == 200


def test_a_roster_that_another_process_adopted_counts_at_once(
    client: FlaskClient, world: World, central: Station
) -> None:
    assert ask(client, world.station, FEED).status_code == 200
    devices = [{**each, "status": "revoked"} if each["id"] == "node-1" else each for each in world.roster["devices"]]
    with open_station(central.settings.home) as beside:
        adoption.adopt_all(beside, [world.next_roster(devices=devices)])
    assert rule(ask(client, world.station, FEED)) == (403, "signer.inactive")


def test_lawyers_and_coordinators_may_deliver(client: FlaskClient, world: World) -> None:
    """What of it is taken: `tests/sync/client/test_push_from_desk.py`."""
    for reader in (world.lawyer_signer, world.coordinator_signer):
        assert ask(client, reader, BATCH, EMPTY).status_code == 200
        assert ask(client, reader, HAVE, NAMES).status_code == 200


def test_a_field_node_takes_deliveries_from_phones_unsigned_but_shows_its_log_to_nobody_unsigned(
    field: FlaskClient, world: World
) -> None:
    assert field.post(BATCH, data=EMPTY).status_code == 200
    assert field.post(HAVE, data=NAMES).status_code == 200
    assert rule(field.get(FEED)) == (401, "signature.missing")


@pytest.mark.parametrize("after", ["", "x", "-1", "1.5", "1" * 16, "٣", "0&after="])
def test_a_position_is_a_number(client: FlaskClient, world: World, after: str) -> None:
    from urllib.parse import quote

    path = f"/sync/feed?after={quote(after, safe='&=')}"
    answer = ask(client, world.station, path)
    assert answer.status_code == 200 if after == "0&after=" else rule(answer) == (400, "structure")


def test_every_answer_brings_a_fresh_nonce_and_no_cookie(client: FlaskClient, world: World) -> None:
    answers = [
        client.get(NONCE),
        client.post(BATCH, data=b"x"),
        client.post(BATCH, data=b"x" * (BATCH_LIMIT + 1)),
        client.get(FEED),
        ask(client, world.station, HAVE, b"not json"),
        ask(client, world.station, BATCH, EMPTY),
    ]
    given = [answer.headers["Testimony-Nonce"] for answer in answers]
    assert len(set(given)) == len(answers)
    assert [answer.status_code for answer in answers] == [200, 401, 413, 401, 400, 200]
    assert not any("Set-Cookie" in answer.headers for answer in answers)
    assert all(answer.headers["Cache-Control"] == "no-store" for answer in answers)


def test_a_request_that_a_browser_sends_for_another_site_is_refused(field: FlaskClient) -> None:
    answer = field.post(BATCH, data=EMPTY, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize(("path", "limit"), [(BATCH, BATCH_LIMIT), (HAVE, door.HAVE_LIMIT)])
def test_a_body_over_the_limit_is_refused_without_being_read_to_its_end(
    field: FlaskClient, path: str, limit: int
) -> None:
    assert rule(field.post(path, data=b"x" * (limit + 1))) == (413, "size.limit")

    class Endless(RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            self.given += len(buffer)
            buffer[:] = b"x" * len(buffer)
            return len(buffer)

    stream = Endless()
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    environ = {**create_environ(path, method="POST"), **chunked, "wsgi.input": stream}
    _, status, _ = run_wsgi_app(field.application.wsgi_app, environ)
    assert status.startswith("413")
    assert stream.given <= limit + 2 * 65536


def test_a_body_is_never_written_to_a_temporary_file(
    field: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file was opened")

    monkeypatch.setattr(tempfile, "TemporaryFile", forbidden)
    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", forbidden)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", forbidden)
    sealed = world.testimony(size=120_000)
    frames = [Frame("record", sealed.record.encode()), *(Frame("object", data) for data in objects_of(sealed))]
    body = write_frames(frames)
    assert 600_000 < len(body) < BATCH_LIMIT
    answer = field.post(BATCH, data=body, content_type="multipart/form-data; boundary=x")
    assert [frame.kind for frame in read_frames(answer.data)][-2:] == ["record", "end"]


@pytest.mark.parametrize(
    ("error", "status", "wait"),
    [
        (StoreLocked(), 503, "5"),
        (StoreFailing(), 503, "5"),
        (StoreFull(), 507, "600"),
        (StoreUnwritable(folder="/"), 507, "600"),
    ],
)
def test_a_store_that_cannot_take_anything_says_when_to_come_back(
    field: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, wait: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(door, "answer_batch", fail)
    answer = field.post(BATCH, data=EMPTY)
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, wait)


def test_a_store_that_is_locked_while_it_serves_takes_everything_afterwards(world: World) -> None:
    station = world.node()
    field = app_of(station).test_client()
    sealed = world.testimony()
    body = write_frames(
        [Frame("record", sealed.record.encode()), *(Frame("object", data) for data in objects_of(sealed))]
    )
    with closing(sqlite3.connect(station.settings.home / "testimony.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = field.post(BATCH, data=body)
        assert rule(locked) == (503, "busy")
        assert locked.headers["Retry-After"] == "5"
        other.execute("ROLLBACK")
    assert held(station, sealed) == set()
    answer = field.post(BATCH, data=body)
    assert [frame.kind for frame in read_frames(answer.data)][-2:] == ["record", "end"]


def test_an_unexpected_error_is_answered_without_a_word_about_it(
    field: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the witness's name")

    monkeypatch.setattr(door, "answer_batch", fail)
    answer = field.post(BATCH, data=EMPTY)
    assert rule(answer) == (500, "error")
    assert b"witness" not in answer.data
    assert "the witness's name" not in caplog.text


def test_a_desk_has_no_sync_door(world: World) -> None:
    client = app_of(world.desk()).test_client()
    port = world.opened[-1].settings.port
    assert client.get(NONCE, headers={"Host": f"localhost:{port}"}).status_code == 404
