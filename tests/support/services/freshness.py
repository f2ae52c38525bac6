"""An organisation whose coordinator confirms day by day that its roster is the newest."""

from __future__ import annotations

from typing import Any

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.roster import Roster
from testimony.sealing.statements.fresh import confirming_key, fresh


def trust(id: str, reader: Signer) -> dict[str, Any]:
    """What a roster says where `id`, with the reader's key `reader`, confirms it."""
    return {"files": [], "fresh": [{"id": id, "pub": confirming_key(reader).public_keys[0].pub.hex()}]}


def said(roster: Roster, day: str, reader: Signer) -> SignedRecord:
    return fresh(roster=roster, day=day, signer=confirming_key(reader))
