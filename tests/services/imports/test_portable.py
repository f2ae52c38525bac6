"""Choices go to a colleague by heading, and no cell goes with them that nobody gave a code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from testimony.services.imports import portable, proposals
from testimony.services.imports.column_choices import ACCOUNT, KEEP, Choices, Column
from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import formats

TABLE = formats.read(b"date,what,who,date\n03/04/2025,shouting | kicking | beating | hidden,A Name,x\n")
CHOICES = Choices(
    columns=(
        Column(to="i_date", order="dmy"), Column(to="v_acts", values={"shouting": "threat", "beating": "beat"}),
        Column(),
        Column(to=ACCOUNT),
    ),
    lang="fr",
)  # fmt: skip


def test_headings_and_chosen_texts_that_the_program_does_not_know_go_and_no_other_cell() -> None:
    data = portable.written(TABLE, CHOICES)
    assert [one["values"] for one in json.loads(data)["columns"]] == [{}, {"shouting": "threat", "kicking": ""}, {}, {}]
    assert b"Name" not in data
    assert b"hidden" not in data
    assert portable.applied(data, TABLE) == CHOICES


def test_another_file_takes_them_by_heading_and_gets_proposals_for_the_rest() -> None:
    other = formats.read(b"what,group size,date of incident,date\nshouting | beating,3,2025-04-03,04/04/2025\n")
    found = portable.applied(portable.written(TABLE, CHOICES), other)
    assert [one.to for one in found.columns] == ["v_acts", "g_size", KEEP, "i_date"]
    assert found.columns[0].values == {"shouting": "threat", "beating": "beat"}
    assert found.columns[3].order == "dmy"


@pytest.mark.parametrize(
    ("cells", "order"),
    [("12/31/2024\n01/02/2025", "mdy"), ("01/02/2025", "dmy"), ("2024-12-31", "ymd"), ("2024", "dmy"), ("?", "dmy")],
)
def test_what_the_dates_prove_wins_over_the_order_that_a_colleague_chose(cells: str, order: str) -> None:
    other = formats.read(f"date\n{cells}\n".encode())
    assert portable.applied(portable.written(TABLE, CHOICES), other).columns[0].order == order


def changed(**more: Any) -> bytes:
    said = json.loads(portable.written(TABLE, CHOICES))
    return json.dumps(said | {name: value for name, value in more.items() if name != "column"} | {
        "columns": [said["columns"][0] | more["column"]] if "column" in more else more.get("columns", said["columns"])
    }).encode()  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"[" * 100_000, changed(v="testimony/2/import-choices"), changed(lang=7), changed(columns=[]),
        changed(columns=["x"]), changed(column={"to": "cs_mode"}), changed(column={"order": "ydm"}),
        changed(column={"values": {"x": "no code"}}), changed(column={"values": [1]}), changed(column={"to": ["keep"]}),
        changed(column={"heading": "another"}),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_choices_for_these_columns_is_refused(data: bytes) -> None:
    with pytest.raises(ImportRefused) as refused:
        portable.applied(data, TABLE)
    assert refused.value.reason == "choices"


def test_a_column_that_is_chosen_is_proposed_for_no_other() -> None:
    found = proposals.proposed(TABLE, {3: Column(to="i_date", order="dmy")})
    assert [one.to for one in found.columns].count("i_date") == 1
