"""Finds the log entries that say that a testimony was received, with the proof that the log contains them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from testimony.sealing import verification
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.verification import Holds, LogEntry
from testimony.services.custody import log as custody_log
from testimony.services.custody import merkle_log, split_view
from testimony.store.models.log import OWN

BLOCK = 256
"""Nodes that are read at once: what arrived together stands together."""
RECEIVED = "received"
"""The kind of the entry."""


def central_entry(session: Session, chain: RosterChain, record: str) -> LogEntry | None:
    """The entry for `record` in the log of a central server, as mirrored here. None if no log mentions it."""
    for key in chain.central_keys:
        found = custody_log.mirror_find(session, key.kid, record, RECEIVED)
        if found is not None:
            position, data = found
            entry = LogEntry(key=key, origin=custody_log.origin(key.kid), position=position, entry=data)
            try:
                proof = custody_log.mirror_inclusion(session, key.kid, position)
            except NoResultFound:  # leaves or subtrees are lost from this disk
                return replace(entry, path=None)
            if proof is None:
                return entry
            note, size, path = proof
            return replace(entry, note=note, size=size, path=path)
    return None


def own_entry(session: Session, chain: RosterChain, own: Signer, record: str) -> LogEntry | None:
    """The entry for `record` in this station's own log, under a head that it signs now with its key `own`."""
    signer, found = chain.signer(own.kid), custody_log.mirror_find(session, OWN, record, RECEIVED)
    if signer is None or found is None:
        return None
    (position, data), size = found, custody_log.size(session)
    try:
        path = custody_log.inclusion(session, position, size)
    except NoResultFound:  # leaves or subtrees are lost from this disk
        path = None
    return LogEntry(
        key=signer.keys[0], origin=custody_log.origin(own.kid), position=position, entry=data,
        note=custody_log.checkpoint(own, session), size=size, path=path,
    )  # fmt: skip


class ReceptionChecks:
    """Checks many records against the logs of central servers: each head is verified once, each node read once.

    For one reading session, in which the logs do not grow. A fork makes every proof fail, because in a split view an
    inclusion proof proves nothing.
    """

    def __init__(self, chain: RosterChain, session: Session) -> None:
        self._heads: dict[str, tuple[merkle_log.MerkleLog, Checkpoint | None]] = {}
        self._session = session
        self._forked = split_view.is_forked(chain, session)
        for key in chain.central_keys:
            note = custody_log.mirror_head(session, key.kid)
            if note:
                head = verification.verified_head(note, custody_log.origin(key.kid), key)
                self._heads[key.kid] = (merkle_log.MerkleLog(session, key.kid, block=BLOCK), head)

    def results(self, records: Collection[str]) -> dict[str, Holds]:
        """Whether a log proves that it received each record; `OPEN` if no log mentions it."""
        found = dict.fromkeys(records, Holds.OPEN)
        for kid, (log, head) in self._heads.items():
            for record, (position, entry) in custody_log.mirror_find_all(self._session, kid, records, RECEIVED).items():
                if found[record] is Holds.OPEN:
                    found[record] = _is_included(log, head, position, entry)
        if self._forked:
            return {record: Holds.NO if holds is Holds.YES else holds for record, holds in found.items()}
        return found


def _is_included(log: merkle_log.MerkleLog, head: Checkpoint | None, position: int, entry: bytes) -> Holds:
    if head is None:
        return Holds.NO
    if position >= head.size:
        return Holds.OPEN
    try:
        path = log.inclusion(position, head.size)
    except NoResultFound:  # leaves or subtrees are lost from this disk
        return Holds.NO
    return Holds.YES if verification.is_included(entry, position, head.size, path, head.root) else Holds.NO
