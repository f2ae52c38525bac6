"""An organisation whose coordinator confirms day by day that its roster is the newest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.roster import Roster
from testimony.sealing.statements.fresh import confirming_key, fresh
from testimony.services.enrolment.organisation import Organisation
from testimony.services.roster import freshness
from testimony.services.startup import open_station


def trust(id: str, reader: Signer) -> dict[str, Any]:
    """What a roster says where `id`, with the reader's key `reader`, confirms it."""
    return {"files": [], "fresh": [{"id": id, "pub": confirming_key(reader).public_keys[0].pub.hex()}]}


def said(roster: Roster, day: str, reader: Signer) -> SignedRecord:
    return fresh(roster=roster, day=day, signer=confirming_key(reader))


def reader_of(made: Organisation, id: str) -> Signer:
    """The signing key of a reader of an organisation that a test made."""
    keeper = made.keeper(id)
    signer = KeyFile.open((made.folder / keeper.file).read_bytes(), keeper.passphrase).signer
    assert signer is not None
    return signer


def confirm(home: Path, roster: Roster, day: str, reader: Signer) -> None:
    """The station in `home` has a statement of that day."""
    with open_station(home) as station:
        assert freshness.take(station, said(roster, day, reader).encode())
