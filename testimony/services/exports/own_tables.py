"""What own tables count: the list of a desk with codes, persons and incidents, as lawyers corrected and linked them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from testimony.domain.coding import corrections
from testimony.domain.coding.acts import Stands
from testimony.domain.coding.corrections import Answer, Correction
from testimony.domain.testimony.inbox import Row
from testimony.domain.testimony.own_table import MONTH, Told
from testimony.sealing.roster.chain import RosterChain
from testimony.services.coding import coded_record
from testimony.services.inbox import code_labels, summaries
from testimony.services.inbox.code_labels import Code
from testimony.services.incidents import linkage
from testimony.services.opening.annexes import AnnexIndex

OF_ROWS: Final = {
    "i_segment": "place",
    "i_type": "kind",
    "i_date": "month",
    "w_gender": "gender",
    "w_age": "age",
    "w_nat": "nationality",
}
"""Field of the codebook -> what the list says of it."""


def told(
    chain: RosterChain, annexes: AnnexIndex, rows: Iterable[Row], codes: Mapping[str, frozenset[Code]]
) -> list[Told]:
    """The testimonies `rows` with their `codes`, for `own_table.table`. `annexes`: refreshed before.

    Where a lawyer corrected an answer, the correction is counted; where desks differ, the answer is not known.
    """
    links = linkage.current_links(chain, annexes).linked
    corrected = {one.tid for one in annexes.of_kind(corrections.KIND)}
    found = []
    for row in rows:
        own = codes.get(row.tid, frozenset())
        if row.tid in corrected:
            row, own = _corrected(chain, annexes, row, own)
        found.append(
            Told(
                row=row,
                codes=own,
                person=links.persons.get(row.tid, ""),
                incidents=links.incidents.get(row.tid, frozenset()),
            )
        )
    return found


def _corrected(
    chain: RosterChain, annexes: AnnexIndex, row: Row, codes: frozenset[Code]
) -> tuple[Row, frozenset[Code]]:
    stands, _unread = coded_record.said_of(chain, annexes, row.tid, corrections.KIND, Correction.parse)
    answers = {name: answer for name in stands.codes if (answer := _answer(stands, name)) is not None}
    kept = frozenset(code for code in codes if code[0] not in answers)
    return _row(row, answers), kept | code_labels.codes_of(answers)


def _answer(stands: Stands[Correction], name: str) -> Answer | None:
    """What counts of the field `name`; None: the original stands."""
    if all(one.act.answer is None for one in stands.latest(name)):
        return None
    return corrections.effective({}, stands, name)[0]


def _row(row: Row, answers: Mapping[str, Answer]) -> Row:
    changed = {OF_ROWS[name] for name in OF_ROWS.keys() & answers.keys()}
    if not changed:
        return row
    said: Mapping[str, Any] = summaries.coded({name: _to_the_month(answer) for name, answer in answers.items()})
    return replace(row, **{name: said[name] for name in changed})


def _to_the_month(answer: Answer) -> Answer:
    """A day of the incident as the list has it."""
    value = answer.get("value")
    return {"value": value[:7]} if isinstance(value, str) and MONTH.match(value) else answer
