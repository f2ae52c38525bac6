"""The small signed statements: grant, withdrawal, receipt and refusal count; each built and parsed exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from testimony.sealing.records import SignedRecord
from testimony.sealing.roster import RosterChain
from testimony.sealing.signing import PublicKey, Signer


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A holder re-wrapped the file key of one part into one more head."""

    manifest: str
    part: str
    head: str
    by: str
    day: str


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """`scope` is "all", or the ascending head hashes to delete."""

    tid: str
    scope: str | tuple[str, ...]
    by: str
    day: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A station holds `record` and the objects `parts`; `durable` only after they were read back and hashed."""

    record: str
    parts: tuple[str, ...]
    station: str
    log_size: int
    root: str
    durable: bool


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One person who was asked and said no: a day and the device, nothing else."""

    id: str
    day: str
    by: str


def grant(*, manifest: str, part: str, head: str, day: str, signer: Signer) -> SignedRecord:
    raise NotImplementedError


def withdrawal(*, tid: str, scope: str | Iterable[str], day: str, signer: Signer) -> SignedRecord:
    """By a worker's key or by the key of the witness's code (`withdrawal.key_of`)."""
    raise NotImplementedError


def receipt(
    *, record: str, parts: Iterable[str], log_size: int, root: str, durable: bool, signer: Signer
) -> SignedRecord:
    raise NotImplementedError


def refusal(*, day: str, signer: Signer, id: str | None = None) -> SignedRecord:
    raise NotImplementedError


def parse_grant(record: SignedRecord) -> Grant:
    """Raises `NotCanonical` or `Refused` (structure, version.newer, kind.unknown); verifies no signature."""
    raise NotImplementedError


def parse_withdrawal(record: SignedRecord) -> Withdrawal:
    raise NotImplementedError


def parse_receipt(record: SignedRecord) -> Receipt:
    raise NotImplementedError


def parse_refusal(record: SignedRecord) -> Refusal:
    raise NotImplementedError


def verify_grant(record: SignedRecord, chain: RosterChain) -> Grant:
    """Raises `Refused` unless an active holder of that part signed it. The position rule of revocations is services'."""
    raise NotImplementedError


def verify_withdrawal(record: SignedRecord, chain: RosterChain, withdraw: str | None) -> Withdrawal:
    """`withdraw`: the manifest's withdrawal public key. Raises `Refused` unless that key or an active worker signed."""
    raise NotImplementedError


def verify_receipt(record: SignedRecord, keys: Sequence[PublicKey]) -> Receipt:
    """`keys`: the station's, from the roster. Raises `Refused`."""
    raise NotImplementedError
