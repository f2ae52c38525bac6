"""What central accepts from a reader's desk: records of a few kinds, signed by its own reader."""

from __future__ import annotations

from typing import Final

from testimony.domain.roles import Role
from testimony.errors import NotCanonical
from testimony.sealing.parts.manifest import IMPORTED
from testimony.sealing.parts.manifest import KIND as MANIFEST
from testimony.sealing.records.records import SignedRecord
from testimony.services.feed.feed import Asker
from testimony.services.records.validation import WITHDRAWALS

DESKS: Final = frozenset({Role.LAWYER, Role.COORDINATOR})
KINDS: Final = frozenset({"annex", "grant", "contest", "shredded", "keep", "question", "ceremony", *WITHDRAWALS})
"""What a reader says about a testimony. Interviews and counted refusals come from phones alone.

Withdrawals prove themselves, whoever signed them: a restored central may hear of one from a desk alone.
"""


def rule_against(payload: bytes, asker: Asker) -> str:
    """The rule that the record in the envelope `payload` breaks when `asker` brings it; "" when it breaks none here.

    Of a node everything is let through: it hands on what others signed. What cannot be read is refused by whoever
    judges records.
    """
    if asker.role not in DESKS:
        return ""
    try:
        record = SignedRecord.decode(payload)
        kind, by = record.kind, record.by
    except NotCanonical:
        return ""
    if kind not in KINDS and not _is_import(record):
        return "kind.unknown"
    return "" if by == asker.kid or kind in WITHDRAWALS else "signer.unknown"


def _is_import(record: SignedRecord) -> bool:
    """Whether it is the manifest of an account that a lawyer brought from elsewhere: a version that no phone signs."""
    return record.value.get("v") == f"testimony/{IMPORTED}/{MANIFEST}"
