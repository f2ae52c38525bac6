"""Pages speak the languages of their station, and say which of them nobody has checked."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from testimony.domain.testimony.languages import DESK_DRAFTS, DESKS, INTERVIEWER_DRAFTS, INTERVIEWERS, dir_of
from tests.support.each_time import each_time

MENU = re.compile(
    r'<a href="/(\w+)/[^"]*" lang="\w+" hreflang="\w+"[^>]*>([^<]+)( <small lang="\w+">[^<]+</small>)?</a>'
)


@pytest.mark.parametrize("lang", each_time(DESKS, "ar", "el"))
@pytest.mark.parametrize("role", ["lawyer", "central"])
def test_a_page_has_the_direction_of_its_language_and_marks_drafts(
    app: Callable[[str], Flask], role: str, lang: str
) -> None:
    page = app(role).test_client().get(f"/{lang}/start").get_data(as_text=True)
    assert f'<html lang="{lang}" dir="{dir_of(lang)}"' in page
    said = {code: bool(draft) for code, _name, draft in MENU.findall(page)}
    assert said == {code: code in DESK_DRAFTS for code in DESKS}


@pytest.mark.parametrize("address", ["/{}/", "/interview/{}/", "/interview/{}/cards"])
def test_a_field_node_marks_drafts_wherever_a_language_is_chosen(address: str, app: Callable[[str], Flask]) -> None:
    page = app("field").test_client().get(address.format("ar")).get_data(as_text=True)
    for lang in INTERVIEWERS:
        said = set(re.findall(rf'<a href="/interview/{lang}/"[^>]*>(.*?)</a>', page))
        assert [("مسودة" in one) for one in said] == [lang in INTERVIEWER_DRAFTS], lang
