"""The report of a period as a PDF: the numbers of the file, in the language that was asked for."""

from __future__ import annotations

import re
import socket
import sys
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from testimony.domain.tables import count
from testimony.domain.tables.offsets import Offsets, Unit
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.publication.tables import vocabulary
from testimony.services.tables import report
from testimony.services.typesetting.glyphs import printable
from tests.support.domain.told_accounts import population

PLAN = Plan.fitting(2026, 2400, borders=["ROU-UKR"], codebook="1")


@pytest.fixture(scope="module")
def made() -> Published:
    return count.publish(population(2400, 2), PLAN, Period.of("2026-Q1"), Offsets.of(bytes(range(32))))


def text_of(data: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))


def test_the_same_numbers_give_the_same_bytes_on_any_day(made: Published) -> None:
    first = report.pdf(made, PLAN, lang="es", organisation="Border Watch")
    again = report.pdf(Published.parse(made.to_value()), PLAN, lang="es", organisation="Border Watch")
    assert first == again
    assert first.startswith(b"%PDF-")


def test_nothing_in_the_pdf_tells_when_or_where_it_was_made(made: Published) -> None:
    data = report.pdf(made, PLAN, lang="en", organisation="Border Watch")
    said = pypdfium2.PdfDocument(data).get_metadata_dict()
    dates = {value[2:10] for name, value in said.items() if name.endswith("Date") and value}
    assert dates <= {"20260331"}, "the last day of the period"
    today = date.today()
    here = (str(Path.cwd()), sys.prefix, f"{today:%Y%m%d}", today.isoformat())
    assert not [one for one in here if one.encode() in data or one in text_of(data)]
    words = f"{text_of(data)} {said}".split()
    assert socket.gethostname() not in words


def test_it_says_the_totals_the_method_and_each_table(made: Published) -> None:
    said = text_of(report.pdf(made, PLAN, lang="en", organisation="Border Watch"))
    assert "What people reported about pushbacks: January 2026 – March 2026" in " ".join(said.split())
    assert "Border Watch" in said
    assert str(made.number({}, Unit.ACCOUNTS)) in said
    assert "Equal numbers do not mean the same people." in said
    assert "Romania to Serbia" in said
    assert not re.search(r"\[U\+", said), "a letter that the fonts lack"


def test_the_fonts_have_every_label_that_is_the_same_in_each_language() -> None:
    labels = [label for ranges in vocabulary.RANGES.values() for label in ranges.values()]
    assert labels
    assert [printable(label) for label in labels] == labels


def test_no_code_of_the_codebook_is_left_in_it(made: Published) -> None:
    said = text_of(report.pdf(made, PLAN, lang="fr", organisation="Border Watch"))
    assert "Sommaire" in said
    assert not re.search(r"HRV-BIH|i_date|c1to5|HRV", said)
