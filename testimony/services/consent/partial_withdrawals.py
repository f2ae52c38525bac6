"""Work out from the heads that a withdrawal code revoked which uses the witness withdrew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from sqlalchemy.orm import Session

from testimony.domain.consent import compartments
from testimony.domain.consent.authority import WITNESS, Said
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.purposes import Purpose, prerequisites
from testimony.domain.roles import Audience
from testimony.errors import Refused
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.services.opening.compartments import compartment_of
from testimony.services.records import queries as record_queries
from testimony.services.withdrawal import shredding


def taken_back(
    chain: RosterChain, session: Session, manifest: Manifest, *, about: Iterable[SignedRecord] | None = None
) -> Iterator[Said]:
    """A WITHDRAW event for every use that needs some of the heads that the code's withdrawals name.

    Stations without keys know heads and not uses. If a desk went on counting those uses, it would ignore the witness.
    The ids follow from the record and the use, so that every desk computes the same. `about`: the withdrawals of the
    testimony, if the caller has read those of many at once.
    """
    for record in record_queries.records_about(session, manifest.tid) if about is None else about:
        if record.kind != "withdraw":
            continue
        try:
            proof = shredding.prove(record, chain, manifest.withdraw)
        except Refused:  # not proved, so it belongs to nobody
            continue
        scope = proof.statement.scope
        if proof.by_witness and not isinstance(scope, str):
            day = date.fromisoformat(proof.statement.day)
            for purpose in _uses(manifest, frozenset(scope)):
                event = ConsentEvent(
                    id=f"{record.id[:48]}-{purpose}", act=Act.WITHDRAW, purpose=purpose, recipient=None, day=day
                )
                yield Said(event=event, signer=WITNESS, role=WITNESS)


def _uses(manifest: Manifest, scope: frozenset[str]) -> list[Purpose]:
    lost: Mapping[str, set[Audience]] = {name: set() for name in compartments.COMPARTMENTS}
    for entry in manifest.parts:
        lost[compartment_of(entry.part)].update(Audience(to) for to, head in entry.heads.items() if head in scope)
    return [purpose for purpose in Purpose if purpose is not Purpose.RECORD and _gives(purpose, lost)]


def _gives(purpose: Purpose, lost: Mapping[str, set[Audience]]) -> bool:
    """Whether the use, with what it needs, gives somebody a part that was withdrawn. Recovery does not count as a
    reader.
    """
    table = compartments.readers({purpose, *prerequisites(purpose)})
    return any((table[name] & audiences) - {Audience.RECOVERY} for name, audiences in lost.items())
