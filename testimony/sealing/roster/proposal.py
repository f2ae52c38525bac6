"""A proposal for the next roster: its exact bytes, the requests it is based on, and the root signatures so far.

It travels as a file, or as numbered lines of which each fits a QR code (docs/proposal-format.md). Nothing in it is
trusted by itself: the pinned root proves rosters; requests are proved by their own keys and the words that two people
compare.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.errors import SignatureBad, StructureWrong
from testimony.sealing.records import fields, signatures
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import PublicKey
from testimony.sealing.roster.admission import Admission, read_admission
from testimony.sealing.roster.chain import Root, first_kid
from testimony.sealing.roster.errors import EnrolmentRefused, ProposalRefused, RosterRefused
from testimony.sealing.roster.roster import Roster

VERSION: Final = "testimony/1/proposal"
LARGEST: Final = 1024 * 1024
"""Bytes of a file that is read."""
MARK: Final = "TESTIMONY1"
PIECE: Final = 540
"""Signs of Base32 in a line: with its head it fits a QR code of version 15, level M (77 modules)."""
LINE: Final = re.compile(rf"{MARK}/([0-9]{{1,4}})/([0-9]{{1,4}})/([0-9A-F]{{16}})/([0-9A-F]{{16}})/([A-Z2-7]+)")

Before = Callable[[str], bytes | None]
"""The bytes of a roster whose SHA-256 begins with these 16 hex digits, None where it is not held."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """`record`: the roster with the signatures that it has. `requests`: files of those who come new. `history`: every
    roster and root before it, for a machine that has not heard of all; empty where it is known to have them.
    """

    record: SignedRecord
    requests: tuple[bytes, ...] = ()
    history: tuple[SignedRecord, ...] = ()

    @cached_property
    def roster(self) -> Roster:
        """Raises `RosterRefused`."""
        return Roster.parse(self.record.data)

    @cached_property
    def admissions(self) -> tuple[Admission, ...]:
        """Raises `EnrolmentRefused`."""
        return tuple(read_admission(request) for request in self.requests)

    def encode(self) -> bytes:
        """The file, in canonical JSON."""
        return canonical.encode(
            {
                "v": VERSION,
                "roster": _described(self.record),
                "requests": [request.decode() for request in self.requests],
                "history": [_described(record) for record in self.history],
            }
        )

    def lines(self, before: bytes) -> list[str]:
        """Without its history, in pieces that fit a QR code each, for a reader who holds `before`, which it follows."""
        packer = zlib.compressobj(level=9, zdict=_quoted(before))
        packed = packer.compress(replace(self, history=()).encode()) + packer.flush()
        text = base64.b32encode(packed).decode().rstrip("=")
        pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
        head = f"{canonical.sha256_hex(before)[:16]}/{canonical.sha256_hex(packed)[:16]}".upper()
        return [f"{MARK}/{number}/{len(pieces)}/{head}/{piece}" for number, piece in enumerate(pieces, 1)]

    def with_signature(self, root: signatures.Signer) -> Proposal:
        """The same with this root's signature, in place of one that it made before."""
        made = signatures.sign(self.record.version, self.record.data, root)
        kept = [sigs for sigs in self.record.sigs if first_kid(sigs) != root.kid]
        return replace(self, record=SignedRecord(self.record.data, (*kept, made)))


def is_one(data: bytes) -> bool:
    """Whether a file means to be what `read` reads, whole or torn, and no draft of a roster."""
    return data.lstrip().startswith((b'{"history":', b'{"record":')) or f"{MARK}/".encode() in data


def read(data: bytes, before: Before) -> list[Proposal]:
    """What a file, pasted text or scanned lines hold: proposals, or one roster with its signatures alone.

    Raises `ProposalRefused`: torn, newer, lacking (some lines), unknown (what the lines follow is not held here).
    """
    if len(data) > LARGEST:
        raise ProposalRefused("torn")
    text = data.decode("utf-8", "replace")
    if MARK + "/" in text:
        return _read_lines(text, before)
    return [_parse(piece) for piece in _files(text)]


def merged(proposals: Sequence[Proposal]) -> Proposal:
    """One proposal with the signatures of all, of each root the first. Raises `ProposalRefused("mixed")`."""
    first = proposals[0]
    if any(other.record.data != first.record.data for other in proposals):
        raise ProposalRefused("mixed")
    sigs: dict[str, Any] = {}
    for proposal in proposals:
        for one in proposal.record.sigs:
            sigs.setdefault(first_kid(one), one)
    return replace(first, record=SignedRecord(first.record.data, tuple(sigs.values())))


