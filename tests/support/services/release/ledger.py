"""Releases that a ledger holds as approved or sent."""

from __future__ import annotations

from testimony.services.ledger import ledger
from tests.support.services.release.ledgers import LedgerDesk, meet


def why(at: LedgerDesk) -> list[tuple[str, str]]:
    return [(one.batch, one.reason) for one in at.read().overtaken]


def approved(one: LedgerDesk, other: LedgerDesk, *people: range, **more: object) -> str:
    name = one.propose(*people, **more)
    meet(one, other)
    other.do(ledger.approve, name)
    meet(other, one)
    return name


def left(one: LedgerDesk, other: LedgerDesk, *people: range, **more: object) -> str:
    name = approved(one, other, *people, **more)
    one.do(ledger.leave, name, one.read().batches[name].files)
    meet(one, other)
    return name
