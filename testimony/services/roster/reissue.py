"""Reissue an interviewer's keys after a forgotten passphrase: new seeds, a new passphrase, the next roster.

Nobody can open what the old passphrase locked, so a draft that is still on the phone stays unreadable. What was sealed
before stays valid: it is checked against the roster that it names. The new roster leaves the old keys out but does not
mark them as revoked, because a phone may still hold testimonies in its outbox that they signed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from testimony.sealing.keys import locked_seeds
from testimony.sealing.keys.wordlist import propose_passphrase
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import Roster
from testimony.services.opening.errors import KeyFileForeign


@dataclass(frozen=True, kw_only=True)
class Reissued:
    """The draft of the next roster (unsigned), the locked seeds for the node, and the passphrase, to be shown once."""

    draft: dict[str, Any]
    locked: dict[str, Any]
    passphrase: str = field(repr=False)


def reissue(roster: Roster, old: Mapping[str, Any]) -> Reissued:
    """New keys for the interviewer and the device that the locked seeds `old` name.

    Raises `KeyFileForeign` if they are not both active in the roster in force.
    """
    person, device = str(old.get("person")), str(old.get("device"))
    draft: dict[str, Any] = json.loads(roster.data)
    interviewer, phone = Signer.generate(), Signer.generate()
    _replace(draft["people"], person, interviewer)
    _replace(draft["devices"], device, phone)
    passphrase = propose_passphrase()
    seeds = {"interviewer": interviewer.seed, "device": phone.seed}
    return Reissued(
        draft=draft, locked=locked_seeds.lock(seeds, passphrase, person=person, device=device), passphrase=passphrase
    )


def _replace(entries: list[dict[str, Any]], id: str, signer: Signer) -> None:
    for entry in entries:
        if entry["id"] == id and entry["status"] == "active" and entry.get("role", "interviewer") == "interviewer":
            entry["keys"] = [key.describe() for key in signer.public_keys]
            return
    raise KeyFileForeign