def require_signatures(record: SignedRecord, root: Root) -> SignedRecord:
    """`record` with its signatures in the order of the root's keys, once each of them is good and they are enough.

    Raises `ProposalRefused`: stranger (no root of this organisation), signature, few.
    """
    found: dict[str, Any] = {first_kid(sigs): sigs for sigs in record.sigs}
    order = [keys[0].kid for keys in root.keys]
    if not found.keys() <= set(order):
        raise ProposalRefused("stranger")
    if len(found) < len(record.sigs):
        raise ProposalRefused("signature")
    for keys in root.keys:
        if keys[0].kid in found:
            _verify(record, found[keys[0].kid], keys)
    if len(found) < root.threshold:
        raise ProposalRefused("few", found=len(found), wanted=root.threshold)
    return SignedRecord(record.data, tuple(found[kid] for kid in order if kid in found))


def _verify(record: SignedRecord, sigs: Any, keys: tuple[PublicKey, ...]) -> None:
    try:
        signatures.verify(record.version, record.data, sigs, keys)
    except (SignatureBad, NotCanonical) as error:
        raise ProposalRefused("signature") from error


def _described(record: SignedRecord) -> dict[str, Any]:
    return {"record": record.data.decode(), "sigs": list(record.sigs)}


def _files(text: str) -> list[bytes]:
    """One file, or several that were pasted under each other: each is one line."""
    found = [line.strip().encode() for line in text.splitlines() if line.strip()]
    if not found:
        raise ProposalRefused("torn")
    return found


def _parse(data: bytes) -> Proposal:
    try:
        value = canonical.decode_object(data)
        if "record" in value:
            return _checked(Proposal(record=SignedRecord.decode(data)))
        fields.require_version(value, "proposal")
        found = fields.exactly(value, {"v", "roster", "requests", "history"})
        requests, history = _list(found["requests"]), _list(found["history"])
        return _checked(
            Proposal(
                record=_signed(found["roster"]),
                requests=tuple(fields.text(request, LARGEST).encode() for request in requests),
                history=tuple(_signed(record) for record in history),
            )
        )
    except Refused as error:
        raise ProposalRefused("newer" if error.rule == "version.newer" else "torn") from error
    except (NotCanonical, StructureWrong, UnicodeEncodeError) as error:
        raise ProposalRefused("torn") from error


def _checked(proposal: Proposal) -> Proposal:
    """Read once here, so that later code meets no surprise."""
    try:
        if proposal.record.kind != "roster":
            raise ProposalRefused("torn")
        proposal.roster, proposal.admissions  # noqa: B018 - they are remembered
    except EnrolmentRefused as error:
        raise ProposalRefused("torn") from error
    except RosterRefused as error:
        if error.reason == "structure":
            raise ProposalRefused("torn") from error
        raise
    return proposal


def _signed(value: Any) -> SignedRecord:
    found = fields.exactly(value, {"record", "sigs"})
    if not isinstance(found["record"], str) or not isinstance(found["sigs"], list):
        raise Refused("structure")
    return SignedRecord(found["record"].encode(), tuple(found["sigs"]))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Refused("structure")
    return value


def _read_lines(text: str, before: Before) -> list[Proposal]:
    groups: dict[tuple[str, str, int], dict[int, str]] = {}
    for number, total, after, check, piece in LINE.findall(text.upper()):
        groups.setdefault((after.lower(), check.lower(), int(total)), {})[int(number)] = piece
    if not groups:
        raise ProposalRefused("torn")
    return [_joined(key, pieces, before) for key, pieces in groups.items()]


def _joined(key: tuple[str, str, int], pieces: dict[int, str], before: Before) -> Proposal:
    after, check, total = key
    lacking = [number for number in range(1, total + 1) if number not in pieces]
    if lacking:
        raise ProposalRefused("lacking", numbers=", ".join(map(str, lacking[:20])), total=total)
    known = before(after)
    if known is None:
        raise ProposalRefused("unknown")
    return _parse(_unpacked("".join(pieces[number] for number in range(1, total + 1)), check, known))


def _unpacked(text: str, check: str, known: bytes) -> bytes:
    try:
        packed = base64.b32decode(text + "=" * (-len(text) % 8))
        if canonical.sha256_hex(packed)[:16] != check:
            raise ProposalRefused("torn")
        unpacker = zlib.decompressobj(zdict=_quoted(known))
        data = unpacker.decompress(packed, LARGEST)
    except (ValueError, zlib.error) as error:
        raise ProposalRefused("torn") from error
    if not unpacker.eof:
        raise ProposalRefused("torn")
    return data


def _quoted(roster: bytes) -> bytes:
    """A roster as it stands inside a proposal: what two of them have in common then takes no room."""
    return canonical.encode(roster.decode())


def roster_of(records: Iterable[SignedRecord]) -> Before:
    """A `Before` that looks among these."""
    held = {record.id[:16]: record.data for record in records}
    return held.get
