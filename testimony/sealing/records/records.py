"""Signed records: canonical JSON bytes, named by their SHA-256, with the signatures beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.sealing.records import signatures
from testimony.sealing.records.signatures import PublicKey, Signer


@dataclass(frozen=True)
class SignedRecord:
    """One statement: the exact bytes that were signed, and `sigs` (flat; one list per root key for roster and root)."""

    data: bytes
    sigs: tuple[Any, ...]

    @classmethod
    def sign(cls, value: Mapping[str, Any], signer: Signer) -> SignedRecord:
        """`value` as canonical bytes, signed under the label that its "v" names."""
        data = canonical.encode(value)
        return cls(data, tuple(signatures.sign(value["v"], data, signer)))

    @classmethod
    def sign_by_roots(cls, value: Mapping[str, Any], roots: Sequence[Signer]) -> SignedRecord:
        """Like `sign`, with one list of signatures for each root key: for rosters and roots."""
        data = canonical.encode(value)
        return cls(data, tuple(signatures.sign(value["v"], data, root) for root in roots))

    @classmethod
    def decode(cls, envelope: bytes) -> SignedRecord:
        """From {"record": string, "sigs": list} in canonical JSON. Raises `NotCanonical`; verifies nothing."""
        value = canonical.decode_object(envelope)
        if set(value) != {"record", "sigs"} or not isinstance(value["record"], str):
            raise NotCanonical
        if not isinstance(value["sigs"], list):
            raise NotCanonical
        record = cls(value["record"].encode(), tuple(value["sigs"]))
        vars(record)["_envelope"] = envelope  # in canonical JSON it has one form: these bytes
        return record

    def encode(self) -> bytes:
        """The envelope that travels and is stored: canonical JSON {"record", "sigs"}."""
        return self._envelope

    @cached_property
    def _envelope(self) -> bytes:
        return canonical.encode({"record": self.data.decode(), "sigs": list(self.sigs)})

    @cached_property
    def id(self) -> str:
        return canonical.sha256_hex(self.data)

    @cached_property
    def value(self) -> dict[str, Any]:
        """The statement. Raises `NotCanonical`."""
        return canonical.decode_object(self.data)

    @cached_property
    def version(self) -> str:
        """What "v" says, "" when it says nothing. Raises `NotCanonical`."""
        version = self.value.get("v")
        return version if isinstance(version, str) else ""

    @cached_property
    def kind(self) -> str:
        """The last element of "v": manifest, grant, withdraw, roster, root, revoke, annex, receipt, refusal…"""
        return self.version.rpartition("/")[2]

    @property
    def by(self) -> str:
        """The kid of who says to have signed, "" when nobody is named. Not verified."""
        by = self.value.get("by", self.value.get("station"))
        return by if isinstance(by, str) else ""

    def verify(self, keys: Sequence[PublicKey]) -> None:
        """Raise `SignatureBad` unless exactly `keys` signed these bytes under their own "v" as the label."""
        signatures.verify(self.version, self.data, self.sigs, keys)
