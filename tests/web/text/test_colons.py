"""Between a name and its value stands the colon of the page's language, which one function writes."""

from __future__ import annotations

import re

import pytest
from flask import Flask, g, render_template_string

from testimony.web.assets import FOLDER
from testimony.web.text import i18n

TEMPLATES = FOLDER.parent / "templates"
OWN = re.compile(r"""(?:\}\}|%\}|</bdi>|</span>|<span class="sr">):\s(?!none|block)""")
OF_WITNESSES = "withdrawing.html"
"""In the language of a witness, whose sentences are no catalogue's."""


@pytest.mark.parametrize(
    ("lang", "said"), [("fr", "anglais\u00a0: par"), ("en", "anglais: par"), ("ar", "anglais: par")]
)
def test_french_has_a_space_before_it(lang: str, said: str) -> None:
    app = Flask("colons")
    i18n.register(app, "desk")
    with app.test_request_context():
        g.lang = lang
        assert render_template_string("{{ 'anglais' }}{{ colon() }}par") == said


def test_no_page_writes_one_of_its_own_after_a_value() -> None:
    pages = [page for page in TEMPLATES.rglob("*.html") if page.name != OF_WITNESSES]
    assert len(pages) > 100
    assert {page.name: found for page in pages if (found := OWN.findall(page.read_text(encoding="utf-8")))} == {}
