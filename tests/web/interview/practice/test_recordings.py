"""An organisation that asks for recordings and pictures: a practice makes none, or they would lie on the disk."""

from __future__ import annotations

from tests.support.interview.capture import organisation
from tests.support.interview.fast_interview import Hurried
from tests.support.interview.practice import to_the_end

__all__ = ["organisation"]
FILES = """() => [...document.querySelectorAll(
  '[data-card=voice], [data-card=pictures], [data-card=purpose-P02], [data-card=purpose-P03], ' +
  '[data-field=page_uses] [data-option=P02], [data-field=page_uses] [data-option=P03], ' +
  '[data-act=print-slip], [data-media-count]:not([hidden])',
)].map((part) => part.outerHTML.slice(0, 80))"""
"""What would lead to a file."""


def test_a_practice_records_nothing_takes_no_picture_and_prints_no_slip(interviewer: Hurried) -> None:
    interviewer.everything = False
    interviewer.open()
    interviewer.act("practise")
    to_the_end(interviewer, "en", "We were seven.", ("P01", "P04", "P06", "P11"))
    assert interviewer.page.locator("[data-card=uses-more]").count() == 1, "other further uses are asked for"
    assert interviewer.page.evaluate(FILES) == []
    interviewer.act("seal")
    interviewer.wait_for("practice-end")
    assert not interviewer.page.locator("[data-error]").inner_text()
