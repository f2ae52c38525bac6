"""A case file names the attachments of its case and its testimonies, by title and hash, without a burnt word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.canonical import sha256_hex
from testimony.domain.review.attachment import Sort
from testimony.services.enrolment.organisation import Organisation
from testimony.services.review import attachments
from testimony.services.review.attachments import Wish
from tests.support.services.casefiles import COURT, SAID, account, brought, letters, pdf_of, text_of
from tests.support.services.desks import TODAY, Desk, desks


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def attach(desk: Desk, title: str, tid: str = "", data: bytes = b"a letter") -> str:
    of = desk.open(tid).manifest if tid else ""
    wish = Wish(tid=tid, of=of, title=title, sort=Sort.LETTER, made="2026-01-02", name="x.pdf", data=data)
    held = attachments.read(desk.station, desk.annexes)
    attachments.attach(desk.station, desk.reader, held, COURT, wish, covered={tid}, day=TODAY)
    return sha256_hex(data)


def test_it_names_those_of_the_case_and_of_its_testimonies_and_no_name_that_is_not_shown(
    desk: Desk, organisation: Organisation
) -> None:
    inside, outside = brought(
        desk,
        organisation,
        [account(0, "fr", SAID["fr"], "Sam Quillfeather"), account(1, "fr", SAID["fr"], "Alex Sample")],
    )
    first = attach(desk, "Report on Sam Quillfeather", inside, b"the report")
    second = attach(desk, "Country report")
    third = attach(desk, "Report on somebody else", outside, b"another report")
    text = letters(text_of(pdf_of(desk, inside, name="none")))
    for words in ("Attachments", "Country report", "The case as a whole", "Testimony 1", first, second):
        assert letters(words) in text, words
    assert letters("Quillfeather") not in text
    assert third not in text
