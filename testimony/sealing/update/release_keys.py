"""The three release keys, of which two sign each update, and the lists that replace them.

The program contains the list that is valid when it is built (`release-keys.json`). As in The Update Framework, a later
list is valid if two keys of the list before it signed it. An update contains all lists that an older program may lack.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.errors import StructureWrong
from testimony.sealing.records import fields, signatures
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import PublicKey, Signer
from testimony.sealing.roster.chain import first_kid, key_groups, require_threshold
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.update.errors import UpdateRefused

KIND: Final = "release-keys"
KEYS: Final = 3
THRESHOLD: Final = 2
SHIPPED: Final = Path(__file__).with_name("release-keys.json")


@dataclass(frozen=True)
class ReleaseKeys:
    """One list: its number, and the three keys, each an Ed25519 key with its ML-DSA-65 key."""

    no: int
    keys: tuple[tuple[PublicKey, ...], ...]

    @property
    def kids(self) -> tuple[str, ...]:
        """The key id of each key, that of its Ed25519 half."""
        return tuple(group[0].kid for group in self.keys)

    def verify(self, record: SignedRecord) -> None:
        """Raise `UpdateRefused("signature")` unless at least two of these keys, and no others, signed `record`."""
        try:
            require_threshold(record, self.keys, THRESHOLD)
        except RosterRefused as error:
            raise UpdateRefused("signature") from error


def unsigned(keys: Iterable[Iterable[PublicKey]], *, no: int) -> SignedRecord:
    """A list without signatures, for two holders of the list before to sign. The first list is never signed.

    Raises `UpdateRefused("list")`.
    """
    value = {"v": f"testimony/1/{KIND}", "no": no, "keys": [[key.describe() for key in group] for group in keys]}
    record = SignedRecord(canonical.encode(value), ())
    parse(record)
    return record


def parse(record: SignedRecord) -> ReleaseKeys:
    """What the list says. Verifies no signature. Raises `UpdateRefused`: newer, list."""
    try:
        said = fields.statement(record, KIND, {"no", "keys"})
        if not isinstance(said["keys"], list) or len(said["keys"]) != KEYS:
            raise StructureWrong
        return ReleaseKeys(fields.integer(said["no"], 1), key_groups(said["keys"]))
    except (NotCanonical, StructureWrong, TypeError) as error:
        raise UpdateRefused("list") from error
    except Refused as error:
        raise UpdateRefused("newer" if error.rule == "version.newer" else "list") from error


def with_signature(record: SignedRecord, signer: Signer, keys: ReleaseKeys) -> SignedRecord:
    """`record` with the signature of `signer`, in place of an earlier one. Raises `UpdateRefused("key")`."""
    if signer.kid not in keys.kids:
        raise UpdateRefused("key")
    made = signatures.sign(record.version, record.data, signer)
    return SignedRecord(record.data, (*(sigs for sigs in record.sigs if first_kid(sigs) != signer.kid), made))


def shipped(file: Path | None = None) -> ReleaseKeys:
    """The list in this program. Raises `UpdateRefused("keys")` if there is none."""
    data = (file or SHIPPED).read_bytes().strip()
    if data == b"null":
        raise UpdateRefused("keys")
    return parse(read_record(data))


def read_record(data: bytes) -> SignedRecord:
    """A signed list, or a signed statement of an update, not verified. Raises `UpdateRefused("structure")`."""
    try:
        return SignedRecord.decode(data)
    except NotCanonical as error:
        raise UpdateRefused("structure", file="This") from error


def follow(known: ReleaseKeys, lists: Iterable[Any]) -> ReleaseKeys:
    """The newest of `lists`, envelopes in their order, each signed by two keys of the list before it.

    Lists that are not newer than `known` are skipped. Raises `UpdateRefused`: list, signature, newer.
    """
    for one in lists:
        try:
            record = SignedRecord.decode(canonical.encode(one))
        except NotCanonical as error:
            raise UpdateRefused("list") from error
        said = parse(record)
        if said.no <= known.no:
            continue
        if said.no != known.no + 1:
            raise UpdateRefused("list")
        known.verify(record)
        known = said
    return known
