"""An earlier answer has a place of its own in the text of a question; the text around it stays text."""

from __future__ import annotations

from testimony.web.text.answers_in_texts import with_answers


def test_an_answer_has_a_place_that_keeps_its_direction() -> None:
    shown = with_answers("How old is ${ person } <b>?")
    assert shown == '<span>How old is <bdi data-answer-of="person">…</bdi> &lt;b&gt;?</span>'


def test_other_texts_stay_as_they_are() -> None:
    assert with_answers("Five ${} and $5 & {x}") == "Five ${} and $5 & {x}"
    assert with_answers(None) is None
