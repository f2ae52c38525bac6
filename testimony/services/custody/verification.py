"""Verify a testimony without a key and without trusting anybody's word."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from testimony.errors import Refused
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint, merkle
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.sealing.log.errors import ProofBad
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import PublicKey
from testimony.sealing.testimony import testimony
from testimony.services.custody import log as custody_log
from testimony.services.custody import merkle_log, split_view
from testimony.station.station import Station


class Holds(StrEnum):
    """Whether a check holds; `OPEN` means that the evidence has not arrived."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Checks:
    """Three things that can be verified without trusting anybody's word.

    `manifest`: an enrolled device signed it; `attestation`: the interviewer confirms it (OPEN if this key cannot read
    it); `log`: central's signed log says that it received it.
    """

    manifest: Holds
    attestation: Holds
    log: Holds
    position: int | None = None
    day: str | None = None

    @property
    def seal(self) -> Holds:
        """NO if anything fails; YES if manifest and log hold."""
        if Holds.NO in {self.manifest, self.attestation, self.log}:
            return Holds.NO
        return Holds.YES if self.manifest == self.log == Holds.YES else Holds.OPEN


def check(station: Station, session: Session, record: SignedRecord, attested: Holds = Holds.OPEN) -> Checks:
    """Verify the manifest `record` and its place in central's log; `attested` is the result for the attestation."""
    try:
        testimony.verify_manifest(record, station.chain)
        manifest = Holds.YES
    except Refused:
        manifest = Holds.NO
    log, position, day = _log_check(station, session, record.id)
    if log is Holds.YES and split_view.is_forked(station, session):
        log = Holds.NO  # in a split view an inclusion proof proves nothing
    return Checks(manifest=manifest, attestation=attested, log=log, position=position, day=day)


class LogChecks:
    """Checks many records against central's log, as mirrored here: each checkpoint is verified once, each node read
    once.

    For one reading session, in which the log does not grow. Gives the same results as `check` does for the log.
    """

    def __init__(self, station: Station, session: Session) -> None:
        self._heads: dict[str, tuple[merkle_log.MerkleLog, Checkpoint | None]] = {}
        self._session = session
        self._forked = split_view.is_forked(station, session)
        for key in central_keys(station):
            note = custody_log.mirror_head(session, key.kid)
            if note:
                self._heads[key.kid] = (merkle_log.MerkleLog(session, key.kid), _head(note, key))

    def of(self, refs: Collection[str]) -> dict[str, Holds]:
        """The result for each record. `OPEN` if central's log does not mention it."""
        found = dict.fromkeys(refs, Holds.OPEN)
        for kid, (log, head) in self._heads.items():
            for ref, (position, entry) in custody_log.mirror_find_all(self._session, kid, refs, "received").items():
                if found[ref] is Holds.OPEN:
                    found[ref] = _is_included(log, head, position, entry)
        if self._forked:  # in a split view an inclusion proof proves nothing
            return {ref: Holds.NO if holds is Holds.YES else holds for ref, holds in found.items()}
        return found


def _head(note: str, key: PublicKey) -> Checkpoint | None:
    try:
        return checkpoint.verify(note, custody_log.origin(key.kid), key)
    except SignatureBad:
        return None


def _is_included(log: merkle_log.MerkleLog, head: Checkpoint | None, position: int, entry: bytes) -> Holds:
    if head is None:
        return Holds.NO
    if position >= head.size:
        return Holds.OPEN
    try:
        path = log.inclusion(position, head.size)
        merkle.verify_inclusion(merkle.leaf_hash(entry), position, head.size, path, head.root)
    except (ProofBad, NoResultFound):  # NoResultFound: leaves or subtrees are lost from this disk
        return Holds.NO
    return Holds.YES


def _log_check(station: Station, session: Session, ref: str) -> tuple[Holds, int | None, str | None]:
    """Whether central's log, as mirrored here, includes the entry "received" of the record `ref`."""
    for key in central_keys(station):
        found = custody_log.mirror_find(session, key.kid, ref, "received")
        if found is None:
            continue
        position, entry = found
        day = str(json.loads(entry).get("day", ""))
        try:
            proof = custody_log.mirror_inclusion(session, key.kid, position)
            if proof is None:
                return Holds.OPEN, position, day
            note, size, path = proof
            head = checkpoint.verify(note, custody_log.origin(key.kid), key)
            merkle.verify_inclusion(merkle.leaf_hash(entry), position, size, path, head.root)
        except (SignatureBad, ProofBad, NoResultFound):  # NoResultFound: leaves or subtrees are lost from this disk
            return Holds.NO, position, day
        return Holds.YES, position, day
    return Holds.OPEN, None, None


def central_keys(station: Station) -> list[PublicKey]:
    """The keys of central servers in the roster in force, active or not: an old log is still proof."""
    return [device.keys[0] for device in station.chain.latest.devices if device.kind == "central" and device.keys]
