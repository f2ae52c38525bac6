"""A form of a page with what was sent put back: every kind of field, no secret, one mark, nothing else changed."""

from __future__ import annotations

import pytest

from testimony.web.text.refill import forms, refilled

FORM = """<form method="post" action="/act?x=1"><input type="hidden" name="lang" value="en">
<p><label for="a">A</label><input type="text" id="a" name="a" value="old" aria-describedby="hint" required></p>
<label><input type="radio" name="r" value="1" checked> one</label>
<label><input type="radio" name="r" value="2"> two</label>
<label><input type="checkbox" name="c" value="x" checked> x</label>
<label><input type="checkbox" name="c" value="y"> y</label>
<details><summary>more</summary>
<select name="s"><option value="">–</option>
<option value="k" selected>k</option></select></details>
<textarea name="t">old</textarea><input type="password" name="p"><input type="text" name="token"></form>"""
PAGE = (
    f"<h1>é&nbsp;&amp;</h1><script>let a = '<form method=post>';</script>{FORM}<form method=post action=/other></form>"
)
SENT = {"lang": ["en"], "a": ["<b>“A”"], "r": ["2"], "c": ["y"], "s": ["k"], "t": ["</textarea>&"], "p": ["pw"],
        "token": ["tok"]}  # fmt: skip


def filled(**changes: list[str]) -> str:
    page = refilled(PAGE, "/act", {name: value for name, value in {**SENT, **changes}.items() if value}, "Wrong <x>")
    assert page is not None
    return page


def marked(page: str) -> list[str]:
    return [
        control.name
        for form in forms(page)
        for control in form.fillable
        if dict(control.attributes).get("aria-invalid") == "true"
    ]


def test_everything_that_was_sent_is_there_and_no_secret() -> None:
    page = filled()
    (form, _other) = forms(page)
    values = {control.name: control.value for control in form.controls if control.kind in ("text", "password")}
    assert values == {"a": "<b>“A”", "p": "", "token": ""}
    picked = [control.value for control in form.controls if "checked" in dict(control.attributes)]
    assert picked == ["2", "y"]
    assert "&lt;/textarea&gt;&amp;</textarea>" in page
    assert page.startswith("<h1>é&nbsp;&amp;</h1><script>let a = '<form method=post>';</script>")
    assert page.endswith("<form method=post action=/other></form>")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"a": []}, "a"),
        ({"a": ["  "]}, "a"),
        ({"r": []}, "r"),
        ({"r": ["3"]}, "r"),
        ({"c": ["z"]}, "c"),
        ({"s": ["q"]}, "s"),
        ({}, "a"),
    ],
)
def test_what_lacks_or_does_not_fit_is_marked_and_nothing_else(changes: dict[str, list[str]], field: str) -> None:
    page = filled(**changes)
    assert marked(page) == [field]
    assert page.count("Wrong &lt;x&gt;") == 1
    assert page.count(' aria-describedby="') == (1 if field == "a" else 2)
    assert ("<details open>" in page) == (field == "s")


def test_the_field_that_the_error_names_is_marked() -> None:
    page = refilled(PAGE, "/act", SENT, "Wrong", "t")
    assert page is not None
    assert marked(page) == ["t"]


def test_of_two_forms_for_one_address_the_one_that_was_sent_is_filled() -> None:
    two = FORM + FORM.replace('value="en"', 'value="fr"').replace('id="a"', 'id="b"')
    page = refilled(two, "/act", SENT | {"lang": ["fr"], "a": ["second"]}, "Wrong")
    assert page is not None
    first, second = forms(page)
    assert [one.value for form in (first, second) for one in form.controls if one.name == "a"] == ["old", "second"]


def test_a_page_without_the_form_gives_none() -> None:
    assert refilled(PAGE, "/third", SENT, "Wrong") is None
    assert refilled(PAGE, "/other", SENT, "Wrong") is None
