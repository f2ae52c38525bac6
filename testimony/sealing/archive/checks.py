"""Checks an archive from its bytes alone: no key, no home, no network.

Twin of `testimony/web/verifier/archive/checks.js`.

Every failed check is named, and nothing is trusted before it is verified.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing import verification
from testimony.sealing.archive import archive
from testimony.sealing.archive import logs as archive_logs
from testimony.sealing.archive import parts as archive_parts
from testimony.sealing.archive import timestamps as archive_timestamps
from testimony.sealing.archive.archive import File, Index
from testimony.sealing.archive.errors import ArchiveUnreadable
from testimony.sealing.archive.logs import Logs
from testimony.sealing.archive.parts import Revealed, Show
from testimony.sealing.archive.zip import Container
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.roster.revocation import verify_revocation
from testimony.sealing.statements import keep, statements
from testimony.sealing.statements.early_withdrawal import verify_early
from testimony.sealing.testimony.annex import verify_annex
from testimony.sealing.verification import Finding, Holds

MAKERS = frozenset({"lawyer", "coordinator", "recovery"})


def show_nothing(_: Revealed) -> None:
    """What is in clear stays in the archive."""


def examine(source: BinaryIO, authorities: Sequence[bytes] = (), show: Show = show_nothing) -> Iterator[Finding]:
    """Every check of the archive `source`, in the order of docs/archive.md; what cannot be gone on from ends it.

    `authorities`: the roots (DER) by which time stamps are believed, in place of those that are in the archive.
    `show` gets each part in clear once it holds, and none that does not.
    """
    try:
        container = Container(source)
        index, record = _index(container)
    except ArchiveUnreadable as error:
        yield Finding(code=f"file.{error.reason}", holds=Holds.NO)
        return
    if index is None:
        yield Finding(code="list.form", holds=Holds.NO)
        return
    other = _other(container.names, index)
    if other:
        yield Finding(code="list.other", holds=Holds.NO, values={"name": other})
        return
    found = Found(container, tuple(authorities), show)
    yield from _files(found, index)
    if found.damaged:
        return
    try:
        chain, finding = _chain(found)
    except RosterRefused:
        yield Finding(code="root.form", holds=Holds.NO)
        return
    yield Finding(code="root.words", holds=Holds.YES, values={"words": fingerprint_words(chain.fingerprint)})
    yield finding
    if finding.holds is Holds.NO:
        return
    yield from _signed(record, index, chain)
    yield from _statements(found, chain)


@dataclass
class Found:
    """The files of an archive by what they are; their bytes are read when they are needed."""

    container: Container
    authorities: tuple[bytes, ...]
    show: Show
    chain: list[str] = field(default_factory=list)
    objects: set[str] = field(default_factory=set)
    revealed: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # tid -> part -> names of its files
    log: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    damaged: bool = False

    def read(self, name: str) -> bytes:
        return self.container.read(name, archive.LARGEST_FILE)

    def record(self, name: str) -> SignedRecord:
        """The statement at `name`, with the signatures beside it. Raises `NotCanonical`."""
        sigs = name.removesuffix(".json") + ".sigs"
        if sigs not in self.container.known:
            raise NotCanonical
        return archive.signed(self.read(name), self.read(sigs))


def _index(container: Container) -> tuple[Index | None, SignedRecord | None]:
    """The list, None where it cannot be read. Raises `ArchiveUnreadable`, "newer" for what a later version wrote."""
    if not set(archive.LAST) <= set(container.names):
        raise ArchiveUnreadable("not")
    data = container.read(archive.LIST, archive.LARGEST_LIST)
    sigs = container.read(archive.LIST_SIGNED, archive.LARGEST_FILE)
    try:
        record = archive.signed(data, sigs)
        return archive.parse_index(record), record
    except (Refused, NotCanonical) as error:
        if isinstance(error, Refused) and error.rule == "version.newer":
            raise ArchiveUnreadable("newer") from error
        return None, None


def _other(names: list[str], index: Index) -> str:
    """The first file that is not where the list says, "" when it says exactly what is here."""
    listed = [*(file.name for file in index.files), *archive.LAST]
    differing = (here or there for here, there in zip(names, listed, strict=False) if here != there)
    rest = (names[len(listed) :] or listed[len(names) :])[:1]
    return next(differing, "".join(rest))


def _files(found: Found, index: Index) -> Iterator[Finding]:
    """Each against the list, and put where it belongs."""
    failed = False
    data = archive.sums(index.files)
    sums = File(name=archive.SUMS, len=len(data), sha256=canonical.sha256_hex(data))
    for file in (*index.files, sums):
        for code in _wrong(found, file):
            failed = True
            yield Finding(code=code, holds=Holds.NO, values={"name": file.name})
        _sort(found, file.name)
    if not failed:
        yield Finding(code="list.whole", holds=Holds.YES, values={"number": len(index.files)})
    unchecked = [] if found.authorities else archive_timestamps.without_roots(found.times)
    if unchecked:
        yield Finding(code="list.times", holds=Holds.OPEN, values={"number": len(unchecked)})


def _wrong(found: Found, file: File) -> Iterator[str]:
    try:
        data = found.container.read(file.name, archive.LARGEST_LIST)
    except ArchiveUnreadable:
        found.damaged = True
        yield "list.damaged"
        return
    sha256 = canonical.sha256_hex(data)
    if (len(data), sha256) != (file.len, file.sha256):
        yield "list.changed"
    if next((m[1] for one in archive.NAMED if (m := one.fullmatch(file.name))), sha256) != sha256:
        yield "list.misnamed"


def _sort(found: Found, name: str) -> None:
    if archive.CHAIN.fullmatch(name):
        found.chain.append(name)
    elif name.startswith("log/"):
        found.log.append(name)
    elif one := archive.OBJECT.fullmatch(name):
        found.objects.add(one[1])
    elif one := archive.REVEALED.fullmatch(name):
        found.revealed.setdefault(one[1], {}).setdefault(one[2], []).append(name)
    elif archive.TIMESTAMP.fullmatch(name):
        found.times.append(name)


def _chain(found: Found) -> tuple[RosterChain, Finding]:
    """Raises `RosterRefused` where not even the root can be read."""
    if archive.ROOT not in found.container.known:
        raise RosterRefused("structure")
    chain = RosterChain(Root.parse(found.read(archive.ROOT)))
    for name in found.chain:
        try:
            if not chain.add(found.record(name)):
                raise RosterRefused("chain")
        except (RosterRefused, NotCanonical):
            return chain, Finding(code="rosters.refused", holds=Holds.NO, values={"name": name})
    if not found.chain:
        return chain, Finding(code="rosters.refused", holds=Holds.NO, values={"name": "chain/0001.json"})
    try:
        last = chain.latest
    except RosterRefused:
        return chain, Finding(code="rosters.refused", holds=Holds.NO, values={"name": found.chain[-1]})
    values: dict[str, str | int] = {"number": len(chain.rosters), "no": last.no, "day": last.issued}
    return chain, Finding(code="rosters.hold", holds=Holds.YES, values=values)


def _signed(record: SignedRecord | None, index: Index, chain: RosterChain) -> Iterator[Finding]:
    if index.organisation != chain.fingerprint:
        yield Finding(code="list.foreign", holds=Holds.NO)
    try:
        if record is None:
            raise Refused("structure")
        person = statements.require_signed(record, chain, MAKERS)
    except Refused:
        yield Finding(code="list.unsigned", holds=Holds.NO)
        return
    yield Finding(code="list.signed", holds=Holds.YES, values={"person": person.id, "day": index.day})
    if index.purpose:
        values: dict[str, str | int] = {"use": f"{index.purpose} {index.recipient}"}
        yield Finding(code="list.use", holds=Holds.YES, values=values)


@dataclass
class Said:
    """The records that hold, by what they say; `names`: the heads and bodies that they name."""

    chain: RosterChain
    manifests: list[SignedRecord] = field(default_factory=list)
    withdrawals: list[SignedRecord] = field(default_factory=list)
    receipts: list[SignedRecord] = field(default_factory=list)
    contests: dict[str, set[str]] = field(default_factory=dict)  # withdrawal -> roles that contest it
    early: dict[str, str] = field(default_factory=dict)  # key of a code -> day
    revoked: dict[tuple[str, str], int] = field(default_factory=dict)  # (kid, log) -> last position that counts
    granted: dict[str, list[str]] = field(default_factory=dict)  # record -> heads
    names: set[str] = field(default_factory=set)
    annexes: int = 0
    refused: int = 0  # manifests


def _statements(found: Found, chain: RosterChain) -> Iterator[Finding]:
    said = Said(chain)
    for name in (name for name in found.container.names if archive.RECORD.fullmatch(name)):
        try:
            _believe(found.record(name), said)
        except (NotCanonical, Refused):
            yield Finding(code="record.refused", holds=Holds.NO, values={"name": name})
    for (key, _), position in said.revoked.items():
        yield Finding(code="revoked.holds", holds=Holds.YES, values={"key": key, "no": position})
    if said.annexes:
        yield Finding(code="annexes.hold", holds=Holds.YES, values={"number": said.annexes})
    logs = Logs()
    yield from archive_logs.examine(found.read, found.log, chain, logs)
    yield from archive_timestamps.examine(found.read, found.times, logs.heads, found.authorities)
    tids: set[str] = set()
    for record in said.manifests:
        yield from _testimony(found, record, said, logs, tids)
    if not said.refused:  # else nobody knows what belongs to those that were refused
        yield from _strangers(found, said, tids)


def _believe(record: SignedRecord, said: Said) -> None:
    """Verify a record as its kind asks; manifests, withdrawals and receipts are looked at with their testimony.

    Raises `NotCanonical`, `Refused`.
    """
    kind, chain = record.kind, said.chain
    if kind == "manifest":
        said.manifests.append(record)
    elif kind == "withdraw":
        statements.parse_withdrawal(record)
        said.withdrawals.append(record)
    elif kind == "receipt":
        statements.parse_receipt(record)
        said.receipts.append(record)
    elif kind == "grant":
        grant = statements.verify_grant(record, chain)
        said.granted.setdefault(grant.manifest, []).append(grant.head)
        said.names.add(grant.head)
    elif kind == "annex":
        said.names |= verify_annex(record, chain).part.names
        said.annexes += 1
    elif kind == "contest":
        contest = statements.verify_contest(record, chain)
        entry = chain.was_active(contest.by)
        said.contests.setdefault(contest.withdrawal, set()).add(entry.role if entry else "")
    elif kind == "shredded":
        statements.verify_shredded(record, chain)
    elif kind == keep.KIND:
        keep.verify_keep(record, chain)
    elif kind == "withdraw-early":
        early = verify_early(record)
        said.early[early.key] = early.day
    elif kind == "revoke":
        revoked = verify_revocation(record, *chain.roots)
        place = revoked.key, revoked.log
        said.revoked[place] = min(revoked.position, said.revoked.get(place, revoked.position))  # none takes one back
    else:
        raise Refused("kind.unknown")


def _testimony(found: Found, record: SignedRecord, said: Said, logs: Logs, tids: set[str]) -> Iterator[Finding]:
    finding, manifest = verification.check_manifest(record, said.chain)
    if manifest is None:
        said.refused += 1
        code = finding.code if finding.code == "manifest.newer" else "manifest.refused"
        yield Finding(code=code, holds=Holds.NO, tid=_tid(record))
        return
    tids.add(manifest.tid)
    said.names |= manifest.names
    parts = archive_parts.Testimony(manifest, record, said.chain)
    yield finding
    yield from archive_logs.received(logs, record.id, manifest, said.revoked)
    place = logs.received.get(record.id)
    day = verification.check_day(manifest, said.chain, place.day if place else "")
    if day:
        yield day
    yield parts.sealed(found.objects, said.granted.get(record.id, []))
    clear, form = found.revealed.get(manifest.tid, {}), f"forms/{manifest.form_sha256}.json"
    asked = found.read(form) if clear and form in found.container.known else None
    yield from parts.revealed(found.read, clear, found.show, asked)
    yield parts.interviewer()
    for receipt in said.receipts:
        if receipt.value["record"] == record.id:
            yield parts.receipt(receipt, logs)
    yield from parts.withdrawn(said.withdrawals, said.contests, said.early)


def _strangers(found: Found, said: Said, tids: set[str]) -> Iterator[Finding]:
    """What belongs to nothing that was verified."""
    for name in found.container.names:
        one = archive.OBJECT.fullmatch(name)
        if one and one[1] not in said.names:
            yield Finding(code="record.strange", holds=Holds.NO, values={"name": name})
    for tid, parts in found.revealed.items():
        if tid not in tids:
            first = min(name for names in parts.values() for name in names)
            yield Finding(code="revealed.nowhere", holds=Holds.NO, values={"name": first})
    records = {record.id for record in said.manifests}
    for record in said.receipts:
        if record.value["record"] not in records:
            yield Finding(code="record.strange", holds=Holds.NO, values={"name": f"records/{record.id}.json"})
    for record in said.withdrawals:
        if record.value["tid"] not in tids:
            yield Finding(code="record.strange", holds=Holds.NO, values={"name": f"records/{record.id}.json"})


def _tid(record: SignedRecord) -> str:
    tid = record.value.get("tid")
    return tid if isinstance(tid, str) and len(tid) == 32 else ""
