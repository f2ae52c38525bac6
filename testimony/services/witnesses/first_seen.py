"""Find who first saw central's log with a certain entry in it, which shows since when a testimony existed.

A desk uses the log that it mirrors, central its own. Everything is verified again: the time stamp and the cosignature,
and that their head is one of this log. Proofs that fail are skipped, because they show nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from testimony.errors import NotCanonical, Refused
from testimony.sealing.log import checkpoint, cosignature, timestamp, witness_records
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.sealing.log.errors import StampRefused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.custody.errors import CheckpointForeign
from testimony.services.custody.merkle_log import MerkleLog
from testimony.services.records import queries as record_queries
from testimony.services.witnesses import witnesses
from testimony.store.models.log import OWN, LogLeaf
from testimony.store.models.records import RecordRow

Kind = Literal["stamped", "cosigned"]


@dataclass(frozen=True, kw_only=True)
class FirstSeen:
    """`by`: the name of an authority or a partner, at `time` (ISO 8601, UTC), for the first `size` entries of the log.

    `root`: SHA-256 of the certificate by which a time stamp is trusted, "" for a cosignature.
    """

    kind: Kind
    by: str
    time: str
    size: int
    root: str = ""


def first_sightings(
    session: Session, chain: RosterChain, record: str, *, central: Signer | None = None
) -> tuple[FirstSeen, ...]:
    """The first time stamp, and each partner's first cosignature, of a head that includes the testimony of the manifest
    `record`. `central`: the station's own key, if this is central.
    """
    if central is not None:
        return _seen(_Log.own(session, chain, central), custody_log.position_of(session, record, "received"))
    for key in chain.central_keys:
        found = custody_log.mirror_find(session, key.kid, record, "received")
        if found is not None:
            return _seen(_Log.mirrored(session, chain, key.kid), found[0])
    return ()


def _seen(log: _Log | None, position: int | None) -> tuple[FirstSeen, ...]:
    return () if log is None or position is None else (*log.stamped(position), *log.cosigned(position))


@dataclass(frozen=True)
class _Log:
    """Central's log as mirrored here, up to its head. `log`: the name under which its leaves are stored."""

    session: Session
    chain: RosterChain
    kid: str
    head: Checkpoint
    log: str

    @classmethod
    def mirrored(cls, session: Session, chain: RosterChain, kid: str) -> _Log | None:
        try:
            head = split_view.verified(chain, custody_log.mirror_head(session, kid))[1]
        except CheckpointForeign:  # none yet, or damaged here
            return None
        return cls(session, chain, kid, head, kid)

    @classmethod
    def own(cls, session: Session, chain: RosterChain, own: Signer) -> _Log:
        note = custody_log.checkpoint(own, session)
        head = checkpoint.verify(note, custody_log.origin(own.kid), own.public_keys[0])
        return cls(session, chain, own.kid, head, OWN)

    def stamped(self, position: int) -> Iterator[FirstSeen]:
        """Yields one, or none."""
        for record in self._records_after("stamped", position):
            try:
                one = witness_records.parse_stamp(record, self.chain)
                digest = hashlib.sha256(one.note.encode()).digest()
                said = timestamp.verify(one.reply, digest, one.roots, one.query)
            except (NotCanonical, Refused, StampRefused):
                continue
            if self._has(one.by, one.head, position):
                yield FirstSeen(
                    kind="stamped", by=said.authority, time=said.time, size=one.head.size, root=said.root
                )  # fmt: skip
                return

    def cosigned(self, position: int) -> Iterator[FirstSeen]:
        """Yields one, or none, for each partner that a roster names or named."""
        partners = witnesses.witnesses(self.chain)
        wanted = {one.name for one in partners}
        for record in self._records_after("cosigned", position) if wanted else ():
            try:
                one = witness_records.parse_cosigned(record, self.chain)
            except (NotCanonical, Refused):
                continue
            if not self._has(one.by, one.head, position):
                continue
            for line in cosignature.examine(one.note, custody_log.origin(self.kid), partners):
                if line.holds and line.name in wanted:
                    wanted.remove(line.name)
                    yield FirstSeen(kind="cosigned", by=line.name, time=line.time, size=one.head.size)
            if not wanted:
                return

    def _records_after(self, kind: Kind, position: int) -> Iterator[SignedRecord]:
        """The records after entry `position` that the log lists as `kind`, those of the shortest head first.

        What a desk gave back to a restored central stands late in the log and is older than what stands before it.
        """
        wanted = {"stamped": witness_records.STAMP, "cosigned": witness_records.COSIGNED}[kind]
        few = select(RecordRow.name).where(RecordRow.kind == wanted)
        # look up only these in a log of millions: for their places the database would scan it
        said = (LogLeaf.log == self.log, LogLeaf.ref.in_(few), LogLeaf.kind == kind)
        places = self.session.execute(select(LogLeaf.no, LogLeaf.ref).where(*said))
        found = record_queries.records_of(self.session, [str(ref) for no, ref in places if no > position])
        yield from sorted(found.values(), key=_claimed_size)

    def _has(self, by: str, head: Checkpoint, position: int) -> bool:
        """Whether it is a head of this log that includes entry `position`.

        Its epoch may be an earlier one: what a restored central's log begins with is what others saw then.
        """
        if by != self.kid or not position < head.size <= self.head.size:
            return False
        try:
            return MerkleLog(self.session, self.log).root(head.size) == head.root
        except NoResultFound:  # leaves or subtrees are lost from this disk
            return False


def _claimed_size(record: SignedRecord) -> int:
    """The number of entries that its note names, before anything is verified; 0 if it names none."""
    lines = str(record.value.get("note", "")).split("\n")
    return int(lines[1]) if len(lines) > 1 and lines[1].isdecimal() and len(lines[1]) < 20 else 0
