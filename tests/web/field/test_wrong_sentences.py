"""A phone says which sentences are wrong: by somebody who signed in, and kept as a count alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.store.state import wrong_sentences
from tests.support.web.browser import Browser
from tests.support.web.pages import sign_in

MARK = {"lang": "ps", "sentence": "told.who", "text": "ab" * 32}


def send(one: Browser, marks: object) -> Any:
    return one.client.post("/wrong-sentences", base_url=one.base, json={"marks": marks})


def rows(one: Browser) -> list[tuple[str, str, str, int]]:
    with one.app.extensions["testimony.station"].database.reading() as session:
        return wrong_sentences.totals(session)


def test_marks_of_somebody_who_signed_in_are_counted(
    browser: Callable[..., Browser], organisation: Organisation
) -> None:
    one = browser("field")
    assert send(one, [MARK]).status_code == 401
    sign_in(one, organisation)
    assert send(one, [MARK, MARK]).status_code == 200
    assert rows(one) == [("ps", "told.who", "ab" * 32, 2)]


@pytest.mark.parametrize("marks", [None, "told.who", [None], [MARK | {"tid": "1" * 32}], [MARK] * 201])
def test_anything_else_is_refused_and_nothing_is_counted(
    marks: object, browser: Callable[..., Browser], organisation: Organisation
) -> None:
    one = browser("field")
    sign_in(one, organisation)
    assert send(one, marks).status_code == 400
    assert rows(one) == []
