"""What own tables count: the list of a desk with codes, persons and incidents, as lawyers corrected and linked them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony.domain.coding import corrections
from testimony.domain.coding.acts import Stands
from testimony.domain.coding.corrections import Answer, Correction
from testimony.domain.testimony.inbox import Row
from testimony.domain.testimony.own_table import MONTH, Told
from testimony.services.coding import coded_record
from testimony.services.inbox import code_labels, summaries
from testimony.services.inbox.code_labels import Code
from testimony.services.incidents import linkage
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.records import queries as record_queries
from testimony.services.wordings import questionnaires
from testimony.station.station import Station

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
    station: Station,
    session: Session,
    annexes: AnnexIndex,
    rows: Sequence[Row],
    codes: Mapping[str, frozenset[Code]],
) -> list[Told]:
    """The testimonies `rows` with their `codes`, for `own_table.table`. `annexes`: refreshed before.

    Where a lawyer corrected an answer as its form allows, the correction is counted. Where desks differ in what is
    counted, the answer is not known.
    """
    links = linkage.current_links(station.chain, annexes).linked
    about = {one.tid for one in annexes.of_kind(corrections.KIND)}
    corrected = record_queries.records_of(session, [row.manifest for row in rows if row.tid in about])
    found = []
    for row in rows:
        own = codes.get(row.tid, frozenset())
        if row.manifest in corrected:
            form = questionnaires.find(station.settings.home, str(corrected[row.manifest].value["form_sha256"]))
            row, own = _corrected(coded_record.corrections_of(station.chain, annexes, row.tid, form)[0], row, own)
        found.append(
            Told(
                row=row,
                codes=own,
                person=links.persons.get(row.tid, ""),
                incidents=links.incidents.get(row.tid, frozenset()),
            )
        )
    return found


def _corrected(stands: Stands[Correction], row: Row, codes: frozenset[Code]) -> tuple[Row, frozenset[Code]]:
    for name in stands.codes:
        ways = {_with(row, codes, name, one.act.answer) for one in stands.latest(name)}
        row, codes = ways.pop() if len(ways) == 1 else _with(row, codes, name, corrections.UNKNOWN)
    return row, codes


def _with(row: Row, codes: frozenset[Code], name: str, answer: Answer | None) -> tuple[Row, frozenset[Code]]:
    """What is counted with this answer to the field `name`; None: the sealed one, as the list and its codes have it."""
    if answer is None:
        return row, codes
    others = frozenset(code for code in codes if code[0] != name)
    return _row(row, name, answer), others | code_labels.codes_of({name: answer})


def _row(row: Row, name: str, answer: Answer) -> Row:
    if name not in OF_ROWS:
        return row
    said: Mapping[str, Any] = summaries.coded({name: _to_the_month(answer)})
    return replace(row, **{OF_ROWS[name]: said[OF_ROWS[name]]})


def _to_the_month(answer: Answer) -> Answer:
    """A day of the incident as the list has it."""
    value = answer.get("value")
    return {"value": value[:7]} if isinstance(value, str) and MONTH.match(value) else answer
