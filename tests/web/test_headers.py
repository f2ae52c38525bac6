"""Every answer of every station carries the same protection: pages, errors, redirects, static files, JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from testimony.web.headers import FEATURES
from tests.support.web.routes import ROLES, routes
from tests.web.conftest import Browser

EVERYWHERE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
INTERVIEW = EVERYWHERE.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'").replace(
    "trusted-types 'none'", "trusted-types interview-worker"
)
WITHDRAWING = INTERVIEW.replace("trusted-types interview-worker", "trusted-types 'none'")
FIXED = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def require_protected(answer: Any, path: str) -> None:
    interview = path.startswith(("/interview/",)) or "/js/interview/" in path
    policy = INTERVIEW if interview else WITHDRAWING if path.startswith("/withdraw") else EVERYWHERE
    assert answer.headers["Content-Security-Policy"] == policy, path
    for name, value in FIXED.items():
        assert answer.headers.getlist(name) == [value], (path, name)
    recording = bool(re.fullmatch(r"/[a-z]{2}/wordings/[a-z]+", path)) and answer.status_code == 200
    asking = bool(re.fullmatch(r"/[a-z]{2}/sign-in", path)) and answer.status_code == 200
    allowed = {"camera", "microphone", "screen-wake-lock"} if interview else {"microphone"} if recording else set()
    allowed |= {"publickey-credentials-get"} if asking else set()
    denied = dict(part.split("=") for part in answer.headers["Permissions-Policy"].split(", "))
    assert {name for name, origins in denied.items() if origins != "()"} == allowed
    assert denied.keys() == set(FEATURES)
    assert "Server" not in answer.headers


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
    for method, path, status in [("GET", "/nowhere", 404), ("GET", "/en/nowhere", 404), ("DELETE", "/", 405)]:
        answer = one.client.open(path, method=method, base_url=one.base)
        assert answer.status_code == status
        require_protected(answer, path)
        assert answer.headers["Cache-Control"] == "no-store"


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
    from testimony.web.factory import SERVER_OPTIONS

    assert SERVER_OPTIONS["ident"] == ""
