"""What can be verified about a testimony without trusting anybody's word, and without a key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from testimony.errors import ProofBad, Refused, SignatureBad
from testimony.sealing import checkpoint, merkle, testimony
from testimony.sealing.records import SignedRecord
from testimony.sealing.signing import PublicKey
from testimony.services import custody, gossip
from testimony.services.station import Station


class Holds(StrEnum):
    """Whether a check holds; `OPEN` means that what would show it has not arrived."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Checks:
    """The three things that can be verified without trusting anybody's word.

    `manifest`: signed by an enrolled device; `attestation`: the interviewer stands for it (OPEN where it cannot be read
    with this key); `log`: central's signed log says that it came in.
    """

    manifest: Holds
    attestation: Holds
    log: Holds
    position: int | None = None
    day: str | None = None

    @property
    def seal(self) -> Holds:
        """NO if anything fails; YES when manifest and log hold."""
        if Holds.NO in {self.manifest, self.attestation, self.log}:
            return Holds.NO
        return Holds.YES if self.manifest == self.log == Holds.YES else Holds.OPEN


def check(station: Station, session: Session, record: SignedRecord, attested: Holds = Holds.OPEN) -> Checks:
    """Verify the manifest `record` and its place in central's log; `attested` is what the attestation gave."""
    try:
        testimony.verify_manifest(record, station.chain)
        manifest = Holds.YES
    except Refused:
        manifest = Holds.NO
    log, position, day = _log_check(station, session, record.id)
    if log is Holds.YES and gossip.is_forked(station, session):
        log = Holds.NO  # a proof out of one of two stories proves nothing
    return Checks(manifest=manifest, attestation=attested, log=log, position=position, day=day)


def _log_check(station: Station, session: Session, ref: str) -> tuple[Holds, int | None, str | None]:
    """Whether central's log, as mirrored here, includes the entry "received" of the record `ref`."""
    for key in central_keys(station):
        found = custody.mirror_find(session, key.kid, ref, "received")
        if found is None:
            continue
        position, entry = found
        day = str(json.loads(entry).get("day", ""))
        try:
            proof = custody.mirror_inclusion(session, key.kid, position)
            if proof is None:
                return Holds.OPEN, position, day
            note, size, path = proof
            head = checkpoint.verify(note, custody.origin(key.kid), key)
            merkle.verify_inclusion(merkle.leaf_hash(entry), position, size, path, head.root)
        except (SignatureBad, ProofBad, NoResultFound):  # the last: leaves or subtrees are gone from this disk
            return Holds.NO, position, day
        return Holds.YES, position, day
    return Holds.OPEN, None, None


def central_keys(station: Station) -> list[PublicKey]:
    """The keys of central servers in the roster in force, active or not: an old log stays proof."""
    return [device.keys[0] for device in station.chain.latest.devices if device.kind == "central" and device.keys]
