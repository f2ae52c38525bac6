"""A long recording on its way from a phone to a lawyer's ear: how fast each step is, and how much memory it takes.

It is sealed by another process into a file, so that what this one holds at its peak is what the steps need.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from testimony.domain.roles import Audience, Role
from testimony.sealing.parts.manifest import is_media
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony.media import Medium, cut
from testimony.services.intake.intake import take_in
from testimony.services.opening.media import OpenMedia
from testimony.services.opening.permission import Permission
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.sync.client.pull import pull
from testimony.sync.client.pull_media import fetch
from testimony.sync.client.push import push
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from testimony.web.factory import create_app
from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Figure, took
from tests.bench.support.processes import resident, watched
from tests.support.cli.program import serving
from tests.support.sync.world import World
from tests.support.web.browser import Browser

SIZE = 60_000_000
BATCH = 512 * 1024
MB = SIZE / 1e6


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        file = Path(folder) / "delivery"
        sealing = multiprocessing.get_context("fork").Process(target=_seal, args=(world, file))
        sealing.start()
        sealing.join()
        try:
            return _measure(world, file)
        finally:
            world.close()


def _seal(world: World, file: Path) -> None:
    voice = Medium(kind="voice", type="audio/webm", data=os.urandom(SIZE), seconds=SIZE // 3000)
    sealed = world.seal(cut([voice]))
    parts = sorted(sealed.parts, key=lambda part: is_media(part.part))
    objects = (Frame("object", data) for part in parts for data in (*part.heads.values(), part.body))
    file.write_bytes(write_frames([Frame("record", sealed.record.encode()), *objects]))


def _batches(file: Path) -> Iterator[list[Incoming]]:
    batch: list[Incoming] = []
    with file.open("rb") as source:
        for frame in read_frames(source):
            if frame.kind == "end":
                break
            if sum(len(item.payload) for item in batch) + frame.size > BATCH:
                yield batch
                batch = []
            batch.append(Incoming("record" if frame.kind == "record" else "object", frame.payload))
    yield batch


def _measure(world: World, file: Path) -> Sequence[Figure]:
    node, central, desk = world.node(), world.central(), world.desk()
    before = _peak_here()
    taken_in = took(lambda: [take_in(node, batch) for batch in _batches(file)])
    central.close()
    with serving("central", central.settings.home, free_port()) as process:
        url = process.address.partition("/#")[0]  # type: ignore[attr-defined]
        held = resident(process.pid)
        with watched(process.pid) as most:
            pushed = took(lambda: push(node, Transport(url, world.station, channel=HttpChannel())))
            to_desk = Transport(url, world.lawyer_signer, channel=HttpChannel())
            pull(desk, to_desk, audience="lawyers")
            fetched = took(lambda: fetch(desk, to_desk))
            there = most() - held
    reader = Reader(
        id="lawyer-a", role=Role.LAWYER, audience=Audience.LAWYERS, key=world.lawyer_a, signer=world.lawyer_signer
    )
    tid = _tid(desk)
    checked = took(lambda: _check(desk, reader, tid))
    given = took(lambda: _listen(desk, reader, tid))
    return [
        Figure("a recording of so much, in pieces of 257 kB", MB, "MB"),
        Figure("phone -> node, in batches of 512 kB, in process", MB / taken_in, "MB/s"),
        Figure("node -> central, over HTTP on this machine", MB / pushed, "MB/s"),
        Figure("central -> a lawyer's desk, over HTTP on this machine", MB / fetched, "MB/s"),
        Figure("the desk checks every piece", MB / checked, "MB/s"),
        Figure("the desk gives it out, a piece an answer, each verified first", MB / given, "MB/s"),
        Figure("memory: all of these steps on top of what the process held before", _peak_here() - before, "MB"),
        Figure("memory: central, taking it in and giving it out, on top of what it held", there, "MB"),
    ]


def _tid(desk: Station) -> str:
    with desk.database.reading() as session:
        [(_, record)] = record_queries.records_of_kind(session, "manifest")
    return str(SignedRecord(record.data, ()).value["tid"])


def _check(desk: Station, reader: Reader, tid: str) -> None:
    with desk.database.reading() as session:
        opened = OpenMedia(ReadingSession.at(desk, session, reader), tid, permission=Permission(closed={}))
        for error in opened.check(opened.item(1)):
            raise error


def _listen(desk: Station, reader: Reader, tid: str) -> None:
    """As a browser does: on from where the last answer ended."""
    app = create_app(STATION=desk)
    browser = Browser(app, "lawyer")
    browser.post_json("/start", {"token": app.config["START_TOKEN"]})
    app.extensions["testimony.key"].put(reader)
    heard = 0
    while heard < SIZE:
        answer = browser.get(f"/media/{tid}/1", headers={"Range": f"bytes={heard}-"})
        if answer.status_code != 206:
            raise RuntimeError(f"the desk answered {answer.status_code}")
        heard += len(answer.data)
    app.extensions["testimony.key"].forget()


def _peak_here() -> float:
    """MB that this process held at its most, so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
