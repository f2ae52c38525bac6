"""Roots and the chain of rosters that they signed: a station pins a root once, follows the chain and never goes back.

After The Update Framework 1.0 (5.3): a new root counts when the threshold of the old one signed it, and its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.age.recipients import Recipient
from testimony.sealing.errors import SignatureBad, StructureWrong
from testimony.sealing.records import fields, signatures
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, PublicKey
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.roster.roster import AUDIENCE_OF, AUDIENCES, Device, Entry, Person, Roster

__all__ = ["AUDIENCES", "AUDIENCE_OF", "Device", "Entry", "Person", "Root", "Roster", "RosterChain"]


@dataclass(frozen=True, kw_only=True)
class Root:
    """The offline keys of an organisation and how many of them must sign."""

    data: bytes
    no: int
    threshold: int
    keys: tuple[tuple[PublicKey, ...], ...]

    @classmethod
    def parse(cls, data: bytes) -> Root:
        """Raises `RosterRefused("structure")`."""
        try:
            value = canonical.decode_object(data)
            fields.require_version(value, "root")
            said = fields.require_form(value, "root")
            keys = key_groups(said["keys"])
            threshold = fields.integer(said["threshold"], 1, len(keys))
            return cls(data=data, no=said["no"], threshold=threshold, keys=keys)
        except (NotCanonical, Refused, StructureWrong) as error:
            raise RosterRefused("structure") from error

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256(L("testimony/1/root", bytes)), hex: what people compare as six words."""
        return canonical.sha256_hex(signatures.labelled("testimony/1/root", self.data))

    def verify(self, record: SignedRecord) -> None:
        """Raise `RosterRefused` unless a threshold of these roots, and nobody else, signed with all their keys."""
        require_threshold(record, self.keys, self.threshold)

    def verify_among_others(self, record: SignedRecord) -> None:
        """Like `verify`, over those signatures that are of this root: a change of roots is signed by old and new."""
        kids = {keys[0].kid for keys in self.keys}
        self.verify(SignedRecord(record.data, tuple(sigs for sigs in record.sigs if first_kid(sigs) in kids)))


class RosterChain:
    """The pinned root and the rosters that follow it, oldest first. Only what verifies gets in."""

    def __init__(self, root: Root, records: Iterable[SignedRecord] = ()) -> None:
        """`records` are rosters and, between them, new roots signed by the old one. Raises `RosterRefused`."""
        self.fingerprint = root.fingerprint
        """The fingerprint of the first, pinned root: the organisation's name, also for withdrawal codes."""
        self.root = root
        """The root in force."""
        self._roots = [root]
        self._records: list[SignedRecord] = []
        self._rosters: dict[str, Roster] = {}
        for record in records:
            self.add(record)

    @property
    def latest(self) -> Roster:
        """The roster in force. Raises `RosterRefused("chain")` while there is none."""
        if not self._rosters:
            raise RosterRefused("chain")
        return next(reversed(self._rosters.values()))

    @property
    def rosters(self) -> list[Roster]:
        """All of them, the newest first; at least one. Raises `RosterRefused("chain")` while there is none."""
        return [self.latest, *list(reversed(self._rosters.values()))[1:]]

    @property
    def roots(self) -> list[Root]:
        """The root in force and those before it, the newest first: what one signed in its time stays signed."""
        return self._roots[::-1]

    @property
    def records(self) -> Sequence[SignedRecord]:
        """All that was accepted, in order, so that it can be stored and handed on."""
        return tuple(self._records)

    def add(self, record: SignedRecord) -> bool:
        """Accept the next roster or root; False if it is held already. Raises `RosterRefused` and changes nothing."""
        if record.data == self.root.data or any(record.data == held.data for held in self._records):
            return False
        if _kind(record) == "root":
            self._add_root(record)
        else:
            self._add_roster(record)
        self._records.append(record)
        return True

    def by_sha256(self, sha256: str) -> Roster | None:
        return self._rosters.get(sha256)

    def signer(self, kid: str) -> Entry | None:
        """Whose key `kid` is, as the newest roster that knows it says."""
        return next(iter(self._entries(kid)), None)

    def was_active(self, kid: str) -> Entry | None:
        """Whose key `kid` is, in the newest roster in which it was active."""
        return next((entry for entry in self._entries(kid) if entry.active), None)

    @property
    def central_keys(self) -> list[PublicKey]:
        """The keys of the central servers in the newest roster, active or not: an old log is still proof."""
        return [device.keys[0] for device in self.latest.devices if device.kind == "central" and device.keys]

    def recipients(self, audience: str) -> list[Recipient]:
        """The recipients of the active people of `audience` in the roster in force."""
        return self.latest.recipients(audience)

    def readers(self, audience: str) -> list[tuple[str, Recipient]]:
        """(id, recipient) of the active people of `audience` in the roster in force."""
        return self.latest.readers(audience)

    def _entries(self, kid: str) -> Iterable[Entry]:
        found = (roster.signer(kid) for roster in reversed(self._rosters.values()))
        return (entry for entry in found if entry is not None)

    def _add_roster(self, record: SignedRecord) -> None:
        self.root.verify(record)
        roster = Roster.parse(record.data)
        if self._rosters and roster.no <= self.latest.no:
            raise RosterRefused("older")
        if self._rosters and roster.prev != self.latest.sha256:
            raise RosterRefused("chain")
        self._rosters[roster.sha256] = roster

    def _add_root(self, record: SignedRecord) -> None:
        root = Root.parse(record.data)
        if root.no <= self.root.no:
            raise RosterRefused("root-forked" if self._is_fork(root, record) else "older")
        if root.no != self.root.no + 1:
            raise RosterRefused("chain")
        _require_change(record, self.root, root)
        self._roots.append(root)
        self.root = root

    def _is_fork(self, root: Root, record: SignedRecord) -> bool:
        """Whether the roots before it really signed it: there is another of its number, so keys are in wrong hands, or
        two ceremonies were held."""
        before = next((one for one in self._roots if one.no == root.no - 1), None)
        try:
            _require_change(record, before or self.root, root)
        except RosterRefused:
            return False
        return True


