"""Every answer of every station carries the same protection: pages, errors, redirects, static files, JSON."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.web.browser import Browser
from tests.support.web.headers import require_protected
from tests.support.web.routes import ROLES, routes


@pytest.mark.parametrize("role", ROLES)
def test_every_route_of_every_station_is_protected_whatever_it_answers(
    role: str, browser: Callable[..., Browser]
) -> None:
    one = browser(role)
    for method, address, _ in routes(one.app):
        answer = one.client.open(address, method=method, base_url=one.base)
        require_protected(answer, address)


@pytest.mark.parametrize("role", ROLES)
def test_errors_are_protected_and_kept_by_nobody(role: str, browser: Callable[..., Browser]) -> None:
    one = browser(role)
    asked = [("GET", "/nowhere", 404), ("GET", "/en/nowhere", 404), ("DELETE", "/", 405), ("TRACE", "/", 405)]
    for method, path, status in asked:
        answer = one.client.open(path, method=method, base_url=one.base)
        assert answer.status_code == status
        require_protected(answer, path)
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("role", ROLES)
def test_every_body_says_what_it_is_and_text_is_utf_8(role: str, browser: Callable[..., Browser]) -> None:
    one = browser(role)
    for method, address, _ in routes(one.app):
        answer = one.client.open(address, method=method, base_url=one.base)
        kind, _, charset = answer.headers.get("Content-Type", "").partition("; ")
        assert bool(kind) or not answer.data, address
        assert charset == "charset=utf-8" or not kind.startswith("text/"), (address, kind)


def test_pages_are_kept_by_nobody(browser: Callable[..., Browser]) -> None:
    for role, path in [("field", "/en/"), ("central", "/en/"), ("lawyer", "/en/"), ("lawyer", "/en/unlock")]:
        assert browser(role).get(path).headers["Cache-Control"] == "no-store"


def test_a_fault_inside_is_protected_too(app: Callable[[str], Flask]) -> None:
    from testimony.web.audiences import Visitor
    from testimony.web.auth import audience

    field = app("field")

    @audience(Visitor.ANYONE)
    def broken() -> str:
        raise RuntimeError("words of a witness")

    field.add_url_rule("/broken", view_func=broken)
    answer = Browser(field, "field").get("/broken")
    assert answer.status_code == 500
    require_protected(answer, "/broken")


def test_a_body_that_is_too_large_is_refused_and_protected(browser: Callable[..., Browser]) -> None:
    one = browser("field")
    answer = one.client.post(
        "/session", base_url=one.base, data=b"x" * (2 * 1024 * 1024 + 1), content_type="application/json"
    )
    assert answer.status_code == 413
    require_protected(answer, "/session")


def test_the_server_names_itself_to_nobody() -> None:
    from testimony.web.server.options import SERVER_OPTIONS

    assert SERVER_OPTIONS["ident"] == ""
