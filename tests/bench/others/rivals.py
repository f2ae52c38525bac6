"""The same bytes by tools that people know. What is not installed is left out."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.support.addresses import free_port
from tests.bench.support.figures import Figure, took

PART = 2048
PARTS = 3
PACKAGES = (
    "pouchdb-core@7",
    "pouchdb-adapter-memory@7",
    "pouchdb-adapter-http@7",
    "pouchdb-replication@7",
    "express@4",
    "express-pouchdb@4",
)
"""Brought by npm into a temporary folder: nothing of it stays, nothing of ours needs it."""
SCRIPT = Path(__file__).with_name("couching.cjs")
RELAY = "nostr-relay==1.14"
RELAY_CLIENT = Path(__file__).with_name("relay_client.py")
SETTINGS = """\
storage:
  sqlalchemy.url: sqlite+aiosqlite:///{folder}/relay.sqlite3
  validators: [nostr_relay.validators.is_not_too_large, nostr_relay.validators.is_signed]
max_event_size: 1000000
gunicorn: {{bind: "127.0.0.1:{port}", workers: 1, loglevel: error}}
logging: {{version: 1, root: {{level: ERROR}}}}
"""


@dataclass(frozen=True)
class Load:
    """What is to be carried: records of several parts each."""

    what: str
    records: Sequence[Sequence[bytes]]

    @property
    def size(self) -> int:
        return sum(len(part) for record in self.records for part in record)


def invented(number: int) -> Load:
    """`number` of three parts of 2 kB."""
    return Load("records of 6 kB", [[os.urandom(PART) for _ in range(PARTS)] for _ in range(number)])


def measure(load: Load) -> Sequence[Figure]:
    """`load`, each part of it a file for rsync and restic, an attachment for PouchDB."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source"
        for number, record in enumerate(load.records):
            place = source / f"{number % 100:02}" / str(number)
            place.mkdir(parents=True)
            for part, data in enumerate(record):
                (place / str(part)).write_bytes(data)
        return [
            *_rsync(folder, source, load),
            *_restic(folder, source, load),
            *_pouch(folder, source, load),
            *_relay(folder, source, load),
        ]


def _rsync(folder: Path, source: Path, load: Load) -> Iterator[Figure]:
    if shutil.which("rsync"):
        for name, options in (("rsync", ()), ("rsync --fsync", ("--fsync",))):
            copy = folder / name.replace(" ", "")
            seconds = took(lambda: _run("rsync", "-a", *options, f"{source}/", copy))  # noqa: B023  # called at once
            yield Figure(f"{name}, {load.what}", len(load.records) / seconds, "a second")


def _restic(folder: Path, source: Path, load: Load) -> Iterator[Figure]:
    if shutil.which("restic"):
        place = {
            "RESTIC_REPOSITORY": str(folder / "restic"),
            "RESTIC_PASSWORD": "bench",
            "RESTIC_CACHE_DIR": str(folder),
        }
        _run("restic", "init", **place)
        seconds = took(lambda: _run("restic", "backup", "--no-scan", source, **place))
        yield Figure(f"restic, {load.what}", len(load.records) / seconds, "a second")


def _pouch(folder: Path, source: Path, load: Load) -> Iterator[Figure]:
    if not shutil.which("npm"):
        return
    _run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder, *PACKAGES)
    shutil.copy(SCRIPT, folder / SCRIPT.name)
    with _couch(folder) as port:
        command = ["node", folder / SCRIPT.name, "push", str(port), source]
        said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    told = json.loads(said.stdout)
    what = "PouchDB"
    yield Figure(f"{what}, {load.what}", len(load.records) / told["seconds"], "a second")
    yield Figure(f"{what}, {load.what}, sent for each byte", told["sent"] / load.size, "bytes")


def _relay(folder: Path, source: Path, load: Load) -> Iterator[Figure]:
    """Verifies a signature of each record and writes it into SQLite."""
    programs = folder / "relay" / "bin"
    _run(sys.executable, "-m", "venv", programs.parent)
    _run(programs / "pip", "install", "--quiet", RELAY)
    port = free_port()
    (folder / "relay.yaml").write_text(SETTINGS.format(folder=folder, port=port))
    command = [programs / "nostr-relay", "-c", folder / "relay.yaml", "serve"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _until_open(port, server)
            pushing = [programs / "python", RELAY_CLIENT, str(port), source]
            said = subprocess.run(pushing, capture_output=True, text=True, check=True)
        finally:
            server.terminate()
    told = json.loads(said.stdout)
    what = f"a Nostr relay, {load.what}"
    yield Figure(what, len(load.records) / told["seconds"], "a second")
    yield Figure(f"{what}, sent for each byte", told["sent"] / load.size, "bytes")


def _until_open(port: int, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        with socket.socket() as way:
            if way.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("the relay ended before it answered")


@contextmanager
def _couch(folder: Path) -> Iterator[int]:
    port = free_port()
    with subprocess.Popen(
        ["node", folder / SCRIPT.name, "serve", str(port)], stdout=subprocess.PIPE, cwd=folder
    ) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            yield port
        finally:
            server.terminate()


def _run(*command: object, **variables: str) -> None:
    subprocess.run([str(word) for word in command], check=True, capture_output=True, env=os.environ | variables)
