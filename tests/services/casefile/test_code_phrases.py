"""A coded answer is redacted whole or not at all: the codebook would give back a word that is missing in a label."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.testimony.redaction import BAR, Mark
from testimony.services.casefile import document as casefile_document
from testimony.services.casefile.casefile import CaseFile, Order
from testimony.services.casefile.errors import CaseFileRefused
from testimony.services.enrolment.organisation import Organisation
from tests.support.services.casefiles import COURT, account, brought, everything, gathered, pdf_of, text_of
from tests.support.services.coding import correct
from tests.support.services.desks import Desk, desks

BOAT = "We saw the boat. The officers took it."


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def answers(desk: Desk, tid: str, *marks: Mark, lang: str = "en") -> dict[str, list[list[str | None]]]:
    """Label -> the values of every coded answer, each in segments."""
    made = gathered(desk, Order(case=COURT, tids=(tid,), lang=lang, marks={tid: marks} if marks else {}))
    assert isinstance(made, CaseFile)
    (exhibit,) = casefile_document.data_of(made)["exhibits"]
    rows = [row for section in exhibit["sections"] for block in section["blocks"] for row in block.get("rows", ())]
    facts: list[dict[str, Any]] = [row for row in rows if isinstance(row, dict)]
    return {"".join(row["label"]["words"]): [value["words"] for value in row["values"]] for row in facts}


def test_a_word_that_is_burnt_out_takes_the_whole_answer_with_it(desk: Desk, organisation: Organisation) -> None:
    coded = {"x_vehicles": ["speedboat", "van"], "i_held": "lt1h"}
    base = account(0, "en", BOAT)
    (tid,) = brought(desk, organisation, [base | {"incident": base["incident"] | coded}])
    plain = answers(desk, tid)
    assert any("boat" in str(value).lower() for value in plain["Vehicles seen"])
    burnt = answers(desk, tid, Mark("said-0", 0, 11, 15))
    assert burnt["Vehicles seen"] == [[BAR]], "the other answers to the question would tell which is missing"
    for label, values in burnt.items():
        for words in values:
            is_text = any("officers" in str(one) for one in words)
            assert is_text or BAR not in words or words == [BAR], label
    same = {label for label, values in burnt.items() if values == plain.get(label)}
    assert len(same) > 10, "what does not have the word is as it was"


def test_an_answer_that_is_marked_is_nowhere_in_the_bytes(desk: Desk, organisation: Organisation) -> None:
    (tid,) = brought(desk, organisation, [account(0, "en", "They sent us back.")])
    correct(desk, tid, "w_nat", {"value": "ERI"}, "interpreting")
    plain, burnt = pdf_of(desk, tid), pdf_of(desk, tid, marks={tid: (Mark("code-w_nat", 0, 0, 1),)})
    assert "Eritrea" in text_of(plain)
    assert "Syria" in text_of(plain)
    for name in ("Eritrea", "Syria"):
        assert name not in text_of(burnt)
        assert name.encode() not in everything(burnt)
        assert name.encode("utf-16-be") not in everything(burnt)
    assert "Nationality" in text_of(burnt), "the question stays"
    assert "Words were blacked out of this copy." in " ".join(text_of(burnt).split())
    assert answers(desk, tid, Mark("code-w_nat", 0, 0, 1))["Nationality"] == [[BAR]], "the sealed answer is gone too"


def test_a_mark_on_an_answer_that_nobody_gave_stops_the_file(desk: Desk, organisation: Organisation) -> None:
    (tid,) = brought(desk, organisation, [account(0, "en", "They sent us back.")])
    with pytest.raises(CaseFileRefused) as refused:
        pdf_of(desk, tid, marks={tid: (Mark("code-x_nothing", 0, 0, 1),)})
    assert refused.value.reason == "marks"


def test_what_is_marked_in_an_answer_is_burnt_out_of_no_text(desk: Desk, organisation: Organisation) -> None:
    (tid,) = brought(desk, organisation, [account(0, "en", "I am from Syria.")])
    assert BAR not in json.loads(json.dumps(answers(desk, tid, Mark("code-w_nat", 0, 0, 1))))["Name"][0]
    made = gathered(desk, Order(case=COURT, tids=(tid,), lang="en", marks={tid: (Mark("code-w_nat", 0, 0, 1),)}))
    assert isinstance(made, CaseFile)
    assert made.exhibits[0].accounts[0].original.sentences == (("I am from Syria.",),)
    assert made.exhibits[0].is_redacted
