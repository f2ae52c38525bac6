"""A grant: a holder of a part gives its file key to one more audience. The body and the other heads do not change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from testimony import canonical
from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.parts.part import rewrap
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements


@dataclass(frozen=True)
class Granted:
    """The signed statement, and the new head that it names."""

    record: SignedRecord
    head: bytes


def grant_part(
    *,
    manifest: str,
    part: str,
    head: bytes,
    key: OpeningKey,
    recipients: Sequence[Recipient],
    slots: int,
    day: str,
    signer: Signer,
) -> Granted:
    """One more head for `part` of the record `manifest`, with exactly `slots` stanzas, decoys where nobody is.

    `head`: one that `key` opens. Raises `CannotOpen` when it does not, `SlotsTooFew`.
    """
    new = rewrap(head, key=key, recipients=recipients, slots=slots)
    name = canonical.sha256_hex(new)
    return Granted(statements.grant(manifest=manifest, part=part, head=name, day=day, signer=signer), new)
