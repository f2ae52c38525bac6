"""The quick card: two sides of A5 in each language of interviewers, whole, shaped and in its direction."""

from __future__ import annotations

import io
from datetime import date

import pypdfium2
import pytest
from pypdf import PdfReader

from testimony.catalogues import translation
from testimony.domain.testimony.languages import INTERVIEWER_DRAFTS, INTERVIEWERS, dir_of
from testimony.services.typesetting import quick_card
from testimony.services.typesetting.glyphs import printable
from tests.support.services.casefiles import letters, require_pdf_a, text_of

DAY = date(2026, 1, 20)
A5 = (420, 595)  # points


def sentences(lang: str) -> list[str]:
    card = quick_card.card(translation("messages", lang).gettext)
    pairs = [*card.stops, *card.emergencies]
    return [*card.never, *card.whom, *(part for pair in pairs for part in pair)]


@pytest.mark.parametrize("lang", INTERVIEWERS)
def test_it_is_whole_on_two_sides_of_a5_and_says_whether_it_is_a_draft(lang: str) -> None:
    made = quick_card.as_pdf(lang, DAY)
    assert [tuple(round(float(side)) for side in page.mediabox[2:]) for page in PdfReader(io.BytesIO(made)).pages] == [
        A5
    ] * 2
    require_pdf_a(made, lang)
    text = letters(text_of(made))
    for sentence in sentences(lang):
        assert printable(sentence) == sentence, "the fonts have every letter of it"
        if dir_of(lang) == "ltr":
            assert letters(sentence) in text, sentence
    assert (letters(translation("messages", lang).gettext("draft")) in text) is (lang in INTERVIEWER_DRAFTS)


@pytest.mark.parametrize("lang", ["en", "ar", "fa"])
def test_its_lines_begin_where_the_language_begins(lang: str) -> None:
    """The ink of the first title lies on the side where its readers begin."""
    page = pypdfium2.PdfDocument(quick_card.as_pdf(lang, DAY))[0]
    title = page.render().to_pil().convert("L").crop((45, 35, 375, 55))
    left, right = (title.crop(box).getextrema()[0] < 128 for box in ((0, 0, 40, 20), (290, 0, 330, 20)))
    assert (left, right) == ((False, True) if dir_of(lang) == "rtl" else (True, False))
