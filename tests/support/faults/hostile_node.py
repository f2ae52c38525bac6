"""A central that is really served, an honest node that delivers all the while, and an attacker with a good key."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from testimony import canonical
from testimony.errors import NotDelivered
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from testimony.services.custody import log as custody_log
from testimony.services.integrity import fsck
from testimony.services.startup import open_station
from testimony.sync.client.exchange import exchange
from testimony.sync.client.pull import pull
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame, read_frames, write_frames
from testimony.sync.wire.signatures import sign_request
from tests.bench.support.processes import resident
from tests.support.cli.program import four_free_ports, serving_anew
from tests.support.services.world import PARTS, World, objects_of
from tests.support.sync.exactly_once import require_once, require_true_receipts
from tests.support.sync.world import all_names, bring, device, held, to, waiting

QUOTA = 300
"""Records of one station in a day, so that a flood reaches it."""
BESIDE = 4
"""Testimonies that the honest node delivers while it is attacked."""
GROWTH = 200.0
"""MB by which central may grow: forty slow uploads, eight answers at work, and no more."""
HONEST_TRIES = 200


class Town(World):
    """The phone of the attacker is enrolled, too."""

    def __init__(self, folder: Path) -> None:
        self.hostile_phone = Signer.generate()
        super().__init__(folder)

    def roster_value(self) -> dict[str, Any]:
        value = super().roster_value()
        value["devices"].append(device("phone-x", self.hostile_phone, "phone"))
        return value

    def seal_by(self, device: Signer, **changes: Any) -> SignedRecord:
        """The manifest of a testimony that `device` sealed."""
        contents = {part: Content("application/json", b"{}") for part in PARTS}
        return self.seal(contents, device=device, **changes).record


@dataclass(frozen=True)
class Reply:
    """What central said: `rule` of a refusal, `statuses` as (status, rule) of each frame of a batch."""

    status: int
    body: bytes
    nonce: str

    @property
    def rule(self) -> str:
        return str(json.loads(self.body)["rule"])

    @property
    def frames(self) -> list[Frame]:
        return list(read_frames(self.body))

    @property
    def statuses(self) -> list[tuple[str, str | None]]:
        said = [canonical.decode_object(frame.payload) for frame in self.frames if frame.kind == "status"]
        return [(one["status"], one["rule"]) for one in said]


class Attacker:
    """Asks whatever it likes, signed or not, over connections of its own."""

    def __init__(self, port: int, signer: Signer) -> None:
        self.port, self.signer = port, signer

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def send(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
        way = self.connection()
        try:
            way.request(method, path, body, headers or {})
            answer = way.getresponse()
            return Reply(answer.status, answer.read(), answer.headers.get("Testimony-Nonce", ""))
        finally:
            way.close()

    def nonce(self) -> str:
        return self.send("GET", "/sync/nonce").nonce

    def signed(self, method: str, path: str, body: bytes = b"", *, by: Signer | None = None) -> dict[str, str]:
        """The headers of a request that is good."""
        return sign_request(by or self.signer, method, f"http://127.0.0.1:{self.port}{path}", body, self.nonce())

    def ask(self, method: str, path: str, body: bytes = b"", *, by: Signer | None = None) -> Reply:
        return self.send(method, path, body, self.signed(method, path, body, by=by))

    def batch(self, *payloads: SignedRecord | bytes) -> Reply:
        """Records and objects, as sound as they may be, in a sound container."""
        frames = [
            Frame("record", one.encode()) if isinstance(one, SignedRecord) else Frame("object", one) for one in payloads
        ]
        return self.ask("POST", "/sync/batch", write_frames(frames))


class Siege:
    """`old`: testimonies that central held before; `new`: what the honest node delivers now."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.world = Town(folder)
        stack.callback(self.world.close)
        self.node, self.central = self.world.node(), self.world.central()
        self.old = [self.world.coded() for _ in range(2)]
        bring(self.node, *self.old)
        exchange(self.node, to(self.central, self.world.station))
        self.before = self._log()
        self.central.close()
        self.port = four_free_ports()
        limits = {"quota_records": QUOTA, "monitor_port": self.port + 1}
        replace(self.central.settings, **limits).save()
        self.new = [self.world.testimony() for _ in range(BESIDE)]
        self.attacker = Attacker(self.port, self.world.second_node)

    def _log(self) -> tuple[int, str]:
        with self.central.database.reading() as session:
            return custody_log.size(session), custody_log.root(session)

    @contextmanager
    def under_attack(self) -> Iterator[Attacker]:
        """Central is served and the honest node delivers; afterwards nothing was harmed, or this fails."""
        with serving_anew("central", self.central.settings.home, self.port) as process, ThreadPoolExecutor(2) as beside:
            assert process.stderr is not None
            said = beside.submit(process.stderr.read)  # all the while: a full pipe would stop it
            try:
                self.attacker.send("GET", "/sync/trust")  # everything is loaded
                memory = resident(process.pid)
                delivered = beside.submit(self._deliver)
                yield self.attacker
                delivered.result()
                assert waiting(self.node) == []
                assert self._is_healthy()
                assert resident(process.pid) - memory < GROWTH
            finally:
                process.terminate()
            assert process.wait(30) == 0
            unforeseen = [line for line in said.result().splitlines() if "unexpected" in line or "Traceback" in line]
            assert unforeseen == [], said.result()
        self._require_unharmed()

    def _deliver(self) -> None:
        """As the loop of a node does: one after the other, again where central was busy."""
        way = Transport(f"http://127.0.0.1:{self.port}", self.world.station, pause=lambda _: None)
        for sealed in self.new:
            bring(self.node, sealed)
            for _ in range(HONEST_TRIES):
                with suppress(NotDelivered):
                    exchange(self.node, way)
                if not waiting(self.node):
                    break

    def _is_healthy(self) -> bool:
        way = http.client.HTTPConnection("127.0.0.1", self.port + 1, timeout=60)
        try:
            way.request("GET", "/health")
            return bool(json.loads(way.getresponse().read())["healthy"])
        finally:
            way.close()

    def _require_unharmed(self) -> None:
        central = open_station(self.central.settings.home)
        self.world.opened.append(central)
        honest = [*self.old, *self.new]
        require_once(central, honest)
        assert all(held(central, sealed) == all_names(sealed) for sealed in honest)
        assert require_true_receipts(self.node, central) == len(honest)
        size, root = self.before
        with central.database.reading() as session:
            assert custody_log.root(session, size) == root, "the log does not go on where it was"
        desk = self.world.desk()
        pull(desk, to(central, self.world.lawyer_signer), audience="lawyers")  # which proves every piece of it
        assert all(len(held(desk, sealed)) == 2 * len(sealed.parts) for sealed in honest)
        central.close()
        assert [one.words for one in fsck.check(central.settings.home) if one.grave] == []


@contextmanager
def besieged(folder: Path) -> Iterator[Siege]:
    with ExitStack() as stack:
        yield Siege(folder, stack)


def frames_of(sealed: SealedTestimony) -> list[SignedRecord | bytes]:
    return [sealed.record, *objects_of(sealed)]
