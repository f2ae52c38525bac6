"""Prove from the logs that a desk set aside that central logged a record before it was restored; check such proofs."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint as log_checkpoint
from testimony.sealing.log import merkle
from testimony.sealing.log.errors import ProofBad
from testimony.sealing.records import fields
from testimony.services.custody import log as custody_log
from testimony.services.custody.merkle_log import MerkleLog
from testimony.store.models.log import ASIDE, LogHead

if TYPE_CHECKING:
    from testimony.station.station import Station

ORIGIN: Final = re.compile(r"testimony/1/log/([0-9a-f]{16})\n")
UNPROVED: Final = "not.logged"
"""The rule that a record breaks which central did not log, as far as is proved."""
MOST_STEPS: Final = 64


@dataclass(frozen=True, kw_only=True)
class Logged:
    """That a log had an entry: a signed `checkpoint` of central, the `entry`, and the way up to the root (RFC 6962)."""

    checkpoint: str
    entry: bytes
    proof: tuple[bytes, ...]

    def describe(self) -> dict[str, Any]:
        """For canonical JSON."""
        steps = [step.hex() for step in self.proof]
        return {"checkpoint": self.checkpoint, "entry": self.entry.decode(), "proof": steps}

    @classmethod
    def parse(cls, said: Any) -> Logged:
        """Raises `NotCanonical` or `Refused`; nothing is verified."""
        value = fields.exactly(said, {"checkpoint", "entry", "proof"})
        note, entry, steps = value["checkpoint"], value["entry"], value["proof"]
        if not isinstance(note, str) or not isinstance(entry, str) or not isinstance(steps, list):
            raise NotCanonical
        if len(steps) > MOST_STEPS:
            raise NotCanonical
        proof = tuple(bytes.fromhex(fields.sha256(step)) for step in steps)
        return cls(checkpoint=note, entry=entry.encode(), proof=proof)


def require_logged(station: Station, logged: Logged, *, ref: str, kind: str) -> None:
    """Raise `Refused("not.logged")` unless an active central signed a log whose entry says `kind` about `ref`."""
    try:
        head = _head(station, logged.checkpoint)
        said = canonical.decode_object(logged.entry)
        if said.get("ref") != ref or said.get("kind") != kind:
            raise ProofBad
        position = fields.integer(said.get("no"), 0)
        merkle.verify_inclusion(merkle.leaf_hash(logged.entry), position, head.size, logged.proof, head.root)
    except (NotCanonical, ProofBad, Refused, SignatureBad) as error:
        raise Refused(UNPROVED) from error


def set_aside(session: Session, central: str) -> list[str]:
    """The logs of `central` (kid) that were set aside here since it was restored, by name."""
    wanted = select(LogHead).where(LogHead.log.startswith(ASIDE, autoescape=True)).order_by(LogHead.log)
    return [head.log for head in session.scalars(wanted) if _signer(head.checkpoint) == central]


class EarlierLogs:
    """The logs of one central that a desk holds, those set aside and the one that it follows, and what they prove."""

    def __init__(self, session: Session, central: str) -> None:
        self._session = session
        heads = [session.get(LogHead, log) for log in (*set_aside(session, central), central)]
        self._logs = [(MerkleLog(session, head.log), head) for head in heads if head is not None]

    def prove(self, kind: str, refs: Collection[str]) -> dict[str, Logged]:
        """By `ref`, the proof that one of these logs says `kind` about it; what none says is left out."""
        found: dict[str, Logged] = {}
        for log, head in self._logs:
            left = set(refs) - found.keys()
            entries = custody_log.mirror_find_all(self._session, head.log, left, kind) if left else {}
            for ref, (position, entry) in entries.items():
                if position < head.size:
                    proof = tuple(log.inclusion(position, head.size))
                    found[ref] = Logged(checkpoint=head.checkpoint, entry=entry, proof=proof)
        return found


def _signer(note: str) -> str:
    named = ORIGIN.match(note)
    return named[1] if named else ""


def _head(station: Station, note: str) -> log_checkpoint.Checkpoint:
    kid = _signer(note)
    key = custody_log.centrals(station.chain).get(kid)
    if key is None:
        raise SignatureBad
    return log_checkpoint.verify(note, custody_log.origin(kid), key)
