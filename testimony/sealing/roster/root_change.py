"""A change of roots: new root keys for an existing organisation, signed by themselves and by the old roots.

It has the form of a root with the next number (docs/sealing.md, 7) and takes effect once the threshold of the old roots
has signed it too. The holders of the old roots sign one after another, each on their own machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.sealing.errors import SignatureBad
from testimony.sealing.records import signatures
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import Root, RosterChain, first_kid
from testimony.sealing.roster.errors import RosterRefused


def proposed(root: Root, signers: Sequence[Signer]) -> SignedRecord:
    """`root` as its own keys sign it, in their order: a proposal to the roots before it."""
    order = [keys[0].kid for keys in root.keys]
    value: dict[str, Any] = canonical.decode_object(root.data)
    return SignedRecord.sign_by_roots(value, sorted(signers, key=lambda one: order.index(one.kid)))


def read(data: bytes, chain: RosterChain) -> tuple[SignedRecord, Root]:
    """A file with such a change, which the roots in force may sign. Raises `RosterRefused`: root-number, root-unsigned
    (something else, its own keys did not sign it as it stands, or one signature in it is bad or a stranger's: the next
    holder would sign in vain)."""
    try:
        record = SignedRecord.decode(data)
        root = Root.parse(record.data)
        root.verify_among_others(record)
        if root.no == chain.root.no + 1:
            _require_all_good(record, chain.root, root)
    except (NotCanonical, RosterRefused, SignatureBad) as error:
        raise RosterRefused("root-unsigned") from error
    if root.no != chain.root.no + 1:
        raise RosterRefused("root-number")
    return record, root


def _require_all_good(record: SignedRecord, *roots: Root) -> None:
    known = {keys[0].kid: keys for root in roots for keys in root.keys}
    for sigs in record.sigs:
        signatures.verify(record.version, record.data, sigs, known.get(first_kid(sigs), ()))


def with_signature(record: SignedRecord, signer: Signer) -> SignedRecord:
    """The same with this root's signature, in place of one that it made before."""
    made = signatures.sign(record.version, record.data, signer)
    return SignedRecord(record.data, (*(sigs for sigs in record.sigs if first_kid(sigs) != signer.kid), made))


def signed_by(record: SignedRecord, root: Root) -> int:
    """How many keys of `root` have signed it, well or not."""
    kids = {keys[0].kid for keys in root.keys}
    return len({first_kid(sigs) for sigs in record.sigs} & kids)
