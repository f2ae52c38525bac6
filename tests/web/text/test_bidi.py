"""Signs that nobody sees: what a text opens it closes, and what it did not open it cannot close."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from testimony.web.text.bidi import contained, register
from tests.support.web.hostile import text as hostile_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("نور مثال, Sam Example", "نور مثال, Sam Example"),
        ("می\u200cخواهم \u200f(زبان)\u200e", "می\u200cخواهم \u200f(زبان)\u200e"),
        ("\u2067عربي\u2069 in English", "\u2067عربي\u2069 in English"),
        ("\u202eleft open", "\u202eleft open\u202c"),
        ("closed\u2069\u202ctwice", "closedtwice"),
        ("\u202ea\nb\u202c", "\u202ea\u202c\nb"),
        ("\u2067\u202ea\u2069b", "\u2067\u202ea\u202c\u2069b"),
        ("\x00\x1b[31m\x7f\x9b\ttab\n", "␀␛[31m␡�\ttab\n"),
        ("half \ud83d", "half �"),
    ],
)
def test_a_text_is_shown_so_that_it_ends_where_it_ends(text: str, shown: str) -> None:
    assert contained(text) == shown
    assert contained(shown) == shown


def test_what_is_escaped_stays_escaped_and_what_is_no_text_stays_what_it_is() -> None:
    assert contained(Markup("<b>") + escape("<\u202e>")) == Markup("<b>&lt;\u202e&gt;\u202c")
    assert isinstance(contained(Markup("\u202e")), Markup)
    assert (contained(None), contained(7)) == (None, 7)


@given(st.text(alphabet=[*hostile_text.BIDI, "a", "\n"], max_size=12))
def test_no_sign_of_any_text_reaches_beyond_it(text: str) -> None:
    assert all(hostile_text.balanced(line) for line in contained(text).split("\n"))
    assert contained(contained(text)) == contained(text)
    assert [sign for sign in contained(text) if sign in "a\n"] == [sign for sign in text if sign in "a\n"]


def test_what_a_script_is_answered_is_contained_too() -> None:
    app = Flask(__name__)
    register(app)
    said = {"cells": [{"text": "\u202eleft open"}], "number": 7, "none": None}
    assert json.loads(app.json.dumps(said)) == {**said, "cells": [{"text": "\u202eleft open\u202c"}]}
