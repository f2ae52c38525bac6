"""Deliveries for the writer, and the question after a crash: is everything here that was acknowledged?"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from testimony.canonical import sha256_hex
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services import startup
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming, Outcome
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.store.errors import PartDamaged
from tests.support.services.world import World

ROOT = Path(__file__).parents[3]
Delivery = Sequence[Incoming]


def write(file: Path, deliveries: Iterable[Delivery]) -> Path:
    lines = [json.dumps([(item.kind, item.payload.hex()) for item in delivery]) for delivery in deliveries]
    file.write_text("\n".join(lines))
    return file


def start(home: Path, deliveries: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The writer at work; its standard output says what it acknowledged."""
    command = [sys.executable, "-m", "tests.support.faults.intake_writer", str(home), str(deliveries), *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def acknowledged(output: bytes) -> int:
    """How many deliveries, from the first, were acknowledged. A number that the crash tore does not count."""
    return output.count(b"\n")


def missing(station: Station, deliveries: Iterable[Delivery]) -> list[str]:
    """Names of records and objects of these deliveries that do not come back byte for byte."""
    lost: list[str] = []
    with station.database.reading() as session:
        for delivery in deliveries:
            for item in delivery:
                if item.kind == "record":
                    name = SignedRecord.decode(item.payload).id
                    found = record_queries.record_of(session, name)
                    lost += [] if found is not None and found.encode() == item.payload else [name]
                else:
                    name = sha256_hex(item.payload)
                    held = record_queries.read_head(station, session, name) or _body(station, name)
                    lost += [] if held == item.payload else [name]
    return lost


def _body(station: Station, name: str) -> bytes | None:
    try:
        return record_queries.read_body(station, name)
    except PartDamaged:
        return None


def again(station: Station, delivery: Delivery) -> Outcome:
    return take_in(station, delivery)


def central_at(world: World, home: Path, url: str) -> Station:
    """The world's central server with its rows in the database at `url`."""
    settings = Settings(home=home, role="central", name="central", database_url=url)
    seed, rosters = world.central_signer.seed, list(world.chain.records)
    return startup.create_station(settings, root=world.root.data, rosters=rosters, signing_seed=seed)


def sealed(world: World) -> Iterator[SealedTestimony]:
    """One invented testimony after the other."""
    while True:
        yield world.testimony()
