"""Who made a file, took down, translated or corrected stands in it by name and role, and by no name of a key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.casefile import people
from testimony.services.casefile.casefile import CaseFile, Order
from testimony.services.casefile.errors import CaseFileRefused
from testimony.services.enrolment.organisation import Organisation
from tests.support.services.casefiles import (
    COURT,
    SAID,
    account,
    brought,
    everything,
    gathered,
    pdf_of,
    text_of,
    translate,
)
from tests.support.services.coding import correct
from tests.support.services.desks import Desk, desks


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def test_people_stand_in_a_file_by_name_and_role_and_never_by_the_name_of_their_key(
    desk: Desk, organisation: Organisation
) -> None:
    (tid,) = brought(desk, organisation, [account(0, "ar", SAID["ar"])])
    translate(desk, tid, "en", ["We left."])
    correct(desk, tid, "w_nat", {"value": "ERI"})
    keys = [one.id for one in desk.station.chain.latest.people]
    for names, said in (
        ({"lawyer-1": "  Mara\nExample "}, ("Made by Mara Example, lawyer", "Corrected by Mara Example, lawyer")),
        (
            {},
            (
                "Made by lawyer no. 1",
                "Signed by the interviewer interviewer no. 1",
                "Corrected by lawyer no. 1",
                "Signed by lawyer no. 1",
            ),
        ),
    ):
        pdf = pdf_of(desk, tid, persons=names)
        text = " ".join(text_of(pdf).split())
        for words in said:
            assert words in text
        assert "Arabic" in text
        assert "العربية" not in text
        for key in keys:
            assert key not in text
            assert key.encode() not in everything(pdf)


def test_a_name_is_given_to_somebody_of_the_roster_on_one_line(desk: Desk, organisation: Organisation) -> None:
    (tid,) = brought(desk, organisation, [account(0, "fr", SAID["fr"])])
    for persons in ({"nobody-7": "Mara Example"}, {"lawyer-1": "x" * 101}, {"lawyer-1": 7}):
        with pytest.raises(CaseFileRefused) as refused:
            gathered(desk, Order(case=COURT, tids=(tid,), lang="en", persons=persons))  # type: ignore[arg-type]
        assert refused.value.reason == "person"
    assert isinstance(gathered(desk, Order(case=COURT, tids=(tid,), lang="en", persons={"lawyer-1": " "})), CaseFile)
    assert people.parse_names({"lawyer-1": "", "lawyer-2": "Mara  Example"}) == {"lawyer-2": "Mara Example"}
