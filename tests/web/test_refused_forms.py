"""Every form of the desks and of central comes back as it was filled when it is refused, with the field marked."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from testimony.web.text.refill import SECRETS, Form, forms
from tests.support.web.accounts import hold
from tests.support.web.browser import Browser, Filled
from tests.support.web.routes import routes

TYPED = "typed “by hand” & <kept>"
LEAST = {"central": 6, "lawyer": 5, "coordinator": 2}
"""How many forms of these pages refuse at least: a walk that finds none proves nothing."""


def pages(one: Browser, tid: str) -> Iterator[tuple[str, str]]:
    """(address, page) of every page that this role may open, those of a testimony too."""
    for method, address, rule in routes(one.app):
        if method == "GET" and "lang" in rule.arguments:
            path = address.replace("0" * 32, tid) if "tid" in rule.arguments else address
            answer = one.get(path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield path, answer.text


def unfit(form: Form) -> dict[str, str]:
    """What somebody sends who typed into every text and chose nothing."""
    sent = {one.name: one.value for one in form.controls if one.kind == "hidden"}
    return sent | {one.name: TYPED for one in form.fillable if one.kind in ("text", "textarea", "number", "date")}


def send(one: Browser, address: str, action: str, data: dict[str, str]) -> Any:
    headers = {"Referer": one.base + address, "Accept": "text/html"}
    return one.client.post(action, base_url=one.base, data={"csrf_token": one.csrf()} | data, headers=headers)


def lost(form: Form, sent: dict[str, str], answer: Any) -> list[str]:
    """What is wrong with the answer to a form that was refused."""
    again = [one for one in forms(answer.text) if urlsplit(one.action).path == urlsplit(form.action).path]
    kept = [one.name for one in form.fillable if sent.get(one.name) == TYPED and one.name not in SECRETS]
    found = [] if again else ["the form"]
    if answer.status_code not in (400, 403, 409, 422):
        found.append(f"status {answer.status_code}")
    if kept and html.unescape(answer.text).count(TYPED) < len(kept):
        found.append("what was typed")
    if 'aria-invalid="true"' not in answer.text or 'class="wrong"' not in answer.text:
        found.append("the mark")
    return found


@pytest.mark.parametrize("role", list(LEAST))
def test_a_form_that_is_refused_comes_back_as_it_was_filled(
    role: str, browser: Callable[..., Browser], filled: Filled, quick_passwords: None
) -> None:
    one = browser(role, started=role != "central")
    if role == "central":
        hold(one, "administrator")
    refused = 0
    for address, page in pages(one, filled.tid(0)):
        for form in forms(page):
            answer = send(one, address, form.action, sent := unfit(form)) if form.fillable else None
            if answer is not None and answer.status_code >= 400:
                refused += 1
                assert lost(form, sent, answer) == [], (address, form.action, answer.status_code)
    assert refused >= LEAST[role]


def test_an_order_of_a_consent_without_a_choice_marks_the_choice_and_keeps_the_reason(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(0)
    address = f"/en/testimony/{tid}/consent"
    page = desk.get(address).text
    form = next(one for one in forms(page) if any(control.kind == "radio" for control in one.fillable))
    answer = send(desk, address, form.action, unfit(form))
    assert answer.status_code == 400
    (marked,) = [
        control
        for again in forms(answer.text)
        for control in again.fillable
        if dict(control.attributes).get("aria-invalid") == "true"
    ]
    assert marked.kind in ("radio", "select")
    assert "Something is missing here" in answer.text


@pytest.mark.parametrize("referer", ["", "http://elsewhere.example/en/", "http://localhost:1/en/uses/new"])
def test_a_form_that_no_page_of_ours_sent_gets_the_page_of_an_error(
    referer: str, browser: Callable[..., Browser], filled: Filled
) -> None:
    desk = browser("lawyer")
    answer = desk.client.post(
        f"/testimony/{filled.tid(0)}/consent/say",
        base_url=desk.base,
        data={"csrf_token": desk.csrf(), "lang": "en"},
        headers={"Referer": referer, "Accept": "text/html"},
    )
    assert answer.status_code == 400
    assert "This did not work" in answer.text
