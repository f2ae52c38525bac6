"""The custody log: an append-only Merkle log of what this station accepted and did, and mirrors of other logs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint as log_checkpoint
from testimony.sealing.log import merkle
from testimony.sealing.log.errors import ProofBad
from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.services.custody.merkle_log import Leaf, MerkleLog
from testimony.store.models.log import ASIDE, OWN, LogHead, LogLeaf, LogNode
from testimony.store.state import epochs

if TYPE_CHECKING:
    from testimony.sealing.records.signatures import PublicKey, Signer
    from testimony.sealing.roster.chain import RosterChain
    from testimony.station.station import Station

VERSION = "testimony/1/entry"
KINDS = (
    "received",
    "granted",
    "withdrawn",
    "contested",
    "void",
    "shredded",
    "destroyed",
    "kept",
    "ended",
    "asked",
    "answered",
    "dropped",
    "roster",
    "revoked",
    "ceremony",
    "restored",
    "resumed",
    "quarantined",
    "lifted",
    "forked",
    "stamped",
    "cosigned",
)
"""What a public log says. A desk's own log also says what its reader did."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """What an entry will say: `by` did `kind` about the record `ref`, on `day`."""

    kind: str
    ref: str
    by: str
    day: str


def append(session: Session, *, kind: str, ref: str, by: str, day: str) -> int:
    """Append an entry {v, no, kind, day, ref, by}. Returns its position (the first is 0)."""
    return append_all(session, [Act(kind=kind, ref=ref, by=by, day=day)])[0] - 1


def append_all(session: Session, acts: Sequence[Act]) -> tuple[int, str]:
    """Append many entries (or none). Returns the size of the log and its root hash (hex)."""
    log = MerkleLog(session, OWN)
    first = log.size()
    log.extend([_leaf(number, act) for number, act in enumerate(acts, first)])
    count = first + len(acts)
    return count, log.root(count).hex()


def size(session: Session) -> int:
    """How many entries this station's own log has."""
    return MerkleLog(session, OWN).size()


def root(session: Session, size: int | None = None) -> str:
    """Root hash (hex) of the first `size` entries (default: all)."""
    log = MerkleLog(session, OWN)
    return log.root(log.size() if size is None else size).hex()


def origin(kid: str) -> str:
    """The origin line of the checkpoints of the station `kid`: testimony/1/log/<kid>."""
    return f"testimony/1/log/{kid}"


def checkpoint(signer: Signer, session: Session, size: int | None = None) -> str:
    """The head (C2SP signed note) of the first `size` entries of the own log (default: all), with its epoch, signed by
    `signer`, the station's key.
    """
    log = MerkleLog(session, OWN)
    count = log.size() if size is None else size
    return log_checkpoint.sign(origin(signer.kid), count, log.root(count), signer, epoch=epoch(session))


def epoch(session: Session) -> str:
    """The epoch of this station's database: 32 hex digits, different after it was restored or copied.

    A file in the home holds the same value, and is left out of backups.
    """
    return epochs.read(session).epoch or ""


def entries(session: Session, after: int, limit: int) -> list[tuple[int, bytes]]:
    """(position, canonical bytes) from position `after` on (inclusive: `after` is how many the asker already has)."""
    wanted = select(LogLeaf.no, LogLeaf.entry).where(LogLeaf.log == OWN, LogLeaf.no >= after)
    rows = session.execute(wanted.order_by(LogLeaf.no).limit(limit))
    return [(no, entry) for no, entry in rows if entry is not None]


def inclusion(session: Session, position: int, size: int) -> list[bytes]:
    """Inclusion proof (32-byte hashes, leaf upwards) of entry `position` in the log of `size` entries."""
    return MerkleLog(session, OWN).inclusion(position, size)


def consistency(session: Session, old: int, new: int) -> list[bytes]:
    """Consistency proof between two sizes of the own log."""
    return MerkleLog(session, OWN).consistency(old, new)


def position_of(session: Session, ref: str, kind: str) -> int | None:
    """The first position where the own log says `kind` about the record `ref`."""
    found = mirror_find(session, OWN, ref, kind)
    return None if found is None else found[0]


def said_about(session: Session, ref: str) -> list[Act]:
    """Everything that the own log says about the record `ref`, in order."""
    wanted = select(LogLeaf.entry).where(LogLeaf.log == OWN, LogLeaf.ref == ref).order_by(LogLeaf.no)
    said = [canonical.decode_object(entry) for entry in session.scalars(wanted) if entry is not None]
    return [Act(**{name: str(one[name]) for name in ("kind", "ref", "by", "day")}) for one in said]


def mirror_size(session: Session, peer: str) -> int:
    """How many leaves of the log of the station `peer` (kid) are held here."""
    return MerkleLog(session, peer).size()


def mirror_root(session: Session, peer: str, size: int) -> bytes:
    """The root of the first `size` leaves of another station's log; all of them must be held here."""
    return MerkleLog(session, peer).root(size)