def _kind(record: SignedRecord) -> str:
    try:
        return record.kind
    except NotCanonical as error:
        raise RosterRefused("structure") from error


def _require_change(record: SignedRecord, old: Root, new: Root) -> None:
    """Signed by both, and by nobody else: what a stranger put beside good signatures would be stored, logged as the
    first signer's, and handed on."""
    kids = {keys[0].kid for root in (old, new) for keys in root.keys}
    if any(first_kid(sigs) not in kids for sigs in record.sigs):
        raise RosterRefused("signature")
    old.verify_among_others(record)
    new.verify_among_others(record)


def require_threshold(record: SignedRecord, groups: Sequence[tuple[PublicKey, ...]], threshold: int) -> None:
    """Raise `RosterRefused` (foreign, signature) unless `threshold` of `groups`, and nobody else, signed `record` with
    all their keys."""
    by_kid = {keys[0].kid: keys for keys in groups}
    signed = [by_kid.get(first_kid(sigs)) for sigs in record.sigs]
    if signed and not any(signed):
        raise RosterRefused("foreign")
    if len(signed) < threshold or len(set(signed)) != len(signed):
        raise RosterRefused("signature")
    for sigs, keys in zip(record.sigs, signed, strict=True):
        _verify(record, sigs, keys or ())


def key_groups(value: Any) -> tuple[tuple[PublicKey, ...], ...]:
    """Keys that sign together with others, each an Ed25519 key with its ML-DSA-65 key, none twice. Raises
    `StructureWrong`."""
    groups = tuple(tuple(PublicKey.parse(key) for key in group) for group in value)
    if any(tuple(key.alg for key in group) != ROOT_ALGORITHMS for group in groups):
        raise StructureWrong
    if len({key for group in groups for key in group}) != 2 * len(groups):
        raise StructureWrong
    return groups


def first_kid(sigs: Any) -> str:
    """The kid that one root's signatures name first; empty if they name none."""
    first = sigs[0] if isinstance(sigs, list | tuple) and sigs else None
    kid = first.get("kid") if isinstance(first, dict) else None
    return kid if isinstance(kid, str) else ""


def _verify(record: SignedRecord, sigs: Any, keys: tuple[PublicKey, ...]) -> None:
    try:
        signatures.verify(record.version, record.data, sigs, keys)
    except (SignatureBad, NotCanonical) as error:
        raise RosterRefused("signature") from error
