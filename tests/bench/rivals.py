"""The same bytes by tools that people know: rsync, restic, PouchDB. What is not installed is left out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.addresses import free_port
from tests.bench.figures import Figure, took

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


def measure(records: int) -> Sequence[Figure]:
    """`records` of three parts of 2 kB: files for rsync and restic, attachments for PouchDB."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source"
        for number in range(records):
            place = source / f"{number % 100:02}"
            place.mkdir(parents=True, exist_ok=True)
            for part in range(PARTS):
                (place / f"{number}-{part}").write_bytes(os.urandom(PART))
        return [*_rsync(folder, source, records), *_restic(folder, source, records), *_pouch(folder, records)]


def _rsync(folder: Path, source: Path, records: int) -> Iterator[Figure]:
    if shutil.which("rsync"):
        for name, options in (("rsync", ()), ("rsync --fsync", ("--fsync",))):
            copy = folder / name.replace(" ", "")
            seconds = took(lambda: _run("rsync", "-a", *options, f"{source}/", copy))  # noqa: B023  # called at once
            yield Figure(f"{name}, from folder to folder", records / seconds, "records a second")


def _restic(folder: Path, source: Path, records: int) -> Iterator[Figure]:
    if shutil.which("restic"):
        place = {
            "RESTIC_REPOSITORY": str(folder / "restic"),
            "RESTIC_PASSWORD": "bench",
            "RESTIC_CACHE_DIR": str(folder),
        }
        _run("restic", "init", **place)
        seconds = took(lambda: _run("restic", "backup", "--no-scan", source, **place))
        yield Figure("restic, from folder to folder", records / seconds, "records a second")


def _pouch(folder: Path, records: int) -> Iterator[Figure]:
    if not shutil.which("npm"):
        return
    _run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder, *PACKAGES)
    shutil.copy(SCRIPT, folder / SCRIPT.name)
    with _couch(folder) as port:
        command = ["node", folder / SCRIPT.name, "push", str(port), str(records), str(PART), str(PARTS)]
        said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    told = json.loads(said.stdout)
    yield Figure("PouchDB -> express-pouchdb, its store in memory", records / told["seconds"], "records a second")
    yield Figure("PouchDB, sent for each byte of the records", told["sent"] / (records * PART * PARTS), "bytes")


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