def mirror_extend(
    station: Station,
    session: Session,
    peer: str,
    leaves: Sequence[bytes | None],
    hashes: Sequence[bytes],
    checkpoint: str,
) -> int:
    """Append the next part of another station's log. Returns the new size.

    `hashes` are the 32-byte leaf hashes from `mirror_size` on, `leaves` the entries' bytes if the asker got them (else
    None). `checkpoint`, signed by `peer`, must match exactly the resulting log: with every leaf held, an equal root
    proves that the log only grew. Raises `LogForked`, `LogWentBack`, `SignatureBad`, `ProofBad`.
    """
    head = log_checkpoint.verify(checkpoint, origin(peer), _key_of(station, peer))
    log = MerkleLog(session, peer)
    held = log.size()
    if head.size < held:
        raise LogWentBack(station=peer)
    if head.size != held + len(hashes) or len(leaves) != len(hashes):
        raise ProofBad
    log.extend([_mirrored(entry, leaf) for entry, leaf in zip(leaves, hashes, strict=True)])
    if log.root(head.size) != head.root:
        raise LogForked(station=peer)
    session.merge(LogHead(log=peer, size=head.size, checkpoint=checkpoint))
    return head.size


def mirror_fill(session: Session, peer: str, entries: Mapping[int, bytes]) -> None:
    """Keep the entries at these positions of another station's log, of which only the hashes are held.

    Raises `ProofBad` for an entry that has another hash.
    """
    if not entries:
        return
    of_log = (LogLeaf.log == peer, LogLeaf.no.between(min(entries), max(entries)), LogLeaf.entry.is_(None))
    for row in session.scalars(select(LogLeaf).where(*of_log)).all():
        if row.no in entries:
            leaf = _mirrored(entries[row.no], row.leaf)
            row.entry, row.kind, row.ref = leaf.entry, leaf.kind, leaf.ref


def mirror_head(session: Session, peer: str) -> str:
    """The last checkpoint of the station `peer` whose root was verified, "" before the first."""
    head = session.get(LogHead, peer)
    return "" if head is None else head.checkpoint


def mirror_set_aside(session: Session, peer: str) -> str:
    """Keep the mirror of the log of `peer` as evidence and begin a new one. Returns its new name, "" if there was
    none.
    """
    head = session.get(LogHead, peer)
    if head is None:
        return ""
    aside = ASIDE + canonical.sha256_hex(head.checkpoint.encode())[:15]
    again = session.get(LogHead, aside) is not None  # the same log under the same name: kept already
    for table in (LogLeaf, LogNode, LogHead):
        of_peer = table.log == peer
        session.execute(delete(table).where(of_peer) if again else update(table).where(of_peer).values(log=aside))
    session.expire_all()
    return aside


def mirror_inclusion(session: Session, peer: str, position: int) -> tuple[str, int, list[bytes]] | None:
    """(last verified checkpoint, its size, inclusion proof) for an entry of a mirrored log; None while not covered."""
    head = session.get(LogHead, peer)
    if head is None or not 0 <= position < head.size:
        return None
    return head.checkpoint, head.size, MerkleLog(session, peer).inclusion(position, head.size)


def mirror_find(session: Session, peer: str, ref: str, kind: str) -> tuple[int, bytes] | None:
    """(position, entry bytes) of the entry of a mirrored log that says `kind` about `ref`, if this station was given
    it.
    """
    wanted = select(LogLeaf.no, LogLeaf.entry).where(LogLeaf.log == peer, LogLeaf.ref == ref, LogLeaf.kind == kind)
    row = session.execute(wanted.order_by(LogLeaf.no).limit(1)).first()
    return None if row is None or row.entry is None else (row.no, row.entry)


def mirror_find_all(session: Session, peer: str, refs: Collection[str], kind: str) -> dict[str, tuple[int, bytes]]:
    """The same for many at once, by `ref`; the first entry of each."""
    of_log = (LogLeaf.log == peer, LogLeaf.kind == kind, LogLeaf.ref.in_(set(refs)))
    wanted = select(LogLeaf.ref, LogLeaf.no, LogLeaf.entry).where(*of_log).order_by(LogLeaf.no.desc())
    return {str(ref): (no, entry) for ref, no, entry in session.execute(wanted) if entry is not None}


def centrals(chain: RosterChain) -> dict[str, PublicKey]:
    """kid -> key of the central servers that are active in the roster in force."""
    devices = chain.latest.devices
    active = [device for device in devices if (device.kind, device.status) == ("central", "active")]
    return {key.kid: key for device in active for key in device.keys if key.alg == "ed25519"}


def _leaf(number: int, act: Act) -> Leaf:
    value = {"v": VERSION, "no": number, "kind": act.kind, "day": act.day, "ref": act.ref, "by": act.by}
    entry = canonical.encode(value)
    return Leaf(merkle.leaf_hash(entry), entry, act.kind, act.ref)


def _mirrored(entry: bytes | None, leaf: bytes) -> Leaf:
    """A leaf of another station's log. Raises `ProofBad` for an entry that does not match the leaf hash."""
    if entry is None:
        return Leaf(leaf)
    if merkle.leaf_hash(entry) != leaf:
        raise ProofBad
    try:
        said = canonical.decode_object(entry)
    except NotCanonical:
        said = {}  # a newer station's entry: stored and proved, but not understood
    return Leaf(leaf, entry, _short(said.get("kind"), 16), _short(said.get("ref"), 64))


def _short(value: object, longest: int) -> str | None:
    return value if isinstance(value, str) and len(value) <= longest else None


def _key_of(station: Station, peer: str) -> PublicKey:
    entry = station.chain.signer(peer)
    if entry is None:
        raise SignatureBad
    return next(key for key in entry.keys if key.kid == peer)
