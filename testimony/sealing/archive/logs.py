"""Verifies the logs in an archive: signed heads, append-only growth, and the records that log entries name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.archive import archive
from testimony.sealing.log import cosignature, merkle
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.sealing.log.errors import ProofBad
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements.statements import Receipt
from testimony.sealing.verification import Finding, Holds, is_included, verified_head

Read = Callable[[str], bytes]


@dataclass(frozen=True)
class Place:
    """The place in a log at which it received a record."""

    log: str
    no: int
    day: str
    size: int


@dataclass
class Logs:
    """What the logs prove: record -> where it was received; hash of a head as its log signed it -> its size; log and
    size -> the roots of signed heads.
    """

    received: dict[str, Place] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=dict)
    roots: dict[tuple[str, int], set[str]] = field(default_factory=dict)

    def contradict(self, receipt: Receipt) -> bool:
        """Whether the log of the station that signed `receipt` is another one, or received the record only later."""
        roots, place = self.roots.get((receipt.station, receipt.log_size)), self.received.get(receipt.record)
        later = place is not None and place.log == receipt.station and place.no >= receipt.log_size
        return later or (roots is not None and receipt.root not in roots)


def examine(read: Read, names: Sequence[str], chain: RosterChain, logs: Logs) -> Iterator[Finding]:
    """Every log of the archive; `names` are the files below `log/`. Fills `logs`."""
    folders = dict.fromkeys(name.rpartition("/")[0] for name in names)
    for folder in folders:
        inside = [name for name in names if name.rpartition("/")[0] == folder]
        yield from _check_log(read, folder, inside, chain, logs)


def received(logs: Logs, record: str, manifest: Manifest, revoked: Mapping[tuple[str, str], int]) -> Iterator[Finding]:
    """Whether a log proves that the record of `manifest` came in, and came before its device's key was revoked."""
    place = logs.received.get(record)
    if place is None:
        yield Finding(code="received.open", holds=Holds.OPEN, tid=manifest.tid)
        return
    values: dict[str, str | int] = {"day": place.day, "no": place.no, "size": place.size}
    yield Finding(code="received.holds", holds=Holds.YES, tid=manifest.tid, values=values)
    last = revoked.get((manifest.by, place.log))
    if last is not None and place.no > last:
        yield Finding(code="manifest.revoked", holds=Holds.NO, tid=manifest.tid)


def _check_log(read: Read, folder: str, names: Sequence[str], chain: RosterChain, logs: Logs) -> Iterator[Finding]:
    _, kid, epoch = folder.split("/")
    heads: list[Checkpoint] = []
    notes: list[tuple[int, str]] = []
    for name in names:
        if found := archive.NOTE.fullmatch(name):
            note = read(name)
            head = _head(note, kid, epoch, int(found[3]), chain)
            if head is None:
                yield Finding(code="log.refused", holds=Holds.NO, values={"name": name})
            else:
                heads.append(head)
                notes.append((head.size, note.decode()))
                logs.heads[_plain(note.decode(), kid)] = head.size
                logs.roots.setdefault((kid, head.size), set()).add(head.root.hex())
    if not heads:
        for name in names:
            if not archive.NOTE.fullmatch(name):
                yield Finding(code="log.entry", holds=Holds.NO, values={"name": name})
        return
    heads.sort(key=lambda head: (head.size, head.root))
    last, station = heads[-1], chain.signer(kid)
    values: dict[str, str | int] = {"station": station.id if station else kid, "size": last.size}
    yield Finding(code="log.head", holds=Holds.YES, values=values)
    yield from _cosigned(notes, kid, chain)
    for head in heads[:-1]:
        if (head.size, head.root) == (last.size, last.root):
            continue  # the same one, seen by more
        yield _grew(read, f"{folder}/{head.size}.grew", names, head, last)
    for name in names:
        if found := archive.ENTRY.fullmatch(name):
            place = _entry(read(name), kid, int(found[3]), last)
            if place is None:
                yield Finding(code="log.entry", holds=Holds.NO, values={"name": name})
            elif place[0] == "received":
                logs.received.setdefault(place[1], place[2])


def _cosigned(notes: Sequence[tuple[int, str]], kid: str, chain: RosterChain) -> Iterator[Finding]:
    """What partners signed of these heads. A line of somebody whom no roster names proves nothing."""
    partners = cosignature.of_all(chain.rosters)
    for size, note in notes:
        for one in cosignature.examine(note, f"testimony/1/log/{kid}", partners):
            values: dict[str, str | int] = {"partner": one.name, "size": size}
            if one.holds is None:
                yield Finding(code="cosigned.unknown", holds=Holds.OPEN, values=values)
            elif not one.holds:
                yield Finding(code="cosigned.refused", holds=Holds.NO, values=values)
            else:
                yield Finding(code="cosigned.holds", holds=Holds.YES, values={**values, "time": one.time})


def _plain(note: str, kid: str) -> str:
    return canonical.sha256_hex(cosignature.plain(note, f"testimony/1/log/{kid}").encode())


def _head(note: bytes, kid: str, epoch: str, size: int, chain: RosterChain) -> Checkpoint | None:
    """The head, if a central server of some roster signed it, and it is of the log and size that its name says."""
    entry = chain.signer(kid)
    key = next((key for key in entry.keys if key.kid == kid), None) if entry and entry.role == "central" else None
    if key is None:
        return None
    try:
        head = verified_head(note.decode(), f"testimony/1/log/{kid}", key)
    except UnicodeDecodeError:
        return None
    return head if head is not None and (head.size, head.epoch or archive.NO_EPOCH) == (size, epoch) else None


def _grew(read: Read, proof: str, names: Sequence[str], old: Checkpoint, new: Checkpoint) -> Finding:
    values: dict[str, str | int] = {"old": old.size, "size": new.size}
    if old.size == new.size:
        return Finding(code="log.forked", holds=Holds.NO, values=values)
    if proof not in names:
        return Finding(code="log.unproven", holds=Holds.NO, values=values)
    try:
        first, second, path = archive.parse_growth(read(proof))
        if (first, second) != (old.size, new.size):
            return Finding(code="log.unproven", holds=Holds.NO, values=values)
        merkle.verify_consistency(old.size, new.size, old.root, new.root, path)
    except (NotCanonical, Refused):
        return Finding(code="log.unproven", holds=Holds.NO, values=values)
    except ProofBad:
        return Finding(code="log.forked", holds=Holds.NO, values=values)
    return Finding(code="log.grew", holds=Holds.YES, values=values)


def _entry(data: bytes, kid: str, no: int, head: Checkpoint) -> tuple[str, str, Place] | None:
    """(kind, ref, place) of an entry that is in the log of `head`."""
    try:
        entry, size, path = archive.parse_inclusion(data)
        said = fields.formed(SignedRecord(entry, ()), "entry")
        if size != head.size or said["no"] != no:
            return None
        if not is_included(entry, no, size, path, head.root):
            return None
    except (NotCanonical, Refused):
        return None
    return said["kind"], said["ref"], Place(kid, no, said["day"], head.size)
