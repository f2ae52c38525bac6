"""Roots and rosters: who signs, who reads, in which order of papers; every one of them signed by a threshold of roots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from testimony.sealing.recipients import Recipient
from testimony.sealing.records import SignedRecord
from testimony.sealing.signing import PublicKey

AUDIENCES = ("coordinators", "lawyers", "recovery")


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
        raise NotImplementedError

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the bytes, hex."""
        raise NotImplementedError

    def verify(self, record: SignedRecord) -> None:
        """Raise `RosterRefused("signature")` unless a threshold of these roots signed `record`, each with all its keys."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody in a roster, under a pseudonym. Interviewers have keys and no recipient."""

    id: str
    role: str
    status: str
    recipient: Recipient | None
    keys: tuple[PublicKey, ...]


@dataclass(frozen=True, kw_only=True)
class Device:
    """A phone ("phone"), a field node ("node") or the central server ("central")."""

    id: str
    kind: str
    status: str
    keys: tuple[PublicKey, ...]


class Entry(NamedTuple):
    """Whose key a kid is: `role` is a person's role or a device's kind."""

    id: str
    role: str
    status: str
    keys: tuple[PublicKey, ...]


@dataclass(frozen=True, kw_only=True)
class Roster:
    """One roster, parsed and checked for what code forbids."""

    data: bytes
    no: int
    prev: str | None
    issued: str
    expires: str
    slots: Mapping[str, int]
    policy: Mapping[str, frozenset[str]]
    people: tuple[Person, ...]
    devices: tuple[Device, ...]
    organisation: Mapping[str, Any]

    @classmethod
    def parse(cls, data: bytes) -> Roster:
        """Raises `RosterRefused`: structure, slots, roles or policy."""
        raise NotImplementedError

    @property
    def sha256(self) -> str:
        raise NotImplementedError

    def ceiling(self, part: str) -> frozenset[str]:
        """The audiences that may ever be given `part` (media-001 is under "media")."""
        raise NotImplementedError

    def readers(self, audience: str) -> list[tuple[str, Recipient]]:
        """(id, recipient) of the active people of an audience."""
        raise NotImplementedError

    def recipients(self, audience: str) -> list[Recipient]:
        raise NotImplementedError

    def signer(self, kid: str) -> Entry | None:
        """Whose key `kid` is in this roster, active or not."""
        raise NotImplementedError

    def expired(self, day: str) -> bool:
        """Whether `day` (YYYY-MM-DD) is after the last one of this roster: warn loudly, go on sealing, log it."""
        raise NotImplementedError


class RosterChain:
    """The pinned root and the rosters that follow it, oldest first. Only what verifies gets in."""

    def __init__(self, root: Root, records: Iterable[SignedRecord] = ()) -> None:
        """`records` are rosters and, between them, new roots signed by the old one. Raises `RosterRefused`."""
        raise NotImplementedError

    @property
    def root(self) -> Root:
        """The root in force."""
        raise NotImplementedError

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the first, pinned root: the organisation's name for withdrawal codes."""
        raise NotImplementedError

    @property
    def latest(self) -> Roster:
        """The roster in force. Raises `RosterRefused("chain")` while there is none."""
        raise NotImplementedError

    @property
    def records(self) -> Sequence[SignedRecord]:
        """All that was accepted, in order, so that it can be stored and handed on."""
        raise NotImplementedError

    def add(self, record: SignedRecord) -> bool:
        """Accept the next roster or root; False if it is held already. Raises `RosterRefused` and changes nothing."""
        raise NotImplementedError

    def by_sha256(self, sha256: str) -> Roster | None:
        raise NotImplementedError

    def signer(self, kid: str) -> Entry | None:
        """Whose key `kid` is, as the newest roster that knows it says."""
        raise NotImplementedError

    def was_active(self, kid: str) -> Entry | None:
        """Whose key `kid` is, in the newest roster in which it was active."""
        raise NotImplementedError

    def recipients(self, audience: str) -> list[Recipient]:
        """Of the active people of `audience` in the roster in force."""
        raise NotImplementedError

    def readers(self, audience: str) -> list[tuple[str, Recipient]]:
        raise NotImplementedError
