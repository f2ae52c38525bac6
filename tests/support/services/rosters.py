"""The roster after another one, signed by two roots of an organisation that a test made, and taken over by stations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
from testimony.services.enrolment.organisation import Organisation
from testimony.services.roster import adoption as roster_adoption
from testimony.services.startup import open_station

ROOTS = ("root-1", "root-2")


def after(made: Organisation, last: SignedRecord, **changes: Any) -> SignedRecord:
    """The next one: `last` with `changes`."""
    value = json.loads(last.data)
    value |= {"no": value["no"] + 1, "prev": last.id, **changes}
    return SignedRecord.sign_by_roots(value, [root_of(made, name) for name in ROOTS])


def without(made: Organisation, last: SignedRecord, id: str, **changes: Any) -> SignedRecord:
    """The next one, in which the person `id` is active no more."""
    people = json.loads(last.data)["people"]
    left = [{**one, "status": "revoked"} if one["id"] == id else one for one in people]
    return after(made, last, people=left, **changes)


def told_by(record: SignedRecord, **changes: Any) -> dict[str, Any]:
    """What the roster says of the organisation, with `changes`."""
    told: dict[str, Any] = json.loads(record.data)["organisation"]
    return told | changes


def adopt(home: Path, record: SignedRecord) -> None:
    with open_station(home) as station, station.database.transaction() as session:
        assert roster_adoption.adopt(station, session, record)


def root_of(made: Organisation, name: str) -> Signer:
    """A root key of an organisation that a test made."""
    keeper = made.keeper(name)
    opened = KeyFile.open((made.folder / keeper.file).read_bytes(), keeper.passphrase)
    assert opened.root_seed is not None
    return Signer(opened.root_seed, ROOT_ALGORITHMS)
