"""A second field node: the next roster names it, every station takes that over, and the node gets a home."""

from __future__ import annotations

import json
from pathlib import Path

from testimony import canonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.services import startup
from testimony.services.accounts import interviewers
from testimony.services.enrolment.organisation import Organisation
from testimony.settings import Settings
from tests.support.services import rosters

NAME = "field-2"


def add(made: Organisation, central_url: str) -> Path:
    """The home of the new node."""
    signer = Signer.generate()
    record = _next_roster(made, signer)
    for home in made.folder.iterdir():
        if (home / "station.json").exists():
            rosters.adopt(home, record)
    settings = Settings(
        home=made.folder / NAME, role="field", name=NAME, port=0, central_url=central_url, demonstration=False
    )
    chain = [made.roster, record]
    station = startup.create_station(settings, root=made.root.data, rosters=chain, signing_seed=signer.seed)
    with station, station.database.transaction() as session:
        for file in (made.folder / "keys").glob("*.locked.json"):
            seeds = canonical.decode_object(file.read_bytes())
            interviewers.add_locked(session, seeds["person"], seeds)
    return settings.home


def _next_roster(made: Organisation, node: Signer) -> SignedRecord:
    device = {"id": "node-2", "kind": "node", "keys": [key.describe() for key in node.public_keys], "status": "active"}
    return rosters.after(made, made.roster, devices=[*json.loads(made.roster.data)["devices"], device])
