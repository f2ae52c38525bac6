"""A second field node: the next roster names it, every station takes that over, and the node gets a home."""

from __future__ import annotations

import json
from pathlib import Path

from testimony import canonical
from testimony.sealing.keyfile import KeyFile
from testimony.sealing.records import SignedRecord
from testimony.sealing.signing import ROOT_ALGORITHMS, Signer
from testimony.services import accounts, roster
from testimony.services.organisation import Organisation
from testimony.services.station import Station
from testimony.settings import Settings

NAME = "field-2"
ROOTS = ("root-1", "root-2")


def add(made: Organisation, central_url: str) -> Path:
    """The home of the new node."""
    signer = Signer.generate()
    record = _next_roster(made, signer)
    for home in made.folder.iterdir():
        if (home / "station.json").exists():
            _adopt(home, record)
    settings = Settings(
        home=made.folder / NAME, role="field", name=NAME, port=0, central_url=central_url, demonstration=False
    )
    rosters = [made.roster, record]
    station = Station.create(settings, root=made.root.data, rosters=rosters, signing_seed=signer.seed)
    with station, station.database.transaction() as session:
        for file in (made.folder / "keys").glob("*.locked.json"):
            seeds = canonical.decode_object(file.read_bytes())
            accounts.add_locked(session, seeds["person"], seeds)
    return settings.home


def _next_roster(made: Organisation, node: Signer) -> SignedRecord:
    value = json.loads(made.roster.data)
    device = {"id": "node-2", "kind": "node", "keys": [key.describe() for key in node.public_keys], "status": "active"}
    value |= {"no": value["no"] + 1, "prev": made.roster.id, "devices": [*value["devices"], device]}
    return SignedRecord.sign_by_roots(value, [_root(made, name) for name in ROOTS])


def _root(made: Organisation, name: str) -> Signer:
    keeper = made.keeper(name)
    opened = KeyFile.open((made.folder / keeper.file).read_bytes(), keeper.passphrase)
    assert opened.root_seed is not None
    return Signer(opened.root_seed, ROOT_ALGORITHMS)


def _adopt(home: Path, record: SignedRecord) -> None:
    with Station.open(home) as station, station.database.transaction() as session:
        assert roster.adopt(station, session, record)
