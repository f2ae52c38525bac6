"""Record the recipients of granted heads: a grant names no reader, so an annex that goes along names them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from testimony.domain.roles import Audience
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import Roster
from testimony.sealing.statements.grant import Granted
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.records.types import Incoming

KIND: Final = "readers"
"""The kind of an annex with nothing else in it. Other annexes may also have the field."""
FIELD: Final = "heads"
READERS: Final = (Audience.COORDINATORS, Audience.LAWYERS, Audience.RECOVERY)

Given = tuple[Audience, Granted]


@dataclass(frozen=True, kw_only=True)
class SealedTo:
    """According to its granter, a head has all recipients that `roster` (SHA-256) names for `audience`."""

    audience: Audience
    roster: str


Known = dict[tuple[str, str], SealedTo]
"""By (head, kid of the signer): nobody can name the recipients of another person's grants."""


def describe_heads(roster: Roster, given: Sequence[Given]) -> dict[str, Any]:
    """What an annex says about the heads `given`: {"heads": {"roster", "readers": {audience: [head, …]}}}."""
    readers = {to: sorted(str(one.record.value["head"]) for whom, one in given if whom == to) for to in READERS}
    return {FIELD: {"roster": roster.sha256, "readers": {to.value: heads for to, heads in readers.items() if heads}}}


def known(annexes: AnnexIndex) -> Known:
    """What all annexes that open say about heads."""
    return {(head, one.by): to for one in annexes.everything() for head, to in _heads(one)}


def recipient_of(grant: SignedRecord, told: Known) -> SealedTo | None:
    """For whom the head of `grant` is, if its signer said so."""
    return told.get((str(grant.value["head"]), str(grant.value["by"])))


def carried(given: Sequence[Given]) -> list[Incoming]:
    """The records and heads, to be stored."""
    return [
        item for _, one in given for item in (Incoming("record", one.record.encode()), Incoming("object", one.head))
    ]


def logged(given: Sequence[Given]) -> list[tuple[str, str]]:
    """(kind, name) for this desk's own log."""
    return [("granted", one.record.id) for _, one in given]


def _heads(annex: OpenedAnnex) -> Iterator[tuple[str, SealedTo]]:
    """Yields nothing for another format: another program's annex may use the field differently."""
    told = annex.content.get(FIELD)
    readers = told.get("readers") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(readers, dict):
        return
    for audience in READERS:
        heads = readers.get(audience.value)
        for head in heads if isinstance(heads, list) else ():
            yield str(head), SealedTo(audience=audience, roster=str(told.get("roster")))
