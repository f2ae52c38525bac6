"""Paragraphs have numbers through the whole file, so that a court can cite them; a translation has its original's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from testimony.services.casefile import document as casefile_document
from testimony.services.casefile import paragraph_numbers
from testimony.services.casefile.casefile import CaseFile, Order
from testimony.services.enrolment.organisation import Organisation
from tests.support.services.casefiles import COURT, account, brought, gathered, pdf_of, text_of, translate
from tests.support.services.desks import Desk, desks


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def data_of(desk: Desk, *tids: str) -> Any:
    made = gathered(desk, Order(case=COURT, tids=tids, lang="en"))
    assert isinstance(made, CaseFile)
    return casefile_document.data_of(made)


def blocks(data: Any, kind: str) -> list[Any]:
    sections = [section for exhibit in data["exhibits"] for section in exhibit["sections"]]
    return [block for section in sections for block in section["blocks"] if block["kind"] == kind]


def test_numbers_go_on_through_all_testimonies_and_none_is_there_twice(desk: Desk, organisation: Organisation) -> None:
    said = "We left.\nThey stopped us. They shouted.\nThey sent us back."
    tids = brought(desk, organisation, [account(0, "en", said), account(1, "en", "One. Two.")])
    translate(desk, tids[0], "fr", ["Nous sommes partis."])
    data = data_of(desk, *tids)
    first, second = (exhibit["sections"][0]["blocks"][0]["rows"][0]["no"] for exhibit in data["exhibits"])
    assert (first, int(second) > 30) == ("1", True)
    (beside,) = blocks(data, "beside")
    start = int(beside["numbers"][0])
    assert beside["numbers"] == [str(start), str(start + 1), "", str(start + 2)], "a sentence is no new paragraph"
    (words,) = blocks(data, "words")
    assert len(words["words"]) == 2, "a text in one piece is cited by its sentences"
    facts = [row["no"] for block in blocks(data, "facts") for row in block["rows"]]
    found = [*facts, *(one for one in beside["numbers"] if one), *(one["no"] for one in words["words"])]
    assert sorted(map(int, found)) == list(range(1, len(found) + 1))
    text = " ".join(text_of(pdf_of(desk, *tids)).split())
    assert f"{start + 1} They stopped us." in text


def test_a_translation_of_the_interview_has_the_numbers_of_its_original_if_it_keeps_the_paragraphs() -> None:
    def words(count: int, **more: str) -> dict[str, Any]:
        return {"kind": "words", "words": [{"words": [str(one)]} for one in range(count)], **more}

    like, other = words(3, like="said-0"), words(2)
    section = {"title": "", "blocks": [words(3, id="said-0"), like, other]}
    paragraph_numbers.number([{"title": "", "sections": [section]}])
    assert [one["no"] for one in like["words"]] == ["1", "2", "3"]
    assert [one["no"] for one in other["words"]] == ["4", "5"]
