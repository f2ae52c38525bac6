"""The chronology of a case file: events, legs and talks in the order of time, each with where in the file it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from testimony.domain.testimony.redaction import BAR, Mark
from testimony.services.casefile import document as casefile_document
from testimony.services.casefile.casefile import CaseFile, Order
from testimony.services.enrolment.organisation import Organisation
from testimony.services.imports.column_choices import ACCOUNT, Choices, Column
from testimony.services.imports.job import Importer, Opened, Progress
from testimony.services.imports.known_rows import Known
from testimony.store.models.records import RecordRow
from tests.support.services.casefiles import COURT, account, brought, gathered, pdf_of, text_of
from tests.support.services.consent.acts import late
from tests.support.services.desks import TODAY, Desk, desks

LEGS = [
    {"from": "SVN", "to": "HRV", "method": "handover", "date": "2025-09-02"},
    {"from": "HRV", "to": "BIH", "method": "walk"},
]


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


@pytest.fixture
def tids(desk: Desk, organisation: Organisation) -> tuple[str, ...]:
    """Of 1 September with two legs, and of August."""
    later, earlier = account(0, "en", "They sent us back twice."), account(1, "en", "They sent us back.")
    dated = {"i_type": "pb_chain", "i_date": "2025-09-01", "i_chain": LEGS}
    return brought(
        desk,
        organisation,
        [
            later | {"incident": later["incident"] | dated},
            earlier | {"incident": earlier["incident"] | {"i_date": "2025-08"}},
        ],
    )


def lines(data: Any) -> list[tuple[str, str, str, str]]:
    """Day, what, testimony, paragraph."""
    (section,) = data["front"]
    (table,) = (one for one in section["blocks"] if one["kind"] == "listing")
    said = [[" ".join(str(word) for one in cell for word in one["words"]) for cell in row] for row in table["rows"]]
    return [(day, what, testimony, paragraph) for day, what, testimony, paragraph in said]


def data_of(desk: Desk, *tids: str, **more: Any) -> Any:
    made = gathered(desk, Order(case=COURT, tids=tids, lang="en", **more))
    assert isinstance(made, CaseFile)
    return casefile_document.data_of(made)


def test_what_happened_stands_in_the_order_of_time_whatever_the_order_of_the_testimonies(
    desk: Desk, tids: tuple[str, ...]
) -> None:
    data = data_of(desk, *tids)
    found = lines(data)
    assert [(day, testimony) for day, _, testimony, _ in found] == [
        ("August 2025", "2"), ("1 September 2025", "1"), ("2 September 2025", "1"), ("", "1"),
        ("20 January 2026", "1"), ("20 January 2026", "2"),
    ]  # fmt: skip
    assert found[2][1].startswith("Leg 1 of the return:")
    assert "Croatia" in found[2][1]
    assert "When: 2 September 2025" in found[2][1]
    assert "Bosnia" in found[3][1], "a leg without a date stands behind the one before it"
    rows = [row for one in data["exhibits"][0]["sections"] for block in one["blocks"] for row in block.get("rows", ())]
    facts = {row["no"]: "".join(row["label"]["words"]) for row in rows if isinstance(row, dict)}
    assert [facts[paragraph] for _, _, testimony, paragraph in found if testimony == "1"] == [
        "Date of the event", "Legs of a chain return", "Legs of a chain return", "Taken down on",
    ]  # fmt: skip
    text = " ".join(text_of(pdf_of(desk, *tids)).split())
    assert "Chronology" in text
    assert f"1 September 2025 {found[1][1]} 1 {found[1][3]}" in text


def test_a_date_that_is_redacted_is_in_no_chronology_and_orders_nothing(desk: Desk, tids: tuple[str, ...]) -> None:
    marks = {tids[0]: (Mark("code-i_date", 0, 0, 1), Mark("code-i_chain", 0, 0, 1))}
    data = data_of(desk, *tids, marks=marks)
    (section,) = data["front"]
    days = [row[0][0]["words"] if row[0] else [] for row in section["blocks"][1]["rows"]]
    assert days[-2:] == [[BAR], []]
    text = text_of(pdf_of(desk, *tids, marks=marks))
    assert "September" not in text
    assert "Slovenia" not in text


def test_a_leg_that_is_redacted_shows_no_date_either(desk: Desk, organisation: Organisation) -> None:
    base = account(0, "en", "They sent us back.")
    incident = base["incident"] | {"i_type": "pb_chain", "i_chain": LEGS[:1]}
    (tid,) = brought(desk, organisation, [base | {"incident": incident}])
    assert "2 September 2025" in [day for day, *_ in lines(data_of(desk, tid))]
    found = lines(data_of(desk, tid, marks={tid: (Mark("code-i_chain", 0, 0, 1),)}))
    assert "2 September 2025" not in [day for day, *_ in found]
    assert any(what == "Leg 1 of the return: None" for _, what, _, _ in found)


def test_an_account_from_elsewhere_is_nowhere_called_an_interview(desk: Desk) -> None:
    file = Opened(b"report\nThey took us to the river.\n", "records.csv")
    file.choose(Choices(columns=(Column(to=ACCOUNT),)), "Example network", "Signed sheets")
    now = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
    for _ in Importer(desk.station, desk.reader, desk.annexes, Known(), now).steps(file, Progress()):
        pass
    with desk.station.database.reading() as session:
        tid = str(session.scalar(select(RecordRow.subject).where(RecordRow.kind == "manifest")))
    desk.exchange()
    assert late(desk, tid, COURT) is None
    for lang in ("en", "de", "el", "fr"):
        made = gathered(desk, Order(case=COURT, tids=(tid,), lang=lang))
        assert isinstance(made, CaseFile)
        data = casefile_document.data_of(made)
        if lang == "en":
            said = str(data)
            assert "Imported by" in said
            assert "taken down on" not in said
            assert "Taken down on" not in said
            assert "Signed by the interviewer" not in said
            assert "The testimony was taken down." not in said
