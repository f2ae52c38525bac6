"""Contests of a withdrawal by a lawyer and a coordinator."""

from __future__ import annotations

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from tests.support.services.world import DAY, World

ANNEX = "a" * 64


def contest(withdrawal: SignedRecord, signer: Signer) -> SignedRecord:
    return statements.contest(withdrawal=withdrawal.id, annex=ANNEX, day=DAY, signer=signer)


def both(world: World, withdrawal: SignedRecord) -> list[SignedRecord]:
    return [contest(withdrawal, world.lawyer_signer), contest(withdrawal, world.coordinator_signer)]
