"""What goes wrong is said in one sentence, in the language of the page, and tells nothing that is inside."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from testimony.domain.testimony.languages import INTERVIEWERS, dir_of
from testimony.errors import Kind, NotDelivered, StationBusy, TestimonyError, outline
from testimony.store.errors import StoreFull, StoreLocked, StoreUnwritable
from testimony.sync.errors import StationUnreachable
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.error_handlers import STATUS, status_of
from tests.support.web.browser import Browser

SECRET = "words of a witness 9d1f"


def kinds(kind: type[TestimonyError] = TestimonyError) -> Iterator[type[TestimonyError]]:
    for below in kind.__subclasses__():
        if below.__module__.startswith("testimony."):
            yield below
            yield from kinds(below)


def failing(app: Flask, error: BaseException) -> Browser:
    @audience(Visitor.ANYONE)
    def fail() -> str:
        raise error

    app.add_url_rule("/<lang:lang>/fail", endpoint="fail", view_func=lambda lang: fail())
    app.view_functions["fail"].audience = frozenset({Visitor.ANYONE})  # type: ignore[attr-defined]
    return Browser(app, "field")


def test_every_error_says_its_kind_and_every_kind_has_a_status() -> None:
    assert [kind.__name__ for kind in kinds() if not isinstance(getattr(kind, "kind", None), Kind)] == []
    assert set(STATUS) == set(Kind)


def test_codes_are_stable_names_and_never_shared() -> None:
    codes = [kind.code for kind in kinds() if "code" in vars(kind)]
    assert len(codes) == len(set(codes))


def test_a_near_class_counts_for_those_below_it() -> None:
    assert status_of(StationUnreachable(url="x")) == status_of(NotDelivered(url="x"))
    assert status_of(StationBusy(5)) == 503


def test_an_expected_error_is_a_page_with_its_sentence(app: Callable[[str], Flask]) -> None:
    one = failing(app("field"), StoreLocked())
    answer = one.get("/en/fail")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert StoreLocked.sentence in answer.text


def test_a_script_gets_the_same_as_json(app: Callable[[str], Flask]) -> None:
    one = failing(app("field"), StoreFull())
    answer = one.get("/en/fail", headers={"Accept": "application/json"})
    assert answer.status_code == 507
    assert answer.json == {"code": "store.full", "sentence": StoreFull.sentence}


def test_an_unexpected_error_tells_nothing_to_the_page_or_to_the_log(
    app: Callable[[str], Flask], caplog: pytest.LogCaptureFixture
) -> None:
    one = failing(app("field"), RuntimeError(SECRET))
    with caplog.at_level(logging.DEBUG):
        answer = one.get(f"/en/fail?{SECRET}")
    assert answer.status_code == 500
    for told in (answer.text, caplog.text):
        assert SECRET not in told
        assert "Traceback" not in told
    assert "RuntimeError" in caplog.text
    assert "127.0.0.1" not in caplog.text


def test_a_fault_of_the_machine_names_no_folder(app: Callable[[str], Flask]) -> None:
    answer = failing(app("field"), StoreUnwritable(folder="/home/somebody")).get("/en/fail")
    assert answer.status_code == 500
    assert "somebody" not in answer.text


def test_an_outline_gives_places_and_never_texts() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        told = outline(type(error), error.__traceback__)
    assert "ValueError" in told
    assert __file__ in told
    assert SECRET not in told


@pytest.mark.parametrize(("lang", "dir_"), [(lang, dir_of(lang)) for lang in INTERVIEWERS])
def test_a_missing_page_is_said_in_the_language_of_the_address(
    lang: str, dir_: str, browser: Callable[..., Browser]
) -> None:
    answer = browser("field").get(f"/{lang}/nowhere")
    assert answer.status_code == 404
    assert f'<html lang="{lang}" dir="{dir_}">' in answer.text


def test_a_wrong_method_is_said(browser: Callable[..., Browser]) -> None:
    one = browser("field")
    assert one.client.delete("/en/", base_url=one.base).status_code == 405


def test_what_a_visitor_sends_is_never_shown_back(browser: Callable[..., Browser]) -> None:
    answer = browser("field").get("/en/<script>alert(1)</script>?q=<script>")
    assert answer.status_code == 404
    assert "alert(1)" not in answer.text


HALF_A_SIGN = b'{"token":"\\ud800","passphrase":"\\ud800"}'


@pytest.mark.parametrize("body", [HALF_A_SIGN, b"[" * 100_000, b'{"token":1e999}', b"5"])
@pytest.mark.parametrize("path", ["/start", "/unlock"])
def test_what_no_script_of_ours_sends_is_no_fault_of_the_station(
    browser: Callable[..., Browser], path: str, body: bytes
) -> None:
    desk = browser("lawyer", unlocked=False)
    headers = {"X-CSRFToken": desk.csrf(), "Content-Type": "application/json"}
    assert desk.client.post(path, base_url=desk.base, data=body, headers=headers).status_code in (400, 403)
