"""Templates: nothing inline that the policy would forbid, logical directions only, and every value escaped."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, render_template_string

import testimony.web
from testimony.web.assets import FOLDER as STATIC

TEMPLATES = sorted((Path(testimony.web.__file__).parent / "templates").rglob("*.html"))
STYLES = sorted((STATIC / "css").glob("*.css"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_inline_script_style_or_handler(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+\s*=\s*[\"']|javascript:", text, re.IGNORECASE)
    for script in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert 'type="application/json"' in script[0] or (" src=" in script[0] and not script[1].strip())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_is_marked_as_safe(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape false|Markup\(", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_field_names_its_type_because_the_styles_go_by_it(path: Path) -> None:
    fields = re.findall(r"<input\b(?:\{[{%].*?[%}]\}|[^>])*>", path.read_text(encoding="utf-8"), re.DOTALL)
    assert [field for field in fields if " type=" not in field] == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_turn_with_the_language(path: Path) -> None:
    physical = re.findall(
        r"(?:margin|padding|border)-(?:left|right)\b|text-align:\s*(?:left|right)\b|float:\s*(?:left|right)\b|[;{\s](?:left|right):",
        path.read_text(encoding="utf-8"),
    )
    assert not physical


def test_values_are_escaped(app: Callable[[str], Flask]) -> None:
    with app("field").test_request_context("/en/"):
        assert render_template_string("{{ value }}", value="<script>") == "&lt;script&gt;"
