"""Archives of an organisation whose roots were replaced, rightly or not, and what is to be found in each."""

from __future__ import annotations

from collections.abc import Sequence

from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
from tests.support.sealing.archives import Case, Files, Spoil, record_files, signed
from tests.support.sealing.organisation import root_value
from tests.support.sealing.record_cases import more

NEW_ROOTS = [Signer.generate(ROOT_ALGORITHMS) for _ in range(3)]


def new_roots(case: Case, *signers: Signer, after: Sequence[Signer] = NEW_ROOTS[:2]) -> Files:
    """Roots number 2, signed by themselves and two of the old ones (or `signers`), and a roster by `after`."""
    made = case.organisation
    change = made.sign(root_value(NEW_ROOTS, no=2), signers or [*NEW_ROOTS[:2], *made.roots[1:]])
    next_one = made.sign(made.successor(issued="2026-11-26"), list(after))
    return signed("chain/0002", change) | signed("chain/0003", next_one)


ROOT_WRONG: dict[str, tuple[Spoil, list[str]]] = {
    "new roots that one old one signed": (
        more(lambda case: new_roots(case, *NEW_ROOTS[:2], case.organisation.roots[0])),
        ["rosters.refused"],
    ),
    "new roots that did not sign themselves": (
        more(lambda case: new_roots(case, *case.organisation.roots)),
        ["rosters.refused"],
    ),
    "a roster of the old roots after the new ones": (
        more(lambda case: new_roots(case, after=case.organisation.roots[:2])),
        ["rosters.refused"],
    ),
}
ROOT_RIGHT: dict[str, tuple[Spoil, list[str]]] = {
    "new roots, and what the old ones signed before": (
        more(lambda case: new_roots(case) | record_files(case.revoked(4))),
        [],
    ),
}
