"""Check the rules that hold across all releases of a ledger, and those that must hold before files are handed out."""

from __future__ import annotations

from collections.abc import Iterable

from testimony.anonymity.invariant import Broken, Membership, broken
from testimony.anonymity.validity import Rule
from testimony.domain.errors import LedgerRefused
from testimony.domain.ledger.batch import ANY_INCIDENT
from testimony.domain.ledger.ledger import Ledger, LedgerBatch, Stage
from testimony.services.opening.reader import Reader


def require_may_hand_out(ledger: Ledger, reader: Reader, batch: str, recipient: str, sha256: str) -> None:
    """Raise `LedgerRefused` unless this person ordered the batch to leave for `recipient`, and the order was accepted.

    Also requires that these are its bytes, that nothing of it was cancelled (here, even if that has not come back from
    the log), recalled or otherwise reported, and that the invariant holds over everything.
    """
    held = ledger.batch(batch)
    if held.left.get(recipient) != reader.id or {held.stage, ledger.ahead.batches[batch].stage} != {Stage.LEFT}:
        raise LedgerRefused("stage")
    require_no_twin(ledger, held)
    if held.files[recipient] != sha256:
        raise LedgerRefused("parts")
    if invariant(ledger):
        raise LedgerRefused("small")
    if any(line.id in ledger.ahead.recalls for line in held.contents.classes):
        raise LedgerRefused("recalled")


def require_no_twin(ledger: Ledger, batch: LedgerBatch | None) -> None:
    """Require that no account in it was published in words: together with the coded line it would identify somebody."""
    if batch is not None and any(not ledger.auxiliary.isdisjoint(line.members) for line in batch.contents.classes):
        raise LedgerRefused("auxiliary")


def invariant(ledger: Ledger) -> Broken:
    """Violations across all batches that were approved or have left, from the pseudonyms in the entries alone.

    Records are grouped by the ids of their classes over everything that left; a cohort that was removed from a line is
    a group of its own. Each group is checked against the rule of its batch.
    """
    memberships, by_rule = [], dict[Rule, list[Membership]]()
    for batch in ledger.batches.values():
        if batch.stage in (Stage.APPROVED, Stage.LEFT) or batch.name in ledger.contradicted:
            found = list(_memberships(ledger, batch))
            memberships += found
            by_rule.setdefault(Rule(k=batch.k, m=batch.m, alpha=batch.alpha / 1_000_000), []).extend(found)
    small = {id for rule, found in by_rule.items() for id in broken(found, rule).small}
    least = min(by_rule, key=lambda rule: (rule.k, rule.m), default=Rule(k=1, m=1, alpha=1))
    twice = [one for one in broken(memberships, least).twice if one not in ledger.twice]  # settled: only reported
    return Broken(small=tuple(sorted(small)), twice=tuple(twice))


def _memberships(ledger: Ledger, batch: LedgerBatch) -> Iterable[Membership]:
    for line in batch.contents.classes:
        taken = ledger.recalled.get(line.id)
        for member, person, incident in zip(line.members, line.persons, line.incidents, strict=True):
            out = taken is not None and not taken.whole and member in taken.members
            yield Membership(
                record=member,
                class_id=f"{line.id}~" if out else line.id,
                person=person,
                incident="" if incident == ANY_INCIDENT else incident,
            )
